import type { Labels } from '@telamon/model';
import type { BinaryExpr, VectorMatching } from '../../parser/ast.ts';
import type { Evaluation } from '../evaluation.ts';
import type { Frame } from '../frame.ts';
import { executionError } from '../query-error.ts';
import { ABSENT } from '../row.ts';
import type { StepMatrix } from '../step-matrix.ts';
import { combineElements } from './element.ts';
import { type ElementResult, emptyResult, type Operand } from './element-result.ts';
import { KeyedRows } from './keyed-rows.ts';
import { resultLabels } from './result-labels.ts';
import { joinByRows } from './row-join.ts';
import { matchLabels, type Signatures, signaturesOf } from './signatures.ts';
import { StepNotes } from './step-notes.ts';

/** Arithmetic, comparisons and trims between two instant vectors. */
export async function evaluateVectorVector(evaluation: Evaluation, expr: BinaryExpr, frame: Frame): Promise<StepMatrix> {
  const before = evaluation.budget.current;
  const left = await evaluation.matrix(expr.lhs, frame);
  const right = await evaluation.matrix(expr.rhs, frame);
  const output = (await joinByRows(evaluation, expr, { left, right })) ?? (await joinBySteps(evaluation, expr, { left, right }));
  evaluation.budget.settle(before, [left, right], output);
  left.release();
  right.release();
  return output;
}

async function joinBySteps(
  evaluation: Evaluation,
  expr: BinaryExpr,
  sides: { left: StepMatrix; right: StepMatrix },
): Promise<StepMatrix> {
  const join = new VectorJoin(evaluation, expr, sides);
  for (let step = 0; step < sides.left.steps; step++) {
    const pause = evaluation.pacer.spend(2 * (sides.left.rows + sides.right.rows));
    if (pause !== undefined) await pause;
    join.step(step);
  }
  return join.finish();
}

/** No row: a side that is filled in. */
const FILLED = -1;

/** Joins two vectors step by step. The "one" side is the right, or with group_right the left. */
class VectorJoin {
  readonly #evaluation: Evaluation;
  readonly #expr: BinaryExpr;
  readonly #matching: VectorMatching;
  readonly #isSwapped: boolean;
  readonly #many: StepMatrix;
  readonly #one: StepMatrix;
  readonly #manyOrdinals: Int32Array;
  readonly #oneOrdinals: Int32Array;
  readonly #output: KeyedRows;
  /** Row of the "one" side per match group at the present step, -1 for none. */
  readonly #oneRow: Int32Array;
  /** Step + 1 at which a match group was last matched. */
  readonly #matchedAt: Int32Array;
  /** Result labels by pair of rows. */
  readonly #resultRows = new Map<number, ResultRow>();
  /** Productions by match group and labels. */
  readonly #productions = new Map<string, Production>();
  readonly #result: ElementResult = emptyResult();
  readonly #notes = new StepNotes();
  readonly #leftOperand: Operand = { value: 0, histogram: undefined };
  readonly #rightOperand: Operand = { value: 0, histogram: undefined };
  #hasResults = false;

