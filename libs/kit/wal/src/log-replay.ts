import { join } from 'node:path';
import { TelamonError } from '@telamon/model';
import type { LogFiles } from './log-files.ts';
import type { LogListing, NumberedFile } from './log-names.ts';
import { checkpointName, segmentName } from './log-names.ts';
import {
  KIND_CHECKPOINT,
  KIND_SEGMENT,
  RECORD_HEADER_BYTES,
  SEGMENT_HEADER_BYTES,
  type SegmentHeader,
} from './segment-format.ts';
import { SegmentReader } from './segment-reader.ts';

/** Type byte of the record that ends a checkpoint; callers' types are 1..250. */
export const TYPE_CHECKPOINT_END = 255;

/** A place where a log is not as it was written. */
export interface LogDamage {
  /**
   * `torn-tail`: the last write was cut short by a crash, nothing acknowledged is missing unless the disk lost it;
   * `corruption`: bytes changed, or a file or records are missing.
   */
  readonly kind: 'torn-tail' | 'corruption';
  /** File name within the log's directory. */
  readonly file: string;
  readonly offset: number;
  /** Bytes that were skipped. */
  readonly lostBytes: number;
  /** Records that were skipped; undefined when it cannot be known. */
  readonly lostRecords: number | undefined;
}

/** What a replay found. */
export interface ReplayReport {
  readonly records: number;
  readonly payloadBytes: number;
  readonly damages: readonly LogDamage[];
}

/** Receives a record; `payload` is a view that is valid during the call. */
export type RecordHandler = (type: number, payload: Uint8Array) => void;

/** How to replay. */
export interface ReplayOptions {
  readonly signal?: AbortSignal;
  /**
   * Called for every damage before anything behind it is read. Return `stop` to give up: the replay then throws a
   * TelamonError that names the place. The default carries on with the next whole record; damages are in the report.
   */
  readonly onDamage?: (damage: LogDamage) => 'continue' | 'stop';
  /** Longest time between two turns of the event loop, ms. Default 20. */
  readonly sliceMs?: number;
}

/** What the log needs to know after a replay in order to go on. */
export interface ReplayOutcome {
  readonly report: ReplayReport;
  /** The newest lsn that was seen; 0 in an empty log. */
  readonly lastLsn: number;
  /** Where the last segment's whole records end, when something follows them. */
  readonly tornAt: { readonly file: string; readonly offset: number } | undefined;
}

interface OpenSegment {
  readonly file: NumberedFile;
  readonly header: SegmentHeader | undefined;
}

/** Reads a whole log in order: the newest checkpoint, then the segments behind it. Used once, by {@link SegmentedLog}. */
export class LogReplay {
  readonly #files: LogFiles;
  readonly #directory: string;
  readonly #maxRecordBytes: number;
  readonly #handler: RecordHandler;
  readonly #options: ReplayOptions;
  readonly #damages: LogDamage[] = [];
  #records = 0;
  #payloadBytes = 0;
  #lastLsn = 0;
  #isLsnKnown = false;
  #tornAt: { file: string; offset: number } | undefined;
  #sliceEndsAt = 0;

  constructor(
    place: { files: LogFiles; directory: string; maxRecordBytes: number },
    handler: RecordHandler,
    options: ReplayOptions,
  ) {
    this.#files = place.files;
    this.#directory = place.directory;
    this.#maxRecordBytes = place.maxRecordBytes;
    this.#handler = handler;
    this.#options = options;
    this.#startSlice();
  }

