import {
  compactHistogram,
  copyFloatHistogram,
  type FloatHistogram,
  type HistogramBucket,
  negativeBuckets,
  positiveBuckets,
  usesCustomBuckets,
  zeroBucket,
} from '@telamon/model';
import { fractionBelow } from '../functions/native-quantile.ts';

/** How a histogram is cut. */
interface Cut {
  readonly at: number;
  /** Keep what lies below (`</`), else what lies above (`>/`). */
  readonly keepsBelow: boolean;
  readonly isCustom: boolean;
}

/** What is left of a bucket: its count, and the value that its observations are taken to have. */
interface Rest {
  readonly count: number;
  readonly middle: number;
}

/**
 * Observations of a histogram below or above a value, as a copy. A bucket that the value cuts is split by interpolation;
 * count and sum are made anew from the buckets' middles when anything was cut off.
 */
export function trimHistogram(histogram: FloatHistogram, at: number, keepsBelow: boolean): FloatHistogram {
  const result = copyFloatHistogram(histogram);
  const cut: Cut = { at, keepsBelow, isCustom: usesCustomBuckets(histogram) };
  const totals = { count: 0, sum: 0, isCut: false };
  const hasPositive = trimSide(positiveBuckets(histogram), result.positiveBuckets, { cut, totals, isPositive: true });
  const hasNegative = trimSide(negativeBuckets(histogram), result.negativeBuckets, { cut, totals, isPositive: false });
  if (histogram.zeroCount > 0 && !cut.isCustom) {
    const rest = trimZeroBucket(zeroBucket(histogram), cut, hasPositive, hasNegative);
    if (rest.count !== histogram.zeroCount) totals.isCut = true;
    result.zeroCount = rest.count;
    totals.count += rest.count;
    totals.sum += rest.middle * rest.count;
  }
  if (!totals.isCut) return result;
  result.count = totals.count;
  result.sum = totals.sum;
  return compactHistogram(result);
}

interface SideRun {
  readonly cut: Cut;
  readonly totals: { count: number; sum: number; isCut: boolean };
  readonly isPositive: boolean;
}

/** Trims the buckets of one sign in place; tells whether there is an observation among them. */
function trimSide(buckets: readonly HistogramBucket[], counts: Float64Array, run: SideRun): boolean {
  let hasAny = false;
  buckets.forEach((bucket, i) => {
    if (bucket.count === 0) return;
    hasAny = true;
    const rest = trimBucket(bucket, run.cut, run.isPositive);
    run.totals.count += rest.count;
    run.totals.sum += rest.middle * rest.count;
    if (rest.count === bucket.count && isWhole(bucket, run.cut)) return;
    if (counts[i] !== rest.count) run.totals.isCut = true;
    counts[i] = rest.count;
  });
  return hasAny;
}

function isWhole({ lower, upper }: HistogramBucket, { at, keepsBelow }: Cut): boolean {
  return keepsBelow ? upper <= at : lower >= at;
}

function trimBucket(bucket: HistogramBucket, cut: Cut, isPositive: boolean): Rest {
  const { lower, upper, count } = bucket;
  const { at, keepsBelow, isCustom } = cut;
  if (isWhole(bucket, cut)) return { count, middle: middleOf(lower, upper, isPositive, isCustom) };
  if (keepsBelow ? lower >= at || Number.isNaN(at) : upper <= at || Number.isNaN(at)) return { count: 0, middle: 0 };
  if (lower === -Infinity || upper === Infinity) return trimEndless(bucket, cut);
  const below = count * fractionBelow(bucket, at, isCustom);
  if (keepsBelow) return { count: below, middle: middleOf(lower, at, isPositive, isCustom) };
  return { count: count - below, middle: middleOf(at, upper, isPositive, isCustom) };
}

/** A bucket without end on one side, which the value lies in. */
function trimEndless({ lower, upper, count }: HistogramBucket, { at, keepsBelow }: Cut): Rest {
  const finite = (value: number): number => (Number.isFinite(value) ? value : 0);
  if (lower === -Infinity) {
    const hasEnd = upper !== Infinity;
    // A first custom bucket with a positive end is taken to begin at zero.
    if (keepsBelow && at > 0 && upper > 0 && hasEnd) return { count: (count * at) / upper, middle: at / 2 };
    if (keepsBelow && upper <= 0) return { count, middle: at };
    if (!keepsBelow && at >= 0 && hasEnd) return { count: count * (1 - at / upper), middle: (at + upper) / 2 };
    return { count: 0, middle: finite(upper) };
  }
  // How observations lie in an endless bucket is unknown: all of them may be above the value.
  return keepsBelow ? { count: 0, middle: finite(lower) } : { count, middle: at };
}

function trimZeroBucket(bucket: HistogramBucket, cut: Cut, hasPositive: boolean, hasNegative: boolean): Rest {
  const lower = hasPositive && !hasNegative ? 0 : bucket.lower;
  const upper = hasNegative && !hasPositive ? 0 : bucket.upper;
  const { at, keepsBelow } = cut;
  const whole: Rest = { count: bucket.count, middle: (lower + upper) / 2 };
  const nothing: Rest = { count: 0, middle: 0 };
  if (at <= lower) return keepsBelow ? nothing : whole;
  if (at >= upper) return keepsBelow ? whole : nothing;
  const [from, to] = keepsBelow ? [lower, at] : [at, upper];
  return { count: (bucket.count * (to - from)) / (upper - lower), middle: (from + to) / 2 };
}

function middleOf(lower: number, upper: number, isPositive: boolean, isLinear: boolean): number {
  if (Math.abs(lower) === Infinity) {
    if (Math.abs(upper) === Infinity) return 0;
    return upper > 0 ? upper / 2 : upper;
  }
  if (Math.abs(upper) === Infinity) return lower;
  if (isLinear) return (lower + upper) / 2;
  const middle = Math.sqrt(Math.abs(lower * upper));
  return isPositive ? middle : -middle;
}
