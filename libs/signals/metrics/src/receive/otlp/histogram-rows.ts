import { formatFixed } from '@telamon/model';
import type { OtlpExponentialPoint, OtlpHistogramPoint } from '@telamon/wire';
import { beginPoint, isStalePoint, type MetricTarget } from './metric-target.ts';
import { explicitToNative, exponentialToNative } from './native-histogram.ts';
import { checkBound } from './point-bounds.ts';
import { exemplarValue, usableExemplars } from './point-exemplars.ts';

/** Texts that are remembered. */
const MAX_TEXTS = 1024;

/** Texts of bucket bounds, remembered because every point of a metric has the same. */
export class BoundTexts {
  readonly #texts = new Map<number, string>();

  /** `le` of a bound. */
  of(bound: number): string {
    let text = this.#texts.get(bound);
    if (text !== undefined) return text;
    text = formatFixed(bound);
    if (this.#texts.size >= MAX_TEXTS) this.#texts.clear();
    this.#texts.set(bound, text);
    return text;
  }
}

/**
 * Adds the series of a classic histogram's point: `_count`, `_sum` if it was sent, and `_bucket` for each bound and +Inf with
 * cumulative counts. Exemplars are taken to be in the order of their values, as Prometheus takes them: each goes to the bucket that
 * holds it, or that of a larger one before it.
 */
export function addClassicHistogramRows(target: MetricTarget, point: OtlpHistogramPoint, texts: BoundTexts): void {
  checkBound('bucket bounds', point.explicitBounds.length);
  const labels = target.labelsOf(point.attributes);
  const { rows, name } = target;
  beginPoint(target, point);
  labels.write(rows.labels, `${name}_count`);
  rows.probe(point.count);
  if (point.sum !== undefined) {
    labels.write(rows.labels, `${name}_sum`);
    rows.float(point.sum);
  }
  const exemplars = usableExemplars(point.exemplars);
  const bucketName = `${name}_bucket`;
  const { explicitBounds, bucketCounts } = point;
  let used = 0;
  let cumulative = 0;
  for (let i = 0; i < explicitBounds.length && i < bucketCounts.length; i++) {
    const bound = explicitBounds[i]!;
    cumulative += bucketCounts[i]!;
    labels.write(rows.labels, bucketName, { name: 'le', value: texts.of(bound) });
    rows.float(cumulative);
    const first = used;
    while (used < exemplars.length && !(exemplarValue(exemplars[used]!) > bound)) used++;
    if (used > first) rows.attachExemplars(exemplars.slice(first, used));
  }
  labels.write(rows.labels, bucketName, { name: 'le', value: '+Inf' });
  rows.float(point.count);
  rows.attachExemplars(exemplars.slice(used));
}

/** Adds a histogram with explicit bounds as a native histogram with custom buckets. */
export function addCustomBucketsRow(target: MetricTarget, point: OtlpHistogramPoint): void {
  addNative(target, point, () => explicitToNative(point, target.isGauge));
}

/** Adds an exponential histogram as a native one. */
export function addExponentialRow(target: MetricTarget, point: OtlpExponentialPoint): void {
  addNative(target, point, () => exponentialToNative(point, target.isGauge));
}

function addNative(
  target: MetricTarget,
  point: OtlpHistogramPoint | OtlpExponentialPoint,
  convert: () => ReturnType<typeof explicitToNative>,
): void {
  // Also when stale, so that what can't be converted is refused all the same.
  const histogram = convert();
  const labels = target.labelsOf(point.attributes);
  const { rows } = target;
  beginPoint(target, point);
  labels.write(rows.labels, target.name);
  if (isStalePoint(point)) rows.float(0);
  else rows.histogram(histogram);
  rows.attachExemplars(usableExemplars(point.exemplars));
}
