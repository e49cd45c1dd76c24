import { randomUUID } from 'node:crypto';
import { type Clock, createSilentLogger, type Logger, SYSTEM_CLOCK, sleep } from '@telamon/telemetry';
import { type BucketMessage, OPERATION_HEADER, readBucketMessage, WRITE_ID_HEADER } from './bucket-message.ts';
import { BucketView } from './bucket-view.ts';
import { BucketWatch } from './bucket-watch.ts';
import { isJetStreamError, JETSTREAM_ERRORS, type JetStreamApi, type StreamInfo } from './jetstream-api.ts';
import { KvConflictError } from './kv-conflict-error.ts';
import { KvRequestError, KvUnavailableError } from './kv-errors.ts';
import { checkKvKey, checkKvPrefix, checkKvValue, isBelow, MAX_KV_VALUE_BYTES } from './kv-key.ts';
import type { KvMetrics } from './kv-metrics.ts';
import type { KvCallOptions, KvEntry, KvListener, KvStore } from './kv-store.ts';
import { NatsConnection } from './nats-connection.ts';
import { isValidBucketName, type NatsConfig } from './nats-options.ts';
import { areReplicasSerial } from './nats-version.ts';

const DEFAULT_CALL_TIMEOUT_MS = 5_000;
const RETRY_PAUSE_MS = 100;
const RETRY_PAUSE_MAX_MS = 1_000;
const LIST_CONCURRENCY = 64;
/** A value, its subject and its headers. */
const MESSAGE_MAX_BYTES: number = MAX_KV_VALUE_BYTES + 4096;

/** What a store needs from its process. */
export interface NatsKvOptions {
  readonly config: NatsConfig;
  /** Name of this Telamon cluster; others that share the NATS servers have other buckets. '' or absent: none. */
  readonly clusterLabel?: string;
  /** Name of this process in NATS' list of connections. */
  readonly clientName?: string;
  readonly metrics?: KvMetrics;
  readonly logger?: Logger;
  readonly clock?: Clock;
  readonly random?: () => number;
}

/**
 * A NATS JetStream key-value bucket (history 1, values as they are), readable by the `nats` tool. Reads ask the stream's leader, so a
 * process sees its own writes; watches share one consumer and a view in memory. Opening never fails for want of NATS: the connection
 * and the bucket come in the background, and calls wait for them within their deadline. Servers from 2.9.
 */
export class NatsKv implements KvStore {
  readonly #connection: NatsConnection;
  readonly #view = new BucketView();
  readonly #watch: BucketWatch;
  readonly #stream: string;
  readonly #prefix: string;
  readonly #options: NatsKvOptions;
  readonly #logger: Logger;
  readonly #clock: Clock;
  #isClosed = false;
  #hasWarnedOfReplicas = false;
  #foreign = 0;

