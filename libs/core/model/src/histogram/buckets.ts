import type { FloatHistogram, Span } from '../histogram.ts';
import { customBound, exponentialBound } from './bucket-bounds.ts';
import { expandSpans } from './bucket-layout.ts';
import { usesCustomBuckets } from './shape.ts';

/** One bucket with its bounds. */
export interface HistogramBucket {
  lower: number;
  upper: number;
  readonly isLowerInclusive: boolean;
  readonly isUpperInclusive: boolean;
  readonly count: number;
  /** Index within the schema; 0 for the zero bucket. */
  readonly index: number;
}

/** Positive buckets, ascending, empty ones included. */
export function positiveBuckets(histogram: FloatHistogram): HistogramBucket[] {
  return listBuckets(histogram, histogram.positiveSpans, histogram.positiveBuckets, 1);
}

/** Negative buckets, descending from the zero bucket, empty ones included. */
export function negativeBuckets(histogram: FloatHistogram): HistogramBucket[] {
  return listBuckets(histogram, histogram.negativeSpans, histogram.negativeBuckets, -1);
}

/** The zero bucket, closed at both ends. Not for custom buckets, which have none. */
export function zeroBucket(histogram: FloatHistogram): HistogramBucket {
  if (usesCustomBuckets(histogram)) throw new Error('histograms with custom buckets have no zero bucket');
  return {
    lower: -histogram.zeroThreshold,
    upper: histogram.zeroThreshold,
    isLowerInclusive: true,
    isUpperInclusive: true,
    count: histogram.zeroCount,
    index: 0,
  };
}

/**
 * All buckets in ascending order, the zero bucket only when it is populated. Buckets that overlap the zero bucket are cut at
 * its threshold.
 */
export function allBuckets(histogram: FloatHistogram): HistogramBucket[] {
  const { zeroThreshold } = histogram;
  const out: HistogramBucket[] = [];
  for (const bucket of negativeBuckets(histogram).reverse()) {
    if (bucket.upper < 0 && bucket.upper > -zeroThreshold) bucket.upper = -zeroThreshold;
    out.push(bucket);
  }
  if (histogram.zeroCount > 0 && !usesCustomBuckets(histogram)) out.push(zeroBucket(histogram));
  for (const bucket of positiveBuckets(histogram)) {
    if (bucket.lower > 0 && bucket.lower < zeroThreshold) bucket.lower = zeroThreshold;
    out.push(bucket);
  }
  return out;
}

function listBuckets(histogram: FloatHistogram, spans: readonly Span[], buckets: Float64Array, sign: 1 | -1): HistogramBucket[] {
  const { indexes, counts } = expandSpans(spans, buckets);
  const isCustom = usesCustomBuckets(histogram);
  const boundAt = (index: number) =>
    isCustom ? customBound(index, histogram.customValues) : exponentialBound(index, histogram.schema);
  return indexes.map((index, i) => {
    const outer = boundAt(index);
    const inner = boundAt(index - 1);
    const lower = sign === 1 ? inner : -outer;
    const upper = sign === 1 ? outer : -inner;
    return {
      lower,
      upper,
      isLowerInclusive: isCustom ? index === 0 : lower < 0,
      isUpperInclusive: isCustom || upper > 0,
      count: counts[i]!,
      index,
    };
  });
}
