import type { Call } from '../../parser/ast.ts';
import { noteTexts } from '../annotations.ts';
import type { Evaluation } from '../evaluation.ts';
import type { Frame } from '../frame.ts';
import { FLOAT, Row } from '../row.ts';
import { StepMatrix } from '../step-matrix.ts';
import { stringArgument } from './label-replace.ts';
import { compareNatural } from './natural-order.ts';

/** Functions that order an instant vector. */
export const SORT_FUNCTIONS: ReadonlySet<string> = new Set(['sort', 'sort_desc', 'sort_by_label', 'sort_by_label_desc']);

/** sort, sort_desc, sort_by_label and sort_by_label_desc. In range queries they only drop what they drop, with a warning. */
export async function evaluateSort(evaluation: Evaluation, call: Call, frame: Frame): Promise<StepMatrix> {
  const { name } = call.func;
  const before = evaluation.budget.current;
  const input = await evaluation.matrix(call.args[0]!, frame);
  // Behind those of the argument: of equal notes the last one's position is shown.
  if (!frame.isInstant) evaluation.annotations.warn(noteTexts.sortInRangeQuery, call.pos);
  const isByValue = name === 'sort' || name === 'sort_desc';
  const kept = isByValue ? keepFloats(evaluation, input) : input;
  const output = !frame.isInstant ? kept : reorder(evaluation, kept, orderOf(call, kept));
  evaluation.budget.settle(before, [input], output);
  if (output !== input) input.release();
  return output;
}

function keepFloats(evaluation: Evaluation, input: StepMatrix): StepMatrix {
  if (input.histograms === undefined) return input;
  const output = new StepMatrix(input.steps, evaluation.ledger, input.rows);
  const row = new Row(input.steps);
  for (let i = 0; i < input.rows; i++) {
    input.readRow(i, row);
    for (let step = 0; step < input.steps; step++) if (row.kinds[step] !== FLOAT) row.kinds[step] = 0;
    if (!row.isEmpty()) output.appendRow(input.labels[i]!, input.dropName[i]!, row);
  }
  return output;
}

function orderOf(call: Call, matrix: StepMatrix): number[] {
  const rows = matrix.labels.map((_, row) => row);
  const { name } = call.func;
  const isDescending = name.endsWith('_desc');
  if (name.startsWith('sort_by_label')) {
    const names = call.args.slice(1).map(stringArgument);
    const direction = isDescending ? -1 : 1;
    return rows.sort((a, b) => direction * compareByLabels(matrix, names, a, b));
  }
  const { values } = matrix;
  return rows.sort((a, b) => compareNaNLast(values[a]!, values[b]!, isDescending) || a - b);
}

function compareByLabels(matrix: StepMatrix, names: readonly string[], a: number, b: number): number {
  for (const name of names) {
    const order = compareNatural(matrix.labels[a]!.get(name), matrix.labels[b]!.get(name));
    if (order !== 0) return order;
  }
  return matrix.labels[a]!.compare(matrix.labels[b]!);
}

/** Orders numbers with NaN at the end in both directions. */
function compareNaNLast(a: number, b: number, isDescending: boolean): number {
  const isANaN = Number.isNaN(a);
  const isBNaN = Number.isNaN(b);
  if (isANaN || isBNaN) return Number(isANaN) - Number(isBNaN);
  if (a === b) return 0;
  return a < b === isDescending ? 1 : -1;
}

function reorder(evaluation: Evaluation, input: StepMatrix, order: readonly number[]): StepMatrix {
  const output = new StepMatrix(input.steps, evaluation.ledger, order.length);
  const row = new Row(input.steps);
  for (const from of order) {
    input.readRow(from, row);
    output.appendRow(input.labels[from]!, input.dropName[from]!, row);
  }
  return output;
}
