import { readFileSync } from 'node:fs';
import { type Clock, type Logger, sleep } from '@telamon/telemetry';
import type { ConnectionOptions, NatsConnection as NatsClient } from 'nats';
import { backoffMs } from './backoff.ts';
import { JetStreamApi, type NatsLibrary } from './jetstream-api.ts';
import { KvUnavailableError } from './kv-errors.ts';
import type { NatsConfig } from './nats-options.ts';

const CONNECT_TIMEOUT_MS = 3_000;
const PING_INTERVAL_MS = 2_500;
const RECONNECT_WAIT_MS = 500;
/** After this time without an answer of JetStream the store counts as not connected. */
const SILENCE_MAX_MS = 10_000;
/** A server that takes connections but has lost its cluster is left after this silence. */
const LEAVE_AFTER_MS = 12_000;
const LEAVE_CHECK_MS = 3_000;

/** What a connection needs from its process. */
export interface NatsConnectionOptions {
  readonly config: NatsConfig;
  /** Shown in NATS' own connection list. */
  readonly name: string;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly random: () => number;
}

/** A connection that begins in the background and comes back for ever, until closed. */
export class NatsConnection {
  readonly #options: NatsConnectionOptions;
  readonly #closing = new AbortController();
  readonly #waiting = new Set<() => void>();
  readonly #losses = new Set<() => void>();
  readonly #running: Promise<void>;
  #api: JetStreamApi | undefined;
  #isUp = false;
  #left = '';
  #answeredMs: number = Number.NEGATIVE_INFINITY;

  constructor(options: NatsConnectionOptions) {
    this.#options = options;
    this.#running = this.#run();
  }

  /** Whether the connection stands and JetStream answered in the last 10 s. */
  get isAnswering(): boolean {
    return this.#isUp && this.#options.clock.monotonicMs() - this.#answeredMs < SILENCE_MAX_MS;
  }

  /** Resolves with the API as soon as the connection stands. @throws KvUnavailableError after `timeoutMs` or when closed. */
  async ready(timeoutMs: number, signal?: AbortSignal): Promise<JetStreamApi> {
    const { clock } = this.#options;
    const endMs = clock.monotonicMs() + timeoutMs;
    for (;;) {
      if (this.#closing.signal.aborted) throw new KvUnavailableError('the store is closed');
      if (this.#isUp && this.#api !== undefined) return this.#api;
      const leftMs = endMs - clock.monotonicMs();
      if (leftMs <= 0) throw new KvUnavailableError('NATS is not connected');
      const waiting = new AbortController();
      const wake = (): void => waiting.abort();
      this.#waiting.add(wake);
      const either = signal === undefined ? waiting.signal : AbortSignal.any([waiting.signal, signal]);
      await sleep(clock, leftMs, either).catch(() => signal?.throwIfAborted());
      this.#waiting.delete(wake);
    }
  }

  /** Runs `listener` whenever the connection is lost; the returned function removes it. */
  onLoss(listener: () => void): () => void {
    this.#losses.add(listener);
    return () => this.#losses.delete(listener);
  }

  /** Ends it; what waits fails. */
  async close(): Promise<void> {
    this.#closing.abort(new Error('closed'));
    this.#wakeAll();
    const client = this.#api?.client;
    this.#setUp(false);
    await client?.close().catch(() => undefined);
    await this.#running;
    this.#api = undefined;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    for (let failures = 0; !signal.aborted; failures++) {
      try {
        await this.#connectOnce();
        failures = 0;
      } catch (error) {
        // Once, then rarely: the processes of a cluster may wait for NATS for long.
        if (failures % 20 === 0) this.#options.logger.warn('cannot connect to NATS, trying again', { error });
      }
      await sleep(this.#options.clock, backoffMs(failures, this.#options.random), signal).catch(() => undefined);
    }
  }

  /** Connects and returns when the client gave up for good or was closed. */
  async #connectOnce(): Promise<void> {
    const library: NatsLibrary = await import('nats');
    const client = await this.#untilClosing(library.connect(this.#connectOptions(library)));
    if (client === undefined) return;
    this.#api = new JetStreamApi(client, library, () => {
      this.#answeredMs = this.#options.clock.monotonicMs();
    });
    this.#setUp(true);
    const stopLeaving = this.#leaveSilent(client);
    // Its iteration may never end; it holds nothing but the closed client.
    void this.#follow(client, library);
    const error = await client.closed();
    stopLeaving();
    this.#setUp(false);
    if (!this.#closing.signal.aborted) this.#options.logger.warn('NATS connection ended', { error });
  }

