import { type Clock, type Logger, sleep } from '@telamon/telemetry';
import { backoffMs } from './backoff.ts';
import type { BucketMessage } from './bucket-message.ts';
import { type BucketView, VIEW_KEYS_MAX } from './bucket-view.ts';
import { isJetStreamError, JETSTREAM_ERRORS, type JetStreamApi, type StreamInfo } from './jetstream-api.ts';
import { KeyConsumer } from './key-consumer.ts';
import type { KvMetrics } from './kv-metrics.ts';
import type { NatsConnection } from './nats-connection.ts';

const CONNECTED_WAIT_MS = 60_000;
const CATCH_UP_TIMEOUT_MS = 15_000;
const CHECK_INTERVAL_MS = 5_000;
const CHECK_JITTER_MS = 2_000;
/** Everything is read again after this time to twice of it: old servers skip a message now and then when a subject is purged. */
const REFRESH_MS = 60_000;
const RECHECK_DELAY_MS = 1_000;
/** A watch that lasted this long did not fail because of its start. */
const STEADY_MS = 30_000;
const MARKER_AGE_MS = 3_600_000;
const MARKERS_PER_CHECK = 16;

/** Why a watch ended; label of a metric. */
type EndReason = 'lost' | 'connection' | 'behind' | 'different' | 'recreated' | 'failed' | 'refresh';

/** What the watch works with. */
export interface BucketWatchOptions {
  readonly connection: NatsConnection;
  readonly view: BucketView;
  readonly stream: string;
  /** Subjects of the bucket without the key: `$KV.<bucket>.`. */
  readonly prefix: string;
  readonly timeoutMs: number;
  readonly metrics: KvMetrics | undefined;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly random: () => number;
  /** Makes the bucket when it is not there, and describes it. */
  ensure(api: JetStreamApi): Promise<StreamInfo>;
  /** Told of a message that is not acceptable. */
  onForeign(message: BucketMessage): void;
}

interface Session {
  readonly api: JetStreamApi;
  readonly consumer: KeyConsumer;
  /** Last sequence of the stream when the session began: what is older has been told. */
  readonly startSequence: number;
  readonly created: string;
}

/**
 * Keeps a view of a bucket current with one consumer. It begins anew, with the whole state, when the connection or the consumer is lost
 * and when the periodic comparison with the stream's leader (last sequence, number of keys, time of creation) shows a difference: deletions
 * that left no message are found that way, without reading everything all the time; that is done every minute or two. Pauses grow when it keeps failing.
 */
export class BucketWatch {
  readonly #options: BucketWatchOptions;
  readonly #closing = new AbortController();
  readonly #running: Promise<void>;
  #created = '';

  constructor(options: BucketWatchOptions) {
    this.#options = options;
    this.#running = this.#run();
  }

  /** Ends it. */
  async close(): Promise<void> {
    this.#closing.abort(new Error('closed'));
    await this.#running;
  }

