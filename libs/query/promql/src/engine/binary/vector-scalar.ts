import type { BinaryExpr, Expr } from '../../parser/ast.ts';
import { type Evaluation, type RowConsumer, scalarValues } from '../evaluation.ts';
import { typeOfExpression } from '../expression-type.ts';
import type { Frame } from '../frame.ts';
import { ABSENT, FLOAT, HISTOGRAM, type Row } from '../row.ts';
import { StepMatrix } from '../step-matrix.ts';
import { combineElements } from './element.ts';
import { type ElementResult, emptyResult, type Operand } from './element-result.ts';
import { calculate, changesMetric, compareFloats, isComparison, isTrim } from './operators.ts';
import { StepNotes } from './step-notes.ts';

/** scalar op scalar. */
export async function evaluateScalarScalar(evaluation: Evaluation, expr: BinaryExpr, frame: Frame): Promise<StepMatrix> {
  const before = evaluation.budget.current;
  const left = await evaluation.matrix(expr.lhs, frame);
  const right = await evaluation.matrix(expr.rhs, frame);
  const output = new StepMatrix(frame.steps, evaluation.ledger, 1);
  output.addRow(left.labels[0]!, false);
  for (let step = 0; step < frame.steps; step++) {
    output.setFloat(step, calculate(expr.op, left.values[step]!, right.values[step]!));
  }
  evaluation.budget.settle(before, [left, right], output);
  return output;
}

/** The vector side of an operation between a vector and a scalar. */
export function vectorSideOf(expr: BinaryExpr): Expr {
  return typeOfExpression(expr.lhs) === 'scalar' ? expr.rhs : expr.lhs;
}

/** Streams an operation between a vector and a scalar, in either order. */
export async function streamVectorScalar(
  evaluation: Evaluation,
  expr: BinaryExpr,
  frame: Frame,
  consume: RowConsumer,
): Promise<void> {
  const isScalarLeft = typeOfExpression(expr.lhs) === 'scalar';
  const scalar = await evaluation.matrix(isScalarLeft ? expr.lhs : expr.rhs, frame);
  const apply = new ScalarApplication(evaluation, expr, scalarValues(scalar), isScalarLeft);
  const dropsName = changesMetric(expr.op) || expr.returnBool;
  await evaluation.stream(isScalarLeft ? expr.rhs : expr.lhs, frame, (labels, dropName, row) => {
    apply.to(row);
    consume(labels, dropName || dropsName, row);
  });
  apply.finish();
}

class ScalarApplication {
  readonly #evaluation: Evaluation;
  readonly #expr: BinaryExpr;
  readonly #scalars: Float64Array;
  readonly #isScalarLeft: boolean;
  readonly #result: ElementResult = emptyResult();
  readonly #notes = new StepNotes();

  constructor(evaluation: Evaluation, expr: BinaryExpr, scalars: Float64Array, isScalarLeft: boolean) {
    this.#evaluation = evaluation;
    this.#expr = expr;
    this.#scalars = scalars;
    this.#isScalarLeft = isScalarLeft;
  }

  /** Applies the operation to a row in place. */
  to(row: Row): void {
    if (row.histograms !== undefined || isTrim(this.#expr.op)) this.#slow(row);
    else if (isComparison(this.#expr.op)) this.#compare(row);
    else this.#calculate(row);
  }

  /** Behind the last row: tells what is to be said. */
  finish(): void {
    this.#notes.addTo(this.#evaluation.annotations, this.#expr.pos);
  }

  #calculate(row: Row): void {
    const { op } = this.#expr;
    const { kinds, values } = row;
    const scalars = this.#scalars;
    for (let step = 0; step < row.steps; step++) {
      if (kinds[step] === ABSENT) continue;
      values[step] = this.#isScalarLeft
        ? calculate(op, scalars[step]!, values[step]!)
        : calculate(op, values[step]!, scalars[step]!);
    }
  }

  #compare(row: Row): void {
    const { op, returnBool } = this.#expr;
    const { kinds, values } = row;
    for (let step = 0; step < row.steps; step++) {
      if (kinds[step] === ABSENT) continue;
      const scalar = this.#scalars[step]!;
      const holds = this.#isScalarLeft ? compareFloats(op, scalar, values[step]!) : compareFloats(op, values[step]!, scalar);
      if (returnBool) values[step] = holds ? 1 : 0;
      else if (!holds) kinds[step] = ABSENT;
    }
  }

  #slow(row: Row): void {
    const { op, returnBool } = this.#expr;
    const result = this.#result;
    for (let step = 0; step < row.steps; step++) {
      const kind = row.kinds[step]!;
      if (kind === ABSENT) continue;
      const histogram = kind === HISTOGRAM ? row.histograms![step] : undefined;
      const vector: Operand = { value: row.values[step]!, histogram };
      const scalar: Operand = { value: this.#scalars[step]!, histogram: undefined };
      const [left, right] = this.#isScalarLeft ? [scalar, vector] : [vector, scalar];
      combineElements(this.#expr, left, right, result);
      if (result.note !== undefined) this.#notes.set(step, result.note);
      if (result.isIncompatible || (!result.keep && !returnBool)) row.kinds[step] = ABSENT;
      else if (returnBool) row.setFloat(step, result.keep ? 1 : 0);
      // A comparison passes the vector's element on, on whichever side it stands.
      else if (isComparison(op)) row.kinds[step] = kind === FLOAT ? FLOAT : HISTOGRAM;
      else if (result.histogram !== undefined) row.setHistogram(step, result.histogram);
      else row.setFloat(step, result.value);
    }
  }
}
