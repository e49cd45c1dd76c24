import { CompensatedSum } from '../float-math.ts';
import { formatSixDecimals } from '../go-format.ts';
import { executionError } from '../query-error.ts';
import type { RangeWindows } from '../range-window.ts';
import { hasHistograms, noteIgnoredHistograms } from './over-time.ts';
import type { RangeCallContext, RangeFunction } from './range-function.ts';

/** A fitted line: change per second, and value at the time asked for. */
export interface Line {
  readonly slope: number;
  readonly intercept: number;
}

/** Least-squares line through floats `low .. high` (end exclusive); `intercept` is its value at `atMs`. */
function fitLine(windows: RangeWindows, low: number, high: number, atMs: number): Line {
  const { times, values } = windows;
  const first = values[low]!;
  let isConstant = true;
  const sumX = new CompensatedSum();
  const sumY = new CompensatedSum();
  const sumXY = new CompensatedSum();
  const sumXX = new CompensatedSum();
  for (let i = low; i < high; i++) {
    const y = values[i]!;
    if (i > low && y !== first) isConstant = false;
    const x = (times[i]! - atMs) / 1000;
    sumX.add(x);
    sumY.add(y);
    sumXY.add(x * y);
    sumXX.add(x * x);
  }
  if (isConstant) return Math.abs(first) === Infinity ? { slope: NaN, intercept: NaN } : { slope: 0, intercept: first };
  const n = high - low;
  const x = sumX.sum + sumX.compensation;
  const y = sumY.sum + sumY.compensation;
  const covariance = sumXY.sum + sumXY.compensation - (x * y) / n;
  const variance = sumXX.sum + sumXX.compensation - (x * x) / n;
  const slope = covariance / variance;
  return { slope, intercept: y / n - (slope * x) / n };
}

/** deriv: slope per second. */
export const deriv: RangeFunction = (windows, row, context) => {
  for (let step = windows.stepFrom; step < windows.stepTo; step++) {
    if (!hasTwoFloats(windows, step, context)) continue;
    const low = windows.floatLow[step]!;
    row.setFloat(step, fitLine(windows, low, windows.floatHigh[step]!, windows.times[low]!).slope);
  }
};

/** predict_linear(range, seconds): the line's value that many seconds after the evaluation time. */
export const predictLinear: RangeFunction = (windows, row, context) => {
  const aheads = context.params[0]!;
  for (let step = windows.stepFrom; step < windows.stepTo; step++) {
    if (!hasTwoFloats(windows, step, context)) continue;
    const line = fitLine(windows, windows.floatLow[step]!, windows.floatHigh[step]!, context.timeOf(step));
    row.setFloat(step, line.slope * aheads[step]! + line.intercept);
  }
};

/** double_exponential_smoothing(range, smoothing factor, trend factor). Throws when a factor is not between 0 and 1. */
export const doubleExponentialSmoothing: RangeFunction = (windows, row, context) => {
  const [smoothings, trends] = context.params as [Float64Array, Float64Array];
  for (let step = windows.stepFrom; step < windows.stepTo; step++) {
    if (windows.isEmpty(step)) continue;
    const smoothing = smoothings[step]!;
    const trend = trends[step]!;
    checkFactor('smoothing', 'sf', smoothing);
    checkFactor('trend', 'tf', trend);
    if (hasTwoFloats(windows, step, context)) row.setFloat(step, smooth(windows, step, smoothing, trend));
  }
};

function checkFactor(name: string, symbol: string, factor: number): void {
  if (!(factor <= 0 || factor >= 1)) return;
  throw executionError(`invalid ${name} factor. Expected: 0 < ${symbol} < 1, got: ${formatSixDecimals(factor)}`);
}

function smooth(windows: RangeWindows, step: number, smoothing: number, trendFactor: number): number {
  const { values } = windows;
  const low = windows.floatLow[step]!;
  let before = 0;
  let level = values[low]!;
  let trend = values[low + 1]! - values[low]!;
  for (let i = low + 1; i < windows.floatHigh[step]!; i++) {
    if (i > low + 1) trend = trendFactor * (level - before) + (1 - trendFactor) * trend;
    const next = smoothing * values[i]! + (1 - smoothing) * (level + trend);
    before = level;
    level = next;
  }
  return level;
}

function hasTwoFloats(windows: RangeWindows, step: number, context: RangeCallContext): boolean {
  const floats = windows.floatHigh[step]! - windows.floatLow[step]!;
  if (floats > 0 && hasHistograms(windows, step)) noteIgnoredHistograms(windows, step, context);
  return floats >= 2;
}
