import { formatFixed } from '@telamon/model';
import type { OtlpSummaryPoint } from '@telamon/wire';
import { beginPoint, type MetricTarget } from './metric-target.ts';
import { checkBound } from './point-bounds.ts';

/** Adds the series of a summary's point: `_count`, `_sum` and one for each quantile. */
export function addSummaryRows(target: MetricTarget, point: OtlpSummaryPoint): void {
  checkBound('quantiles', point.quantiles.length);
  const labels = target.labelsOf(point.attributes);
  const { rows, name } = target;
  beginPoint(target, point);
  labels.write(rows.labels, `${name}_count`);
  rows.probe(point.count);
  labels.write(rows.labels, `${name}_sum`);
  rows.float(point.sum);
  for (const { quantile, value } of point.quantiles) {
    labels.write(rows.labels, name, { name: 'quantile', value: formatFixed(quantile) });
    rows.float(value);
  }
}
