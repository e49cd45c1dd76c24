import {
  compactHistogram,
  copyFloatHistogram,
  detectReset,
  divideHistogram,
  type FloatHistogram,
  HINT_GAUGE,
  multiplyHistogram,
  reduceResolution,
  usesCustomBuckets,
} from '@telamon/model';
import { noteTexts } from '../annotations.ts';
import type { RangeWindows } from '../range-window.ts';
import type { Row } from '../row.ts';
import { extrapolationFactor } from './extrapolation.ts';
import { addNoted, type HistogramNotes, haveSameKind, subtractNoted } from './histogram-difference.ts';
import type { RangeCallContext } from './range-function.ts';
import { isStartTimeOverlap, isStartTimeReset, type StartTimes } from './start-time.ts';

/** A rate over native histograms. */
export interface HistogramRateContext extends RangeCallContext {
  readonly isCounter: boolean;
  readonly isPerSecond: boolean;
}

/** rate, increase and delta of native histograms, extrapolated as for floats. Notes what does not fit. */
export function extrapolatedHistogramRate(windows: RangeWindows, row: Row, step: number, context: HistogramRateContext): void {
  const { annotations, position, isCounter } = context;
  const notes: HistogramNotes = { annotations, position, metricName: windows.metricName };
  const run = new HistogramWindow(windows, step, context);
  const { low, last } = run;
  const times = windows.histogramTimes;
  const first = windows.histograms[low]!;
  let increase = last > low ? run.difference(notes) : undefined;
  if (last > low && increase === undefined) return;
  const start = isCounter ? run.usableStart() : 0;
  if (start !== 0) {
    if (increase === undefined) increase = copyFloatHistogram(first);
    else if (!addNoted(increase, first, notes)) return;
  }
  if (increase === undefined) return;
  const sampled = (times[last]! - (start !== 0 ? start : times[low]!)) / 1000;
  const canReachZero = isCounter && increase.count > 0 && first.count >= 0;
  const factor = extrapolationFactor({
    sampledSeconds: sampled,
    averageGapSeconds: last > low ? (times[last]! - times[low]!) / 1000 / (last - low) : 0,
    toStartSeconds: start !== 0 ? -1 : (times[low]! - windows.startOf(step)) / 1000,
    toEndSeconds: (windows.endOf(step) - times[last]!) / 1000,
    toZeroSeconds: canReachZero ? sampled * (first.count / increase.count) : Infinity,
  });
  row.setHistogram(step, multiplyHistogram(increase, context.isPerSecond ? factor / (windows.layout.rangeMs / 1000) : factor));
}

/** The histograms of one window. */
class HistogramWindow {
  readonly low: number;
  readonly last: number;
  readonly #windows: RangeWindows;
  readonly #step: number;
  readonly #context: HistogramRateContext;

  constructor(windows: RangeWindows, step: number, context: HistogramRateContext) {
    this.#windows = windows;
    this.#step = step;
    this.#context = context;
    this.low = windows.histogramLow[step]!;
    this.last = windows.histogramHigh[step]! - 1;
  }

