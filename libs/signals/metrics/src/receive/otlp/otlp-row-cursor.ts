import { fastHash } from '@telamon/algo';
import { type IntHistogram, Labels } from '@telamon/model';
import type { Exemplar, SeriesCursor, TimedHistogram, WriteTotals } from '@telamon/wire';
import { BLOCK_RANGE_MS } from '../../head/index.ts';
import { addFloatDelta, addHistogramDelta } from './add-delta.ts';
import type { LastSample, LastSampleOf } from './last-sample.ts';
import { toExemplar } from './point-exemplars.ts';
import { NO_POINT, ROW_COUNTER, ROW_DELTA, ROW_MADE, ROW_PROBE, ROW_STALE, type TranslatedRows } from './translated-rows.ts';

/** Zeros that lie further back than a head takes samples beside newer ones are left out. */
const MAX_ZERO_AGE_MS = BLOCK_RANGE_MS / 2;

const NO_BYTES = new Uint8Array(0);

/** What the cursor needs to know of the head and of the tenant. */
export interface RowCursorOptions {
  readonly lastSampleOf: LastSampleOf;
  /** Labels under which a series is stored when that differs from those it was sent with; undefined = it isn't stored. */
  readonly storedLabels?: ((labels: Uint8Array) => Uint8Array | undefined) | undefined;
  /** The tenant takes samples out of order. */
  readonly hasOutOfOrderWindow: boolean;
  /** Called for a delta that comes too late to be added. */
  readonly onLate: (row: number) => void;
  /** Called for a row that the head did not store, of a point with several or of none. */
  readonly onNotStored: (row: number) => void;
  readonly hashSeed: number;
}

/**
 * Walks translated rows as a head wants them, one series for each row.
 *
 * Deltas are added up here, at the moment when the head takes the row: what they are added to is the newest sample of their
 * series. That is why the head must append a row before it asks for the next one, in the same turn of the event loop.
 */
export class OtlpRowCursor implements SeriesCursor {
  readonly messageStart = 0;
  readonly messageEnd = 0;
  readonly hasInvalidUtf8 = false;
  /** The present row. */
  row = -1;
  hashLow = 0;
  sampleCount = 0;
  histogramCount = 0;
  readonly sampleTimesMs: Float64Array = new Float64Array(2);
  readonly sampleValues: Float64Array = new Float64Array(2);
  readonly sampleWords: Uint32Array = new Uint32Array(this.sampleValues.buffer);
  readonly sampleStartTimesMs: Float64Array = new Float64Array(2);
  readonly #rows: TranslatedRows;
  readonly #options: RowCursorOptions;
  /** The block that holds the labels of the present row. */
  #labels: Uint8Array = NO_BYTES;
  readonly #histograms: TimedHistogram[] = [];
  /** Series that got a delta in this request, and its time. */
  readonly #added = new Map<string, number>();
  /** The newest point whose first row was not stored. */
  #refusedPoint = NO_POINT;
  #start = 0;
  #end = 0;

  constructor(rows: TranslatedRows, options: RowCursorOptions) {
    this.#rows = rows;
    this.#options = options;
  }

