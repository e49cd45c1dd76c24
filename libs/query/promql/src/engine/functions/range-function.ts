import type { PositionRange } from '../../parser/ast.ts';
import type { Annotations } from '../annotations.ts';
import type { RangeWindows } from '../range-window.ts';
import type { Row } from '../row.ts';

/** What a range function knows besides its windows. */
export interface RangeCallContext {
  readonly annotations: Annotations;
  /** Position of the first argument, where notes point. */
  readonly position: PositionRange;
  /** Position of all arguments together. */
  readonly argsPosition: PositionRange;
  /** Values per step of the scalar arguments, in order. */
  readonly params: readonly Float64Array[];
  /** Evaluation time of a step, ms. */
  readonly timeOf: (step: number) => number;
  readonly isAnchored: boolean;
  readonly isSmoothed: boolean;
  readonly usesStartTimes: boolean;
}

/** Computes the steps `stepFrom` to before `stepTo` of one series: reads the windows, writes the row (which comes cleared). */
export type RangeFunction = (windows: RangeWindows, row: Row, context: RangeCallContext) => void;
