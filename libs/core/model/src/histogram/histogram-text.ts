import { type FloatHistogram, HINT_GAUGE, HINT_NOT_RESET, HINT_RESET, type Span } from '../histogram.ts';
import { formatG, formatValue } from '../number-text.ts';
import { allBuckets, type HistogramBucket, negativeBuckets, positiveBuckets, zeroBucket } from './buckets.ts';
import { compactHistogram, copyFloatHistogram, usesCustomBuckets } from './shape.ts';

/** Parts of a histogram in the query API; all numbers are texts. `buckets` leaves out empty ones. */
export interface HistogramJson {
  readonly count: string;
  readonly sum: string;
  /** Rule (0 open left, 1 open right, 2 open both, 3 closed both), lower and upper bound, count. */
  readonly buckets: readonly (readonly [0 | 1 | 2 | 3, string, string, string])[];
}

/** Prometheus' text of a histogram: `{count:3, sum:5, [-0.001,0.001]:1, (1,2]:2}`. */
export function formatHistogram(histogram: FloatHistogram): string {
  let text = `{count:${formatG(histogram.count)}, sum:${formatG(histogram.sum)}`;
  const isPopulated = (bucket: HistogramBucket) => bucket.count !== 0;
  for (const bucket of negativeBuckets(histogram).filter(isPopulated).reverse()) text += `, ${formatBucket(bucket)}`;
  if (histogram.zeroCount !== 0) text += `, ${formatBucket(zeroBucket(histogram))}`;
  for (const bucket of positiveBuckets(histogram).filter(isPopulated)) text += `, ${formatBucket(bucket)}`;
  return `${text}}`;
}

/** The notation of PromQL test scripts and promtool: `{{schema:1 count:3 sum:5 buckets:[1 2]}}`. */
export function formatHistogramExpression(histogram: FloatHistogram): string {
  const h = compactHistogram(copyFloatHistogram(histogram), Number.POSITIVE_INFINITY);
  const parts: string[] = [];
  const add = (name: string, value: number) => {
    if (value !== 0) parts.push(`${name}:${formatG(value)}`);
  };
  if (h.schema !== 0) parts.push(`schema:${h.schema}`);
  add('count', h.count);
  add('sum', h.sum);
  add('z_bucket', h.zeroCount);
  add('z_bucket_w', h.zeroThreshold);
  if (usesCustomBuckets(h)) parts.push(`custom_values:${formatList(h.customValues)}`);
  if (h.counterResetHint === HINT_RESET) parts.push('counter_reset_hint:reset');
  if (h.counterResetHint === HINT_NOT_RESET) parts.push('counter_reset_hint:not_reset');
  if (h.counterResetHint === HINT_GAUGE) parts.push('counter_reset_hint:gauge');
  parts.push(...formatSide(h.positiveSpans, h.positiveBuckets, ''), ...formatSide(h.negativeSpans, h.negativeBuckets, 'n_'));
  return `{{${parts.join(' ')}}}`;
}

/** The parts that the query API prints. */
export function histogramJson(histogram: FloatHistogram): HistogramJson {
  return {
    count: formatValue(histogram.count),
    sum: formatValue(histogram.sum),
    buckets: allBuckets(histogram)
      .filter((bucket) => bucket.count !== 0)
      .map((bucket) => [ruleOf(bucket), formatValue(bucket.lower), formatValue(bucket.upper), formatValue(bucket.count)]),
  };
}

function ruleOf(bucket: HistogramBucket): 0 | 1 | 2 | 3 {
  if (bucket.isLowerInclusive) return bucket.isUpperInclusive ? 3 : 1;
  return bucket.isUpperInclusive ? 0 : 2;
}

function formatBucket(bucket: HistogramBucket): string {
  const open = bucket.isLowerInclusive ? '[' : '(';
  const close = bucket.isUpperInclusive ? ']' : ')';
  return `${open}${formatG(bucket.lower)},${formatG(bucket.upper)}${close}:${formatG(bucket.count)}`;
}

function formatSide(spans: readonly Span[], buckets: Float64Array, prefix: string): string[] {
  const parts: string[] = [];
  const offset = spans[0]?.offset ?? 0;
  if (offset !== 0) parts.push(`${prefix}offset:${offset}`);
  if (buckets.length > 0) parts.push(`${prefix}buckets:${formatList(buckets)}`);
  return parts;
}

function formatList(values: Float64Array): string {
  return `[${Array.from(values, formatG).join(' ')}]`;
}