  nextSeries(): boolean {
    this.#checkStored();
    while (++this.row < this.#rows.count) {
      this.#start = this.#rows.labelStarts[this.row]!;
      // Each block begins with the labels of a row.
      if (this.#start === 0) this.#labels = this.#rows.labelBlock(this.row);
      this.#end = this.#rows.labelEnds[this.row]!;
      this.sampleCount = 0;
      this.histogramCount = 0;
      if (!this.#resolve()) continue;
      this.hashLow = fastHash(this.#labels, this.#start, this.#end, this.#options.hashSeed);
      return true;
    }
    return false;
  }

  rewind(): void {
    this.row = -1;
    this.sampleCount = 0;
    this.#refusedPoint = NO_POINT;
    this.#added.clear();
  }

  verify(): WriteTotals {
    const { count, histograms, exemplarCount } = this.#rows;
    return { series: count, samples: count - histograms.size, histograms: histograms.size, exemplars: exemplarCount };
  }

  verifySome(): WriteTotals {
    return this.verify();
  }

  /** What is walked, for those who send the rows on as they are. */
  get rows(): TranslatedRows {
    return this.#rows;
  }

  /** Stands before a row without looking at its sample, for those who send the rows on. */
  aimAt(row: number): void {
    this.row = row;
    this.#start = this.#rows.labelStarts[row]!;
    if (this.#start === 0 || this.#labels === NO_BYTES) this.#labels = this.#rows.labelBlock(row);
    this.#end = this.#rows.labelEnds[row]!;
    this.sampleCount = this.#rows.histograms.has(row) ? 0 : 1;
    this.histogramCount = 1 - this.sampleCount;
  }

  /** Tells that a row that was sent on was not stored. */
  noteNotStored(row: number): void {
    this.#options.onNotStored(row);
  }

  get labelCount(): number {
    return this.decodeLabelPairs().length / 2;
  }

  /** Computed when asked for. */
  get hashHigh(): number {
    return fastHash(this.#labels, this.#start, this.#end, this.#options.hashSeed + 1);
  }

  rawKey(): Uint8Array {
    return this.#labels.slice(this.#start, this.#end);
  }

  matchesRawKey(key: Uint8Array, start = 0, end: number = key.length): boolean {
    if (end - start !== this.#end - this.#start) return false;
    for (let i = start, j = this.#start; i < end; i++, j++) if (key[i] !== this.#labels[j]) return false;
    return true;
  }

  decodeLabelPairs(): string[] {
    return [...Labels.fromBytes(this.#labels.subarray(this.#start, this.#end)).flat()];
  }

  decodeHistogram(index: number): TimedHistogram {
    return this.#histograms[index]!;
  }

  get exemplarCount(): number {
    return this.#rows.exemplars.get(this.row)?.length ?? 0;
  }

  decodeExemplar(index: number): Exemplar {
    return toExemplar(this.#rows.exemplars.get(this.row)![index]!, this.#rows.timesMs[this.row]!);
  }

  /** Metadata go by metric, beside the series. */
  decodeMetadata(): undefined {
    return undefined;
  }

  /** Sets the samples of the present row; false when it has none to give. */
  #resolve(): boolean {
    const { row } = this;
    const flags = this.#rows.flags[row]!;
    const asks = (flags & (ROW_DELTA | ROW_MADE | ROW_COUNTER)) !== 0;
    if (!asks) {
      this.#emit(this.#rows.startTimesMs[row]!);
      return true;
    }
    const last = this.#lastSample();
    const timeMs = this.#rows.timesMs[row]!;
    if ((flags & ROW_MADE) !== 0 && last !== undefined && last.timeMs >= timeMs && !this.#options.hasOutOfOrderWindow)
      return false;
    if ((flags & ROW_DELTA) !== 0 && !this.#isTimely(last, timeMs)) {
      this.#options.onLate(row);
      return false;
    }
    if ((flags & ROW_COUNTER) !== 0 && (flags & ROW_STALE) === 0) this.#emitStartZero(last);
    if ((flags & ROW_DELTA) === 0 || (flags & ROW_STALE) !== 0) this.#emit(this.#rows.startTimesMs[row]!);
    else this.#emitSum(last);
    return true;
  }

  /** The newest sample of the present series. */
  #lastSample(): LastSample | undefined {
    const { storedLabels, lastSampleOf } = this.#options;
    const labels = this.#labels.subarray(this.#start, this.#end);
    const stored = storedLabels === undefined ? labels : storedLabels(labels);
    return stored === undefined ? undefined : lastSampleOf(stored);
  }

  /** Looks whether the sample that was just given out is there, where somebody has to know. */
  #checkStored(): void {
    const { row } = this;
    if (row < 0 || this.sampleCount === 0) return;
    const point = this.#rows.points[row]!;
    const isWanted = (this.#rows.flags[row]! & ROW_PROBE) !== 0 || point === this.#refusedPoint || point === NO_POINT;
    if (!isWanted) return;
    const at = this.sampleCount - 1;
    const timeMs = this.sampleTimesMs[at]!;
    const last = this.#lastSample();
    const isStored =
      last !== undefined && last.timeMs === timeMs && (last.isStale || Object.is(last.value, this.sampleValues[at]));
    const mayBeLate = this.#options.hasOutOfOrderWindow && last !== undefined && last.timeMs > timeMs;
    if (isStored || mayBeLate) return;
    this.#refusedPoint = point;
    this.#options.onNotStored(row);
  }

  /**
   * Whether a delta may be added. One at the very time of the newest sample is that sample sent again by a client that had no
   * answer, and is let through to be acknowledged, unless this same request brought the sample.
   */
  #isTimely(last: LastSample | undefined, timeMs: number): boolean {
    const key = Buffer.from(this.#labels.buffer, this.#labels.byteOffset + this.#start, this.#end - this.#start).toString(
      'latin1',
    );
    if (this.#added.get(key) === timeMs || (last !== undefined && timeMs < last.timeMs)) return false;
    this.#added.set(key, timeMs);
    return true;
  }

  #emitSum(last: LastSample | undefined): void {
    const { row } = this;
    const delta = this.#rows.histograms.get(row);
    const timeMs = this.#rows.timesMs[row]!;
    const startTimeMs = this.#rows.startTimesMs[row]!;
    const isRepeated = last !== undefined && last.timeMs === timeMs && !last.isStale;
    if (delta !== undefined) {
      const repeated = isRepeated ? last.histogram : undefined;
      const sum = addHistogramDelta(last, delta, startTimeMs);
      if (repeated !== undefined) this.#addHistogram(repeated, timeMs, last!.startTimeMs);
      else this.#addHistogram(sum.value, timeMs, sum.startTimeMs);
      return;
    }
    const sum = addFloatDelta(last, this.#rows.values[row]!, startTimeMs);
    const value = isRepeated && last.histogram === undefined ? last.value : sum.value;
    this.#addFloat(value, timeMs, sum.startTimeMs);
  }

  /** The row as it stands, markers bit by bit. */
  #emit(startTimeMs: number): void {
    const { row } = this;
    const histogram = this.#rows.histograms.get(row);
    const timeMs = this.#rows.timesMs[row]!;
    if (histogram !== undefined) {
      this.#addHistogram(histogram, timeMs, startTimeMs);
      return;
    }
    const at = this.sampleCount;
    this.#addFloat(0, timeMs, startTimeMs);
    this.sampleWords[2 * at] = this.#rows.words[2 * row]!;
    this.sampleWords[2 * at + 1] = this.#rows.words[2 * row + 1]!;
  }

  /** A zero where a counter began, if the series has nothing from then on. */
  #emitStartZero(last: LastSample | undefined): void {
    const startMs = this.#rows.startTimesMs[this.row]!;
    const ageMs = this.#rows.timesMs[this.row]! - startMs;
    if (startMs <= 0 || ageMs <= 0 || ageMs > MAX_ZERO_AGE_MS || (last !== undefined && last.timeMs >= startMs)) return;
    const histogram = this.#rows.histograms.get(this.row);
    if (histogram === undefined) this.#addFloat(0, startMs, startMs);
    else this.#addHistogram(emptyLike(histogram), startMs, startMs);
  }

  #addFloat(value: number, timeMs: number, startTimeMs: number): void {
    const at = this.sampleCount++;
    this.sampleValues[at] = value;
    this.sampleTimesMs[at] = timeMs;
    this.sampleStartTimesMs[at] = startTimeMs;
  }

  #addHistogram(histogram: TimedHistogram['histogram'], timeMs: number, startTimeMs: number): void {
    this.#histograms[this.histogramCount++] = { timeMs, startTimeMs, histogram };
  }
}

function emptyLike(histogram: IntHistogram): IntHistogram {
  const none = new Float64Array(0);
  const buckets = { positiveSpans: [], negativeSpans: [], positiveDeltas: none, negativeDeltas: none };
  return { ...histogram, ...buckets, zeroCount: 0, count: 0, sum: 0 };
}
