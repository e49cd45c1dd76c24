import { detectReset, equalHistograms } from '@telamon/model';
import type { RangeWindows } from '../range-window.ts';
import type { RangeCallContext, RangeFunction } from './range-function.ts';
import { isStartTimeReset } from './start-time.ts';

/** changes: how often the value differs from the one before. */
export const changes: RangeFunction = (windows, row, context) => {
  countEvents(windows, context, {
    floats: (before, after) => {
      const a = windows.values[before]!;
      const b = windows.values[after]!;
      return b !== a && !(Number.isNaN(a) && Number.isNaN(b));
    },
    histograms: (before, after) => !equalHistograms(windows.histograms[after]!, windows.histograms[before]!),
    set: (step, count) => row.setFloat(step, count),
  });
};

/** resets: how often a counter fell, by value or by start time; a change between float and histogram counts as one. */
export const resets: RangeFunction = (windows, row, context) => {
  const { values, times } = windows;
  const starts = context.usesStartTimes ? windows.startTimes : undefined;
  countEvents(windows, context, {
    floats: (before, after) =>
      values[after]! < values[before]! ||
      (starts !== undefined &&
        isStartTimeReset({
          previousStart: starts[before]!,
          previousTime: times[before]!,
          start: starts[after]!,
          time: times[after]!,
        })),
    histograms: (before, after) => {
      const from = context.usesStartTimes ? windows.histogramStartTimes : undefined;
      const isStartReset =
        from !== undefined &&
        isStartTimeReset({
          previousStart: from[before]!,
          previousTime: windows.histogramTimes[before]!,
          start: from[after]!,
          time: windows.histogramTimes[after]!,
        });
      return isStartReset || detectReset(windows.histograms[after]!, windows.histograms[before]!);
    },
    set: (step, count) => row.setFloat(step, count),
  });
};

interface EventRules {
  /** Whether two neighbouring floats, by index, are an event. */
  readonly floats: (before: number, after: number) => boolean;
  readonly histograms: (before: number, after: number) => boolean;
  readonly set: (step: number, count: number) => void;
}

function countEvents(windows: RangeWindows, context: RangeCallContext, rules: EventRules): void {
  for (let step = windows.stepFrom; step < windows.stepTo; step++) {
    if (windows.isEmpty(step)) continue;
    const first = firstOfWindow(windows, step, context.isAnchored);
    if (first !== undefined) rules.set(step, countWindow(windows, step, first, rules));
  }
}

interface WindowStart {
  readonly float: number;
  readonly histogram: number;
}

/** Where counting begins; with `anchored` at the newest sample at or before the range's start. Undefined: nothing to count. */
function firstOfWindow(windows: RangeWindows, step: number, isAnchored: boolean): WindowStart | undefined {
  const floatLow = windows.floatLow[step]!;
  const histogramLow = windows.histogramLow[step]!;
  if (!isAnchored) return { float: floatLow, histogram: histogramLow };
  const start = windows.startOf(step);
  let float = floatLow;
  while (float < windows.floatHigh[step]! && windows.times[float]! <= start) float++;
  let histogram = histogramLow;
  while (histogram < windows.histogramHigh[step]! && windows.histogramTimes[histogram]! <= start) histogram++;
  if (float === windows.floatHigh[step]! && histogram === windows.histogramHigh[step]!) return undefined;
  const hasFloatAnchor = float > floatLow;
  const hasHistogramAnchor = histogram > histogramLow;
  if (!hasFloatAnchor && !hasHistogramAnchor) return { float, histogram };
  const isFloatAnchor =
    !hasHistogramAnchor || (hasFloatAnchor && windows.times[float - 1]! >= windows.histogramTimes[histogram - 1]!);
  return isFloatAnchor ? { float: float - 1, histogram } : { float, histogram: histogram - 1 };
}

function countWindow(windows: RangeWindows, step: number, from: WindowStart, rules: EventRules): number {
  const floatEnd = windows.floatHigh[step]!;
  const histogramEnd = windows.histogramHigh[step]!;
  let { float, histogram } = from;
  let count = 0;
  /** Index of the sample before; histograms as -2 - index, -1 for none. */
  let previous = -1;
  while (float < floatEnd || histogram < histogramEnd) {
    const isFloat = histogram >= histogramEnd || (float < floatEnd && windows.times[float]! < windows.histogramTimes[histogram]!);
    const current = isFloat ? float++ : -2 - histogram++;
    if (previous !== -1 && isEvent(previous, current, rules)) count++;
    previous = current;
  }
  return count;
}

function isEvent(previous: number, current: number, rules: EventRules): boolean {
  if (previous >= 0 !== current >= 0) return true;
  return current >= 0 ? rules.floats(previous, current) : rules.histograms(-2 - previous, -2 - current);
}
