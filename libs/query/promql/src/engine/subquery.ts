import { type FloatHistogram, HINT_NOT_RESET, HINT_RESET, HINT_UNKNOWN, type Labels, type SampleColumns } from '@telamon/model';
import type { SubqueryExpr } from '../parser/ast.ts';
import type { Evaluation } from './evaluation.ts';
import { countSteps, type Frame, timeOfStep } from './frame.ts';
import { tooManySamplesError } from './query-error.ts';
import type { Series } from './queryable.ts';
import { ABSENT, FLOAT } from './row.ts';
import { SampleCounts } from './sample-budget.ts';
import { StepMatrix } from './step-matrix.ts';

/** Steps of one subquery at the most: as many as the samples that a query may hold by default, so one full series passes. */
const MAX_STEPS = 50_000_000;
/** What counting costs for each step. */
const COUNTS_BYTES_PER_STEP = 16;

/** A subquery's result, readable like series of a storage. */
export interface EvaluatedSubquery {
  readonly expr: SubqueryExpr;
  readonly frame: Frame;
  readonly matrix: StepMatrix;
  readonly series: readonly Series[];
  readonly dropName: readonly boolean[];
  /** Samples that the result counts as while it is held. */
  readonly sampleCount: number;
}

/**
 * Evaluates the inner expression at multiples of the subquery's step that any window of the frame can need. Counter
 * reset hints of histograms are forgotten, because the samples between are not seen. Throws a QueryError when the subquery
 * has more steps than any query may hold samples, or the memory limit is met.
 */
export async function evaluateSubquery(evaluation: Evaluation, expr: SubqueryExpr, frame: Frame): Promise<EvaluatedSubquery> {
  const inner = frameOfSubquery(evaluation, expr, frame);
  const matrix = inner === undefined ? new StepMatrix(1, evaluation.ledger) : await evaluation.matrix(expr.expr, inner);
  forgetResetHints(matrix);
  const used = inner ?? frame;
  if (inner !== undefined) {
    mergeReadCounts(expr, inner, frame);
    evaluation.ledger.release(inner.steps * COUNTS_BYTES_PER_STEP);
  }
  return {
    expr,
    frame: used,
    matrix,
    series: matrix.labels.map((_, row) => new MatrixRowSeries(matrix, row, used)),
    dropName: matrix.dropName,
    sampleCount: matrix.countSamples(),
  };
}

/** The steps of a subquery within a frame; undefined when there is none. */
function frameOfSubquery(evaluation: Evaluation, expr: SubqueryExpr, frame: Frame): Frame | undefined {
  const stepMs = expr.stepMs === 0 ? evaluation.options.defaultEvalIntervalMs : expr.stepMs;
  const { originalOffsetMs: offsetMs, rangeMs, timestampMs } = expr;
  const firstEnd = (timestampMs ?? frame.startMs) - offsetMs;
  const lastEnd = timestampMs === undefined ? timeOfStep(frame, frame.steps - 1) - offsetMs : firstEnd;
  let startMs = stepMs * Math.trunc((firstEnd - rangeMs) / stepMs);
  if (startMs <= firstEnd - rangeMs) startMs += stepMs;
  if (lastEnd < startMs) return undefined;
  const steps = countSteps(startMs, lastEnd, stepMs);
  if (steps > MAX_STEPS) throw tooManySamplesError();
  evaluation.ledger.reserve(steps * COUNTS_BYTES_PER_STEP);
  return { startMs, stepMs, steps, isInstant: startMs === lastEnd, counts: new SampleCounts(steps, true) };
}

/** Counts what the subquery read at the first step of the frame whose window holds it; what lies between windows is not counted. */
function mergeReadCounts(expr: SubqueryExpr, inner: Frame, frame: Frame): void {
  for (let i = 0; i < inner.steps; i++) {
    const read = inner.counts.readPerStep![i]!;
    if (read === 0) continue;
    const at = timeOfStep(inner, i) + expr.originalOffsetMs;
    if (expr.timestampMs !== undefined) {
      frame.counts.addReadAt(0, read);
      continue;
    }
    const step = Math.max(0, Math.ceil((at - frame.startMs) / frame.stepMs));
    if (step < frame.steps && at > timeOfStep(frame, step) - expr.rangeMs) frame.counts.addReadAt(step, read);
  }
}

function forgetResetHints(matrix: StepMatrix): void {
  if (matrix.histograms === undefined) return;
  for (const [cell, histogram] of matrix.histograms) {
    const hint = histogram.counterResetHint;
    if (hint !== HINT_RESET && hint !== HINT_NOT_RESET) continue;
    const copy: FloatHistogram = { ...histogram, counterResetHint: HINT_UNKNOWN };
    matrix.histograms.set(cell, copy);
  }
}

/** A row of a matrix as a series. */
class MatrixRowSeries implements Series {
  readonly labels: Labels;
  readonly #matrix: StepMatrix;
  readonly #row: number;
  readonly #frame: Frame;

  constructor(matrix: StepMatrix, row: number, frame: Frame) {
    this.labels = matrix.labels[row]!;
    this.#matrix = matrix;
    this.#row = row;
    this.#frame = frame;
  }

  read(fromMs: number, toMs: number, into: SampleColumns): void {
    into.clear();
    const { kinds, values, steps } = this.#matrix;
    const { startMs, stepMs } = this.#frame;
    const first = Math.max(0, Math.ceil((fromMs - startMs) / stepMs));
    const last = Math.min(steps - 1, Math.floor((toMs - startMs) / stepMs));
    for (let step = first; step <= last; step++) {
      const cell = this.#row * steps + step;
      if (kinds[cell] === ABSENT) continue;
      if (kinds[cell] === FLOAT) into.pushFloat(startMs + step * stepMs, values[cell]!);
      else into.pushHistogram(startMs + step * stepMs, this.#matrix.histogramAt(cell)!);
    }
  }
}
