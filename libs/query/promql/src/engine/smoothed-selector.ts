import { HINT_UNKNOWN } from '@telamon/model';
import type { VectorSelector } from '../parser/ast.ts';
import { noteTexts } from './annotations.ts';
import type { Evaluation, RowConsumer } from './evaluation.ts';
import type { Frame } from './frame.ts';
import { interpolate } from './functions/extended-rate.ts';
import { haveSameKind, interpolateHistograms } from './functions/histogram-difference.ts';
import { isGauge } from './functions/histogram-rate.ts';
import { RangeWindows } from './range-window.ts';
import { Row } from './row.ts';

/** Streams a `smoothed` instant selector: the value between the samples around each step, or the last one known. */
export async function streamSmoothed(
  evaluation: Evaluation,
  selector: VectorSelector,
  frame: Frame,
  consume: RowConsumer,
): Promise<void> {
  const { lookbackMs } = evaluation.options;
  const windows = new RangeWindows({
    steps: frame.steps,
    firstEndMs: (selector.timestampMs ?? frame.startMs) - selector.originalOffsetMs,
    strideMs: selector.timestampMs === undefined ? frame.stepMs : 0,
    rangeMs: 0,
    beforeMs: lookbackMs,
    afterMs: lookbackMs,
  });
  const row = new Row(frame.steps);
  for (const series of evaluation.selections.get(selector) ?? []) {
    const pause = evaluation.pacer.spend(windows.length + frame.steps);
    if (pause !== undefined) await pause;
    if (!windows.load(series)) continue;
    row.clear();
    for (let step = 0; step < frame.steps; step++) smoothStep(evaluation, windows, row, { step, selector });
    if (!row.isEmpty()) consume(series.labels, false, row);
  }
}

function smoothStep(
  evaluation: Evaluation,
  windows: RangeWindows,
  row: Row,
  { step, selector }: { step: number; selector: VectorSelector },
): void {
  const low = windows.floatLow[step]!;
  const high = windows.floatHigh[step]!;
  if (windows.histogramLow[step] !== windows.histogramHigh[step]) {
    if (low === high) smoothHistogram(evaluation, windows, row, { step, selector });
    else evaluation.annotations.warn(noteTexts.mixedFloatsHistograms(windows.metricName), selector.pos);
    return;
  }
  const time = windows.endOf(step);
  let next = low;
  while (next < high && windows.times[next]! < time) next++;
  if (next < high && windows.times[next] === time) row.setFloat(step, windows.values[next]!);
  else if (next === low) return;
  else if (next < high) row.setFloat(step, interpolate(windows, next - 1, time, false));
  else row.setFloat(step, windows.values[next - 1]!);
}

function smoothHistogram(
  evaluation: Evaluation,
  windows: RangeWindows,
  row: Row,
  { step, selector }: { step: number; selector: VectorSelector },
): void {
  const { histograms, histogramTimes } = windows;
  const low = windows.histogramLow[step]!;
  const high = windows.histogramHigh[step]!;
  const time = windows.endOf(step);
  let next = low;
  while (next < high && histogramTimes[next]! < time) next++;
  if (next < high && histogramTimes[next] === time) {
    row.setHistogram(step, histograms[next]!);
    return;
  }
  if (next === low) return;
  const before = histograms[next - 1]!;
  if (next === high) {
    // The hint told about the sample before, which is not the one that a reader sees before this.
    row.setHistogram(step, { ...before, counterResetHint: HINT_UNKNOWN });
    return;
  }
  const notes = { annotations: evaluation.annotations, position: selector.pos, metricName: windows.metricName };
  if (!haveSameKind(before, histograms[next]!)) {
    evaluation.annotations.warn(noteTexts.mixedSchemas(windows.metricName), selector.pos);
    return;
  }
  const at = (i: number) => ({ histogram: histograms[i]!, timeMs: histogramTimes[i]! });
  const isCounter = !isGauge(before) || !isGauge(histograms[next]!);
  const value = interpolateHistograms({ before: at(next - 1), after: at(next) }, time, isCounter, notes);
  if (value !== undefined) row.setHistogram(step, value);
}