  /** @throws KvRequestError for a bucket or a label that cannot be a name. */
  constructor(options: NatsKvOptions) {
    const { config, clusterLabel = '' } = options;
    const bucket = clusterLabel === '' ? config.bucket : `${clusterLabel}-${config.bucket}`;
    if (!isValidBucketName(config.bucket) || (clusterLabel !== '' && !isValidBucketName(clusterLabel))) {
      throw new KvRequestError(`${JSON.stringify(bucket)} cannot be the name of a NATS bucket: letters, digits, _ and - only`);
    }
    this.#options = options;
    this.#stream = `KV_${bucket}`;
    this.#prefix = `$KV.${bucket}.`;
    this.#logger = options.logger ?? createSilentLogger();
    this.#clock = options.clock ?? SYSTEM_CLOCK;
    const random = options.random ?? Math.random;
    const shared = { logger: this.#logger, clock: this.#clock, random };
    this.#connection = new NatsConnection({ config, name: options.clientName ?? 'telamon', ...shared });
    this.#watch = new BucketWatch({
      ...shared,
      connection: this.#connection,
      view: this.#view,
      stream: this.#stream,
      prefix: this.#prefix,
      timeoutMs: config.timeoutMs,
      metrics: options.metrics,
      ensure: (api) => this.#ensure(api, config.timeoutMs),
      onForeign: (message) => this.#ignore(message),
    });
    options.metrics?.observeConnection(() => this.isConnected);
  }

  get isConnected(): boolean {
    return !this.#isClosed && this.#connection.isAnswering;
  }

  async get(key: string, options: KvCallOptions = {}): Promise<KvEntry | undefined> {
    checkKvKey(key);
    return await this.#call(options, async (api, timeoutMs) => entryOf(await this.#last(api, key, timeoutMs)));
  }

  async list(prefix: string, options: KvCallOptions = {}): Promise<KvEntry[]> {
    checkKvPrefix(prefix);
    return await this.#call(options, async (api, timeoutMs) => {
      const filter = prefix === '' ? `${this.#prefix}>` : `${this.#prefix}${prefix}.>`;
      const subjects = await api.subjects(this.#stream, filter, timeoutMs);
      const keys = subjects.map((subject) => subject.slice(this.#prefix.length)).filter((key) => isBelow(key, prefix));
      const entries: KvEntry[] = [];
      for (let i = 0; i < keys.length; i += LIST_CONCURRENCY) {
        const page = keys.slice(i, i + LIST_CONCURRENCY);
        const found = await Promise.all(page.map(async (key) => entryOf(await this.#last(api, key, timeoutMs))));
        for (const entry of found) if (entry !== undefined) entries.push(entry);
      }
      return entries;
    });
  }

  async put(key: string, value: Uint8Array, options: KvCallOptions = {}): Promise<number> {
    checkKvKey(key);
    checkKvValue(value);
    const writeId = randomUUID();
    return await this.#call(options, (api, timeoutMs) => this.#publish(api, { key, value, writeId, timeoutMs }));
  }

  async create(key: string, value: Uint8Array, options: KvCallOptions = {}): Promise<number> {
    checkKvKey(key);
    checkKvValue(value);
    const writeId = randomUUID();
    return await this.#call(options, async (api, timeoutMs) => {
      const last = await this.#last(api, key, timeoutMs);
      if (last?.writeId === writeId) return last.sequence;
      if (last?.value !== undefined) throw new KvConflictError(key);
      return await this.#publishIf(api, { key, value, writeId, timeoutMs, expected: last?.sequence ?? 0 });
    });
  }

  async update(key: string, value: Uint8Array, revision: number, options: KvCallOptions = {}): Promise<number> {
    checkKvKey(key);
    checkKvValue(value);
    if (!(revision > 0)) throw new KvConflictError(key);
    const writeId = randomUUID();
    return await this.#call(options, (api, timeoutMs) =>
      this.#publishIf(api, { key, value, writeId, timeoutMs, expected: revision }),
    );
  }

  async delete(key: string, revision?: number, options: KvCallOptions = {}): Promise<void> {
    checkKvKey(key);
    const writeId = randomUUID();
    await this.#call(options, async (api, timeoutMs) => {
      const write = { key, value: undefined, writeId, timeoutMs };
      if (revision !== undefined) await this.#publishIf(api, { ...write, expected: revision });
      // A marker for what is not there would stay for an hour.
      else if ((await this.#last(api, key, timeoutMs))?.value !== undefined) await this.#publish(api, write);
    });
  }

  watch(prefix: string, listener: KvListener): () => void {
    checkKvPrefix(prefix);
    if (this.#isClosed) throw new KvUnavailableError('the store is closed');
    return this.#view.add(prefix, listener);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#view.clear();
    await Promise.all([this.#watch.close(), this.#connection.close()]);
  }

  async #last(api: JetStreamApi, key: string, timeoutMs: number): Promise<BucketMessage | undefined> {
    const stored = await api.last(this.#stream, this.#prefix + key, timeoutMs);
    if (stored === undefined) return undefined;
    const message = readBucketMessage(stored, this.#prefix, (name) => stored.headers.get(name));
    if (!message.isAcceptable) this.#ignore(message);
    return message;
  }

  /** A conditional write. One whose answer was lost is found by its id. */
  async #publishIf(api: JetStreamApi, write: Write & { readonly expected: number }): Promise<number> {
    try {
      return await this.#publish(api, write);
    } catch (error) {
      if (!isJetStreamError(error, JETSTREAM_ERRORS.wrongLastSequence, JETSTREAM_ERRORS.wrongLastSequenceInFlight)) throw error;
      const last = await this.#last(api, write.key, write.timeoutMs);
      if (last?.writeId === write.writeId) return last.sequence;
      throw new KvConflictError(write.key);
    }
  }

  async #publish(api: JetStreamApi, write: Write): Promise<number> {
    const headers: Record<string, string> = { [WRITE_ID_HEADER]: write.writeId };
    if (write.value === undefined) headers[OPERATION_HEADER] = 'DEL';
    if (write.expected !== undefined) headers['Nats-Expected-Last-Subject-Sequence'] = String(write.expected);
    const subject = this.#prefix + write.key;
    return await api.publish(subject, write.value ?? new Uint8Array(0), headers, write.timeoutMs);
  }

  /** Runs attempts until one succeeds, is refused for good, or the time is over. */
  async #call<T>(options: KvCallOptions, attempt: (api: JetStreamApi, timeoutMs: number) => Promise<T>): Promise<T> {
    const { signal, timeoutMs = DEFAULT_CALL_TIMEOUT_MS } = options;
    const endMs = this.#clock.monotonicMs() + timeoutMs;
    let last: unknown;
    for (let pauseMs = RETRY_PAUSE_MS; ; pauseMs = Math.min(RETRY_PAUSE_MAX_MS, pauseMs * 2)) {
      signal?.throwIfAborted();
      if (this.#isClosed) throw new KvUnavailableError('the store is closed');
      const leftMs = endMs - this.#clock.monotonicMs();
      if (leftMs <= 0) throw unavailable(timeoutMs, last);
      try {
        const api = await this.#connection.ready(leftMs, signal);
        const waitMs = Math.max(1, Math.min(this.#options.config.timeoutMs, endMs - this.#clock.monotonicMs()));
        return await orAborted(attempt(api, waitMs), signal);
      } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof KvConflictError) throw error;
        last = error;
      }
      await sleep(this.#clock, Math.max(0, Math.min(pauseMs, endMs - this.#clock.monotonicMs())), signal);
      await this.#heal(endMs);
    }
  }

  /** A write that nobody took may want a bucket that is not there. */
  async #heal(endMs: number): Promise<void> {
    const leftMs = endMs - this.#clock.monotonicMs();
    if (leftMs <= 0 || this.#isClosed) return;
    try {
      const timeoutMs = Math.min(leftMs, this.#options.config.timeoutMs);
      await this.#ensure(await this.#connection.ready(timeoutMs), timeoutMs);
    } catch {
      // The next attempt says what is wrong.
    }
  }

  async #ensure(api: JetStreamApi, timeoutMs: number): Promise<StreamInfo> {
    let info = await api.streamInfo(this.#stream, timeoutMs);
    if (info === undefined) {
      await this.#createStream(api, timeoutMs);
      info = await api.streamInfo(this.#stream, timeoutMs);
    }
    if (info === undefined) throw new KvUnavailableError('the bucket disappeared');
    this.#checkReplicas(api, info.replicas);
    return info;
  }

  #checkReplicas(api: JetStreamApi, has: number): void {
    if (this.#hasWarnedOfReplicas) return;
    const version = api.client.info?.version ?? '';
    const configured = this.#options.config.replicas;
    const isUnsafe = has > 1 && !areReplicasSerial(version);
    this.#hasWarnedOfReplicas = isUnsafe || has < configured;
    if (isUnsafe)
      this.#logger.error('NATS before 2.9.21 loses conditional writes to a replicated bucket: upgrade it', { version });
    else if (has < configured)
      this.#logger.warn('the NATS bucket has fewer replicas than configured', { has, configured, version });
  }

  async #createStream(api: JetStreamApi, timeoutMs: number): Promise<void> {
    const isSerial = areReplicasSerial(api.client.info?.version ?? '');
    const replicas = isSerial ? this.#options.config.replicas : 1;
    const body = {
      name: this.#stream,
      description: 'Telamon: rings and leases',
      subjects: [`${this.#prefix}>`],
      retention: 'limits',
      discard: 'new',
      storage: 'file',
      num_replicas: replicas,
      max_msgs_per_subject: 1,
      max_msg_size: MESSAGE_MAX_BYTES,
      max_consumers: -1,
      max_msgs: -1,
      max_bytes: -1,
      allow_rollup_hdrs: true,
      deny_delete: true,
      allow_direct: true,
    };
    try {
      await api.request(`STREAM.CREATE.${this.#stream}`, body, timeoutMs);
      this.#logger.info('made the NATS bucket', { stream: this.#stream, replicas });
    } catch (error) {
      if (!isJetStreamError(error, JETSTREAM_ERRORS.streamNameInUse)) throw error;
    }
  }

  #ignore(message: BucketMessage): void {
    this.#options.metrics?.ignored.inc({});
    if (this.#foreign++ % 1000 === 0) {
      this.#logger.warn('ignored a key or value that is not ours in the NATS bucket', { key: message.key.slice(0, 80) });
    }
  }
}

interface Write {
  readonly key: string;
  /** Undefined: a deletion. */
  readonly value: Uint8Array | undefined;
  readonly writeId: string;
  readonly timeoutMs: number;
  /** Sequence of the key's last message; absent: any. */
  readonly expected?: number;
}

function entryOf(message: BucketMessage | undefined): KvEntry | undefined {
  if (message?.value === undefined) return undefined;
  return { key: message.key, value: message.value, revision: message.sequence };
}

function unavailable(timeoutMs: number, cause: unknown): KvUnavailableError {
  const why = cause instanceof Error ? `: ${cause.message}` : '';
  return new KvUnavailableError(`NATS did not answer within ${timeoutMs} ms${why}`, cause);
}

/** An attempt whose caller went away goes on alone; it ends by its own time-out. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return await work;
  let onAbort = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
