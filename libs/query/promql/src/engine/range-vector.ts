import type { FloatHistogram } from '@telamon/model';
import type { MatrixSelector, SubqueryExpr } from '../parser/ast.ts';
import type { Evaluation } from './evaluation.ts';
import { type Frame, timeOfStep } from './frame.ts';
import { findBounds } from './functions/bounds.ts';
import { interpolate } from './functions/extended-rate.ts';
import { dropMetadata } from './metric-labels.ts';
import { executionError } from './query-error.ts';
import { RangeWindows } from './range-window.ts';
import type { MatrixSeries } from './result.ts';
import { seriesOfMatrix } from './results.ts';
import { evaluateSubquery } from './subquery.ts';

/** Samples of a range selector at the one step of an instant query. Staleness markers are left out. */
export async function evaluateRangeSelector(evaluation: Evaluation, expr: MatrixSelector, frame: Frame): Promise<MatrixSeries[]> {
  const { vectorSelector: selector, rangeMs } = expr;
  const { lookbackMs } = evaluation.options;
  const windows = new RangeWindows({
    steps: 1,
    firstEndMs: (selector.timestampMs ?? frame.startMs) - selector.originalOffsetMs,
    strideMs: 0,
    rangeMs,
    beforeMs: selector.isAnchored || selector.isSmoothed ? lookbackMs : 0,
    afterMs: selector.isSmoothed ? lookbackMs : 0,
  });
  const output: MatrixSeries[] = [];
  for (const series of evaluation.selections.get(selector) ?? []) {
    const pause = evaluation.pacer.spend(windows.length + 1);
    if (pause !== undefined) await pause;
    if (!windows.load(series) || windows.isEmpty(0)) continue;
    const found = selector.isAnchored || selector.isSmoothed ? extended(windows, selector.isSmoothed) : plain(windows);
    if (found.timesMs.length + found.histograms.length === 0) continue;
    const size = windows.sizeOf(0);
    evaluation.budget.add(size);
    frame.counts.addAt(0, found.timesMs.length + size - (windows.floatHigh[0]! - windows.floatLow[0]!));
    frame.counts.addReadAt(0, size);
    output.push(found);
  }
  evaluation.budget.notePeak();
  return output;
}

function plain(windows: RangeWindows): MatrixSeries {
  const low = windows.floatLow[0]!;
  const high = windows.floatHigh[0]!;
  return {
    labels: windows.labels,
    timesMs: windows.times.slice(low, high),
    values: windows.values.slice(low, high),
    histogramTimesMs: Float64Array.from(windows.histogramTimes),
    histograms: [...windows.histograms],
  };
}

/** The samples within the range with values put at its two ends. */
function extended(windows: RangeWindows, isSmoothed: boolean): MatrixSeries {
  if (windows.histograms.length > 0) {
    throw executionError(`${isSmoothed ? 'smoothed' : 'anchored'} modifier is not supported with histograms`);
  }
  const start = windows.startOf(0);
  const end = windows.endOf(0);
  const { times, values } = windows;
  const low = windows.floatLow[0]!;
  const noHistograms: FloatHistogram[] = [];
  const rest = { labels: windows.labels, histogramTimesMs: new Float64Array(0), histograms: noHistograms };
  const newest = windows.floatHigh[0]! - 1;
  const bounds = findBounds(times, { low, high: newest + 1, start, end: isSmoothed ? end : Infinity }, isSmoothed);
  if (bounds === undefined) return { ...rest, timesMs: new Float64Array(0), values: new Float64Array(0) };
  let { first, last } = bounds;
  const left = isSmoothed && times[first]! < start ? interpolate(windows, first, start, false) : values[first]!;
  const right = isSmoothed && last > low && times[last]! > end ? interpolate(windows, last - 1, end, false) : values[last]!;
  if (times[first]! <= start) first++;
  if (times[last]! >= end) last--;
  return {
    ...rest,
    timesMs: Float64Array.from([start, ...times.subarray(first, Math.max(first, last + 1)), end]),
    values: Float64Array.from([left, ...values.subarray(first, Math.max(first, last + 1)), right]),
  };
}

/** Samples of a subquery at the one step of an instant query. */
export async function evaluateTopSubquery(evaluation: Evaluation, expr: SubqueryExpr, frame: Frame): Promise<MatrixSeries[]> {
  const subquery = await evaluateSubquery(evaluation, expr, frame);
  frame.counts.addAt(0, subquery.frame.counts.total);
  const { matrix } = subquery;
  if (evaluation.options.isNameRemovalDelayed) {
    for (let row = 0; row < matrix.rows; row++) {
      if (matrix.dropName[row]) matrix.labels[row] = dropMetadata(matrix.labels[row]!);
    }
  }
  return seriesOfMatrix(matrix, (step) => timeOfStep(subquery.frame, step));
}
