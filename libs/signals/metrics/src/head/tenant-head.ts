import { randomBytes } from 'node:crypto';
import { TelamonError } from '@telamon/model';
import { TimeSlice } from '@telamon/telemetry';
import { type ReplayReport, SegmentedLog, type SegmentedLogOptions } from '@telamon/wal';
import type { AppendInput, AppendResult } from './append-contract.ts';
import { ChunkSpill } from './chunk-spill.ts';
import { HeadBatch, RECORD_BATCH, readBatch } from './head-batch.ts';
import { checkpointRecords } from './head-checkpoint.ts';
import { HeadReplay } from './head-replay.ts';
import { HeadState } from './head-state.ts';
import { truncateState } from './head-truncation.ts';
import { RequestAppender } from './request-appender.ts';

/** Span of a block, ms. */
export const BLOCK_RANGE_MS: number = 2 * 3600 * 1000;
const SLICE_MS = 10;

/** How a tenant's head is kept. */
export interface TenantHeadOptions {
  readonly tenant: string;
  /** The log's directory and policy; `files` can be a disk of a test. */
  readonly log: SegmentedLogOptions;
  /** Directory of spilled chunks; those of an earlier run go at the start. */
  readonly chunkDirectory: string;
  readonly rangeMs?: number;
  /** Exemplars that the ring takes during the replay; later the limit of each request counts. */
  readonly maxExemplars?: number;
  /** Wall clock, ms. */
  readonly now?: () => number;
  readonly signal?: AbortSignal;
}

/** What opening a head found. */
export interface HeadReplayReport extends ReplayReport {
  /** Items whose series' record was lost with a damaged part of the log. */
  readonly orphans: number;
}

/**
 * The head of one tenant: newest samples in memory, everything in a write-ahead log. Made by {@link open}.
 *
 * All changes happen synchronously in one turn of the event loop together with their record in the log; a request is
 * acknowledged when the log says that it is safe.
 */
export class TenantHead {
  readonly tenant: string;
  readonly state: HeadState;
  readonly log: SegmentedLog;
  readonly replayed: HeadReplayReport;
  /** Requests appended since the start. */
  requests = 0;
  /** Wall clock of the last request that stored something, ms; of the start before the first. */
  lastWriteMs: number;
  readonly batch: HeadBatch = new HeadBatch();
  readonly #now: () => number;
  readonly #readers = new Set<symbol>();
  /** Refs of removed series, with the readers that may know them. */
  #quarantine: { refs: readonly number[]; readers: Set<symbol> }[] = [];
  #truncating: Promise<void> | undefined;
  #pushes = 0;
  #isClosed = false;

  private constructor(options: TenantHeadOptions, state: HeadState, log: SegmentedLog, replayed: HeadReplayReport) {
    this.tenant = options.tenant;
    this.state = state;
    this.log = log;
    this.replayed = replayed;
    this.#now = options.now ?? Date.now;
    this.lastWriteMs = this.#now();
  }

  /** Opens or makes a head and replays its log, yielding to the event loop. Throws what the file system throws. */
  static async open(options: TenantHeadOptions): Promise<TenantHead> {
    const log = await SegmentedLog.open(options.log);
    const spill = await ChunkSpill.open(options.chunkDirectory);
    const hashSeed = randomBytes(4).readUInt32LE();
    const state = new HeadState({ rangeMs: options.rangeMs ?? BLOCK_RANGE_MS, spill, hashSeed });
    const replay = new HeadReplay(state, options.maxExemplars ?? 100_000);
    const report = await log.replay(
      (type, payload) => {
        if (type !== RECORD_BATCH) throw new TelamonError(`head log holds a record of the unknown type ${type}`);
        readBatch(payload, replay);
      },
      { sliceMs: SLICE_MS, ...(options.signal === undefined ? {} : { signal: options.signal }) },
    );
    state.rows.collectFree();
    return new TenantHead(options, state, log, { ...report, orphans: replay.orphans });
  }