  /** Undefined when closed first: then what comes late is closed too. */
  async #untilClosing(connecting: Promise<NatsClient>): Promise<NatsClient | undefined> {
    const { signal } = this.#closing;
    const closing = new Promise<undefined>((resolve) => {
      signal.addEventListener('abort', () => resolve(undefined), { once: true });
    });
    const client = await Promise.race([connecting, closing]);
    if (!signal.aborted) return client;
    void connecting.then(
      (late) => late.close(),
      () => undefined,
    );
    return undefined;
  }

  /**
   * Ends a client that got no answer for long, someone asks every few seconds; a new one begins with all servers and tries this one last. The
   * client itself would stay with a server that lost its cluster, and never again try those that were away when it began.
   */
  #leaveSilent(client: NatsClient): () => void {
    const { clock, logger } = this.#options;
    const sinceMs = clock.monotonicMs();
    let cancel = (): void => {};
    const check = (): void => {
      if (clock.monotonicMs() - Math.max(sinceMs, this.#answeredMs) > LEAVE_AFTER_MS) {
        this.#left = client.getServer();
        logger.warn('JetStream does not answer, trying all NATS servers anew', { left: this.#left });
        void client.close().catch(() => undefined);
      } else cancel = clock.setTimer(check, LEAVE_CHECK_MS);
    };
    cancel = clock.setTimer(check, LEAVE_CHECK_MS);
    return () => cancel();
  }

  /** In random order, the one that was left last. */
  #servers(): string[] {
    const order = this.#options.config.url.map((url) => {
      const isLeft = this.#left !== '' && url.endsWith(this.#left);
      return { url, rank: this.#options.random() + (isLeft ? 1 : 0) };
    });
    return order.sort((a, b) => a.rank - b.rank).map(({ url }) => url);
  }

  async #follow(client: NatsClient, library: NatsLibrary): Promise<void> {
    for await (const status of client.status()) {
      if (this.#api?.client !== client) return;
      if (status.type === library.Events.Disconnect) this.#setUp(false);
      if (status.type === library.Events.Reconnect) this.#setUp(true);
      if (status.type === library.Events.Error) this.#options.logger.warn('NATS error', { error: String(status.data) });
    }
  }

  #setUp(isUp: boolean): void {
    if (isUp === this.#isUp) return;
    this.#isUp = isUp;
    if (!this.#closing.signal.aborted) this.#options.logger.info(isUp ? 'connected to NATS' : 'NATS connection lost');
    if (isUp) this.#wakeAll();
    else for (const listener of [...this.#losses]) listener();
  }

  #wakeAll(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  #connectOptions(library: NatsLibrary): ConnectionOptions {
    const { config, name } = this.#options;
    const tls = {
      ...(config.tlsCaFile === '' ? {} : { caFile: config.tlsCaFile }),
      ...(config.tlsCertFile === '' ? {} : { certFile: config.tlsCertFile, keyFile: config.tlsKeyFile }),
    };
    const file = config.credentialsFile;
    return {
      servers: this.#servers(),
      noRandomize: true,
      name,
      timeout: CONNECT_TIMEOUT_MS,
      pingInterval: PING_INTERVAL_MS,
      maxPingOut: 2,
      maxReconnectAttempts: -1,
      reconnectTimeWait: RECONNECT_WAIT_MS,
      reconnectJitter: RECONNECT_WAIT_MS,
      ignoreAuthErrorAbort: true,
      ...(Object.keys(tls).length === 0 ? {} : { tls }),
      // Read at every connection: credentials are rotated.
      ...(file === '' ? {} : { authenticator: (nonce?: string) => library.credsAuthenticator(readFileSync(file))(nonce) }),
    };
  }
}
