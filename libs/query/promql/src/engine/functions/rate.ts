import { noteTexts } from '../annotations.ts';
import type { RangeWindows } from '../range-window.ts';
import { FLOAT, type Row } from '../row.ts';
import { extendedRate } from './extended-rate.ts';
import { BRIDGED_GAP, extrapolationFactor } from './extrapolation.ts';
import { extrapolatedHistogramRate } from './histogram-rate.ts';
import type { RangeCallContext, RangeFunction } from './range-function.ts';
import { isStartTimeOverlap, isStartTimeReset } from './start-time.ts';

/** Which of rate, increase and delta is meant. */
export interface RateKind {
  /** Values only grow but for resets, and are never extrapolated below zero. */
  readonly isCounter: boolean;
  /** Divided by the range's seconds. */
  readonly isPerSecond: boolean;
}

/**
 * rate, increase and delta: last minus first value plus what resets took away, extrapolated to the range's ends when
 * samples come close to them. Cost: O(samples) for the resets, O(1) per window besides.
 */
export function makeRate(kind: RateKind): RangeFunction {
  return (windows, row, context) => {
    if (context.isAnchored || context.isSmoothed) {
      extendedRate(windows, row, { ...context, ...kind });
      return;
    }
    const resets = kind.isCounter ? findResets(windows, context) : NO_RESETS;
    const hasHistograms = windows.histograms.length > 0;
    if (!hasHistograms && (windows.startTimes === undefined || !context.usesStartTimes)) {
      floatWindows(windows, row, kind, resets);
      return;
    }
    const cursor = { at: 0 };
    for (let step = windows.stepFrom; step < windows.stepTo; step++) {
      if (windows.isEmpty(step)) continue;
      if (hasHistograms && windows.histogramLow[step] !== windows.histogramHigh[step]) {
        if (windows.floatLow[step] !== windows.floatHigh[step]) {
          context.annotations.warn(noteTexts.mixedFloatsHistograms(windows.metricName), context.position);
        } else extrapolatedHistogramRate(windows, row, step, { ...context, ...kind });
        continue;
      }
      floatWindow(windows, row, step, { kind, context, resets, cursor });
    }
  };
}

const NO_RESETS: readonly number[] = [];

/**
 * All windows of a series of floats without start times: the common case, in one loop without calls. Must agree with
 * {@link floatWindow}.
 */
function floatWindows(windows: RangeWindows, row: Row, kind: RateKind, resets: readonly number[]): void {
  const { times, values, floatLow, floatHigh, layout } = windows;
  const { isCounter } = kind;
  const divisor = kind.isPerSecond ? layout.rangeMs / 1000 : 1;
  let reset = 0;
  for (let step = windows.stepFrom; step < windows.stepTo; step++) {
    const low = floatLow[step]!;
    const last = floatHigh[step]! - 1;
    if (last <= low) continue;
    const first = values[low]!;
    const firstTime = times[low]!;
    const lastTime = times[last]!;
    let increase = values[last]! - first;
    while (reset < resets.length && resets[reset]! <= low) reset++;
    for (let i = reset; i < resets.length && resets[i]! <= last; i++) increase += values[resets[i]! - 1]!;
    const end = layout.firstEndMs + step * layout.strideMs;
    const sampled = (lastTime - firstTime) / 1000;
    const gap = sampled / (last - low);
    const threshold = gap * BRIDGED_GAP;
    let toStart = (firstTime - (end - layout.rangeMs)) / 1000;
    if (toStart >= threshold) toStart = gap / 2;
    if (isCounter && increase > 0 && first >= 0) {
      const toZero = sampled * (first / increase);
      if (toZero < toStart) toStart = toZero;
    }
    let toEnd = (end - lastTime) / 1000;
    if (toEnd >= threshold) toEnd = gap / 2;
    const factor = sampled === 0 ? 1 : (sampled + toStart + toEnd) / sampled;
    row.values[step] = increase * (factor / divisor);
    row.kinds[step] = FLOAT;
  }
}

interface FloatRun {
  readonly kind: RateKind;
  readonly context: RangeCallContext;
  /** Indices of samples before which the counter was reset. */
  readonly resets: readonly number[];
  /** First reset that may lie in the window; windows only move on. */
  readonly cursor: { at: number };
}

function floatWindow(windows: RangeWindows, row: Row, step: number, run: FloatRun): void {
  const { kind, resets, cursor } = run;
  const { values, times } = windows;
  const low = windows.floatLow[step]!;
  const last = windows.floatHigh[step]! - 1;
  let increase = values[last]! - values[low]!;
  while (cursor.at < resets.length && resets[cursor.at]! <= low) cursor.at++;
  for (let i = cursor.at; i < resets.length && resets[i]! <= last; i++) increase += values[resets[i]! - 1]!;
  if (run.context.usesStartTimes && windows.startTimes !== undefined) noteOverlap(windows, low, last, run.context);
  const rangeStart = windows.startOf(step);
  const start = kind.isCounter ? usableStart(windows, low, rangeStart, run.context) : 0;
  const isFromStart = start !== 0;
  if (isFromStart) increase += values[low]!;
  else if (low === last) return;
  const sampled = (times[last]! - (isFromStart ? start : times[low]!)) / 1000;
  const factor = extrapolationFactor({
    sampledSeconds: sampled,
    averageGapSeconds: last > low ? (times[last]! - times[low]!) / 1000 / (last - low) : 0,
    toStartSeconds: isFromStart ? -1 : (times[low]! - rangeStart) / 1000,
    toEndSeconds: (windows.endOf(step) - times[last]!) / 1000,
    // A counter cannot have started below zero.
    toZeroSeconds: kind.isCounter && increase > 0 && values[low]! >= 0 ? sampled * (values[low]! / increase) : Infinity,
  });
  row.setFloat(step, increase * (kind.isPerSecond ? factor / (windows.layout.rangeMs / 1000) : factor));
}

/** The start time of the first sample of a window, 0 when it cannot stand for a sample of value zero inside the window. */
function usableStart(windows: RangeWindows, low: number, rangeStart: number, context: RangeCallContext): number {
  if (!context.usesStartTimes || windows.startTimes === undefined) return 0;
  const start = windows.startTimes[low]!;
  return start !== 0 && start > rangeStart && start < windows.times[low]! ? start : 0;
}

function findResets(windows: RangeWindows, context: RangeCallContext): readonly number[] {
  const { values, times, length } = windows;
  const starts = context.usesStartTimes ? windows.startTimes : undefined;
  let resets: number[] | undefined;
  for (let i = 1; i < length; i++) {
    const isReset =
      values[i]! < values[i - 1]! ||
      (starts !== undefined &&
        isStartTimeReset({
          previousStart: starts[i - 1]!,
          previousTime: times[i - 1]!,
          start: starts[i]!,
          time: times[i]!,
        }));
    if (!isReset) continue;
    resets ??= [];
    resets.push(i);
  }
  return resets ?? NO_RESETS;
}

/** Warns once per window whose start times contradict its samples. */
function noteOverlap(windows: RangeWindows, low: number, last: number, context: RangeCallContext): void {
  const { times } = windows;
  const starts = windows.startTimes!;
  for (let i = low + 1; i <= last; i++) {
    const pair = { previousStart: starts[i - 1]!, previousTime: times[i - 1]!, start: starts[i]!, time: times[i]! };
    if (!isStartTimeOverlap(pair)) continue;
    context.annotations.startTimeOverlap(windows.metricName, context.position);
    return;
  }
}
