import { goExp2, goLog2 } from '@telamon/algo';
import { allBuckets, type FloatHistogram, type HistogramBucket, usesCustomBuckets } from '@telamon/model';
import type { PositionRange } from '../../parser/ast.ts';
import { type Annotations, noteTexts } from '../annotations.ts';
import { CompensatedSum } from '../float-math.ts';

/** Where notes about a native histogram go. */
export interface NativeNoteContext {
  readonly annotations: Annotations;
  readonly metricName: string;
  readonly position: PositionRange;
}

/** Share of a bucket's observations that lie below a value inside it: linear, or on a logarithmic scale. */
export function fractionBelow(bucket: { lower: number; upper: number }, value: number, isLinear: boolean): number {
  const { lower, upper } = bucket;
  if (isLinear) return (value - lower) / (upper - lower);
  const logLower = goLog2(Math.abs(lower));
  const logUpper = goLog2(Math.abs(upper));
  const logValue = goLog2(Math.abs(value));
  if (value > 0) return (logValue - logLower) / (logUpper - logLower);
  return 1 - (logValue - logUpper) / (logLower - logUpper);
}

/** The zero bucket reaches only to the side on which the histogram has buckets at all. */
function clipZeroBucket(bucket: { lower: number; upper: number }, histogram: FloatHistogram): void {
  const hasNegative = histogram.negativeBuckets.length > 0;
  const hasPositive = histogram.positiveBuckets.length > 0;
  if (!hasNegative && hasPositive) bucket.lower = 0;
  else if (hasNegative && !hasPositive) bucket.upper = 0;
}

/** The q-quantile of a native histogram: exponential interpolation, linear in custom and zero buckets. */
export function nativeQuantile(q: number, histogram: FloatHistogram, context: NativeNoteContext): number {
  if (q < 0) return -Infinity;
  if (q > 1) return Infinity;
  if (histogram.count === 0 || Number.isNaN(q)) return NaN;
  const mayHoldNaN = Number.isNaN(histogram.sum);
  // NaN observations are in no bucket, so that only counting from below is right.
  const isForward = mayHoldNaN || q < 0.5;
  const buckets = allBuckets(histogram);
  if (!isForward) buckets.reverse();
  const target = (isForward ? q : 1 - q) * histogram.count;
  const found = findRank(buckets, target);
  const isCustom = usesCustomBuckets(histogram);
  const bucket = { lower: found.bucket.lower, upper: found.bucket.upper };
  if (isCustom && bucket.lower === -Infinity) {
    if (bucket.upper <= 0) return bucket.upper;
    bucket.lower = 0;
  } else if (isCustom && bucket.upper === Infinity) return bucket.lower;
  else if (!isCustom && bucket.lower < 0 && bucket.upper > 0) clipZeroBucket(bucket, histogram);
  const reached = Math.min(found.reached, histogram.count);
  if (reached < target) return beyondBuckets(mayHoldNaN, bucket.upper, context);
  if (mayHoldNaN) noteSkew(buckets, found.at, reached, { histogram, context });
  const rank = isForward ? target - (reached - found.bucket.count) : reached - target;
  const fraction = rank / found.bucket.count;
  return interpolate(bucket, fraction, isCustom || (bucket.lower <= 0 && bucket.upper >= 0));
}

interface FoundRank {
  readonly bucket: HistogramBucket;
  readonly at: number;
  readonly reached: number;
}

const NO_BUCKET: HistogramBucket = {
  lower: 0,
  upper: 0,
  isLowerInclusive: false,
  isUpperInclusive: false,
  count: 0,
  index: 0,
};

function findRank(buckets: readonly HistogramBucket[], target: number): FoundRank {
  let reached = 0;
  let bucket = NO_BUCKET;
  for (let at = 0; at < buckets.length; at++) {
    bucket = buckets[at]!;
    if (bucket.count === 0) continue;
    reached += bucket.count;
    if (reached >= target) return { bucket, at, reached };
  }
  return { bucket, at: buckets.length, reached };
}

