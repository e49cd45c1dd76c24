import type { FloatHistogram, Span } from '@telamon/model';
import { bucketIndexes, spansOf } from './bucket-inserts.ts';

/**
 * Copy of an exponential histogram in a coarser schema: each 2^(old-new) neighbouring buckets become one.
 * `schema` must be below the histogram's own. Cost: O(buckets).
 */
export function reduceResolution(histogram: FloatHistogram, schema: number): FloatHistogram {
  const shift = histogram.schema - schema;
  const positive = reduceSign(histogram.positiveSpans, histogram.positiveBuckets, shift);
  const negative = reduceSign(histogram.negativeSpans, histogram.negativeBuckets, shift);
  return {
    ...histogram,
    schema,
    positiveSpans: positive.spans,
    positiveBuckets: positive.buckets,
    negativeSpans: negative.spans,
    negativeBuckets: negative.buckets,
  };
}

function reduceSign(spans: readonly Span[], buckets: Float64Array, shift: number): { spans: Span[]; buckets: Float64Array } {
  const indexes: number[] = [];
  const counts: number[] = [];
  bucketIndexes(spans).forEach((index, i) => {
    const target = Math.floor((index - 1) / 2 ** shift) + 1;
    if (indexes[indexes.length - 1] === target) counts[counts.length - 1]! += buckets[i]!;
    else {
      indexes.push(target);
      counts.push(buckets[i]!);
    }
  });
  return { spans: spansOf(indexes), buckets: Float64Array.from(counts) };
}
