import { noteTexts } from '../annotations.ts';
import { CompensatedSum, quantileOfSorted, sortNaNFirst } from '../float-math.ts';
import type { RangeWindows } from '../range-window.ts';
import type { Row } from '../row.ts';
import { averageHistograms, sumHistograms } from './histogram-over-time.ts';
import type { RangeCallContext, RangeFunction } from './range-function.ts';

/** Value of one window of floats, given as a stretch of the windows' columns that is not empty. */
export type FloatWindowFunction = (windows: RangeWindows, low: number, high: number, step: number) => number;

/** Whether a step's window holds floats. */
export function hasFloats(windows: RangeWindows, step: number): boolean {
  return windows.floatLow[step] !== windows.floatHigh[step];
}

/** Whether a step's window holds histograms. */
export function hasHistograms(windows: RangeWindows, step: number): boolean {
  return windows.histogramLow[step] !== windows.histogramHigh[step];
}

/** Functions that see the floats only: histograms beside them are ignored with a note, windows without floats give nothing. */
function floatsOnly(compute: FloatWindowFunction): RangeFunction {
  return (windows, row, context) => {
    for (let step = windows.stepFrom; step < windows.stepTo; step++) {
      if (!hasFloats(windows, step)) continue;
      noteIgnoredHistograms(windows, step, context);
      row.setFloat(step, compute(windows, windows.floatLow[step]!, windows.floatHigh[step]!, step));
    }
  };
}

/** Says that histograms in a window of floats were not looked at. */
export function noteIgnoredHistograms(windows: RangeWindows, step: number, context: RangeCallContext): void {
  if (windows.histograms.length === 0 || !hasHistograms(windows, step)) return;
  context.annotations.info(noteTexts.histogramIgnoredInRange(windows.metricName), context.position);
}

/** count_over_time: floats and histograms. */
export const countOverTime: RangeFunction = (windows, row) => {
  for (let step = windows.stepFrom; step < windows.stepTo; step++) {
    if (windows.isEmpty(step)) continue;
    const floats = windows.floatHigh[step]! - windows.floatLow[step]!;
    row.setFloat(step, floats + windows.histogramHigh[step]! - windows.histogramLow[step]!);
  }
};

/** present_over_time and the first half of absent_over_time: 1 where a window holds anything. */
export const presentOverTime: RangeFunction = (windows, row) => {
  for (let step = windows.stepFrom; step < windows.stepTo; step++) if (!windows.isEmpty(step)) row.setFloat(step, 1);
};

/** sum_over_time, with compensated summation. */
export const sumOverTime: RangeFunction = (windows, row, context) => {
  forPureWindows(windows, row, context, {
    floats: (low, high) => sumOf(windows.values, low, high),
    histograms: (step) => sumHistograms(windows, row, step, context),
  });
};

/** The sum of a stretch of numbers as {@link CompensatedSum} forms it, without its calls: this is the inner loop. */
function sumOf(values: Float64Array, low: number, high: number): number {
  let sum = 0;
  let compensation = 0;
  for (let i = low; i < high; i++) {
    const value = values[i]!;
    const next = sum + value;
    if (next === Infinity || next === -Infinity) compensation = 0;
    else if (Math.abs(sum) >= Math.abs(value)) compensation += sum - next + value;
    else compensation += value - next + sum;
    sum = next;
  }
  return sum === Infinity || sum === -Infinity ? sum : sum + compensation;
}

/** avg_over_time: sum over count; where the sum overflows, an incremental mean. */
export const averageOverTime: RangeFunction = (windows, row, context) => {
  forPureWindows(windows, row, context, {
    floats: (low, high) => averageOf(windows.values, low, high),
    histograms: (step) => averageHistograms(windows, row, step, context),
  });
};

interface PureWindowHandlers {
  readonly floats: (low: number, high: number) => number;
  readonly histograms: (step: number) => void;
}

/** Windows of floats or of histograms; a mix gives a warning and nothing else. */
function forPureWindows(windows: RangeWindows, row: Row, context: RangeCallContext, handlers: PureWindowHandlers): void {
  for (let step = windows.stepFrom; step < windows.stepTo; step++) {
    const isFloat = hasFloats(windows, step);
    const isHistogram = hasHistograms(windows, step);
    if (isFloat && isHistogram) {
      context.annotations.warn(noteTexts.mixedFloatsHistograms(windows.metricName), context.position);
    } else if (isFloat) row.setFloat(step, handlers.floats(windows.floatLow[step]!, windows.floatHigh[step]!));
    else if (isHistogram) handlers.histograms(step);
  }
}

