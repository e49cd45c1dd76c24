import type { BinaryExpr } from '../../parser/ast.ts';
import type { Evaluation } from '../evaluation.ts';
import { ABSENT, FLOAT, Row } from '../row.ts';
import type { StepMatrix } from '../step-matrix.ts';
import { combineElements } from './element.ts';
import { type ElementResult, emptyResult, type Operand } from './element-result.ts';
import { KeyedRows } from './keyed-rows.ts';
import { calculate, compareFloats, isComparison, isTrim } from './operators.ts';
import { resultLabels } from './result-labels.ts';
import { signaturesOf } from './signatures.ts';
import { StepNotes } from './step-notes.ts';

/** A pair of rows that belong together at every step. */
interface RowPair {
  readonly many: number;
  readonly one: number;
}

/**
 * Joins two vectors row by row, which is possible when the match is unique whatever the step: nothing is filled in, no
 * match group has two series on its "one" side (nor, one-to-one, on the other), and no two results of a group agree in
 * their labels. Undefined when it is not; then the steps have to be looked at one by one, and errors come from there.
 */
export async function joinByRows(
  evaluation: Evaluation,
  expr: BinaryExpr,
  sides: { left: StepMatrix; right: StepMatrix },
): Promise<StepMatrix | undefined> {
  const matching = expr.matching!;
  if (matching.fillLeft !== undefined || matching.fillRight !== undefined) return undefined;
  const isSwapped = matching.card === 'one-to-many';
  const many = isSwapped ? sides.right : sides.left;
  const one = isSwapped ? sides.left : sides.right;
  const pairs = pairRows(expr, sides, isSwapped);
  if (pairs === undefined) return undefined;
  const labels = pairs.map((pair) => resultLabels(evaluation, expr, many.labels[pair.many]!, one.labels[pair.one]!));
  // Equal results of different groups are found when they are put down; within a group they are an error of their own.
  if (matching.card !== 'one-to-one' && new Set(labels.map((one) => one.key())).size < labels.length) return undefined;
  const output = new KeyedRows(evaluation, many.steps);
  const combiner = new RowCombiner(evaluation, expr, { many, one, isSwapped });
  for (let i = 0; i < pairs.length; i++) {
    const pause = evaluation.pacer.spend(many.steps * 2);
    if (pause !== undefined) await pause;
    const row = combiner.combine(pairs[i]!);
    if (!row.isEmpty()) output.addRow(labels[i]!, expr.returnBool, row);
  }
  combiner.finish();
  return output.matrix;
}

function pairRows(expr: BinaryExpr, sides: { left: StepMatrix; right: StepMatrix }, isSwapped: boolean): RowPair[] | undefined {
  const signatures = signaturesOf(sides.left, sides.right, expr.matching!);
  const [manyOrdinals, oneOrdinals] = isSwapped ? [signatures.right, signatures.left] : [signatures.left, signatures.right];
  const oneRows = new Int32Array(signatures.count).fill(-1);
  for (let row = 0; row < oneOrdinals.length; row++) {
    if (oneRows[oneOrdinals[row]!] !== -1) return undefined;
    oneRows[oneOrdinals[row]!] = row;
  }
  const isUnique = expr.matching!.card === 'one-to-one';
  const pairs: RowPair[] = [];
  for (let many = 0; many < manyOrdinals.length; many++) {
    const ordinal = manyOrdinals[many]!;
    const one = oneRows[ordinal]!;
    // -2: matched already.
    if (one === -2) return undefined;
    if (one === -1) continue;
    pairs.push({ many, one });
    if (isUnique) oneRows[ordinal] = -2;
  }
  return pairs;
}

/** Computes an operation on pairs of rows; the row it answers is reused. */
class RowCombiner {
  readonly #evaluation: Evaluation;
  readonly #expr: BinaryExpr;
  readonly #left: StepMatrix;
  readonly #right: StepMatrix;
  readonly #isSwapped: boolean;
  readonly #row: Row;
  readonly #result: ElementResult = emptyResult();
  readonly #notes = new StepNotes();

  constructor(evaluation: Evaluation, expr: BinaryExpr, sides: { many: StepMatrix; one: StepMatrix; isSwapped: boolean }) {
    this.#evaluation = evaluation;
    this.#expr = expr;
    this.#isSwapped = sides.isSwapped;
    this.#left = sides.isSwapped ? sides.one : sides.many;
    this.#right = sides.isSwapped ? sides.many : sides.one;
    this.#row = new Row(sides.many.steps);
  }

  combine({ many, one }: RowPair): Row {
    const { steps } = this.#row;
    const left = (this.#isSwapped ? one : many) * steps;
    const right = (this.#isSwapped ? many : one) * steps;
    this.#row.clear();
    const hasHistograms = this.#left.histograms !== undefined || this.#right.histograms !== undefined;
    if (hasHistograms || isTrim(this.#expr.op)) this.#slow(left, right);
    else if (isComparison(this.#expr.op)) this.#compare(left, right);
    else this.#calculate(left, right);
    return this.#row;
  }

  /** Behind the last pair: tells what is to be said. */
  finish(): void {
    this.#notes.addTo(this.#evaluation.annotations, this.#expr.pos);
  }

  #calculate(left: number, right: number): void {
    const { op } = this.#expr;
    const { kinds, values, steps } = this.#row;
    for (let step = 0; step < steps; step++) {
      if (this.#left.kinds[left + step] === ABSENT || this.#right.kinds[right + step] === ABSENT) continue;
      values[step] = calculate(op, this.#left.values[left + step]!, this.#right.values[right + step]!);
      kinds[step] = FLOAT;
    }
  }

  #compare(left: number, right: number): void {
    const { op, returnBool } = this.#expr;
    const { steps } = this.#row;
    for (let step = 0; step < steps; step++) {
      if (this.#left.kinds[left + step] === ABSENT || this.#right.kinds[right + step] === ABSENT) continue;
      const value = this.#left.values[left + step]!;
      const holds = compareFloats(op, value, this.#right.values[right + step]!);
      if (returnBool) this.#row.setFloat(step, holds ? 1 : 0);
      else if (holds) this.#row.setFloat(step, value);
    }
  }

  #slow(left: number, right: number): void {
    const { returnBool } = this.#expr;
    const result = this.#result;
    for (let step = 0; step < this.#row.steps; step++) {
      if (this.#left.kinds[left + step] === ABSENT || this.#right.kinds[right + step] === ABSENT) continue;
      const a = operandAt(this.#left, left + step);
      const b = operandAt(this.#right, right + step);
      combineElements(this.#expr, a, b, result);
      if (result.note !== undefined) this.#notes.set(step, result.note);
      if (result.isIncompatible) continue;
      if (returnBool) this.#row.setFloat(step, result.keep ? 1 : 0);
      else if (!result.keep) continue;
      else if (result.histogram !== undefined) this.#row.setHistogram(step, result.histogram);
      else this.#row.setFloat(step, result.value);
    }
  }
}

function operandAt(matrix: StepMatrix, cell: number): Operand {
  return { value: matrix.values[cell]!, histogram: matrix.histogramAt(cell) };
}
