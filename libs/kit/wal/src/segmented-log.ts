import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { TelamonError } from '@telamon/model';
import { type CheckpointRecord, writeCheckpointFile } from './checkpoint-file.ts';
import { DurabilityWaiters } from './durability-waiters.ts';
import type { LogFiles } from './log-files.ts';
import { type LogListing, sortListing } from './log-names.ts';
import { LogReplay, type RecordHandler, type ReplayOptions, type ReplayReport } from './log-replay.ts';
import { NodeLogFiles } from './node-log-files.ts';
import { type RecordBatch, RecordBuffer } from './record-buffer.ts';
import { type SegmentPlace, SegmentWriter } from './segment-writer.ts';
import { type Schedule, type SyncPolicy, scheduleOnProcess } from './sync-policy.ts';

/** How a log is kept. */
export interface SegmentedLogOptions {
  /** Absolute; made (0700) when missing, refused when it is a symbolic link or anyone may write to it. */
  readonly directory: string;
  readonly policy?: SyncPolicy;
  readonly files?: LogFiles;
  /** A segment that has reached this size is followed by a new one. Default 128 MiB. */
  readonly segmentSizeBytes?: number;
  /** Bytes that may wait for the disk before {@link SegmentedLog.append} refuses. Default 64 MiB. */
  readonly maxPendingBytes?: number;
  /** Largest payload of a record. Default 64 MiB. */
  readonly maxRecordBytes?: number;
  /** First pause before unwritten records are tried again in a new segment; doubles up to 10 s. Default 200 ms. */
  readonly retryDelayMs?: number;
  readonly schedule?: Schedule;
  /** Told about every failure to write or sync, and (undefined) when writing works again. */
  readonly onFailure?: (cause: unknown) => void;
}

/** Counters of a log since it was opened. */
export interface LogStats {
  records: number;
  bytes: number;
  syncs: number;
  failures: number;
}

const MAX_RETRY_DELAY_MS = 10_000;

/**
 * A write-ahead log: records in, a promise when they are safe, and the same records in the same order after a crash.
 *
 * Nothing that was not yet synced is forgotten when the disk fails: it is kept in memory and written again to a new
 * segment, and until that worked every `durable` beyond the last good sync rejects and every `append` refuses with a
 * retryable TelamonError 503. A caller whose retry logged nothing new still awaits `durable(lastLsn)` and so is never
 * acknowledged early. The pages of a failed sync are never trusted again (the kernel may have dropped them).
 */
export class SegmentedLog {
  /** Counters since {@link open}. */
  readonly stats: LogStats = { records: 0, bytes: 0, syncs: 0, failures: 0 };
  readonly #place: SegmentPlace;
  readonly #policy: SyncPolicy;
  readonly #limits: { segmentSizeBytes: number; maxPendingBytes: number; maxRecordBytes: number; retryDelayMs: number };
  readonly #schedule: Schedule;
  readonly #onFailure: (cause: unknown) => void;
  readonly #pending: RecordBuffer;
  readonly #waiters = new DurabilityWaiters();
  readonly #cuts: { lsn: number; resolve: (segment: number) => void; reject: (error: Error) => void }[] = [];
  #listing: LogListing | undefined;
  #segment: SegmentWriter | undefined;
  #nextSegment = 0;
  #lastLsn = 0;
  #writtenLsn = 0;
  #durableLsn = 0;
  /** Written but not yet synced; goes again to a new segment when the sync fails. */
  #unsynced: RecordBatch[] = [];
  #unsyncedBytes = 0;
  #busy: Promise<void> | undefined;
  #isSyncDue = false;
  #failure: TelamonError | undefined;
  #retryDelayMs = 0;
  #cancelTimer: (() => void) | undefined;
  #isClosed = false;
  readonly #cutLsns = new Map<number, number>();