function averageOf(values: Float64Array, low: number, high: number): number {
  let sum = values[low]!;
  let compensation = 0;
  for (let i = low + 1; i < high; i++) {
    const value = values[i]!;
    const next = sum + value;
    if (next === Infinity || next === -Infinity) {
      return incrementalAverage(values, { low, high, from: i, sum, compensation });
    }
    compensation += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  const count = high - low;
  return sum / count + compensation / count;
}

function incrementalAverage(
  values: Float64Array,
  state: { low: number; high: number; from: number; sum: number; compensation: number },
): number {
  const mean = new CompensatedSum();
  let count = state.from - state.low;
  mean.sum = state.sum / count;
  mean.compensation = state.compensation / count;
  for (let i = state.from; i < state.high; i++) {
    count++;
    const weight = (count - 1) / count;
    mean.sum *= weight;
    mean.compensation *= weight;
    mean.add(values[i]! / count);
  }
  return mean.sum + mean.compensation;
}

/** min_over_time, max_over_time. NaN only wins when there is nothing else. */
export function makeExtremeOverTime(isMax: boolean): RangeFunction {
  return floatsOnly(({ values }, low, high) => {
    let best = values[low]!;
    for (let i = low + 1; i < high; i++) {
      const value = values[i]!;
      if ((isMax ? value > best : value < best) || Number.isNaN(best)) best = value;
    }
    return best;
  });
}

/** ts_of_min_over_time, ts_of_max_over_time: time of the newest extreme, in seconds. */
export function makeTimeOfExtreme(isMax: boolean): RangeFunction {
  return floatsOnly(({ values, times }, low, high) => {
    let best = values[low]!;
    let time = times[low]!;
    for (let i = low; i < high; i++) {
      const value = values[i]!;
      if (!((isMax ? value >= best : value <= best) || Number.isNaN(best))) continue;
      best = value;
      time = times[i]!;
    }
    return time / 1000;
  });
}

/** first_over_time and last_over_time: the oldest or newest sample, float or histogram. */
export function makeEndOverTime(isLast: boolean): RangeFunction {
  return (windows, row) => {
    for (let step = windows.stepFrom; step < windows.stepTo; step++) {
      const pick = endOfWindow(windows, step, isLast);
      if (pick === undefined) continue;
      if (pick.isHistogram) row.setHistogram(step, windows.histograms[pick.index]!);
      else row.setFloat(step, windows.values[pick.index]!);
    }
  };
}

/** ts_of_first_over_time and ts_of_last_over_time, in seconds. */
export function makeTimeOfEnd(isLast: boolean): RangeFunction {
  return (windows, row) => {
    for (let step = windows.stepFrom; step < windows.stepTo; step++) {
      const pick = endOfWindow(windows, step, isLast);
      if (pick === undefined) continue;
      row.setFloat(step, (pick.isHistogram ? windows.histogramTimes : windows.times)[pick.index]! / 1000);
    }
  };
}

function endOfWindow(windows: RangeWindows, step: number, isLast: boolean): { isHistogram: boolean; index: number } | undefined {
  if (windows.isEmpty(step)) return undefined;
  const float = isLast ? windows.floatHigh[step]! - 1 : windows.floatLow[step]!;
  const histogram = isLast ? windows.histogramHigh[step]! - 1 : windows.histogramLow[step]!;
  if (!hasHistograms(windows, step)) return { isHistogram: false, index: float };
  if (!hasFloats(windows, step)) return { isHistogram: true, index: histogram };
  const floatTime = windows.times[float]!;
  const histogramTime = windows.histogramTimes[histogram]!;
  const isFloat = isLast ? histogramTime < floatTime : floatTime < histogramTime;
  return isFloat ? { isHistogram: false, index: float } : { isHistogram: true, index: histogram };
}

/** stddev_over_time and stdvar_over_time, by Welford's method with compensation. */
export function makeVarianceOverTime(isDeviation: boolean): RangeFunction {
  return floatsOnly(({ values }, low, high) => {
    const mean = new CompensatedSum();
    const squares = new CompensatedSum();
    for (let i = low; i < high; i++) {
      const delta = values[i]! - (mean.sum + mean.compensation);
      mean.add(delta / (i - low + 1));
      squares.add(delta * (values[i]! - (mean.sum + mean.compensation)));
    }
    const variance = (squares.sum + squares.compensation) / (high - low);
    return isDeviation ? Math.sqrt(variance) : variance;
  });
}

/** quantile_over_time(q, range). */
export const quantileOverTime: RangeFunction = (windows, row, context) => {
  const quantiles = context.params[0]!;
  for (let step = windows.stepFrom; step < windows.stepTo; step++) {
    if (!hasFloats(windows, step)) continue;
    const q = quantiles[step]!;
    if (!(q >= 0 && q <= 1)) context.annotations.warn(noteTexts.invalidQuantile(q), context.position);
    noteIgnoredHistograms(windows, step, context);
    row.setFloat(step, quantileOfSorted(q, sortedWindow(windows, windows.floatLow[step]!, windows.floatHigh[step]!)));
  }
};

/** mad_over_time: median distance from the median; NaN when a sample is NaN. */
export const madOverTime: RangeFunction = floatsOnly((windows, low, high) => {
  const values = sortedWindow(windows, low, high);
  if (Number.isNaN(values[0])) return NaN;
  const median = quantileOfSorted(0.5, values);
  for (let i = 0; i < values.length; i++) values[i] = Math.abs(values[i]! - median);
  return quantileOfSorted(0.5, sortNaNFirst(values));
});

function sortedWindow(windows: RangeWindows, low: number, high: number): Float64Array {
  return sortNaNFirst(windows.values.slice(low, high));
}
