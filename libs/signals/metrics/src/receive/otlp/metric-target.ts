import { FLAG_NO_RECORDED_VALUE, type OtlpAttribute, type OtlpPoint } from '@telamon/wire';
import type { PointLabels } from './point-labels.ts';
import { ROW_COUNTER, ROW_DELTA, ROW_STALE, type TranslatedRows } from './translated-rows.ts';

/** Where the points of one metric go. */
export interface MetricTarget {
  /** Name of the metric family. */
  readonly name: string;
  readonly rows: TranslatedRows;
  /** Points are deltas that are to be added to what the series have. */
  readonly isAccumulated: boolean;
  /** Points are deltas that are kept as they are. */
  readonly isGauge: boolean;
  /** Values only grow from a start. */
  readonly isCounter: boolean;
  /** Labels of a point; valid until the next call. Throws `TranslationError`. */
  readonly labelsOf: (attributes: readonly OtlpAttribute[]) => PointLabels;
}

/** Begins a point's rows; nothing that can be wrong with the point may come after. */
export function beginPoint(target: MetricTarget, point: OtlpPoint): void {
  let flags = 0;
  if (target.isAccumulated) flags |= ROW_DELTA;
  if (target.isCounter) flags |= ROW_COUNTER;
  if (isStalePoint(point)) flags |= ROW_STALE;
  target.rows.beginPoint({ timeMs: point.timeMs, startTimeMs: point.startTimeMs, flags });
}

/** Whether a point stands for the end of its series. */
export function isStalePoint(point: OtlpPoint): boolean {
  return (point.flags & FLAG_NO_RECORDED_VALUE) !== 0;
}
