import type { OtlpNumberPoint } from '@telamon/wire';
import { beginPoint, type MetricTarget } from './metric-target.ts';
import { usableExemplars } from './point-exemplars.ts';

/** Adds the sample of a gauge's or sum's point; without a value it is 0. Exemplars are kept for sums only. */
export function addNumberRow(target: MetricTarget, point: OtlpNumberPoint, hasExemplars: boolean): void {
  const labels = target.labelsOf(point.attributes);
  const { rows } = target;
  beginPoint(target, point);
  labels.write(rows.labels, target.name);
  rows.float(point.asInt === undefined ? (point.asDouble ?? 0) : Number(point.asInt));
  if (hasExemplars) rows.attachExemplars(usableExemplars(point.exemplars));
}
