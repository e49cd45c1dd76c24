import { formatFixed, formatHistogram } from '@telamon/model';
import type { AggregateExpr } from '../../parser/ast.ts';
import { quoteGo } from '../../parser/go-quote.ts';
import type { Evaluation } from '../evaluation.ts';
import type { Frame } from '../frame.ts';
import { isValidLabelName, stringArgument } from '../functions/label-replace.ts';
import { executionError } from '../query-error.ts';
import { ABSENT, HISTOGRAM } from '../row.ts';
import { StepMatrix } from '../step-matrix.ts';
import { Grouping } from './grouping.ts';

/** count_values("label", vector): how many series have each value; the value becomes a label. */
export async function countValues(evaluation: Evaluation, expr: AggregateExpr, frame: Frame): Promise<StepMatrix> {
  const label = stringArgument(expr.param!);
  if (!isValidLabelName(label)) throw executionError(`invalid label name ${quoteGo(label)}`);
  const before = evaluation.budget.current;
  const input = await evaluation.matrix(expr.expr, frame);
  const grouping = new Grouping({
    grouping: expr.isWithout ? expr.grouping : [...expr.grouping, label],
    isWithout: expr.isWithout,
  });
  const isNameGone = !evaluation.options.isNameRemovalDelayed;
  const output = new StepMatrix(frame.steps, evaluation.ledger);
  for (let row = 0; row < input.rows; row++) {
    const pause = evaluation.pacer.spend(frame.steps * 8);
    if (pause !== undefined) await pause;
    const known = new Map<string, number>();
    for (let step = 0; step < frame.steps; step++) {
      const text = textOf(input, row * input.steps + step);
      if (text === undefined) continue;
      let group = known.get(text);
      if (group === undefined) {
        group = grouping.of(input.labels[row]!.with(label, text), isNameGone && input.dropName[row]!);
        known.set(text, group);
        if (group === output.rows) output.addRow(grouping.labels[group]!, false);
      }
      const cell = group * frame.steps + step;
      output.setFloat(cell, (output.kinds[cell] === ABSENT ? 0 : output.values[cell]!) + 1);
    }
  }
  evaluation.budget.settle(before, [input], output);
  input.release();
  return output;
}

function textOf(input: StepMatrix, cell: number): string | undefined {
  const kind = input.kinds[cell];
  if (kind === ABSENT) return undefined;
  if (kind === HISTOGRAM) return formatHistogram(input.histogramAt(cell)!);
  return formatFixed(input.values[cell]!);
}
