import {
  CUSTOM_BUCKETS_SCHEMA,
  HINT_GAUGE,
  HINT_UNKNOWN,
  type IntHistogram,
  MAX_EXPONENTIAL_SCHEMA,
  MIN_EXPONENTIAL_SCHEMA,
} from '@telamon/model';
import type { OtlpExponentialPoint, OtlpHistogramPoint } from '@telamon/wire';
import { nativeBuckets } from './native-buckets.ts';
import { TranslationError } from './translation-error.ts';

/** Width of the zero bucket, whatever the sender gave: as Prometheus has it. */
const ZERO_THRESHOLD = 1e-128;
const NO_NUMBERS: Float64Array = new Float64Array(0);

/**
 * The native histogram of a point of an exponential one: the scale is the schema; scales above 8 are brought down to it, below
 * -4 is a `TranslationError`. Minimum and maximum are lost. `isGauge`: the point is a delta that is kept as it is. Cost:
 * O(buckets).
 */
export function exponentialToNative(point: OtlpExponentialPoint, isGauge: boolean): IntHistogram {
  const { scale } = point;
  if (scale < MIN_EXPONENTIAL_SCHEMA) {
    const text = `Scale must be >= ${MIN_EXPONENTIAL_SCHEMA}, was ${scale}`;
    throw new TranslationError(`cannot convert exponential to native histogram. ${text}`);
  }
  const scaleDown = Math.max(0, scale - MAX_EXPONENTIAL_SCHEMA);
  const positive = nativeBuckets({ ...point.positive, scaleDown, shift: 1 });
  const negative = nativeBuckets({ ...point.negative, scaleDown, shift: 1 });
  return {
    counterResetHint: isGauge ? HINT_GAUGE : HINT_UNKNOWN,
    schema: scale - scaleDown,
    zeroThreshold: ZERO_THRESHOLD,
    zeroCount: exact(point.zeroCount),
    count: exact(point.count),
    sum: point.sum ?? 0,
    positiveSpans: positive.spans,
    positiveDeltas: positive.deltas,
    negativeSpans: negative.spans,
    negativeDeltas: negative.deltas,
    customValues: NO_NUMBERS,
  };
}

/**
 * The native histogram with custom buckets of a point with explicit bounds. A point without buckets has all in the one above
 * the last bound. Otherwise as {@link exponentialToNative}.
 */
export function explicitToNative(point: OtlpHistogramPoint, isGauge: boolean): IntHistogram {
  const hasBuckets = point.bucketCounts.length > 0;
  const counts = hasBuckets ? point.bucketCounts : [point.count];
  const { spans, deltas } = nativeBuckets({ offset: 0, counts, scaleDown: 0, shift: 0 });
  return {
    counterResetHint: isGauge ? HINT_GAUGE : HINT_UNKNOWN,
    schema: CUSTOM_BUCKETS_SCHEMA,
    zeroThreshold: 0,
    zeroCount: 0,
    count: exact(point.count),
    sum: point.sum ?? 0,
    positiveSpans: spans,
    positiveDeltas: deltas,
    negativeSpans: [],
    negativeDeltas: NO_NUMBERS,
    customValues: hasBuckets ? Float64Array.from(point.explicitBounds) : NO_NUMBERS,
  };
}

function exact(count: number): number {
  if (Number.isSafeInteger(count)) return count;
  throw new TranslationError('histogram count is beyond 2^53');
}
