import { compactHistogram, copyFloatHistogram, detectReset, type FloatHistogram, HINT_GAUGE } from '@telamon/model';
import { noteTexts } from '../annotations.ts';
import type { RangeWindows } from '../range-window.ts';
import type { Row } from '../row.ts';
import { type Bounds, findBounds } from './bounds.ts';
import { addNoted, type HistogramNotes, haveSameKind, interpolateHistograms, subtractNoted } from './histogram-difference.ts';
import { type HistogramRateContext, isGauge, perSecond } from './histogram-rate.ts';

/** rate, increase and delta of native histograms over `anchored` and `smoothed` selectors. */
export function extendedHistogramRate(windows: RangeWindows, row: Row, step: number, context: HistogramRateContext): void {
  const { annotations, position, isCounter } = context;
  const notes: HistogramNotes = { annotations, position, metricName: windows.metricName };
  const range = { start: windows.startOf(step), end: windows.endOf(step) };
  const low = windows.histogramLow[step]!;
  const bounds = findBounds(windows.histogramTimes, { low, high: windows.histogramHigh[step]!, ...range }, context.isSmoothed);
  if (bounds === undefined || !isUniform(windows, bounds, isCounter, notes)) return;
  const left = valueAt(windows, { index: bounds.first, timeMs: range.start, isLeft: true, low }, context, notes);
  const right = valueAt(windows, { index: bounds.last, timeMs: range.end, isLeft: false, low }, context, notes);
  if (left === undefined || right === undefined) return;
  if (!isCounter && (!isGauge(left) || !isGauge(right))) {
    annotations.warn(noteTexts.notGauge(notes.metricName), position);
  }
  const result = copyFloatHistogram(right);
  if (!subtractNoted(result, left, notes)) return;
  if (isCounter) {
    const ends = { left, right, rangeStart: range.start };
    const correction = resetCorrection(windows, bounds, { ...ends, isSmoothed: context.isSmoothed }, notes);
    if (correction === 'incompatible') return;
    if (correction !== undefined && !addNoted(result, correction, notes)) return;
  }
  const output = perSecond(result, windows.layout.rangeMs, context.isPerSecond);
  output.counterResetHint = HINT_GAUGE;
  row.setHistogram(step, compactHistogram(output));
}

function isUniform(windows: RangeWindows, bounds: Bounds, isCounter: boolean, notes: HistogramNotes): boolean {
  const { histograms } = windows;
  for (let i = bounds.first; i <= bounds.last; i++) {
    if (!haveSameKind(histograms[i]!, histograms[bounds.first]!)) {
      notes.annotations.warn(noteTexts.mixedSchemas(notes.metricName), notes.position);
      return false;
    }
    if (isCounter && isGauge(histograms[i]!)) {
      notes.annotations.warn(noteTexts.notCounter(notes.metricName), notes.position);
    }
  }
  return true;
}

interface BoundaryValue {
  readonly index: number;
  readonly timeMs: number;
  readonly isLeft: boolean;
  readonly low: number;
}

function valueAt(
  windows: RangeWindows,
  { index, timeMs, isLeft, low }: BoundaryValue,
  context: HistogramRateContext,
  notes: HistogramNotes,
): FloatHistogram | undefined {
  const { histograms, histogramTimes } = windows;
  const isBetween =
    context.isSmoothed && (isLeft ? histogramTimes[index]! < timeMs : index > low && histogramTimes[index]! > timeMs);
  if (!isBetween) return copyFloatHistogram(histograms[index]!);
  const before = isLeft ? index : index - 1;
  const at = (i: number) => ({ histogram: histograms[i]!, timeMs: histogramTimes[i]! });
  return interpolateHistograms({ before: at(before), after: at(before + 1) }, timeMs, context.isCounter, notes);
}

/** What resets between the two ends took away; undefined when there was none. */
function resetCorrection(
  windows: RangeWindows,
  bounds: Bounds,
  ends: { left: FloatHistogram; right: FloatHistogram; rangeStart: number; isSmoothed: boolean },
  notes: HistogramNotes,
): FloatHistogram | undefined | 'incompatible' {
  const { histograms, histogramTimes } = windows;
  let first = bounds.first + 1;
  let previous = ends.left;
  const isInterpolated = ends.isSmoothed && histogramTimes[bounds.first]! < ends.rangeStart;
  if (isInterpolated && detectReset(histograms[first]!, histograms[bounds.first]!)) {
    // The interpolation at the start has dealt with this reset already.
    previous = histograms[first]!;
    first++;
  }
  // The last sample is what the end's value was made from, hint included, so it is not looked at twice.
  const last = bounds.last - 1;
  if (first > last + 1) return undefined;
  let correction: FloatHistogram | undefined;
  const isAdded = (lost: FloatHistogram): boolean => {
    if (correction !== undefined) return addNoted(correction, lost, notes);
    correction = copyFloatHistogram(lost);
    return true;
  };
  for (let i = first; i <= last; i++) {
    if (detectReset(histograms[i]!, previous) && !isAdded(previous)) return 'incompatible';
    previous = histograms[i]!;
  }
  if (detectReset(ends.right, previous) && !isAdded(previous)) return 'incompatible';
  return correction;
}