  private constructor(options: SegmentedLogOptions, listing: LogListing, files: LogFiles) {
    this.#place = { files, directory: options.directory, salt: randomBytes(4).readUInt32LE() };
    this.#policy = options.policy ?? { kind: 'group' };
    this.#limits = {
      segmentSizeBytes: options.segmentSizeBytes ?? 128 << 20,
      maxPendingBytes: options.maxPendingBytes ?? 64 << 20,
      maxRecordBytes: options.maxRecordBytes ?? 64 << 20,
      retryDelayMs: options.retryDelayMs ?? 200,
    };
    this.#schedule = options.schedule ?? scheduleOnProcess;
    this.#onFailure = options.onFailure ?? (() => undefined);
    this.#pending = new RecordBuffer(this.#place.salt);
    this.#listing = listing;
    this.#nextSegment = Math.max(listing.segments.at(-1)?.number ?? -1, listing.checkpoints.at(-1)?.number ?? -1) + 1;
  }

  /** Opens or makes the log in a directory. {@link replay} comes next. Throws what the file system throws. */
  static async open(options: SegmentedLogOptions): Promise<SegmentedLog> {
    const files = options.files ?? new NodeLogFiles();
    await files.makeDirectory(options.directory);
    const listing = sortListing(await files.list(options.directory));
    for (const name of listing.temporary) await files.remove(join(options.directory, name));
    return new SegmentedLog(options, listing, files);
  }

  /**
   * Hands every record, oldest first, to `handler`: the newest checkpoint, then what came after it. Must run once, before
   * the first append. Yields to the event loop at least every 20 ms (a handler call counts in). A torn tail is cut off.
   */
  async replay(handler: RecordHandler, options: ReplayOptions = {}): Promise<ReplayReport> {
    const listing = this.#listing;
    if (listing === undefined) throw new Error('a log is replayed once, before anything is appended');
    this.#listing = undefined;
    const { files, directory } = this.#place;
    const replay = new LogReplay({ files, directory, maxRecordBytes: this.#limits.maxRecordBytes }, handler, options);
    const { report, lastLsn, tornAt } = await replay.run(listing);
    this.#lastLsn = lastLsn;
    this.#writtenLsn = lastLsn;
    this.#durableLsn = lastLsn;
    if (tornAt !== undefined) await this.#cutTornTail(join(directory, tornAt.file), tornAt.offset);
    return report;
  }

  /** Lsn of the record appended last; 0 when there is none. */
  get lastLsn(): number {
    return this.#lastLsn;
  }

  /** Every record up to here has been synced. */
  get durableLsn(): number {
    return this.#durableLsn;
  }

  /** Bytes that wait in memory for the disk. */
  get pendingBytes(): number {
    return this.#pending.length + this.#unsyncedBytes;
  }

  /** Throws the retryable TelamonError 503 with which {@link append} would refuse now. Call it before changing any state. */
  checkWritable(): void {
    if (this.#isClosed) throw new TelamonError('the write-ahead log is closed', { status: 503 });
    if (this.#failure !== undefined) throw this.#failure;
    if (this.pendingBytes > this.#limits.maxPendingBytes) {
      throw new TelamonError('the write-ahead log is behind: too many bytes wait for the disk; retry later', { status: 503 });
    }
  }

  /**
   * Copies a record (type 1..250, payload in parts) into the log and returns its lsn. Synchronous; safe only once
   * {@link durable} of the lsn has resolved. Refuses as {@link checkWritable} does: after that returned, any number of
   * appends in the same turn of the event loop succeed.
   */
  append(type: number, parts: readonly Uint8Array[]): number {
    if (this.#listing !== undefined) throw new Error('a log is replayed before the first append');
    if (this.#isClosed || this.#failure !== undefined) this.checkWritable();
    let length = 0;
    for (const part of parts) length += part.length;
    if (length > this.#limits.maxRecordBytes) throw new Error(`a record of ${length} bytes is over the log's limit`);
    const lsn = ++this.#lastLsn;
    this.#pending.add(lsn, type, parts);
    this.stats.records++;
    this.stats.bytes += length;
    this.#kick();
    return lsn;
  }

  /**
   * Resolves once the record is safe in the sense of the policy; rejects with a retryable TelamonError 503 when writing
   * fails before that. Has no deadline of its own: a disk that hangs keeps it waiting.
   */
  durable(lsn: number): Promise<void> {
    if (lsn > this.#lastLsn) throw new Error(`lsn ${lsn} was never appended`);
    if (lsn <= this.#durableLsn) return Promise.resolve();
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (this.#policy.kind === 'interval' && lsn <= this.#writtenLsn) return Promise.resolve();
    return this.#waiters.wait(lsn);
  }

  /** Syncs everything appended so far, whatever the policy. */
  async sync(): Promise<void> {
    const lsn = this.#lastLsn;
    while (this.#durableLsn < lsn) {
      if (this.#failure !== undefined) throw this.#failure;
      this.#isSyncDue = true;
      this.#kick();
      await this.#busy;
    }
  }

  /**
   * Ends the current segment behind everything appended so far. Resolves to the number of the segment in which later
   * records begin; everything in segments below it is what was appended before. Rejects as {@link durable} does.
   */
  cut(): Promise<number> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#cuts.push({ lsn: this.#lastLsn, resolve, reject });
      this.#kick();
    });
  }

  /**
   * Writes a checkpoint whose records stand for everything in segments up to and including `upToSegment`, atomically:
   * a crash or error before the end leaves the log as it was. Runs beside appends. Call {@link truncateBefore} next.
   */
  async writeCheckpoint(upToSegment: number, records: AsyncIterable<CheckpointRecord>): Promise<void> {
    const lsn = this.#cutLsns.get(upToSegment + 1) ?? 0;
    await writeCheckpointFile(this.#place, { number: upToSegment, lsn }, records);
  }

  /** Removes the segments below `segment` and all checkpoints but the newest. */
  async truncateBefore(segment: number): Promise<void> {
    const { files, directory } = this.#place;
    const listing = sortListing(await files.list(directory));
    for (const file of listing.segments) if (file.number < segment) await files.remove(join(directory, file.name));
    for (const file of listing.checkpoints.slice(0, -1)) await files.remove(join(directory, file.name));
    for (const cut of this.#cutLsns.keys()) if (cut < segment) this.#cutLsns.delete(cut);
    await files.syncDirectory(directory);
  }

  /** Bytes of the log on disk. Cost: one directory listing. */
  async sizeBytes(): Promise<number> {
    let total = 0;
    for (const file of await this.#place.files.list(this.#place.directory)) total += file.sizeBytes;
    return total;
  }

  /** Syncs and closes; later appends refuse. Throws when the last records could not be made safe. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    try {
      await this.sync();
    } finally {
      this.#isClosed = true;
      this.#cancelTimer?.();
      await this.#busy;
      await this.#segment?.close().catch(() => undefined);
      this.#segment = undefined;
    }
  }

  #kick(): void {
    if (this.#busy !== undefined || this.#failure !== undefined) return;
    this.#busy = new Promise<void>((resolve) => setImmediate(resolve))
      .then(() => this.#flush())
      .catch((error: unknown) => this.#fail(error))
      .finally(() => {
        this.#busy = undefined;
        if (this.#failure === undefined && this.#hasWork()) this.#kick();
      });
  }

  #hasWork(): boolean {
    return this.#pending.length > 0 || this.#cuts.length > 0 || (this.#isSyncDue && this.#unsynced.length > 0);
  }

  async #flush(): Promise<void> {
    while (this.#hasWork()) {
      if (this.#pending.length > 0) await this.#writeBatch();
      const mustSync =
        this.#policy.kind !== 'interval' || this.#isSyncDue || this.#unsyncedBytes > this.#limits.maxPendingBytes / 2;
      if (mustSync) await this.#syncSegment();
      else this.#syncLater();
      if (this.#cuts.length > 0 && this.#cuts[0]!.lsn <= this.#writtenLsn) await this.#serveCuts();
    }
  }

  async #writeBatch(): Promise<void> {
    const batch = this.#policy.kind === 'always' ? this.#pending.takeFirst() : this.#pending.takeAll();
    this.#unsynced.push(batch);
    this.#unsyncedBytes += batch.bytes.length;
    if (this.#segment !== undefined && this.#segment.sizeBytes >= this.#limits.segmentSizeBytes) await this.#endSegment();
    this.#segment ??= await SegmentWriter.create(this.#place, this.#nextSegment++, batch.firstLsn);
    await this.#segment.append(batch.bytes);
    this.#writtenLsn = batch.lastLsn;
    if (this.#policy.kind === 'interval') this.#waiters.reached(this.#writtenLsn);
  }

  async #syncSegment(): Promise<void> {
    this.#isSyncDue = false;
    if (this.#unsynced.length === 0) return;
    await this.#segment!.sync();
    this.stats.syncs++;
    this.#settle();
  }

  /** Everything in `#unsynced` is safe now. */
  #settle(): void {
    this.#durableLsn = this.#unsynced.at(-1)!.lastLsn;
    for (const batch of this.#unsynced) this.#pending.recycle(batch);
    this.#unsynced = [];
    this.#unsyncedBytes = 0;
    this.#waiters.reached(this.#durableLsn);
  }

  #syncLater(): void {
    if (this.#cancelTimer !== undefined || this.#policy.kind !== 'interval' || this.#unsynced.length === 0) return;
    this.#cancelTimer = this.#schedule(this.#policy.intervalMs, () => {
      this.#cancelTimer = undefined;
      this.#isSyncDue = true;
      this.#kick();
    });
  }

  /** Closes the segment; a batch that is about to be written may already stand in `#unsynced`. */
  async #endSegment(): Promise<void> {
    const segment = this.#segment!;
    if (this.#durableLsn < this.#writtenLsn) {
      await segment.sync();
      this.stats.syncs++;
      this.#durableLsn = this.#writtenLsn;
      this.#unsynced = this.#unsynced.filter((batch) => batch.lastLsn > this.#writtenLsn);
      this.#unsyncedBytes = this.#unsynced.reduce((sum, batch) => sum + batch.bytes.length, 0);
    }
    this.#segment = undefined;
    await segment.close();
  }

  async #serveCuts(): Promise<void> {
    if (this.#segment !== undefined) await this.#endSegment();
    this.#cutLsns.set(this.#nextSegment, this.#writtenLsn);
    while (this.#cuts.length > 0 && this.#cuts[0]!.lsn <= this.#writtenLsn) this.#cuts.shift()!.resolve(this.#nextSegment);
  }

  #fail(cause: unknown): void {
    this.stats.failures++;
    this.#failure = new TelamonError('the write-ahead log cannot be written; nothing is lost, retry later', {
      status: 503,
      cause,
    });
    this.#waiters.fail(this.#failure);
    for (const cut of this.#cuts.splice(0)) cut.reject(this.#failure);
    this.#onFailure(cause);
    const abandoned = this.#segment;
    this.#segment = undefined;
    if (abandoned !== undefined) void abandoned.close().catch(() => undefined);
    this.#retryDelayMs = Math.min(MAX_RETRY_DELAY_MS, Math.max(this.#limits.retryDelayMs, this.#retryDelayMs * 2));
    this.#cancelTimer?.();
    this.#cancelTimer = this.#schedule(this.#retryDelayMs, () => this.#startRetry());
  }

  #startRetry(): void {
    this.#cancelTimer = undefined;
    if (this.#isClosed || this.#busy !== undefined) return;
    this.#busy = this.#rewrite()
      .then(() => {
        this.#failure = undefined;
        this.#retryDelayMs = 0;
        this.#onFailure(undefined);
      })
      .catch((error: unknown) => this.#fail(error))
      .finally(() => {
        this.#busy = undefined;
        if (this.#failure === undefined && this.#hasWork()) this.#kick();
      });
  }

  /** Writes everything that is not safe to a new segment; the old one may hold parts of it, which replay passes over. */
  async #rewrite(): Promise<void> {
    if (this.#pending.length > 0) {
      const batch = this.#pending.takeAll();
      this.#unsynced.push(batch);
      this.#unsyncedBytes += batch.bytes.length;
    }
    const segment = await SegmentWriter.create(this.#place, this.#nextSegment++, this.#durableLsn + 1);
    try {
      for (const batch of this.#unsynced) await segment.append(batch.bytes);
      await segment.sync();
    } catch (error) {
      await segment.discard();
      throw error;
    }
    this.#segment = segment;
    this.#writtenLsn = this.#lastLsn;
    if (this.#unsynced.length > 0) this.#settle();
  }

  async #cutTornTail(path: string, offset: number): Promise<void> {
    const file = await this.#place.files.open(path);
    try {
      await file.truncate(offset);
      await file.syncData();
    } finally {
      await file.close();
    }
  }
}