  constructor(evaluation: Evaluation, expr: BinaryExpr, sides: { left: StepMatrix; right: StepMatrix }) {
    this.#evaluation = evaluation;
    this.#expr = expr;
    this.#matching = expr.matching!;
    this.#isSwapped = this.#matching.card === 'one-to-many';
    const signatures: Signatures = signaturesOf(sides.left, sides.right, this.#matching);
    this.#many = this.#isSwapped ? sides.right : sides.left;
    this.#one = this.#isSwapped ? sides.left : sides.right;
    this.#manyOrdinals = this.#isSwapped ? signatures.right : signatures.left;
    this.#oneOrdinals = this.#isSwapped ? signatures.left : signatures.right;
    this.#oneRow = new Int32Array(signatures.count);
    this.#matchedAt = new Int32Array(signatures.count);
    this.#output = new KeyedRows(evaluation, sides.left.steps);
  }

  /** Joins what is there at a step. Throws a QueryError when the match is not unique. */
  step(step: number): void {
    const { fillLeft, fillRight } = this.#matching;
    const manyCount = presentAt(this.#many, step);
    const oneCount = presentAt(this.#one, step);
    if (manyCount === 0 && oneCount === 0) return;
    if ((manyCount === 0 || oneCount === 0) && fillLeft === undefined && fillRight === undefined) return;
    this.#indexOneSide(step);
    // The fills belong to the sides as written, but apply to the sides as swapped: so it is in Prometheus.
    this.#joinManySide(step, fillRight);
    if (fillLeft !== undefined) this.#fillUnmatched(step, fillLeft);
  }

  finish(): StepMatrix {
    this.#notes.addTo(this.#evaluation.annotations, this.#expr.pos);
    if (!this.#hasResults) return this.#output.matrix;
    this.#output.matrix.removeEmptyRows();
    return this.#output.matrix;
  }

  #indexOneSide(step: number): void {
    this.#oneRow.fill(FILLED);
    const { kinds, steps } = this.#one;
    for (let row = 0; row < this.#one.rows; row++) {
      if (kinds[row * steps + step] === ABSENT) continue;
      const ordinal = this.#oneOrdinals[row]!;
      if (this.#oneRow[ordinal] !== FILLED) this.#refuseDuplicates(this.#oneRow[ordinal]!, row);
      this.#oneRow[ordinal] = row;
    }
  }

  #refuseDuplicates(first: number, second: number): never {
    const labels = this.#one.labels[second]!;
    const texts = [labels.toString(), this.#one.labels[first]!.toString()].sort();
    const side = this.#isSwapped ? 'left' : 'right';
    throw executionError(
      `found duplicate series for the match group ${matchLabels(labels, this.#matching)} on the ${side} hand-side of the operation: [${texts[0]}, ${texts[1]}];many-to-many matching not allowed: matching labels must be unique on one side`,
    );
  }

  #joinManySide(step: number, fill: number | undefined): void {
    const { kinds, steps } = this.#many;
    for (let row = 0; row < this.#many.rows; row++) {
      if (kinds[row * steps + step] === ABSENT) continue;
      const oneRow = this.#oneRow[this.#manyOrdinals[row]!]!;
      if (oneRow === FILLED && fill === undefined) continue;
      this.#combine(step, { many: row, one: oneRow, ordinal: this.#manyOrdinals[row]! }, fill ?? 0);
    }
  }

  #fillUnmatched(step: number, fill: number): void {
    const { kinds, steps } = this.#one;
    for (let row = 0; row < this.#one.rows; row++) {
      const ordinal = this.#oneOrdinals[row]!;
      if (kinds[row * steps + step] === ABSENT || this.#matchedAt[ordinal] === step + 1) continue;
      this.#combine(step, { many: FILLED, one: row, ordinal }, fill);
    }
  }

  #combine(step: number, pair: Pair, fill: number): void {
    const { returnBool } = this.#expr;
    const many = this.#isSwapped ? this.#rightOperand : this.#leftOperand;
    const one = this.#isSwapped ? this.#leftOperand : this.#rightOperand;
    load(many, this.#many, pair.many, { step, fill });
    load(one, this.#one, pair.one, { step, fill });
    const result = this.#result;
    combineElements(this.#expr, this.#leftOperand, this.#rightOperand, result);
    if (result.note !== undefined) this.#notes.set(step, result.note);
    if (result.isIncompatible) return;
    const target = this.#resultRow(pair);
    this.#claimMatch(step, pair.ordinal, target);
    if (returnBool) {
      result.histogram = undefined;
      result.value = result.keep ? 1 : 0;
    } else if (!result.keep) return;
    this.#hasResults = true;
    if (target.row === FILLED) target.row = this.#output.rowFor(target.labels, returnBool);
    const cell = this.#output.claim(target.row, step);
    if (result.histogram !== undefined) this.#output.matrix.setHistogram(cell, result.histogram);
    else this.#output.matrix.setFloat(cell, result.value);
  }

  /** Checks that the result is unique within its match group. */
  #claimMatch(step: number, ordinal: number, target: ResultRow): void {
    const isMatched = this.#matchedAt[ordinal] === step + 1;
    this.#matchedAt[ordinal] = step + 1;
    if (this.#matching.card === 'one-to-one') {
      if (!isMatched) return;
      throw executionError('multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)');
    }
    if (target.production.at === step + 1) {
      throw executionError('multiple matches for labels: grouping labels must ensure unique matches');
    }
    target.production.at = step + 1;
  }

  #resultRow(pair: Pair): ResultRow {
    const key = (pair.many + 1) * (this.#one.rows + 1) + pair.one + 1;
    let known = this.#resultRows.get(key);
    if (known === undefined) {
      const manyLabels = this.#labelsOf(this.#many, pair.many, { from: this.#one, row: pair.one });
      const oneLabels = this.#labelsOf(this.#one, pair.one, { from: this.#many, row: pair.many });
      const labels = resultLabels(this.#evaluation, this.#expr, manyLabels, oneLabels);
      const productionKey = `${pair.ordinal}/${labels.key()}`;
      const production = this.#productions.get(productionKey) ?? { at: 0 };
      this.#productions.set(productionKey, production);
      known = { labels, row: FILLED, production };
      this.#resultRows.set(key, known);
    }
    return known;
  }

  #labelsOf(matrix: StepMatrix, row: number, other: { from: StepMatrix; row: number }): Labels {
    if (row !== FILLED) return matrix.labels[row]!;
    return matchLabels(other.from.labels[other.row]!, this.#matching);
  }
}

interface Pair {
  readonly many: number;
  readonly one: number;
  readonly ordinal: number;
}

/** Step + 1 at which labels were last produced within a match group. */
interface Production {
  at: number;
}

interface ResultRow {
  readonly labels: Labels;
  readonly production: Production;
  row: number;
}

function load(operand: Operand, matrix: StepMatrix, row: number, at: { step: number; fill: number }): void {
  if (row === FILLED) {
    operand.value = at.fill;
    operand.histogram = undefined;
    return;
  }
  const cell = row * matrix.steps + at.step;
  operand.value = matrix.values[cell]!;
  operand.histogram = matrix.histogramAt(cell);
}

function presentAt(matrix: StepMatrix, step: number): number {
  const { kinds, steps } = matrix;
  for (let row = 0; row < matrix.rows; row++) if (kinds[row * steps + step] !== ABSENT) return 1;
  return 0;
}
