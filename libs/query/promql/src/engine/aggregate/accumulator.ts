import type { PositionRange } from '../../parser/ast.ts';
import type { Annotations } from '../annotations.ts';
import type { Row } from '../row.ts';

/** What accumulators may need. */
export interface AccumulatorContext {
  readonly annotations: Annotations;
  readonly steps: number;
  /** Position of the aggregated expression. */
  readonly position: PositionRange;
}

/** Folds rows into one row per group. Series come in storage order, so sums are the same every time. */
export interface Accumulator {
  /** Folds a row into a group; groups are numbered from 0 without gaps. */
  add(group: number, row: Row, metricName: () => string): void;
  /** Writes the result of a group; steps without samples stay absent. */
  finish(group: number, into: Row): void;
}

/** Columns of numbers, one stretch of `steps` per group, that grow with the groups. */
export class GroupColumns {
  readonly steps: number;
  values: Float64Array;

  constructor(steps: number) {
    this.steps = steps;
    this.values = new Float64Array(steps * 8);
  }

  /** Offset of a group's stretch, making room. */
  offsetOf(group: number): number {
    const offset = group * this.steps;
    if (offset + this.steps > this.values.length) {
      const values = new Float64Array(Math.max(this.values.length * 2, offset + this.steps));
      values.set(this.values);
      this.values = values;
    }
    return offset;
  }
}
