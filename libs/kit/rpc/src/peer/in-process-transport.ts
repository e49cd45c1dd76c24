import { TelamonError, validateTenantId } from '@telamon/model';
import type { RpcLog } from '../rpc-log.ts';
import { CallScope, closeIterator } from './call-scope.ts';
import { Pacer } from './pacer.ts';
import type { PeerCall, PeerCallOptions, PeerClient, PeerService, PeerTransport } from './peer-contract.ts';
import {
  asPeerFailure,
  callCancelled,
  checkMessageSize,
  DEFAULT_PEER_MESSAGE_BYTES,
  peerTimeout,
  peerUnavailable,
  unknownPeerMethod,
} from './peer-errors.ts';
import { indexPeerMethods, type PeerMethod, type PeerMethods } from './peer-methods.ts';

/** Options of {@link InProcessTransport}. */
export interface InProcessTransportOptions {
  readonly log: RpcLog;
  /** Most bytes of a message. Default 100 MiB, as over the wire. */
  readonly maxMessageBytes?: number;
}

const DEFAULT_TIMEOUT_MS = 30_000;

/**
 * Calls handlers of the same process: no bytes are copied, but deadlines, cancellation, bounds and the loss of what an error holds beside its id,
 * status, retryability and text are those of the wire. A stream is pulled message by message.
 */
export class InProcessTransport implements PeerTransport {
  readonly #options: InProcessTransportOptions;
  readonly #services = new Map<string, PeerMethods>();
  readonly #clients = new Map<string, InProcessClient>();
  readonly #scopes = new Set<CallScope>();
  #isClosed = false;

  constructor(options: InProcessTransportOptions) {
    this.#options = options;
  }

