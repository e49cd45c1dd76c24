import type { BinaryExpr } from '../../parser/ast.ts';
import type { Evaluation } from '../evaluation.ts';
import type { Frame } from '../frame.ts';
import { ABSENT, Row } from '../row.ts';
import type { StepMatrix } from '../step-matrix.ts';
import { KeyedRows } from './keyed-rows.ts';
import { signaturesOf } from './signatures.ts';

/** and, or, unless: keep series of a side by whether the other side has one with the same labels at the same step. */
export async function evaluateSetOperation(evaluation: Evaluation, expr: BinaryExpr, frame: Frame): Promise<StepMatrix> {
  const before = evaluation.budget.current;
  const left = await evaluation.matrix(expr.lhs, frame);
  const right = await evaluation.matrix(expr.rhs, frame);
  const signatures = signaturesOf(left, right, expr.matching!);
  const output = new KeyedRows(evaluation, frame.steps);
  const row = new Row(frame.steps);
  const isOr = expr.op === 'or';
  const presence = isOr
    ? presenceOf(left, signatures.left, signatures.count)
    : presenceOf(right, signatures.right, signatures.count);
  if (isOr) {
    copyRows(left, output, row, () => true);
    copyRows(right, output, row, (i, step) => presence[signatures.right[i]! * frame.steps + step] === 0);
  } else {
    const wanted = expr.op === 'and' ? 1 : 0;
    copyRows(left, output, row, (i, step) => presence[signatures.left[i]! * frame.steps + step] === wanted);
  }
  evaluation.budget.settle(before, [left, right], output.matrix);
  left.release();
  right.release();
  return output.matrix;
}

/** 1 per match group and step at which a side has a sample. */
function presenceOf(matrix: StepMatrix, ordinals: Int32Array, count: number): Uint8Array {
  const { steps, kinds } = matrix;
  const presence = new Uint8Array(count * steps);
  for (let row = 0; row < matrix.rows; row++) {
    const base = ordinals[row]! * steps;
    for (let step = 0; step < steps; step++) if (kinds[row * steps + step] !== ABSENT) presence[base + step] = 1;
  }
  return presence;
}

function copyRows(from: StepMatrix, output: KeyedRows, row: Row, isWanted: (row: number, step: number) => boolean): void {
  for (let i = 0; i < from.rows; i++) {
    from.readRow(i, row);
    for (let step = 0; step < from.steps; step++) {
      if (row.kinds[step] !== ABSENT && !isWanted(i, step)) row.kinds[step] = ABSENT;
    }
    if (!row.isEmpty()) output.addRow(from.labels[i]!, from.dropName[i]!, row);
  }
}
