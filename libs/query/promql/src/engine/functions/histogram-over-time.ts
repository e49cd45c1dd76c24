import { noteTexts } from '../annotations.ts';
import type { RangeWindows } from '../range-window.ts';
import type { Row } from '../row.ts';
import { HistogramSum } from './histogram-sum.ts';
import type { RangeCallContext } from './range-function.ts';

/** sum_over_time of a window of native histograms. */
export function sumHistograms(windows: RangeWindows, row: Row, step: number, context: RangeCallContext): void {
  const total = fold(windows, step, context, false);
  if (total !== undefined) row.setHistogram(step, total.sum());
}

/** avg_over_time of a window of native histograms. */
export function averageHistograms(windows: RangeWindows, row: Row, step: number, context: RangeCallContext): void {
  const total = fold(windows, step, context, true);
  if (total !== undefined) row.setHistogram(step, total.mean());
}

function fold(
  windows: RangeWindows,
  step: number,
  { annotations, position }: RangeCallContext,
  keepsMean: boolean,
): HistogramSum | undefined {
  const total = new HistogramSum(windows.histograms[windows.histogramLow[step]!]!);
  for (let i = windows.histogramLow[step]! + 1; i < windows.histogramHigh[step]!; i++) {
    total.add(windows.histograms[i]!, keepsMean);
    if (!total.isIncompatible) continue;
    annotations.warn(noteTexts.mixedSchemas(windows.metricName), position);
    return undefined;
  }
  if (total.isCollision) annotations.warn(noteTexts.counterResetCollision('aggregation'), position);
  if (total.isReconciled) annotations.info(noteTexts.mismatchedCustomBuckets('aggregation'), position);
  return total;
}