  /**
   * Appends a request and waits until it is safe. Large requests give way to the event loop between pieces. Throws a
   * retryable TelamonError 503 when the log cannot be written (some of the request may be in memory; the same request
   * again is safe and is acknowledged only when all of it is durable), and `DecodeError` from the cursor.
   */
  async push(input: AppendInput): Promise<AppendResult> {
    this.#pushes++;
    try {
      this.#checkOpen();
      const appender = this.#startRequest(input);
      while (!appender.step(performance.now() + SLICE_MS)) {
        await new Promise((resolve) => setImmediate(resolve));
        this.#checkOpen();
      }
      this.#noteWrite(appender.result);
      await this.log.durable(this.log.lastLsn);
      return appender.result;
    } finally {
      this.#pushes--;
    }
  }

  /** Appends a request in one go and does not wait; the caller awaits `log.durable(log.lastLsn)`. Throws as {@link push}. */
  appendRequest(input: AppendInput): AppendResult {
    this.#checkOpen();
    const appender = this.#startRequest(input);
    appender.step(Number.POSITIVE_INFINITY);
    this.#noteWrite(appender.result);
    return appender.result;
  }

  /** Puts what the batch holds into the log. */
  logBatch(): void {
    if (this.batch.sizeBytes === 0) return;
    this.log.append(RECORD_BATCH, this.batch.parts());
    this.batch.clear();
  }

  /** Oldest sample held, ms; undefined when there is none. */
  get oldestMs(): number | undefined {
    const oldest = Math.min(this.state.oldestMs, this.state.lateOldestMs);
    return Number.isFinite(oldest) ? oldest : undefined;
  }

  /** Newest sample, ms; undefined when there was none ever. */
  get newestMs(): number | undefined {
    return Number.isFinite(this.state.newestMs) ? this.state.newestMs : undefined;
  }

  /** Whether a request or a reader is at work. */
  get isBusy(): boolean {
    return this.#pushes > 0 || this.#readers.size > 0 || this.#truncating !== undefined;
  }

  /** While `read` runs, the refs that it gets keep their meaning (they may name series that are gone). */
  async *reading<T>(read: () => AsyncIterable<T>): AsyncIterable<T> {
    const reader = Symbol('reader');
    this.#readers.add(reader);
    try {
      yield* read();
    } finally {
      this.#endRead(reader);
    }
  }

  /** As {@link reading} for a single answer. */
  async read<T>(read: () => Promise<T>): Promise<T> {
    const reader = Symbol('reader');
    this.#readers.add(reader);
    try {
      return await read();
    } finally {
      this.#endRead(reader);
    }
  }

  /**
   * Drops samples before a time (late ones only when a block stream has given them out), series that hold nothing any
   * more, and the part of the log that stood for them. Safe beside appends and queries; a second call waits for the first.
   * When writing the checkpoint fails, memory is freed all the same and the old log stays.
   */
  async truncate(beforeMs: number): Promise<void> {
    while (this.#truncating !== undefined) await this.#truncating.catch(() => undefined);
    this.#truncating = this.#truncate(beforeMs);
    try {
      await this.#truncating;
    } finally {
      this.#truncating = undefined;
    }
  }

  /** Syncs the log and closes all files. Waits for nothing that runs: callers stop first. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    try {
      await this.log.close();
    } finally {
      await this.state.spill.close();
    }
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new TelamonError(`the head of tenant ${this.tenant} is closed`, { status: 503 });
    this.log.checkWritable();
  }

  #startRequest(input: AppendInput): RequestAppender {
    this.requests++;
    return new RequestAppender(this, input, this.#now());
  }

  #noteWrite(result: AppendResult): void {
    const { samples, histograms } = result.written;
    if (samples + histograms > 0) this.lastWriteMs = this.#now();
  }

  #endRead(reader: symbol): void {
    this.#readers.delete(reader);
    if (this.#quarantine.length === 0) return;
    this.#quarantine = this.#quarantine.filter((held) => {
      held.readers.delete(reader);
      if (held.readers.size > 0) return true;
      this.state.rows.free(held.refs);
      return false;
    });
  }

  async #truncate(beforeMs: number): Promise<void> {
    const slice = new TimeSlice(SLICE_MS);
    const gone = await truncateState(this.state, beforeMs, slice);
    if (gone.length > 0) {
      if (this.#readers.size === 0) this.state.rows.free(gone);
      else this.#quarantine.push({ refs: gone, readers: new Set(this.#readers) });
    }
    const segment = await this.log.cut();
    await this.log.writeCheckpoint(segment - 1, checkpointRecords(this.state, slice));
    await this.log.truncateBefore(segment);
  }
}
