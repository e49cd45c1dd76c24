import type { RangeWindows } from '../range-window.ts';
import type { Row } from '../row.ts';
import { histogramsUnsupported, type RangeCallContext } from './range-function.ts';

/** A rate over native histograms. */
export interface HistogramRateContext extends RangeCallContext {
  readonly isCounter: boolean;
  readonly isPerSecond: boolean;
}

/** rate, increase and delta of native histograms, extrapolated as for floats. */
export function extrapolatedHistogramRate(windows: RangeWindows, _row: Row, step: number, context: HistogramRateContext): void {
  // One histogram has no change to speak of, in every implementation.
  if (windows.histogramHigh[step]! - windows.histogramLow[step]! < 2) return;
  throw histogramsUnsupported(nameOf(context));
}

/** The same for `anchored` and `smoothed` selectors. */
export function extendedHistogramRate(_windows: RangeWindows, _row: Row, _step: number, context: HistogramRateContext): void {
  throw histogramsUnsupported(nameOf(context));
}

function nameOf(context: HistogramRateContext): string {
  if (!context.isCounter) return 'delta';
  return context.isPerSecond ? 'rate' : 'increase';
}