function beyondBuckets(mayHoldNaN: boolean, upper: number, context: NativeNoteContext): number {
  if (!mayHoldNaN) return upper;
  context.annotations.info(noteTexts.quantileOfNaN(context.metricName), context.position);
  return NaN;
}

function noteSkew(
  buckets: readonly HistogramBucket[],
  at: number,
  reached: number,
  into: { histogram: FloatHistogram; context: NativeNoteContext },
): void {
  let total = reached;
  for (let i = at + 1; i < buckets.length; i++) total += buckets[i]!.count;
  const { annotations, metricName, position } = into.context;
  if (total < into.histogram.count) annotations.info(noteTexts.quantileSkewed(metricName), position);
}

function interpolate(bucket: { lower: number; upper: number }, fraction: number, isLinear: boolean): number {
  const { lower, upper } = bucket;
  if (isLinear) return lower + (upper - lower) * fraction;
  const logLower = goLog2(Math.abs(lower));
  const logUpper = goLog2(Math.abs(upper));
  if (lower > 0) return goExp2(logLower + (logUpper - logLower) * fraction);
  return -goExp2(logUpper + (logLower - logUpper) * (1 - fraction));
}

/** The fraction of observations of a native histogram between two values. */
export function nativeFraction(lower: number, upper: number, histogram: FloatHistogram, context: NativeNoteContext): number {
  if (histogram.count === 0 || Number.isNaN(lower) || Number.isNaN(upper)) return NaN;
  if (lower >= upper) return 0;
  const buckets = allBuckets(histogram);
  let count = histogram.count;
  if (Number.isNaN(histogram.sum)) {
    count = buckets.reduce((total, bucket) => total + bucket.count, 0);
    if (count < histogram.count) {
      context.annotations.info(noteTexts.fractionOfNaN(context.metricName), context.position);
    }
  }
  const lowerRank = Math.min(rankOf(lower, buckets, histogram) ?? count, count);
  const upperRank = Math.min(rankOf(upper, buckets, histogram) ?? count, count);
  return (upperRank - lowerRank) / histogram.count;
}

/** Observations below a value; undefined when it lies above all buckets. */
function rankOf(value: number, buckets: readonly HistogramBucket[], histogram: FloatHistogram): number | undefined {
  const isCustom = usesCustomBuckets(histogram);
  let rank = 0;
  for (const bucket of buckets) {
    const bounds = { lower: bucket.lower, upper: bucket.upper };
    const isZeroBucket = bounds.lower <= 0 && bounds.upper >= 0;
    if (isZeroBucket) clipZeroBucket(bounds, histogram);
    if (bounds.lower >= value) return rank;
    if (bounds.upper > value) {
      if ((isCustom || isZeroBucket) && bounds.lower === -Infinity) return bucket.count;
      return rank + bucket.count * fractionBelow(bounds, value, isCustom || isZeroBucket);
    }
    rank += bucket.count;
  }
  return undefined;
}

/** Variance of the observations, each taken to lie in the middle of its bucket. */
export function nativeVariance(histogram: FloatHistogram): number {
  const mean = histogram.sum / histogram.count;
  const isCustom = usesCustomBuckets(histogram);
  const total = new CompensatedSum();
  for (const { lower, upper, count } of allBuckets(histogram)) {
    if (count === 0) continue;
    const delta = middleOf(lower, upper, isCustom) - mean;
    total.add(count * delta * delta);
  }
  return (total.sum + total.compensation) / histogram.count;
}

function middleOf(lower: number, upper: number, isCustom: boolean): number {
  if (isCustom) return (upper + lower) / 2;
  if (lower <= 0 && upper >= 0) return 0;
  const middle = Math.sqrt(upper * lower);
  return upper < 0 ? -middle : middle;
}
