import type { VectorSelector } from '../parser/ast.ts';
import { noteTexts } from './annotations.ts';
import type { Evaluation, RowConsumer } from './evaluation.ts';
import type { Frame } from './frame.ts';
import { interpolate } from './functions/extended-rate.ts';
import { histogramsUnsupported } from './functions/range-function.ts';
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
    if (low === high) throw histogramsUnsupported('smoothed selectors');
    evaluation.annotations.warn(noteTexts.mixedFloatsHistograms(windows.metricName), selector.pos);
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
