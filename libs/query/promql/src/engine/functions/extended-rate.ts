import { noteTexts } from '../annotations.ts';
import type { RangeWindows } from '../range-window.ts';
import type { Row } from '../row.ts';
import { findBounds } from './bounds.ts';
import { extendedHistogramRate } from './extended-histogram-rate.ts';
import type { RangeCallContext } from './range-function.ts';

/** A rate over an `anchored` or `smoothed` selector. */
export interface ExtendedRateContext extends RangeCallContext {
  readonly isCounter: boolean;
  readonly isPerSecond: boolean;
}

/** rate, increase and delta between the values at the range's two ends, without extrapolation. */
export function extendedRate(windows: RangeWindows, row: Row, context: ExtendedRateContext): void {
  for (let step = windows.stepFrom; step < windows.stepTo; step++) {
    if (windows.isEmpty(step)) continue;
    const hasFloats = windows.floatLow[step] !== windows.floatHigh[step];
    const hasHistograms = windows.histogramLow[step] !== windows.histogramHigh[step];
    if (hasFloats && hasHistograms) {
      context.annotations.warn(noteTexts.mixedFloatsHistograms(windows.metricName), context.position);
    } else if (hasHistograms) extendedHistogramRate(windows, row, step, context);
    else floatStep(windows, row, step, context);
  }
}

function floatStep(windows: RangeWindows, row: Row, step: number, context: ExtendedRateContext): void {
  const { times, values } = windows;
  const start = windows.startOf(step);
  const end = windows.endOf(step);
  const low = windows.floatLow[step]!;
  const bounds = findBounds(times, { low, high: windows.floatHigh[step]!, start, end }, context.isSmoothed);
  if (bounds === undefined) return;
  let { first, last } = bounds;
  const { isCounter, isSmoothed } = context;
  const left = isSmoothed && times[first]! < start ? interpolate(windows, first, start, isCounter) : values[first]!;
  const right = isSmoothed && last > low && times[last]! > end ? interpolate(windows, last - 1, end, isCounter) : values[last]!;
  let result = right - left;
  if (isCounter) {
    if (times[first]! <= start) first++;
    if (times[last]! >= end) last--;
    result += resetCorrection(windows, { left, right, first, last });
  }
  row.setFloat(step, context.isPerSecond ? result / (windows.layout.rangeMs / 1000) : result);
}

/** Value at a time between sample `at` and the next; a counter that was reset between them starts from zero. */
export function interpolate(windows: RangeWindows, at: number, timeMs: number, isCounter: boolean): number {
  const { times, values } = windows;
  const after = values[at + 1]!;
  const before = isCounter && after < values[at]! ? 0 : values[at]!;
  return before + ((after - before) * (timeMs - times[at]!)) / (times[at + 1]! - times[at]!);
}

function resetCorrection(windows: RangeWindows, range: { left: number; right: number; first: number; last: number }): number {
  let correction = 0;
  let previous = range.left;
  for (let i = range.first; i <= range.last; i++) {
    if (windows.values[i]! < previous) correction += previous;
    previous = windows.values[i]!;
  }
  return range.right < previous ? correction + previous : correction;
}
