import { type FloatHistogram, isStaleAt, Labels, SampleColumns } from '@telamon/model';
import { histogramSampleSize } from './histogram-size.ts';
import type { Series } from './queryable.ts';

/** Where the windows of a range function lie. */
export interface WindowLayout {
  readonly steps: number;
  /** End of the first window, and the distance to the next (0 when all steps see the same window). */
  readonly firstEndMs: number;
  readonly strideMs: number;
  readonly rangeMs: number;
  /** Samples before and after the range that boundary values are taken from (`anchored`, `smoothed`). */
  readonly beforeMs: number;
  readonly afterMs: number;
}

/**
 * Samples of one series with the windows of every step over them. Floats and histograms stand apart; staleness markers
 * are gone. Window of a step: floats `floatLow[step] .. floatHigh[step]` (end exclusive), histograms alike.
 * Left-open: a sample exactly at the window's start is outside. Reused from series to series.
 */
export class RangeWindows {
  readonly layout: WindowLayout;
  /** Steps that are to be computed now, `stepFrom` to before `stepTo`: all of them, unless the work is sliced. */
  stepFrom = 0;
  stepTo: number;
  labels: Labels = Labels.EMPTY;
  times: Float64Array = new Float64Array(0);
  values: Float64Array = new Float64Array(0);
  /** Number of floats. */
  length = 0;
  /** Start times of the floats, undefined when none is known. */
  startTimes: Float64Array | undefined = undefined;
  histogramTimes: number[] = [];
  histograms: FloatHistogram[] = [];
  histogramStartTimes: number[] | undefined = undefined;
  readonly floatLow: Int32Array;
  readonly floatHigh: Int32Array;
  readonly histogramLow: Int32Array;
  readonly histogramHigh: Int32Array;
  readonly #columns = new SampleColumns();

  constructor(layout: WindowLayout) {
    this.layout = layout;
    this.stepTo = layout.steps;
    this.floatLow = new Int32Array(layout.steps);
    this.floatHigh = new Int32Array(layout.steps);
    this.histogramLow = new Int32Array(layout.steps);
    this.histogramHigh = new Int32Array(layout.steps);
  }

  /** End of a step's range (not of the samples after it). */
  endOf(step: number): number {
    return this.layout.firstEndMs + step * this.layout.strideMs;
  }

  /** Start of a step's range, exclusive. */
  startOf(step: number): number {
    return this.endOf(step) - this.layout.rangeMs;
  }

  /** Whether a step's window holds no sample. */
  isEmpty(step: number): boolean {
    return this.floatLow[step] === this.floatHigh[step] && this.histogramLow[step] === this.histogramHigh[step];
  }

  /** Metric name, for annotations. */
  get metricName(): string {
    return this.labels.metricName;
  }

  /** Reads a series and places the windows; false when there is no sample at all. Cost: O(samples + steps). */
  load(series: Series): boolean {
    const { firstEndMs, steps, strideMs, rangeMs, beforeMs, afterMs } = this.layout;
    const columns = this.#columns;
    columns.clear();
    series.read(firstEndMs - rangeMs - beforeMs + 1, firstEndMs + (steps - 1) * strideMs + afterMs, columns);
    this.labels = series.labels;
    this.length = 0;
    this.histograms.length = 0;
    this.histogramTimes.length = 0;
    this.startTimes = columns.startTimesMs;
    this.histogramStartTimes = columns.startTimesMs === undefined ? undefined : [];
    if (columns.length === 0) return false;
    this.times = columns.timesMs;
    this.values = columns.values;
    if (columns.histograms === undefined) this.length = dropStaleFloats(columns);
    else this.#separate(columns, columns.histograms);
    this.#placeFloats();
    this.#placeHistograms();
    return true;
  }

  /** Samples in a step's window, histograms counted by size. */
  sizeOf(step: number): number {
    let size = this.floatHigh[step]! - this.floatLow[step]!;
    for (let i = this.histogramLow[step]!; i < this.histogramHigh[step]!; i++) {
      size += histogramSampleSize(this.histograms[i]!);
    }
    return size;
  }

  /** Samples of a step's window that are later than a time, histograms counted by size. */
  sizeAfter(step: number, timeMs: number): number {
    let size = 0;
    for (let i = this.floatHigh[step]! - 1; i >= this.floatLow[step]! && this.times[i]! > timeMs; i--) size++;
    for (let i = this.histogramHigh[step]! - 1; i >= this.histogramLow[step]! && this.histogramTimes[i]! > timeMs; i--) {
      size += histogramSampleSize(this.histograms[i]!);
    }
    return size;
  }

  #separate(columns: SampleColumns, histograms: (FloatHistogram | undefined)[]): void {
    const { timesMs, words, startTimesMs } = columns;
    let kept = 0;
    for (let i = 0; i < columns.length; i++) {
      const histogram = histograms[i];
      if (histogram !== undefined) {
        if (histogram.isStale) continue;
        this.histograms.push(histogram);
        this.histogramTimes.push(timesMs[i]!);
        this.histogramStartTimes?.push(startTimesMs![i]!);
      } else if (!isStaleAt(words, i)) moveFloat(columns, i, kept++);
    }
    this.length = kept;
  }

  #placeFloats(): void {
    const { firstEndMs, steps, strideMs, rangeMs, beforeMs, afterMs } = this.layout;
    const { times, length, floatLow, floatHigh } = this;
    let low = 0;
    let high = 0;
    for (let step = 0; step < steps; step++) {
      const end = firstEndMs + step * strideMs;
      const start = end - rangeMs - beforeMs;
      while (high < length && times[high]! <= end + afterMs) high++;
      while (low < high && times[low]! <= start) low++;
      floatLow[step] = low;
      floatHigh[step] = high;
    }
  }

  #placeHistograms(): void {
    const { firstEndMs, steps, strideMs, rangeMs, beforeMs, afterMs } = this.layout;
    const { histogramTimes, histogramLow, histogramHigh } = this;
    const length = histogramTimes.length;
    if (length === 0) {
      histogramLow.fill(0);
      histogramHigh.fill(0);
      return;
    }
    let low = 0;
    let high = 0;
    for (let step = 0; step < steps; step++) {
      const end = firstEndMs + step * strideMs;
      const start = end - rangeMs - beforeMs;
      while (high < length && histogramTimes[high]! <= end + afterMs) high++;
      while (low < high && histogramTimes[low]! <= start) low++;
      histogramLow[step] = low;
      histogramHigh[step] = high;
    }
  }
}

/** Removes staleness markers in place; returns the number of floats left. */
function dropStaleFloats(columns: SampleColumns): number {
  const { words, length } = columns;
  let kept = 0;
  while (kept < length && !isStaleAt(words, kept)) kept++;
  for (let i = kept; i < length; i++) if (!isStaleAt(words, i)) moveFloat(columns, i, kept++);
  return kept;
}

function moveFloat(columns: SampleColumns, from: number, to: number): void {
  if (from === to) return;
  columns.timesMs[to] = columns.timesMs[from]!;
  columns.values[to] = columns.values[from]!;
  if (columns.startTimesMs !== undefined) columns.startTimesMs[to] = columns.startTimesMs[from]!;
}
