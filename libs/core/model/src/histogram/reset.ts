import { type FloatHistogram, HINT_NOT_RESET, HINT_RESET, type Span } from '../histogram.ts';
import { exponentialBound } from './bucket-bounds.ts';
import { type BucketLayout, expandSpans, reduceLayout } from './bucket-layout.ts';
import { intersectBounds, mapToBounds } from './custom-bounds.ts';
import { equalBounds, usesCustomBuckets } from './shape.ts';
import { widenZeroBucket } from './zero-bucket.ts';

/**
 * Whether a counter was reset between `previous` and `current`: some count fell, a populated bucket vanished, the resolution
 * rose or the zero bucket shrank. The hint of `current` decides when it is reset or not reset. A coarser `current` is compared
 * after merging. Neither is changed. Cost: O(buckets).
 */
export function detectReset(current: FloatHistogram, previous: FloatHistogram): boolean {
  if (current.counterResetHint === HINT_RESET) return true;
  if (current.counterResetHint === HINT_NOT_RESET) return false;
  if (current.count < previous.count) return true;
  if (usesCustomBuckets(current)) {
    if (!usesCustomBuckets(previous)) return true;
    if (!equalBounds(current.customValues, previous.customValues)) return hasCustomReset(current, previous);
    return hasFallen(
      expandSpans(current.positiveSpans, current.positiveBuckets),
      expandSpans(previous.positiveSpans, previous.positiveBuckets),
    );
  }
  if (usesCustomBuckets(previous) || current.schema > previous.schema) return true;
  if (current.zeroThreshold < previous.zeroThreshold) return true;
  const zero = widenZeroBucket(previous, current.zeroThreshold);
  if (zero.threshold !== current.zeroThreshold || current.zeroCount < zero.count) return true;
  const side = (histogram: FloatHistogram, spans: readonly Span[], buckets: Float64Array) =>
    beyond(reduceLayout(expandSpans(spans, buckets), histogram.schema, current.schema), current);
  return (
    hasFallen(
      side(current, current.positiveSpans, current.positiveBuckets),
      side(previous, previous.positiveSpans, previous.positiveBuckets),
    ) ||
    hasFallen(
      side(current, current.negativeSpans, current.negativeBuckets),
      side(previous, previous.negativeSpans, previous.negativeBuckets),
    )
  );
}

/** Buckets outside the zero bucket of `histogram`, in its schema. */
function beyond(layout: BucketLayout, histogram: FloatHistogram): BucketLayout {
  const first = layout.indexes.findIndex((index) => exponentialBound(index, histogram.schema) > histogram.zeroThreshold);
  if (first < 0) return { indexes: [], counts: [] };
  return { indexes: layout.indexes.slice(first), counts: layout.counts.slice(first) };
}

function hasFallen(current: BucketLayout, previous: BucketLayout): boolean {
  let at = 0;
  for (const [i, index] of previous.indexes.entries()) {
    while (at < current.indexes.length && current.indexes[at]! < index) at++;
    const count = previous.counts[i]!;
    if (current.indexes[at] === index ? current.counts[at]! < count : count !== 0) return true;
  }
  return false;
}

function hasCustomReset(current: FloatHistogram, previous: FloatHistogram): boolean {
  const bounds = intersectBounds(current.customValues, previous.customValues);
  const now = mapToBounds(current, bounds);
  const before = mapToBounds(previous, bounds);
  return now.some((count, i) => count < before[i]!);
}
