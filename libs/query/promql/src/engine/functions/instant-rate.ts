import type { FloatHistogram } from '@telamon/model';
import { noteTexts } from '../annotations.ts';
import type { RangeWindows } from '../range-window.ts';
import { histogramsUnsupported, type RangeCallContext, type RangeFunction } from './range-function.ts';
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
    for (let step = 0; step < row.steps; step++) {
      const pair = lastTwo(windows, step, context);
      if (pair === undefined) continue;
      const [before, after] = pair;
      const interval = after.time - before.time;
      if (interval === 0) continue;
      if ((before.histogram === undefined) !== (after.histogram === undefined)) {
        context.annotations.warn(noteTexts.mixedFloatsHistograms(windows.metricName), context.argsPosition);
        continue;
      }
      if (before.histogram !== undefined) throw histogramsUnsupported(isRate ? 'irate' : 'idelta');
      const isReset =
        isRate &&
        (after.value < before.value ||
          isStartTimeReset({
            previousStart: before.start,
            previousTime: before.time,
            start: after.start,
            time: after.time,
          }));
      const change = isReset ? after.value : after.value - before.value;
      row.setFloat(step, isRate ? change / (interval / 1000) : change);
    }
  };
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
