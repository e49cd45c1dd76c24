import type { FloatHistogram } from '../histogram.ts';
import { negativeBuckets, positiveBuckets } from './buckets.ts';
import { compactHistogram } from './shape.ts';

/** A zero bucket. */
export interface ZeroBucket {
  readonly threshold: number;
  readonly count: number;
}

/**
 * What the zero bucket would hold with a threshold of at least `threshold`: buckets within it are added; a threshold inside a
 * populated bucket moves up to that bucket's end. `threshold` must not be below the present one.
 */
export function widenZeroBucket(histogram: FloatHistogram, threshold: number): ZeroBucket {
  if (threshold === histogram.zeroThreshold) return { threshold, count: histogram.zeroCount };
  if (threshold < histogram.zeroThreshold)
    throw new Error(`new threshold ${threshold} is less than old threshold ${histogram.zeroThreshold}`);
  const positive = positiveBuckets(histogram);
  const negative = negativeBuckets(histogram);
  let wanted = threshold;
  for (;;) {
    let count = histogram.zeroCount;
    for (const bucket of positive) {
      if (bucket.lower >= wanted) break;
      count += bucket.count;
      if (bucket.upper <= wanted) continue;
      if (bucket.count !== 0) wanted = bucket.upper;
      break;
    }
    const before = wanted;
    for (const bucket of negative) {
      if (bucket.upper <= -wanted) break;
      count += bucket.count;
      if (bucket.lower >= -wanted) continue;
      // The positive side was summed up to the old threshold, so start again.
      if (bucket.count !== 0) wanted = -bucket.lower;
      break;
    }
    if (wanted === before) return { threshold: wanted, count };
  }
}

/**
 * Finds a threshold that cuts no populated bucket of either histogram, widens `histogram` to it in place, and answers what the
 * zero bucket of `other` would count then.
 */
export function reconcileZeroBuckets(histogram: FloatHistogram, other: FloatHistogram): number {
  let theirs: ZeroBucket = { threshold: other.zeroThreshold, count: other.zeroCount };
  while (theirs.threshold !== histogram.zeroThreshold) {
    if (histogram.zeroThreshold > theirs.threshold) theirs = widenZeroBucket(other, histogram.zeroThreshold);
    if (theirs.threshold > histogram.zeroThreshold) {
      const mine = widenZeroBucket(histogram, theirs.threshold);
      histogram.zeroThreshold = mine.threshold;
      histogram.zeroCount = mine.count;
      dropBucketsInZero(histogram);
    }
  }
  return theirs.count;
}

function dropBucketsInZero(histogram: FloatHistogram): void {
  for (const [i, bucket] of positiveBuckets(histogram).entries()) {
    if (bucket.lower < histogram.zeroThreshold) histogram.positiveBuckets[i] = 0;
  }
  for (const [i, bucket] of negativeBuckets(histogram).entries()) {
    if (bucket.upper > -histogram.zeroThreshold) histogram.negativeBuckets[i] = 0;
  }
  compactHistogram(histogram);
}
