import { ByteWriter } from '@telamon/bytes';
import { type IntHistogram, TelamonError, writeStaleAt } from '@telamon/model';
import type { OtlpExemplar } from '@telamon/wire';

/** The row adds to what the series had. */
export const ROW_DELTA = 1;
/** The row may be preceded by a zero at its start time. */
export const ROW_COUNTER = 2;
/** The row ends its series. */
export const ROW_STALE = 4;
/** The row was made by the receiver itself (`target_info`): nobody is told when it is not stored. */
export const ROW_MADE = 8;
/** The first row of a point that has several: when it isn't stored, the others are looked at too. */
export const ROW_PROBE = 16;
/** {@link TranslatedRows.points} of a row that belongs to no point. */
export const NO_POINT = 0xffffffff;

/** Labels are kept in blocks of this size: one that grew would be copied as a whole, which holds the event loop. */
const LABEL_BLOCK_BYTES = 4 << 20;

/** Bounds of what one request may become. */
export interface RowBounds {
  readonly maxRows: number;
  readonly maxLabelBytes: number;
}

/** Some 300 MB at worst. */
export const DEFAULT_ROW_BOUNDS: RowBounds = { maxRows: 4_000_000, maxLabelBytes: 256 << 20 };

/** A point as far as all its rows share it. */
export interface RowPoint {
  readonly timeMs: number;
  readonly startTimeMs: number;
  /** `ROW_*` of its rows. */
  readonly flags: number;
}

/**
 * Samples of a request in columns, one row for each sample and its series; nothing is grouped. Labels are canonical bytes, one
 * after another in a few blocks. Rare things (histograms, exemplars) hang on their row.
 */
export class TranslatedRows {
  count = 0;
  /** Points so far; the rows of a point carry its number. */
  pointCount = 0;
  exemplarCount = 0;
  /** Takes the labels of the next row, before that is added. */
  labels: ByteWriter = new ByteWriter(4096);
  /** Where the labels of a row begin and end in {@link labelBlock}. */
  labelStarts: Uint32Array = new Uint32Array(64);
  labelEnds: Uint32Array = new Uint32Array(64);
  timesMs: Float64Array = new Float64Array(64);
  startTimesMs: Float64Array = new Float64Array(64);
  values: Float64Array = new Float64Array(64);
  /** The memory of {@link values}. */
  words: Uint32Array = new Uint32Array(this.values.buffer);
  points: Uint32Array = new Uint32Array(64);
  flags: Uint8Array = new Uint8Array(64);
  readonly histograms: Map<number, IntHistogram> = new Map();
  readonly exemplars: Map<number, readonly OtlpExemplar[]> = new Map();
  readonly #bounds: RowBounds;
  #point: RowPoint = { timeMs: 0, startTimeMs: 0, flags: 0 };
  #ordinal = NO_POINT;
  /** Blocks that are full, and the first row of each block, the present one included. */
  readonly #fullBlocks: Uint8Array[] = [];
  readonly #blockRows: number[] = [0];
  #fullBytes = 0;
  #labelStart = 0;

  constructor(bounds: RowBounds = DEFAULT_ROW_BOUNDS) {
    this.#bounds = bounds;
  }

  /** Rows that follow belong to a point that a sender counts. */
  beginPoint(point: RowPoint): void {
    this.#point = point;
    this.#ordinal = this.pointCount++;
  }

  /** Rows that follow belong to no point. */
  beginMade(point: RowPoint): void {
    this.#point = point;
    this.#ordinal = NO_POINT;
  }

  /** Adds a float under the labels that were written last. Throws 413 beyond the bounds. Amortised O(1). */
  float(value: number): void {
    const row = this.#add();
    if ((this.#point.flags & ROW_STALE) === 0) this.values[row] = value;
    else writeStaleAt(this.words, row);
  }

  /** Adds the first of a point's several rows, otherwise as {@link float}. */
  probe(value: number): void {
    this.float(value);
    this.flags[this.count - 1]! |= ROW_PROBE;
  }

  /** Adds a histogram, which is kept, under the labels that were written last; otherwise as {@link float}. */
  histogram(histogram: IntHistogram): void {
    this.histograms.set(this.#add(), histogram);
  }

  /** Hangs exemplars on the newest row; the array is kept. Those of a point without a value are dropped, as in Prometheus. */
  attachExemplars(exemplars: readonly OtlpExemplar[]): void {
    if (exemplars.length === 0 || (this.#point.flags & ROW_STALE) !== 0) return;
    this.exemplars.set(this.count - 1, exemplars);
    this.exemplarCount += exemplars.length;
  }

  /** The bytes that hold the labels of a row, among others; valid until the next row is added. Cost: O(blocks). */
  labelBlock(row: number): Uint8Array {
    let block = this.#blockRows.length - 1;
    while (this.#blockRows[block]! > row) block--;
    return this.#fullBlocks[block] ?? this.labels.view();
  }

  /** Canonical labels of a row; valid as {@link labelBlock}. */
  labelsOf(row: number): Uint8Array {
    return this.labelBlock(row).subarray(this.labelStarts[row], this.labelEnds[row]);
  }

  #add(): number {
    const row = this.count;
    const { maxRows, maxLabelBytes } = this.#bounds;
    if (row >= maxRows || this.#fullBytes + this.labels.length > maxLabelBytes) throw tooLarge(this.#bounds);
    if (row >= this.timesMs.length) this.#grow();
    this.labelStarts[row] = this.#labelStart;
    this.labelEnds[row] = this.labels.length;
    this.#labelStart = this.labels.length;
    if (this.labels.length >= LABEL_BLOCK_BYTES) this.#endBlock();
    this.timesMs[row] = this.#point.timeMs;
    this.startTimesMs[row] = this.#point.startTimeMs;
    this.flags[row] = this.#point.flags;
    this.points[row] = this.#ordinal;
    this.count = row + 1;
    return row;
  }

  #endBlock(): void {
    this.#fullBlocks.push(this.labels.view());
    this.#fullBytes += this.labels.length;
    this.#blockRows.push(this.count + 1);
    this.labels = new ByteWriter(LABEL_BLOCK_BYTES + 4096);
    this.#labelStart = 0;
  }

  #grow(): void {
    const size = this.timesMs.length * 2;
    this.labelStarts = copied(this.labelStarts, new Uint32Array(size));
    this.labelEnds = copied(this.labelEnds, new Uint32Array(size));
    this.timesMs = copied(this.timesMs, new Float64Array(size));
    this.startTimesMs = copied(this.startTimesMs, new Float64Array(size));
    // As words, so that no staleness marker passes through a double.
    this.words = copied(this.words, new Uint32Array(2 * size));
    this.values = new Float64Array(this.words.buffer);
    this.points = copied(this.points, new Uint32Array(size));
    this.flags = copied(this.flags, new Uint8Array(size));
  }
}

function copied<T extends Uint32Array | Float64Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

function tooLarge({ maxRows, maxLabelBytes }: RowBounds): TelamonError {
  const text = `the request becomes more than ${maxRows} samples or ${maxLabelBytes} bytes of labels; send smaller batches`;
  return new TelamonError(text, { status: 413 });
}
