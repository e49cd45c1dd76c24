import { type FloatHistogram, formatValue, histogramApiBuckets } from '@telamon/model';

/**
 * A native histogram as the query API prints it: `{"count":"..","sum":"..","buckets":[[rule,"lower","upper","count"],..]}`.
 * Rule 0: open on the left, 1: open on the right, 2: open on both sides, 3: closed on both. Empty buckets are left out, and
 * `buckets` with them when none is left.
 */
export function histogramJson(histogram: FloatHistogram): string {
  let text = `{"count":"${formatValue(histogram.count)}","sum":"${formatValue(histogram.sum)}"`;
  const buckets = histogramApiBuckets(histogram);
  if (buckets.length > 0) {
    const items = buckets.map((b) => `[${b.rule},"${formatValue(b.lower)}","${formatValue(b.upper)}","${formatValue(b.count)}"]`);
    text += `,"buckets":[${items.join(',')}]`;
  }
  return `${text}}`;
}
