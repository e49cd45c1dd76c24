import type { FloatHistogram } from '../histogram.ts';
import { type BucketLayout, expandSpans, packSpans, withoutEmpty } from './bucket-layout.ts';

/** Bounds that stand in both ascending lists. */
export function intersectBounds(a: Float64Array, b: Float64Array): Float64Array {
  const known = new Set(b);
  return a.filter((bound) => known.has(bound));
}

/** Sums the buckets of a histogram into those of a subset of its bounds; the last one takes what lies above. */
export function mapToBounds(histogram: FloatHistogram, bounds: Float64Array): Float64Array {
  const { indexes, counts } = expandSpans(histogram.positiveSpans, histogram.positiveBuckets);
  const out = new Float64Array(bounds.length + 1);
  let target = 0;
  for (const [i, index] of indexes.entries()) {
    const bound = histogram.customValues[index] ?? Number.POSITIVE_INFINITY;
    while (target < bounds.length && bounds[target]! < bound) target++;
    out[target]! += counts[i]!;
  }
  return out;
}

/** Adds `factor * other` to `histogram` on the bounds that they share; empty buckets are dropped. */
export function addIntersected(histogram: FloatHistogram, other: FloatHistogram, factor: 1 | -1): void {
  const bounds = intersectBounds(histogram.customValues, other.customValues);
  const mine = mapToBounds(histogram, bounds);
  const theirs = mapToBounds(other, bounds);
  const layout: BucketLayout = { indexes: [], counts: [] };
  for (let i = 0; i < mine.length; i++) {
    layout.indexes.push(i);
    layout.counts.push(mine[i]! + factor * theirs[i]!);
  }
  const packed = packSpans(withoutEmpty(layout));
  histogram.positiveSpans = packed.spans;
  histogram.positiveBuckets = packed.buckets;
  histogram.customValues = bounds;
}
