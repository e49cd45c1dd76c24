import { CUSTOM_BUCKETS_SCHEMA, customBound, exponentialBound, type FloatHistogram, formatG, type Span } from '@telamon/model';
import { bucketIndexes } from '../chunk/bucket-inserts.ts';

/**
 * Text of a native histogram as Prometheus prints it: `{count:7, sum:7.25, [-0.001,0.001]:1, (0.5,1]:6}`, empty buckets left
 * out. Counts of integer histograms are printed whole, those of float histograms as `%g`.
 */
export function formatHistogram(histogram: FloatHistogram, isInteger: boolean): string {
  const count = (value: number): string => (isInteger ? String(value) : formatG(value));
  const parts = [`count:${count(histogram.count)}`, `sum:${formatG(histogram.sum)}`];
  const { schema, customValues } = histogram;
  const isCustom = schema === CUSTOM_BUCKETS_SCHEMA;
  const bound = (index: number): number => {
    if (!isCustom) return exponentialBound(index, schema);
    // Also of buckets without bounds, as only damaged blocks have them.
    return customBound(Math.max(-1, Math.min(index, customValues.length)), customValues);
  };
  for (const [index, value] of used(histogram.negativeSpans, histogram.negativeBuckets).reverse()) {
    parts.push(`[${formatG(-bound(index))},${formatG(-bound(index - 1))}):${count(value)}`);
  }
  if (histogram.zeroCount !== 0) {
    const threshold = formatG(histogram.zeroThreshold);
    parts.push(`[${formatG(-histogram.zeroThreshold)},${threshold}]:${count(histogram.zeroCount)}`);
  }
  for (const [index, value] of used(histogram.positiveSpans, histogram.positiveBuckets)) {
    const open = isCustom && index === 0 ? '[' : '(';
    parts.push(`${open}${formatG(bound(index - 1))},${formatG(bound(index))}]:${count(value)}`);
  }
  return `{${parts.join(', ')}}`;
}

function used(spans: readonly Span[], buckets: Float64Array): [number, number][] {
  return bucketIndexes(spans)
    .map((index, i): [number, number] => [index, buckets[i]!])
    .filter(([, count]) => count !== 0);
}
