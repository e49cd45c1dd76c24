import { Metadata, status as Status, type StatusObject } from '@grpc/grpc-js';
import { validateTenantId } from '@telamon/model';
import { closeIterator } from './call-scope.ts';
import { ChannelPool, type ChannelPoolOptions, type PooledChannel } from './channel-pool.ts';
import { GrpcCall } from './grpc-call.ts';
import { Pacer } from './pacer.ts';
import type { PeerCallOptions, PeerClient } from './peer-contract.ts';
import { callCancelled, checkMessageSize, peerUnavailable } from './peer-errors.ts';
import { CLUSTER_METADATA } from './peer-server.ts';
import { decodeFailure } from './peer-status.ts';

/** Parts of a {@link GrpcPeerClient}. */
export interface GrpcPeerClientOptions extends ChannelPoolOptions {
  readonly maxSendBytes: number;
  readonly cluster: string;
  readonly observe: (path: string, code: string, durationMs: number) => void;
  readonly isClosed: () => boolean;
  /** Told when the first of several calls begins and the last one ends. */
  readonly onBusy: (isBusy: boolean) => void;
}

const DEFAULT_TIMEOUT_MS = 30_000;
/** Longer deadlines are none: timers end at 24 days, `grpc-timeout` at 8 digits. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** The methods of one process over gRPC. */
export class GrpcPeerClient implements PeerClient {
  readonly address: string;
  readonly #options: GrpcPeerClientOptions;
  readonly #pool: ChannelPool;
  readonly #calls = new Set<GrpcCall>();
  #onIdle: (() => void) | undefined;

  constructor(options: GrpcPeerClientOptions) {
    this.address = options.address;
    this.#options = options;
    this.#pool = new ChannelPool(options);
  }

  /** Calls in progress. */
  get inFlight(): number {
    return this.#pool.inFlight;
  }

  async unary(path: string, message: Uint8Array, options: PeerCallOptions = {}): Promise<Uint8Array> {
    checkMessageSize(message, this.#options.maxSendBytes);
    const { call, close } = this.#begin(path, options, DEFAULT_TIMEOUT_MS);
    try {
      void call.send(message);
      call.halfClose();
      const reply = await call.next();
      if (reply === undefined) throw peerUnavailable(this.address, `no reply to ${path}`);
      // The reply is good when the status is.
      if ((await call.next()) !== undefined) throw peerUnavailable(this.address, `more than one reply to ${path}`);
      return reply;
    } finally {
      close();
    }
  }

  async *stream(path: string, message: Uint8Array, options: PeerCallOptions = {}): AsyncGenerator<Uint8Array> {
    checkMessageSize(message, this.#options.maxSendBytes);
    const { call, close } = this.#begin(path, options, DEFAULT_TIMEOUT_MS);
    try {
      void call.send(message);
      call.halfClose();
      for (let next = await call.next(); next !== undefined; next = await call.next()) yield next;
    } finally {
      close();
    }
  }

  async *duplex(path: string, messages: AsyncIterable<Uint8Array>, options: PeerCallOptions = {}): AsyncGenerator<Uint8Array> {
    const { call, close } = this.#begin(path, options, Number.POSITIVE_INFINITY);
    const source = messages[Symbol.asyncIterator]();
    void this.#sendAll(call, source);
    try {
      for (let next = await call.next(); next !== undefined; next = await call.next()) yield next;
    } finally {
      close();
      closeIterator(source);
    }
  }

  /** New calls get new connections. */
  renew(): void {
    this.#pool.renew();
  }

  /** New calls do not wait for connections that failed before. */
  retry(): void {
    this.#pool.dropBroken();
  }

  /** Closes the connections as their calls end. */
  closeWhenIdle(): void {
    this.#pool.closeWhenIdle();
  }

  /** Ends all calls with 503; resolves when the connections are closed. */
  async abortAll(): Promise<void> {
    this.#pool.closeWhenIdle();
    if (this.#calls.size === 0) return;
    const idle = new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
    for (const call of [...this.#calls]) call.cancel(peerUnavailable(this.address, 'the transport is closed'));
    await idle;
  }

  /** A failure of the caller's own messages ends the call with it. */
  async #sendAll(call: GrpcCall, source: AsyncIterator<Uint8Array>): Promise<void> {
    const pacer = new Pacer();
    try {
      while (!call.isEnded) {
        const next = await source.next();
        if (next.done) break;
        checkMessageSize(next.value, this.#options.maxSendBytes);
        await call.send(next.value);
        await pacer.pause();
      }
      call.halfClose();
    } catch (error) {
      call.cancel(error);
    }
  }

  #begin(path: string, options: PeerCallOptions, defaultTimeoutMs: number): { call: GrpcCall; close: () => void } {
    const { signal, tenant = '', timeoutMs = defaultTimeoutMs } = options;
    signal?.throwIfAborted();
    if (tenant !== '') validateTenantId(tenant);
    const startedMs = performance.now();
    const call = this.#start(path, tenant, timeoutMs, (code) => {
      this.#calls.delete(call);
      this.#options.observe(path, Status[code], performance.now() - startedMs);
      if (this.#calls.size > 0) return;
      this.#options.onBusy(false);
      this.#onIdle?.();
    });
    if (this.#calls.size === 0) this.#options.onBusy(true);
    this.#calls.add(call);
    const onAbort = (): void => call.cancel(signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });
    const close = (): void => {
      signal?.removeEventListener('abort', onAbort);
      // Whoever reads no further; without effect on a call that is over.
      call.cancel(leftEarly);
    };
    return { call, close };
  }

  #start(path: string, tenant: string, timeoutMs: number, onEnd: (code: Status) => void): GrpcCall {
    if (this.#options.isClosed()) throw peerUnavailable(this.address, 'the transport is closed');
    const metadata = new Metadata();
    if (tenant !== '') metadata.set('x-scope-orgid', tenant);
    if (this.#options.cluster !== '') metadata.set(CLUSTER_METADATA, this.#options.cluster);
    let pooled: PooledChannel | undefined;
    try {
      const taken = this.#pool.take();
      pooled = taken;
      return new GrpcCall({
        channel: taken.channel,
        path,
        metadata,
        deadlineMs: timeoutMs > MAX_TIMEOUT_MS ? Number.POSITIVE_INFINITY : Date.now() + Math.max(timeoutMs, 0),
        explain: (status: StatusObject) => decodeFailure(status, this.address, path),
        onEnd: (code) => {
          this.#pool.release(taken, code === Status.DEADLINE_EXCEEDED);
          onEnd(code);
        },
      });
    } catch (error) {
      if (pooled) this.#pool.release(pooled, false);
      throw peerUnavailable(this.address, (error as Error).message);
    }
  }
}

/** Nobody sees it; made once, because most streams end without it. */
const leftEarly = callCancelled();
