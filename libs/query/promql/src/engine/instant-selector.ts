import { isStaleAt, SampleColumns } from '@telamon/model';
import type { VectorSelector } from '../parser/ast.ts';
import type { Evaluation, RowConsumer } from './evaluation.ts';
import type { Frame } from './frame.ts';
import { histogramSampleSize } from './histogram-size.ts';
import { executionError } from './query-error.ts';
import type { Series } from './queryable.ts';
import { Row } from './row.ts';

/** What an instant selector yields per sample; `float-sample-time` refuses native histograms. */
export type InstantField = 'value' | 'sample-time' | 'start-time' | 'float-sample-time';

/** Where and what to select. */
export interface InstantSelection {
  readonly series: readonly Series[];
  readonly offsetMs: number;
  /** Set when every step looks at one fixed time (before the offset). */
  readonly fixedMs: number | undefined;
  readonly field: InstantField;
}

/** Selection of a selector node of the query. */
export function selectionOf(evaluation: Evaluation, selector: VectorSelector, field: InstantField): InstantSelection {
  return {
    series: evaluation.selections.get(selector) ?? [],
    offsetMs: selector.originalOffsetMs,
    fixedMs: selector.timestampMs,
    field,
  };
}

/**
 * Streams the newest sample of each series within the lookback of each step; staleness markers end a series.
 * Cost: O(samples + steps) per series; one row and one set of columns are reused.
 */
export async function streamInstant(
  evaluation: Evaluation,
  selection: InstantSelection,
  frame: Frame,
  consume: RowConsumer,
): Promise<void> {
  const cursor = new InstantCursor(evaluation, selection, frame);
  for (const series of selection.series) {
    const pause = evaluation.pacer.spend(frame.steps + cursor.columns.length);
    if (pause !== undefined) await pause;
    if (cursor.load(series)) consume(series.labels, false, cursor.row);
  }
  evaluation.budget.notePeak();
}

/** Picks samples of one series after the other. */
class InstantCursor {
  readonly columns = new SampleColumns();
  readonly row: Row;
  readonly #evaluation: Evaluation;
  readonly #selection: InstantSelection;
  readonly #frame: Frame;

  constructor(evaluation: Evaluation, selection: InstantSelection, frame: Frame) {
    this.#evaluation = evaluation;
    this.#selection = selection;
    this.#frame = frame;
    this.row = new Row(frame.steps);
  }

  /** Fills the row; false when the series has no sample at any step. */
  load(series: Series): boolean {
    const { steps, startMs, stepMs } = this.#frame;
    const { fixedMs, offsetMs } = this.#selection;
    const lookbackMs = this.#evaluation.options.lookbackMs;
    const first = (fixedMs ?? startMs) - offsetMs;
    const last = fixedMs === undefined ? first + (steps - 1) * stepMs : first;
    const { columns, row } = this;
    columns.clear();
    series.read(first - lookbackMs + 1, last, columns);
    if (columns.length === 0) return false;
    row.clear();
    const times = columns.timesMs;
    let at = -1;
    let found = 0;
    for (let step = 0; step < steps; step++) {
      const reference = fixedMs === undefined ? first + step * stepMs : first;
      while (at + 1 < columns.length && times[at + 1]! <= reference) at++;
      if (at < 0 || times[at]! <= reference - lookbackMs) continue;
      found += this.#pick(at, step);
    }
    this.#evaluation.budget.add(found);
    return found > 0;
  }

  /** Puts sample `at` at a step unless it is a staleness marker; returns the samples it counts as. */
  #pick(at: number, step: number): number {
    const { columns, row } = this;
    const histogram = columns.histograms?.[at];
    const { field } = this.#selection;
    let size = 1;
    if (histogram === undefined) {
      if (isStaleAt(columns.words, at)) return 0;
      row.setFloat(step, field === 'value' ? columns.values[at]! : this.#timeField(at));
    } else {
      if (histogram.isStale) return 0;
      if (field === 'float-sample-time') throw executionError('this should be an info metric, with float samples');
      if (field === 'value') {
        row.setHistogram(step, histogram);
        size = histogramSampleSize(histogram);
      } else row.setFloat(step, this.#timeField(at));
    }
    this.#frame.counts.addAt(step, size);
    this.#frame.counts.addReadAt(step, size);
    return size;
  }

  #timeField(at: number): number {
    const { columns } = this;
    return (this.#selection.field === 'start-time' ? (columns.startTimesMs?.[at] ?? 0) : columns.timesMs[at]!) / 1000;
  }
}
