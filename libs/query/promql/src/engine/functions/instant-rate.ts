import {
  compactHistogram,
  copyFloatHistogram,
  detectReset,
  divideHistogram,
  type FloatHistogram,
  HINT_GAUGE,
} from '@telamon/model';
import { noteTexts } from '../annotations.ts';
import type { RangeWindows } from '../range-window.ts';
import { type HistogramNotes, subtractNoted } from './histogram-difference.ts';
import { isGauge } from './histogram-rate.ts';
import type { RangeCallContext, RangeFunction } from './range-function.ts';
import { isStartTimeReset } from './start-time.ts';

interface LastSample {
  readonly time: number;
  readonly start: number;
  readonly value: number;
  readonly histogram: FloatHistogram | undefined;
}

/** irate and idelta: change between the last two samples. */
export function makeInstantRate(isRate: boolean): RangeFunction {
  return (windows, row, context) => {
    for (let step = windows.stepFrom; step < windows.stepTo; step++) {
      const pair = lastTwo(windows, step, context);
      if (pair === undefined) continue;
      const [before, after] = pair;
      const interval = after.time - before.time;
      if (interval === 0) continue;
      if ((before.histogram === undefined) !== (after.histogram === undefined)) {
        context.annotations.warn(noteTexts.mixedFloatsHistograms(windows.metricName), context.argsPosition);
        continue;
      }
      if (before.histogram !== undefined) {
        const change = histogramChange(before, after, isRate, notesOf(windows, context));
        if (change !== undefined) row.setHistogram(step, isRate ? divideHistogram(change, interval / 1000) : change);
        continue;
      }
      const isReset = isRate && (after.value < before.value || isStartReset(before, after));
      const change = isReset ? after.value : after.value - before.value;
      row.setFloat(step, isRate ? change / (interval / 1000) : change);
    }
  };
}

function isStartReset(before: LastSample, after: LastSample): boolean {
  const { start, time } = after;
  return isStartTimeReset({ previousStart: before.start, previousTime: before.time, start, time });
}

function notesOf(windows: RangeWindows, context: RangeCallContext): HistogramNotes {
  return { annotations: context.annotations, position: context.argsPosition, metricName: windows.metricName };
}

/** Difference of two histograms; undefined, with a warning, when they do not go together. */
function histogramChange(
  before: LastSample,
  after: LastSample,
  isRate: boolean,
  notes: HistogramNotes,
): FloatHistogram | undefined {
  const older = before.histogram!;
  const newer = after.histogram!;
  if (isRate && (isGauge(older) || isGauge(newer))) {
    notes.annotations.warn(noteTexts.notCounter(notes.metricName), notes.position);
  }
  if (!isRate && (!isGauge(older) || !isGauge(newer))) {
    notes.annotations.warn(noteTexts.notGauge(notes.metricName), notes.position);
  }
  const result = copyFloatHistogram(newer);
  const isReset = isRate && (isStartReset(before, after) || detectReset(newer, older));
  if (!isReset && !subtractNoted(result, older, notes)) return undefined;
  result.counterResetHint = HINT_GAUGE;
  return compactHistogram(result);
}

function lastTwo(windows: RangeWindows, step: number, context: RangeCallContext): [LastSample, LastSample] | undefined {
  const samples: LastSample[] = [];
  let float = windows.floatHigh[step]! - 1;
  let histogram = windows.histogramHigh[step]! - 1;
  while (samples.length < 2) {
    const hasFloat = float >= windows.floatLow[step]!;
    const hasHistogram = histogram >= windows.histogramLow[step]!;
    if (!hasFloat && !hasHistogram) return undefined;
    if (hasFloat && (!hasHistogram || windows.times[float]! > windows.histogramTimes[histogram]!)) {
      const start = context.usesStartTimes ? (windows.startTimes?.[float] ?? 0) : 0;
      samples.push({ time: windows.times[float]!, start, value: windows.values[float]!, histogram: undefined });
      float--;
    } else {
      const start = context.usesStartTimes ? (windows.histogramStartTimes?.[histogram] ?? 0) : 0;
      const time = windows.histogramTimes[histogram]!;
      samples.push({ time, start, value: 0, histogram: windows.histograms[histogram] });
      histogram--;
    }
  }
  return [samples[1]!, samples[0]!];
}
