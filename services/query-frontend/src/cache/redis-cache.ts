import { createClient, RESP_TYPES } from '@redis/client';
import type { Logger, MetricRegistry } from '@telamon/telemetry';
import type { ResultsCache } from './results-cache.ts';

/** How to reach a server that speaks Redis' protocol (Redis, Valkey). */
export interface RedisCacheOptions {
  readonly host: string;
  readonly port: number;
  /** '' for none. */
  readonly username: string;
  readonly password: string;
  readonly database: number;
  readonly isTls: boolean;
  readonly connectTimeoutMs: number;
  /** Longest wait for one command, ms. */
  readonly commandTimeoutMs: number;
  /** Larger values are not kept, bytes. */
  readonly maxItemBytes: number;
  /** Wait before a lost connection is tried again, ms, doubled up to 30 times as much. Default 500. */
  readonly reconnectDelayMs?: number;
  readonly logger: Logger;
  readonly registry: MetricRegistry;
}

/** Commands that may wait for the server; further ones fail at once. */
const COMMANDS_MAX = 1_000;

/** Makes the client; its type is too long to be written down. */
function clientOf(options: RedisCacheOptions) {
  const { host, port, username, password, database, isTls, connectTimeoutMs } = options;
  const delayMs = options.reconnectDelayMs ?? 500;
  return createClient({
    socket: {
      host,
      port,
      connectTimeout: connectTimeoutMs,
      reconnectStrategy: (retries) => Math.min(delayMs * 2 ** Math.min(retries, 10), delayMs * 30),
      ...(isTls ? { tls: true as const } : {}),
    },
    ...(username === '' ? {} : { username }),
    ...(password === '' ? {} : { password }),
    database,
    // While the server is away, queries go on without it and don't wait.
    disableOfflineQueue: true,
    commandsQueueMaxLength: COMMANDS_MAX,
  });
}

/** Keeps answers in a server that several frontends share. The server bounds its own memory (`maxmemory-policy allkeys-lru`). */
export class RedisCache implements ResultsCache {
  readonly #options: RedisCacheOptions;
  readonly #client: ReturnType<typeof clientOf>;
  readonly #failures: { inc(by?: number): void };
  #isAway = true;

  /** Begins to connect; until that is done, nothing is found. */
  constructor(options: RedisCacheOptions) {
    this.#options = options;
    const failures = options.registry.counter({
      name: 'telamon_query_frontend_results_cache_failures_total',
      help: 'Commands to the external results cache that failed or took too long.',
    });
    this.#failures = failures.with({});
    this.#client = clientOf(options);
    this.#client.on('error', (error: unknown) => this.#lose(error));
    this.#client.on('ready', () => this.#find());
    // Failures come as events; connecting goes on by itself.
    this.#client.connect().catch((error: unknown) => this.#lose(error));
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    if (!this.#client.isReady) return undefined;
    const bytes = this.#client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
    return (await this.#within(() => bytes.get(key))) ?? undefined;
  }

  async set(key: string, value: Uint8Array, ttlMs: number): Promise<void> {
    if (!this.#client.isReady || value.length > this.#options.maxItemBytes || ttlMs < 1) return;
    const owned = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    await this.#within(() => this.#client.set(key, owned, { expiration: { type: 'PX', value: Math.ceil(ttlMs) } }));
  }

  async close(): Promise<void> {
    this.#client.removeAllListeners('ready');
    if (this.#client.isOpen) this.#client.destroy();
  }

  /** undefined when the command fails or takes too long. */
  async #within<T>(command: () => Promise<T>): Promise<T | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('the results cache did not answer in time')), this.#options.commandTimeoutMs);
    });
    try {
      return await Promise.race([command(), late]);
    } catch (error) {
      this.#failures.inc();
      this.#lose(error);
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Says once that the cache is away, until it is there again. */
  #lose(error: unknown): void {
    if (!this.#isAway) this.#options.logger.warn('the results cache is away, queries go on without it', { error });
    this.#isAway = true;
  }

  #find(): void {
    this.#options.logger.info('connected to the results cache', { host: this.#options.host, port: this.#options.port });
    this.#isAway = false;
  }
}