  async #run(): Promise<void> {
    const { clock, random, metrics, logger } = this.#options;
    const { signal } = this.#closing;
    for (let failures = 0; !signal.aborted; failures++) {
      const startedMs = clock.monotonicMs();
      try {
        const reason = await this.#session();
        if (signal.aborted) return;
        if (reason === 'refresh') {
          failures = 0;
          continue;
        }
        if (reason !== undefined) metrics?.watchRestarts.inc({ reason });
        logger.debug('watch begins anew', { reason });
      } catch (error) {
        if (signal.aborted) return;
        metrics?.watchRestarts.inc({ reason: 'failed' });
        if (failures % 20 === 0) logger.warn('cannot watch the bucket, trying again', { error });
      }
      if (clock.monotonicMs() - startedMs > STEADY_MS) failures = 0;
      await sleep(clock, backoffMs(failures, random), signal).catch(() => undefined);
    }
  }

  /** One consumer's life. Returns why it ended; undefined when closed. */
  async #session(): Promise<EndReason | undefined> {
    const { connection, clock } = this.#options;
    const { signal } = this.#closing;
    const api = await connection.ready(CONNECTED_WAIT_MS, signal);
    const info = await this.#options.ensure(api);
    const end = new Ending(signal);
    const removeLossListener = connection.onLoss(() => end.now('connection'));
    const state = new Map<string, BucketMessage>();
    let isLoading = true;
    let consumer: KeyConsumer | undefined;
    const caughtUp = new AbortController();
    try {
      consumer = await KeyConsumer.start(
        api,
        this.#options,
        {
          onMessage: (message) => {
            if (!message.isAcceptable) this.#options.onForeign(message);
            if (!isLoading) this.#options.view.apply(message, clock.monotonicMs());
            else if (state.size < VIEW_KEYS_MAX || state.has(message.key)) state.set(message.key, message);
          },
          onCaughtUp: () => caughtUp.abort(),
          onLost: () => end.now('lost'),
        },
        this.#options.timeoutMs,
      );
      await end.or(sleep(clock, CATCH_UP_TIMEOUT_MS, caughtUp.signal).catch(() => undefined));
      if (end.reason !== undefined || !caughtUp.signal.aborted) return end.reason ?? 'failed';
      isLoading = false;
      const session = { api, consumer, startSequence: info.lastSequence, created: info.created };
      await this.#load(session, state);
      return await this.#follow(session, end);
    } finally {
      removeLossListener();
      consumer?.stop();
    }
  }

  async #load(session: Session, state: ReadonlyMap<string, BucketMessage>): Promise<void> {
    const { view, clock, stream, prefix, timeoutMs } = this.#options;
    const isNew = session.created !== this.#created;
    this.#created = session.created;
    // A consumer may live on a server that lags; only the leader knows that a key is really gone.
    for (const [key, sequence] of view.replace(state, isNew, clock.monotonicMs())) {
      const last = await session.api.last(stream, prefix + key, timeoutMs);
      if (last === undefined) view.forget(key, sequence);
    }
  }

  async #follow(session: Session, end: Ending): Promise<EndReason | undefined> {
    const { clock, random } = this.#options;
    const refreshMs = clock.monotonicMs() + REFRESH_MS * (1 + random());
    for (;;) {
      await end.or(sleep(clock, CHECK_INTERVAL_MS + CHECK_JITTER_MS * random(), end.signal).catch(() => undefined));
      if (end.isOver) return end.reason;
      const first = await this.#compare(session);
      if (first === undefined) {
        await this.#purgeMarkers(session);
        if (clock.monotonicMs() > refreshMs) return 'refresh';
        continue;
      }
      // Writes are on their way all the time: only a difference that stays is one.
      await end.or(sleep(clock, RECHECK_DELAY_MS, end.signal).catch(() => undefined));
      if (end.isOver) return end.reason;
      const second = await this.#compare(session, first.sequence);
      if (second !== undefined) return second.reason;
    }
  }

  /** Undefined: nothing was missed, or nobody answers (the last view stays). `sequence` is the least that must have been seen. */
  async #compare(session: Session, sequence?: number): Promise<{ reason: EndReason; sequence: number } | undefined> {
    const { stream, timeoutMs, view } = this.#options;
    let info: StreamInfo | undefined;
    try {
      info = await session.api.streamInfo(stream, timeoutMs);
    } catch {
      return undefined;
    }
    if (info === undefined || info.created !== session.created) return { reason: 'recreated', sequence: 0 };
    const seen = Math.max(session.consumer.streamSequence, session.startSequence);
    if (seen < (sequence ?? info.lastSequence)) return { reason: 'behind', sequence: info.lastSequence };
    if (Math.min(info.subjects, VIEW_KEYS_MAX) !== view.size)
      return { reason: 'different', sequence: sequence ?? info.lastSequence };
    return undefined;
  }

  /** Deleted keys leave a message each; without this a bucket grows with every name that ever was. */
  async #purgeMarkers(session: Session): Promise<void> {
    const { view, clock, random, stream, prefix, timeoutMs } = this.#options;
    const sinceMs = clock.monotonicMs() - MARKER_AGE_MS * (1 + random());
    for (const [key, sequence] of view.oldMarkers(sinceMs, MARKERS_PER_CHECK)) {
      try {
        // Up to the marker and not beyond: the key may be written again right now.
        await session.api.request(`STREAM.PURGE.${stream}`, { filter: prefix + key, seq: sequence + 1 }, timeoutMs);
        view.forget(key, sequence);
      } catch (error) {
        if (!isJetStreamError(error, JETSTREAM_ERRORS.streamNotFound)) return;
      }
    }
  }
}

/** The first reason for which a session ends. */
class Ending {
  reason: EndReason | undefined;
  readonly #controller = new AbortController();
  readonly signal: AbortSignal;

  constructor(closing: AbortSignal) {
    this.signal = AbortSignal.any([closing, this.#controller.signal]);
  }

  get isOver(): boolean {
    return this.signal.aborted;
  }

  now(reason: EndReason): void {
    this.reason ??= reason;
    this.#controller.abort();
  }

  /** Resolves with the work or at the end, whichever is first. */
  async or(work: Promise<unknown>): Promise<void> {
    if (this.isOver) return;
    let release = (): void => {};
    const over = new Promise<void>((resolve) => {
      release = resolve;
      this.signal.addEventListener('abort', release, { once: true });
    });
    await Promise.race([work, over]);
    this.signal.removeEventListener('abort', release);
  }
}
