import { formatG } from '@telamon/model';
import type { AggregateExpr } from '../../parser/ast.ts';
import { noteTexts } from '../annotations.ts';
import type { Evaluation } from '../evaluation.ts';
import type { Frame } from '../frame.ts';
import { executionError } from '../query-error.ts';
import { ABSENT, HISTOGRAM } from '../row.ts';
import { StepMatrix } from '../step-matrix.ts';
import { Grouping } from './grouping.ts';
import { RankHeap } from './rank-heap.ts';
import { sampleOffset } from './sample-offset.ts';

const MIN_INT64 = -(2 ** 63);
/** Largest double below 2^63. */
const MAX_INT64 = 2 ** 63 - 1024;

/** Aggregations whose result is a choice of their input's series. */
export const ROW_SELECTIONS: ReadonlySet<string> = new Set(['topk', 'bottomk', 'limitk', 'limit_ratio']);

/** Smallest and largest parameter of all steps. */
interface ParamRange {
  readonly min: number;
  readonly max: number;
  readonly hasNaN: boolean;
}

/** Summary of a parameter over all steps. */
export function rangeOfParams(params: Float64Array): ParamRange {
  let min = Number.MAX_VALUE;
  let max = -Number.MAX_VALUE;
  let hasNaN = false;
  for (const value of params) {
    min = Math.min(min, value);
    max = Math.max(max, value);
    if (Number.isNaN(value)) hasNaN = true;
  }
  if (params.length === 1) return { min: params[0]!, max: params[0]!, hasNaN };
  return { min, max, hasNaN };
}

/**
 * topk, bottomk, limitk and limit_ratio. Rows of an instant result come group by group in rank order; in range results
 * a row is there at the steps at which it was chosen.
 */
export async function selectRows(
  evaluation: Evaluation,
  expr: AggregateExpr,
  frame: Frame,
  params: Float64Array,
): Promise<StepMatrix> {
  const input = await evaluation.matrix(expr.expr, frame);
  const output = new StepMatrix(frame.steps, evaluation.ledger);
  const range = rangeOfParams(params);
  if (isNothingAsked(expr, range)) return output;
  checkParams(evaluation, expr, range);
  const isNameGone = !evaluation.options.isNameRemovalDelayed;
  const grouping = new Grouping(expr);
  const groups = input.labels.map((labels, row) => grouping.of(labels, isNameGone && input.dropName[row]!));
  const placed = new Map<number, number>();
  for (let step = 0; step < frame.steps; step++) {
    const pause = evaluation.pacer.spend(input.rows);
    if (pause !== undefined) await pause;
    const chosen = chooseAt(evaluation, { expr, input, groups, groupCount: grouping.labels.length, step }, params[step]!);
    for (const row of chosen) placeCell(input, row, step, { output, placed });
  }
  input.release();
  return output;
}

function isNothingAsked(expr: AggregateExpr, range: ParamRange): boolean {
  return expr.op === 'limit_ratio' ? range.max === 0 && range.min === 0 : range.max < 1;
}

function checkParams(evaluation: Evaluation, expr: AggregateExpr, range: ParamRange): void {
  if (expr.op === 'limit_ratio') {
    if (range.hasNaN) throw executionError('Ratio value is NaN');
    const position = expr.param!.pos;
    if (range.max > 1) evaluation.annotations.warn(noteTexts.invalidRatio(range.max, 1), position);
    if (range.min < -1) evaluation.annotations.warn(noteTexts.invalidRatio(range.min, -1), position);
    return;
  }
  if (range.hasNaN) throw executionError('Parameter value is NaN');
  if (range.min <= MIN_INT64) throw executionError(`Scalar value ${formatG(range.min)} underflows int64`);
  if (range.max >= MAX_INT64) throw executionError(`Scalar value ${formatG(range.max)} overflows int64`);
}

interface Choice {
  readonly expr: AggregateExpr;
  readonly input: StepMatrix;
  readonly groups: readonly number[];
  readonly groupCount: number;
  readonly step: number;
}

/** Rows that a step keeps, in the order of the result. */
function chooseAt(evaluation: Evaluation, choice: Choice, param: number): readonly number[] {
  const { op } = choice.expr;
  if (op === 'limit_ratio') return chooseByRatio(choice, Math.max(-1, Math.min(1, param)));
  const limit = Math.min(Math.trunc(param), choice.input.rows);
  if (limit < 1) return [];
  return op === 'limitk' ? chooseFirst(choice, limit) : chooseRanked(evaluation, choice, limit);
}

function chooseByRatio(choice: Choice, ratio: number): readonly number[] {
  const { input, groups, groupCount, step } = choice;
  if (ratio === 0) return [];
  const heaps = Array.from({ length: groupCount }, () => new RankHeap(Infinity, true));
  for (let row = 0; row < input.rows; row++) {
    const cell = row * input.steps + step;
    if (input.kinds[cell] === ABSENT) continue;
    const offset = sampleOffset(input.labels[row]!);
    const isChosen = ratio >= 0 ? offset < ratio : offset >= 1 + ratio;
    if (isChosen) heaps[groups[row]!]!.offer(row, heapValue(input, cell));
  }
  return heaps.flatMap(({ rows }) => rows);
}

function chooseFirst(choice: Choice, limit: number): readonly number[] {
  const { input, groups, groupCount, step } = choice;
  const heaps = Array.from({ length: groupCount }, () => new RankHeap(Infinity, true));
  for (let row = 0; row < input.rows; row++) {
    const heap = heaps[groups[row]!]!;
    const cell = row * input.steps + step;
    if (heap.rows.length < limit && input.kinds[cell] !== ABSENT) heap.offer(row, heapValue(input, cell));
  }
  // Prometheus keeps what it has chosen in a heap and shows it as it lies there.
  return heaps.flatMap(({ rows }) => rows);
}

function heapValue(input: StepMatrix, cell: number): number {
  return input.kinds[cell] === HISTOGRAM ? 0 : input.values[cell]!;
}

function chooseRanked(evaluation: Evaluation, choice: Choice, limit: number): readonly number[] {
  const { expr, input, groups, groupCount, step } = choice;
  const heaps: (RankHeap | undefined)[] = new Array(groupCount).fill(undefined);
  for (let row = 0; row < input.rows; row++) {
    const cell = row * input.steps + step;
    const kind = input.kinds[cell];
    if (kind === ABSENT) continue;
    if (kind === HISTOGRAM) {
      evaluation.annotations.info(noteTexts.histogramIgnoredInAggregation(expr.op), expr.pos);
      continue;
    }
    const group = groups[row]!;
    heaps[group] ??= new RankHeap(limit, expr.op === 'topk');
    heaps[group].offer(row, input.values[cell]!);
  }
  return heaps.flatMap((heap) => heap?.ranked() ?? []);
}

function placeCell(
  input: StepMatrix,
  row: number,
  step: number,
  into: { output: StepMatrix; placed: Map<number, number> },
): void {
  const { output, placed } = into;
  let target = placed.get(row);
  if (target === undefined) {
    target = output.addRow(input.labels[row]!, input.dropName[row]!);
    placed.set(row, target);
  }
  output.copyCell(target * output.steps + step, input, row * input.steps + step);
}