  /** Last minus first, plus what resets took away; undefined, with a warning, when schemas do not go together. */
  difference(notes: HistogramNotes): FloatHistogram | undefined {
    const { histograms } = this.#windows;
    const { isCounter } = this.#context;
    const { low, last } = this;
    let previous = histograms[low]!;
    const newest = histograms[last]!;
    if (isCounter && (isGauge(previous) || isGauge(newest))) this.#warn(noteTexts.notCounter, notes);
    // A first histogram that a reset follows does not count, so its buckets need not fit either.
    if (isCounter && (this.#isStartReset(low + 1) || detectReset(histograms[low + 1]!, previous))) {
      previous = emptyLike(histograms[low + 1]!);
    }
    const schema = this.#commonSchema(previous, newest, notes);
    if (schema === undefined) return undefined;
    const result = copyFloatHistogram(newest);
    if (!usesCustomBuckets(result) && schema < result.schema) reduceResolution(result, schema);
    if (!subtractNoted(result, previous, notes)) return undefined;
    if (isCounter) {
      if (!this.#addResets(result, previous, notes)) return undefined;
    } else if (!isGauge(histograms[low]!) || !isGauge(newest)) this.#warn(noteTexts.notGauge, notes);
    result.counterResetHint = HINT_GAUGE;
    return compactHistogram(result);
  }

  /** Start time of the first histogram, 0 when it cannot stand for an empty one inside the window. */
  usableStart(): number {
    const starts = this.#starts();
    if (starts === undefined) return 0;
    const start = starts[this.low]!;
    const isInside = start > this.#windows.startOf(this.#step) && start < this.#windows.histogramTimes[this.low]!;
    return start !== 0 && isInside ? start : 0;
  }

  /** The coarsest schema; undefined, with a warning, when exponential and custom buckets are mixed. */
  #commonSchema(first: FloatHistogram, newest: FloatHistogram, notes: HistogramNotes): number | undefined {
    const { histograms } = this.#windows;
    if (!haveSameKind(first, newest)) {
      this.#warn(noteTexts.mixedSchemas, notes);
      return undefined;
    }
    let schema = Math.min(first.schema, newest.schema);
    if (!this.#context.isCounter) return schema;
    for (let i = this.low + 1; i < this.last; i++) {
      const current = histograms[i]!;
      if (isGauge(current)) this.#warn(noteTexts.notCounter, notes);
      if (!haveSameKind(current, newest)) {
        this.#warn(noteTexts.mixedSchemas, notes);
        return undefined;
      }
      schema = Math.min(schema, current.schema);
    }
    return schema;
  }

  #addResets(result: FloatHistogram, first: FloatHistogram, notes: HistogramNotes): boolean {
    const { histograms } = this.#windows;
    let previous = first;
    let isOverlapNoted = false;
    for (let i = this.low + 1; i <= this.last; i++) {
      const current = histograms[i]!;
      const pair = this.#pair(i);
      if (!isOverlapNoted && pair !== undefined && isStartTimeOverlap(pair)) {
        notes.annotations.startTimeOverlap(notes.metricName, notes.position);
        isOverlapNoted = true;
      }
      const isReset = (pair !== undefined && isStartTimeReset(pair)) || detectReset(current, previous);
      if (isReset && !addNoted(result, previous, notes)) return false;
      previous = current;
    }
    return true;
  }

  #starts(): readonly number[] | undefined {
    return this.#context.usesStartTimes ? this.#windows.histogramStartTimes : undefined;
  }

  #pair(index: number): StartTimes | undefined {
    const starts = this.#starts();
    if (starts === undefined) return undefined;
    const times = this.#windows.histogramTimes;
    return {
      previousStart: starts[index - 1]!,
      previousTime: times[index - 1]!,
      start: starts[index]!,
      time: times[index]!,
    };
  }

  #isStartReset(index: number): boolean {
    const pair = this.#pair(index);
    return pair !== undefined && isStartTimeReset(pair);
  }

  #warn(text: (metricName: string) => string, notes: HistogramNotes): void {
    notes.annotations.warn(text(notes.metricName), notes.position);
  }
}

/** Whether a histogram is marked as a gauge. */
export function isGauge(histogram: FloatHistogram): boolean {
  return histogram.counterResetHint === HINT_GAUGE;
}

function emptyLike(histogram: FloatHistogram): FloatHistogram {
  return {
    counterResetHint: 0,
    schema: histogram.schema,
    zeroThreshold: 0,
    zeroCount: 0,
    count: 0,
    sum: 0,
    positiveSpans: [],
    negativeSpans: [],
    positiveBuckets: new Float64Array(0),
    negativeBuckets: new Float64Array(0),
    customValues: histogram.customValues,
  };
}

/** Divides by a range's seconds for rates. */
export function perSecond(histogram: FloatHistogram, rangeMs: number, isPerSecond: boolean): FloatHistogram {
  return isPerSecond ? divideHistogram(histogram, rangeMs / 1000) : histogram;
}
