import { type FloatHistogram, HINT_GAUGE, HINT_UNKNOWN, type Span } from '../histogram.ts';
import { exponentialBound } from './bucket-bounds.ts';
import { type BucketLayout, expandSpans, mergeLayouts, packSpans, reduceLayout } from './bucket-layout.ts';
import { addIntersected } from './custom-bounds.ts';
import { equalBounds, reduceResolution, usesCustomBuckets } from './shape.ts';
import { reconcileZeroBuckets } from './zero-bucket.ts';

/** What a sum of two histograms has to be annotated with. */
export interface HistogramOutcome {
  /** One side said reset, the other no reset; the hint is unknown now. */
  readonly isResetCollision: boolean;
  /** The custom bounds differed; only the common ones are left. */
  readonly isBoundsReconciled: boolean;
}

/** Multiplies counts and sum in place. A negative factor makes it a gauge. Returns the histogram. */
export function multiplyHistogram(histogram: FloatHistogram, factor: number): FloatHistogram {
  histogram.zeroCount *= factor;
  histogram.count *= factor;
  histogram.sum *= factor;
  for (let i = 0; i < histogram.positiveBuckets.length; i++) histogram.positiveBuckets[i]! *= factor;
  for (let i = 0; i < histogram.negativeBuckets.length; i++) histogram.negativeBuckets[i]! *= factor;
  if (factor < 0) histogram.counterResetHint = HINT_GAUGE;
  return histogram;
}

/** Divides counts and sum in place; by zero, the buckets vanish. A negative divisor makes it a gauge. Returns the histogram. */
export function divideHistogram(histogram: FloatHistogram, divisor: number): FloatHistogram {
  histogram.zeroCount /= divisor;
  histogram.count /= divisor;
  histogram.sum /= divisor;
  if (divisor === 0) {
    histogram.positiveSpans = [];
    histogram.negativeSpans = [];
    histogram.positiveBuckets = new Float64Array(0);
    histogram.negativeBuckets = new Float64Array(0);
    return histogram;
  }
  for (let i = 0; i < histogram.positiveBuckets.length; i++) histogram.positiveBuckets[i]! /= divisor;
  for (let i = 0; i < histogram.negativeBuckets.length; i++) histogram.negativeBuckets[i]! /= divisor;
  if (divisor < 0) histogram.counterResetHint = HINT_GAUGE;
  return histogram;
}

/**
 * Adds `other` to `histogram` in place; `other` stays. Schemas and zero thresholds are brought to the coarser one, differing
 * custom bounds to their intersection. Empty buckets may be left, see {@link compactHistogram}. Undefined, with nothing
 * changed, when one has custom buckets and the other has not. Cost: O(buckets).
 */
export function addHistogram(histogram: FloatHistogram, other: FloatHistogram): HistogramOutcome | undefined {
  return combine(histogram, other, 1);
}

/** Subtracts `other` from `histogram`, otherwise as {@link addHistogram}. The operator `-` makes the result a gauge afterwards. */
export function subtractHistogram(histogram: FloatHistogram, other: FloatHistogram): HistogramOutcome | undefined {
  return combine(histogram, other, -1);
}

function combine(histogram: FloatHistogram, other: FloatHistogram, factor: 1 | -1): HistogramOutcome | undefined {
  if (usesCustomBuckets(histogram) !== usesCustomBuckets(other)) return undefined;
  const isResetCollision = adjustHint(histogram, other);
  if (usesCustomBuckets(histogram)) {
    const isBoundsReconciled = combineCustom(histogram, other, factor);
    addTotals(histogram, other, factor);
    return { isResetCollision, isBoundsReconciled };
  }
  // Reconciling changes the zero count, so it comes first.
  const theirZeroCount = reconcileZeroBuckets(histogram, other);
  histogram.zeroCount += factor * theirZeroCount;
  addTotals(histogram, other, factor);
  if (other.schema < histogram.schema) reduceResolution(histogram, other.schema);
  const positive = combineSide(histogram, other, { factor, side: 'positive' });
  const negative = combineSide(histogram, other, { factor, side: 'negative' });
  histogram.positiveSpans = positive.spans;
  histogram.positiveBuckets = positive.buckets;
  histogram.negativeSpans = negative.spans;
  histogram.negativeBuckets = negative.buckets;
  return { isResetCollision, isBoundsReconciled: false };
}

function addTotals(histogram: FloatHistogram, other: FloatHistogram, factor: 1 | -1): void {
  histogram.count += factor * other.count;
  histogram.sum += factor * other.sum;
}

interface SideOptions {
  readonly factor: 1 | -1;
  readonly side: 'positive' | 'negative';
}

function combineSide(histogram: FloatHistogram, other: FloatHistogram, options: SideOptions): ReturnType<typeof packSpans> {
  const { factor, side } = options;
  const mine = expandSpans(histogram[`${side}Spans`], histogram[`${side}Buckets`]);
  const theirs = finestCommon(other[`${side}Spans`], other[`${side}Buckets`], { from: other.schema, to: histogram.schema });
  return packSpans(mergeLayouts(mine, beyondZero(theirs, histogram), factor));
}

function finestCommon(spans: readonly Span[], buckets: Float64Array, schema: { from: number; to: number }): BucketLayout {
  const layout = expandSpans(spans, buckets);
  return schema.from > schema.to ? reduceLayout(layout, schema.from, schema.to) : layout;
}

/** Leaves out the buckets that the reconciled zero bucket already counts. */
function beyondZero(layout: BucketLayout, histogram: FloatHistogram): BucketLayout {
  let first = 0;
  while (first < layout.indexes.length && exponentialBound(layout.indexes[first]!, histogram.schema) <= histogram.zeroThreshold)
    first++;
  return { indexes: layout.indexes.slice(first), counts: layout.counts.slice(first) };
}

function combineCustom(histogram: FloatHistogram, other: FloatHistogram, factor: 1 | -1): boolean {
  if (!equalBounds(histogram.customValues, other.customValues)) {
    addIntersected(histogram, other, factor);
    return true;
  }
  const mine = expandSpans(histogram.positiveSpans, histogram.positiveBuckets);
  const theirs = expandSpans(other.positiveSpans, other.positiveBuckets);
  const merged = packSpans(mergeLayouts(mine, theirs, factor));
  histogram.positiveSpans = merged.spans;
  histogram.positiveBuckets = merged.buckets;
  return false;
}

/** Gauge wins over everything, unknown over the rest; reset against no reset is a collision. */
function adjustHint(histogram: FloatHistogram, other: FloatHistogram): boolean {
  const mine = histogram.counterResetHint;
  const theirs = other.counterResetHint;
  if (mine === theirs || mine === HINT_GAUGE) return false;
  if (theirs === HINT_GAUGE) {
    histogram.counterResetHint = HINT_GAUGE;
    return false;
  }
  histogram.counterResetHint = HINT_UNKNOWN;
  return mine !== HINT_UNKNOWN && theirs !== HINT_UNKNOWN;
}
