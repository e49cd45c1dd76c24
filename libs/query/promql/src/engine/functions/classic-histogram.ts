import { almostEqual } from '../float-math.ts';

/** Relative difference between neighbouring buckets that is taken for a rounding error. */
const SMALL_DELTA = 1e-12;

/** Buckets of one classic histogram at one step, in any order: cumulative counts by upper bound. */
export interface ClassicBuckets {
  bounds: number[];
  counts: number[];
}

/** Outcome of {@link classicQuantile}. */
export interface ClassicQuantile {
  readonly value: number;
  /** Set when counts fell with growing bounds and had to be lifted. */
  readonly forced: { readonly minBucket: number; readonly maxBucket: number; readonly maxDifference: number } | undefined;
}

function plainValue(value: number): ClassicQuantile {
  return { value, forced: undefined };
}

/** The q-quantile of a classic histogram, interpolated linearly within a bucket. Sorts the buckets in place. */
export function classicQuantile(q: number, buckets: ClassicBuckets): ClassicQuantile {
  if (Number.isNaN(q)) return plainValue(NaN);
  if (q < 0) return plainValue(-Infinity);
  if (q > 1) return plainValue(Infinity);
  if (!prepare(buckets)) return plainValue(NaN);
  const forced = makeMonotonic(buckets);
  const { bounds, counts } = buckets;
  const last = bounds.length - 1;
  const total = counts[last]!;
  if (last < 1 || total === 0) return { value: NaN, forced };
  return { value: interpolateQuantile(q * total, bounds, counts), forced };
}

function interpolateQuantile(targetRank: number, bounds: readonly number[], counts: readonly number[]): number {
  const last = bounds.length - 1;
  let at = 0;
  while (at < last && !(counts[at]! >= targetRank)) at++;
  if (at === last) return bounds[last - 1]!;
  if (at === 0 && bounds[0]! <= 0) return bounds[0]!;
  const start = at > 0 ? bounds[at - 1]! : 0;
  const before = at > 0 ? counts[at - 1]! : 0;
  return start + (bounds[at]! - start) * ((targetRank - before) / (counts[at]! - before));
}

/** The fraction of observations between two values in a classic histogram. Sorts the buckets in place. */
export function classicFraction(lower: number, upper: number, buckets: ClassicBuckets): number {
  if (!prepare(buckets)) return NaN;
  const { bounds, counts } = buckets;
  const total = counts[counts.length - 1]!;
  if (total === 0 || Number.isNaN(lower) || Number.isNaN(upper)) return NaN;
  if (lower >= upper) return 0;
  const lowerRank = Math.min(rankOf(lower, bounds, counts) ?? total, total);
  const upperRank = Math.min(rankOf(upper, bounds, counts) ?? total, total);
  return (upperRank - lowerRank) / total;
}

/** Observations below a value; undefined when it lies above all buckets. */
function rankOf(value: number, bounds: readonly number[], counts: readonly number[]): number | undefined {
  let rank = 0;
  for (let i = 0; i < bounds.length; i++) {
    const start = i > 0 ? bounds[i - 1]! : bounds[0]! <= 0 ? -Infinity : 0;
    const end = bounds[i]!;
    if (start >= value) return rank;
    if (end > value) {
      if (start === -Infinity) return counts[i]!;
      return rank + ((counts[i]! - rank) * (value - start)) / (end - start);
    }
    rank = counts[i]!;
  }
  return undefined;
}

/** Sorts by bound and merges equal bounds; false unless the last bound is +Inf. */
function prepare(buckets: ClassicBuckets): boolean {
  const { bounds, counts } = buckets;
  let isSorted = true;
  for (let i = 1; i < bounds.length; i++) if (!(bounds[i]! > bounds[i - 1]!)) isSorted = false;
  if (!isSorted) {
    const order = bounds.map((_, i) => i).sort((a, b) => bounds[a]! - bounds[b]! || a - b);
    // Infinity minus Infinity is NaN, which falls through to the original order.
    buckets.bounds = order.map((i) => bounds[i]!);
    buckets.counts = order.map((i) => counts[i]!);
    mergeEqualBounds(buckets);
  }
  return buckets.bounds[buckets.bounds.length - 1] === Infinity;
}

function mergeEqualBounds(buckets: ClassicBuckets): void {
  const { bounds, counts } = buckets;
  let kept = 0;
  for (let i = 1; i < bounds.length; i++) {
    if (bounds[i] === bounds[kept]) counts[kept]! += counts[i]!;
    else {
      kept++;
      bounds[kept] = bounds[i]!;
      counts[kept] = counts[i]!;
    }
  }
  bounds.length = kept + 1;
  counts.length = kept + 1;
}

/** Lifts counts that fall; ignores differences that can only be rounding errors. */
function makeMonotonic({ bounds, counts }: ClassicBuckets): ClassicQuantile['forced'] {
  let minBucket = Infinity;
  let maxBucket = -Infinity;
  let maxDifference = 0;
  let isForced = false;
  let previous = counts[0]!;
  for (let i = 1; i < counts.length; i++) {
    const count = counts[i]!;
    if (count === previous) continue;
    if (almostEqual(previous, count, SMALL_DELTA)) {
      counts[i] = previous;
    } else if (count < previous) {
      counts[i] = previous;
      isForced = true;
      minBucket = Math.min(minBucket, bounds[i]!);
      maxBucket = Math.max(maxBucket, bounds[i]!);
      maxDifference = Math.max(maxDifference, previous - count);
    } else previous = count;
  }
  return isForced ? { minBucket, maxBucket, maxDifference } : undefined;
}
