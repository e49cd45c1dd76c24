import type { Labels } from '@telamon/model';
import type { Expr } from '../parser/ast.ts';
import type { Annotations } from './annotations.ts';
import type { ResolvedOptions } from './engine-options.ts';
import type { Frame } from './frame.ts';
import type { MemoryLedger } from './memory-ledger.ts';
import type { Pacer } from './pacer.ts';
import type { Queryable } from './queryable.ts';
import type { Row } from './row.ts';
import type { SampleBudget } from './sample-budget.ts';
import type { Selections } from './selections.ts';
import type { StepMatrix } from './step-matrix.ts';

/**
 * Takes one series of a streamed result. The row is reused: copy what must last. With `dropName` the name (and type and
 * unit) is to go: now, or when name removal is delayed, at the end; the labels still carry it.
 */
export type RowConsumer = (labels: Labels, dropName: boolean, row: Row) => void;

/** State of one query's evaluation, and the way from a node to its children. */
export interface Evaluation {
  readonly options: ResolvedOptions;
  readonly annotations: Annotations;
  readonly budget: SampleBudget;
  readonly pacer: Pacer;
  readonly ledger: MemoryLedger;
  readonly queryable: Queryable;
  readonly selections: Selections;
  readonly signal: AbortSignal;
  /** Value of a scalar or vector expression; a scalar is one row without labels that has every step. */
  matrix(expr: Expr, frame: Frame): Promise<StepMatrix>;
  /** Like {@link matrix}, but hands over series by series and keeps none, where the expression allows it. */
  stream(expr: Expr, frame: Frame, consume: RowConsumer): Promise<void>;
}

/** A scalar's values, one per step. */
export function scalarValues(matrix: StepMatrix): Float64Array {
  return matrix.values;
}
