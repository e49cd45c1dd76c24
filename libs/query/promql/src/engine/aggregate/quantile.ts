import type { AggregateExpr } from '../../parser/ast.ts';
import { noteTexts } from '../annotations.ts';
import type { Evaluation } from '../evaluation.ts';
import { quantileOfSorted, sortNaNFirst } from '../float-math.ts';
import type { Frame } from '../frame.ts';
import { FLOAT, HISTOGRAM } from '../row.ts';
import { StepMatrix } from '../step-matrix.ts';
import { Grouping } from './grouping.ts';
import { rangeOfParams } from './select-rows.ts';

/** quantile(q, vector): keeps the whole input, because every value may be the one. Cost: O(n log n) per group and step. */
export async function aggregateQuantile(
  evaluation: Evaluation,
  expr: AggregateExpr,
  frame: Frame,
  params: Float64Array,
): Promise<StepMatrix> {
  const input = await evaluation.matrix(expr.expr, frame);
  noteParams(evaluation, expr, params);
  const isNameGone = !evaluation.options.isNameRemovalDelayed;
  const grouping = new Grouping(expr);
  const members: number[][] = [];
  for (let row = 0; row < input.rows; row++) {
    const group = grouping.of(input.labels[row]!, isNameGone && input.dropName[row]!);
    members[group] ??= [];
    members[group].push(row);
  }
  const output = new StepMatrix(frame.steps, evaluation.ledger, members.length);
  for (let group = 0; group < members.length; group++) {
    const pause = evaluation.pacer.spend(members[group]!.length * frame.steps * 4);
    if (pause !== undefined) await pause;
    const dropName = members[group]!.some((row) => input.dropName[row]);
    const row = output.addRow(grouping.labels[group]!, dropName);
    for (let step = 0; step < frame.steps; step++) {
      const values = gather(evaluation, expr, input, { rows: members[group]!, step });
      if (values.length === 0) continue;
      output.setFloat(row * frame.steps + step, quantileOfSorted(params[step]!, sortNaNFirst(values)));
    }
  }
  output.removeEmptyRows();
  input.release();
  return output;
}

function noteParams(evaluation: Evaluation, expr: AggregateExpr, params: Float64Array): void {
  const { min, max, hasNaN } = rangeOfParams(params);
  const position = expr.param!.pos;
  if (hasNaN) evaluation.annotations.warn(noteTexts.invalidQuantile(NaN), position);
  if (max > 1) evaluation.annotations.warn(noteTexts.invalidQuantile(max), position);
  if (min < 0) evaluation.annotations.warn(noteTexts.invalidQuantile(min), position);
}

function gather(
  evaluation: Evaluation,
  expr: AggregateExpr,
  input: StepMatrix,
  from: { rows: readonly number[]; step: number },
): Float64Array {
  const values = new Float64Array(from.rows.length);
  let count = 0;
  for (const row of from.rows) {
    const cell = row * input.steps + from.step;
    const kind = input.kinds[cell];
    if (kind === FLOAT) values[count++] = input.values[cell]!;
    else if (kind === HISTOGRAM) {
      evaluation.annotations.info(noteTexts.histogramIgnoredInAggregation('quantile'), expr.expr.pos);
    }
  }
  return values.subarray(0, count);
}