  /** Runs it. Throws when the signal aborts, when the caller chose to stop at a damage, and on read errors. */
  async run(listing: LogListing): Promise<ReplayOutcome> {
    const checkpoint = listing.checkpoints.at(-1);
    // A log that never had a checkpoint begins with lsn 1.
    this.#isLsnKnown = checkpoint === undefined;
    if (checkpoint !== undefined) await this.#readCheckpoint(checkpoint);
    const segments: OpenSegment[] = [];
    for (const file of listing.segments) {
      if (checkpoint !== undefined && file.number <= checkpoint.number) continue;
      segments.push({ file, header: await this.#readHeader(file) });
    }
    for (let i = 0; i < segments.length; i++) {
      await this.#readSegment(segments[i]!, nextLsnAfter(segments, i), i === segments.length - 1);
    }
    const report = { records: this.#records, payloadBytes: this.#payloadBytes, damages: this.#damages };
    return { report, lastLsn: this.#lastLsn, tornAt: this.#tornAt };
  }

  async #readHeader(file: NumberedFile): Promise<SegmentHeader | undefined> {
    return this.#withReader(file, async (reader) => {
      await reader.open();
      const header = reader.header;
      return header?.kind === KIND_SEGMENT && header.number === file.number ? header : undefined;
    });
  }

  async #readSegment(segment: OpenSegment, nextFirstLsn: number | undefined, isLast: boolean): Promise<void> {
    const { file, header } = segment;
    const expected = this.#lastLsn + 1;
    if (header === undefined) {
      // A header that never reached the disk belongs to a segment in which nothing was acknowledged.
      const isHarmless = (isLast && file.sizeBytes <= SEGMENT_HEADER_BYTES) || (this.#isLsnKnown && nextFirstLsn === expected);
      if (isHarmless && file.sizeBytes === 0) return;
      this.#damage({
        kind: isHarmless ? 'torn-tail' : 'corruption',
        file: file.name,
        offset: 0,
        lostBytes: file.sizeBytes,
        lostRecords: undefined,
      });
      return;
    }
    if (this.#isLsnKnown && header.lsn > expected) {
      this.#damage({ kind: 'corruption', file: file.name, offset: 0, lostBytes: 0, lostRecords: header.lsn - expected });
    }
    if (!this.#isLsnKnown || header.lsn > expected) this.#lastLsn = header.lsn - 1;
    this.#isLsnKnown = true;
    await this.#withReader(file, async (reader) => {
      await reader.open();
      await this.#readRecords(reader, file, { lsn: header.lsn, nextFirstLsn, isLast });
    });
  }

  async #readRecords(
    reader: SegmentReader,
    file: NumberedFile,
    from: { lsn: number; nextFirstLsn: number | undefined; isLast: boolean },
  ): Promise<void> {
    let lsn = from.lsn;
    for (;;) {
      const pending = reader.next(lsn);
      const state = typeof pending === 'string' ? pending : await pending;
      if (state === 'end') return;
      if (state === 'record') {
        // A segment that was written again after a failure repeats what the one before may hold already.
        if (lsn > this.#lastLsn) this.#deliver(lsn, reader);
        lsn++;
        const pause = this.#pause();
        if (pause !== undefined) await pause;
        continue;
      }
      const found = await this.#skipDamage(reader, file, lsn, from);
      if (found === undefined) return;
      lsn = found;
      if (lsn > this.#lastLsn + 1) this.#lastLsn = lsn - 1;
    }
  }

  /** Reports a damaged place and finds the lsn to go on with; undefined when the segment holds nothing more of use. */
  async #skipDamage(
    reader: SegmentReader,
    file: NumberedFile,
    lsn: number,
    from: { nextFirstLsn: number | undefined; isLast: boolean },
  ): Promise<number | undefined> {
    const offset = reader.offset;
    const rest = reader.sizeBytes - offset;
    if (from.nextFirstLsn !== undefined && from.nextFirstLsn <= Math.max(lsn, this.#lastLsn + 1)) {
      this.#damage({ kind: 'torn-tail', file: file.name, offset, lostBytes: rest, lostRecords: 0 });
      return undefined;
    }
    const found = await reader.resync(lsn, () => this.#pause());
    if (found !== undefined) {
      this.#damage({ kind: 'corruption', file: file.name, offset, lostBytes: reader.offset - offset, lostRecords: found - lsn });
      return found;
    }
    if (from.isLast) {
      this.#tornAt = { file: file.name, offset };
      this.#damage({ kind: 'torn-tail', file: file.name, offset, lostBytes: rest, lostRecords: undefined });
    } else {
      const lostRecords = from.nextFirstLsn === undefined ? undefined : from.nextFirstLsn - lsn;
      this.#damage({ kind: 'corruption', file: file.name, offset, lostBytes: rest, lostRecords });
      if (from.nextFirstLsn !== undefined) this.#lastLsn = from.nextFirstLsn - 1;
    }
    return undefined;
  }

  async #readCheckpoint(file: NumberedFile): Promise<void> {
    await this.#withReader(file, async (reader) => {
      await reader.open();
      const header = reader.header;
      if (header?.kind !== KIND_CHECKPOINT || header.number !== file.number) {
        this.#damage({ kind: 'corruption', file: file.name, offset: 0, lostBytes: file.sizeBytes, lostRecords: undefined });
        return;
      }
      await this.#readCheckpointRecords(reader, file);
      this.#lastLsn = header.lsn;
      this.#isLsnKnown = header.lsn > 0;
    });
  }

  async #readCheckpointRecords(reader: SegmentReader, file: NumberedFile): Promise<void> {
    for (let index = 0; ; index++) {
      const pending = reader.next(index);
      const state = typeof pending === 'string' ? pending : await pending;
      if (state === 'record') {
        if (reader.type === TYPE_CHECKPOINT_END) return;
        this.#deliver(undefined, reader);
        const pause = this.#pause();
        if (pause !== undefined) await pause;
        continue;
      }
      const offset = reader.offset;
      const found = state === 'end' ? undefined : await reader.resync(index, () => this.#pause());
      const lostBytes = (found === undefined ? reader.sizeBytes : reader.offset) - offset;
      const lostRecords = found === undefined ? undefined : found - index;
      this.#damage({ kind: 'corruption', file: file.name, offset, lostBytes, lostRecords });
      if (found === undefined) return;
      index = found - 1;
    }
  }

  #deliver(lsn: number | undefined, reader: SegmentReader): void {
    if (lsn !== undefined) this.#lastLsn = lsn;
    this.#records++;
    this.#payloadBytes += reader.payload.length;
    this.#handler(reader.type, reader.payload);
  }

  #damage(damage: LogDamage): void {
    this.#damages.push(damage);
    if (this.#options.onDamage?.(damage) !== 'stop') return;
    throw new TelamonError(
      `write-ahead log ${this.#directory} is damaged (${damage.kind}) in ${damage.file} at byte ${damage.offset}; ` +
        'restore the file or move it away, which gives up the records in it',
      { status: 500, isRetryable: false },
    );
  }

  #startSlice(): void {
    this.#sliceEndsAt = performance.now() + (this.#options.sliceMs ?? 20);
  }

  #pause(): Promise<void> | undefined {
    if (performance.now() < this.#sliceEndsAt) return undefined;
    return new Promise((resolve, reject) => {
      setImmediate(() => {
        this.#startSlice();
        if (this.#options.signal?.aborted) reject(this.#options.signal.reason as Error);
        else resolve();
      });
    });
  }

  async #withReader<T>(file: NumberedFile, use: (reader: SegmentReader) => Promise<T>): Promise<T> {
    const open = await this.#files.open(join(this.#directory, file.name));
    try {
      return await use(new SegmentReader(open, file.sizeBytes, this.#maxRecordBytes));
    } finally {
      await open.close();
    }
  }
}

/** First lsn of the next segment whose header can be read. */
function nextLsnAfter(segments: readonly OpenSegment[], index: number): number | undefined {
  for (let i = index + 1; i < segments.length; i++) {
    const header = segments[i]!.header;
    if (header !== undefined) return header.lsn;
  }
  return undefined;
}

/** Names and sizes that callers and tests need to address places in a log. */
export const LOG_LAYOUT: {
  readonly headerBytes: number;
  readonly recordHeaderBytes: number;
  readonly segmentName: (number: number) => string;
  readonly checkpointName: (number: number) => string;
} = { headerBytes: SEGMENT_HEADER_BYTES, recordHeaderBytes: RECORD_HEADER_BYTES, segmentName, checkpointName };