  /** Serves these methods at an address, in place of those before. The returned function takes them away again. */
  register(address: string, services: readonly PeerService[]): () => void {
    const methods = indexPeerMethods(services);
    this.#services.set(address, methods);
    return () => {
      if (this.#services.get(address) === methods) this.#services.delete(address);
    };
  }

  client(address: string): PeerClient {
    const known = this.#clients.get(address);
    if (known) return known;
    const client = new InProcessClient(address, {
      log: this.#options.log,
      maxMessageBytes: this.#options.maxMessageBytes ?? DEFAULT_PEER_MESSAGE_BYTES,
      scopes: this.#scopes,
      methods: () => (this.#isClosed ? undefined : this.#services.get(address)),
    });
    this.#clients.set(address, client);
    return client;
  }

  /** There is nothing to close; clients of other addresses are forgotten. */
  retain(addresses: ReadonlySet<string>): void {
    for (const address of this.#clients.keys()) if (!addresses.has(address)) this.#clients.delete(address);
  }

  /** Nothing is ever waited for. */
  retry(): void {}

  /** Ends the calls in progress and refuses further ones. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const scope of this.#scopes) scope.abort(peerUnavailable('in process', 'the transport is closed'));
  }
}

interface ClientParts {
  readonly log: RpcLog;
  readonly maxMessageBytes: number;
  /** Calls in progress of the whole transport. */
  readonly scopes: Set<CallScope>;
  readonly methods: () => PeerMethods | undefined;
}

class InProcessClient implements PeerClient {
  readonly address: string;
  readonly #parts: ClientParts;

  constructor(address: string, parts: ClientParts) {
    this.address = address;
    this.#parts = parts;
  }

  async unary(path: string, message: Uint8Array, options: PeerCallOptions = {}): Promise<Uint8Array> {
    const { scope, call } = this.#begin(path, options, DEFAULT_TIMEOUT_MS);
    try {
      const { handler } = this.#method(path, 'unary');
      checkMessageSize(message, this.#parts.maxMessageBytes);
      const reply = await scope.until(this.#guard(path, scope, async () => await handler(message, call)));
      checkMessageSize(reply, this.#parts.maxMessageBytes);
      return reply;
    } finally {
      this.#end(scope);
    }
  }

  async *stream(path: string, message: Uint8Array, options: PeerCallOptions = {}): AsyncGenerator<Uint8Array> {
    const { scope, call } = this.#begin(path, options, DEFAULT_TIMEOUT_MS);
    try {
      const { handler } = this.#method(path, 'stream');
      checkMessageSize(message, this.#parts.maxMessageBytes);
      yield* this.#pull(path, scope, () => handler(message, call));
    } finally {
      this.#end(scope);
    }
  }

  async *duplex(path: string, messages: AsyncIterable<Uint8Array>, options: PeerCallOptions = {}): AsyncGenerator<Uint8Array> {
    const { scope, call } = this.#begin(path, options, undefined);
    const source = messages[Symbol.asyncIterator]();
    try {
      const { handler } = this.#method(path, 'duplex');
      yield* this.#pull(path, scope, () => handler(this.#outgoing(source, scope), call));
    } finally {
      closeIterator(source);
      this.#end(scope);
    }
  }

  #begin(path: string, options: PeerCallOptions, defaultTimeoutMs: number | undefined): { scope: CallScope; call: PeerCall } {
    options.signal?.throwIfAborted();
    if (options.tenant !== undefined && options.tenant !== '') validateTenantId(options.tenant);
    const scope = new CallScope({
      signal: options.signal,
      timeoutMs: options.timeoutMs ?? defaultTimeoutMs,
      onTimeout: () => peerTimeout(this.address, path),
    });
    this.#parts.scopes.add(scope);
    const call: PeerCall = {
      path,
      tenant: options.tenant ?? '',
      peer: 'in process',
      get signal() {
        return scope.signal;
      },
    };
    return { scope, call };
  }

  #end(scope: CallScope): void {
    scope.end();
    this.#parts.scopes.delete(scope);
  }

  #method<K extends PeerMethod['kind']>(path: string, kind: K): Extract<PeerMethod, { kind: K }> {
    const methods = this.#parts.methods();
    if (!methods) throw peerUnavailable(this.address, 'nothing is served there');
    const method = methods.get(path);
    if (method?.kind !== kind) throw unknownPeerMethod(path);
    return method as Extract<PeerMethod, { kind: K }>;
  }

  /** Failures of handlers as they would come over the wire. */
  async #guard<T>(path: string, scope: CallScope, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof TelamonError) && !scope.isAborted) this.#parts.log.error('peer handler failed', { error, path });
      throw asPeerFailure(error);
    }
  }

  async *#pull(path: string, scope: CallScope, open: () => AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const iterator = await this.#guard(path, scope, async () => open()[Symbol.asyncIterator]());
    const pacer = new Pacer();
    let isDone = false;
    try {
      while (true) {
        const next = await scope.until(this.#guard(path, scope, async () => await iterator.next()));
        if (next.done) break;
        checkMessageSize(next.value, this.#parts.maxMessageBytes);
        yield next.value;
        await pacer.pause();
        scope.throwIfAborted();
      }
      isDone = true;
    } finally {
      // The reader left, or the call ended early: a handler that still works is told so.
      if (!isDone) {
        scope.abort(callCancelled());
        closeIterator(iterator);
      }
    }
  }

  /** What the handler of a duplex call reads; fails when the call ends early. */
  async *#outgoing(source: AsyncIterator<Uint8Array>, scope: CallScope): AsyncGenerator<Uint8Array> {
    while (true) {
      const next = await scope.until(pullFromCaller(source, scope));
      if (next.done) return;
      checkMessageSize(next.value, this.#parts.maxMessageBytes);
      yield next.value;
    }
  }
}

/** A failure of the caller's own messages ends the call with that failure, not with what the handler makes of it. */
async function pullFromCaller(iterator: AsyncIterator<Uint8Array>, scope: CallScope): Promise<IteratorResult<Uint8Array>> {
  try {
    return await iterator.next();
  } catch (error) {
    scope.abort(error);
    throw error;
  }
}
