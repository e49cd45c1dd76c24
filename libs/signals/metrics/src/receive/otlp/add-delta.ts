import {
  addHistogram,
  CUSTOM_BUCKETS_SCHEMA,
  compactHistogram,
  copyFloatHistogram,
  equalBounds,
  type FloatHistogram,
  HINT_UNKNOWN,
  type IntHistogram,
  isIntHistogram,
  toDeltas,
  toFloatHistogram,
} from '@telamon/model';
import type { LastSample } from './last-sample.ts';

/** Empty buckets in a row that are kept rather than begin a new span. */
const MAX_EMPTY_BUCKETS = 2;

/** A value that a delta became, and when its accumulation began. */
export interface Accumulated<T> {
  readonly value: T;
  readonly startTimeMs: number;
}

/** Adds a delta to the newest value of its series; the first one, and one after the end of the series, begins anew. */
export function addFloatDelta(last: LastSample | undefined, delta: number, startTimeMs: number): Accumulated<number> {
  if (last === undefined || last.isStale || last.histogram !== undefined) return { value: delta, startTimeMs };
  return { value: last.value + delta, startTimeMs: last.startTimeMs };
}

/**
 * Adds a histogram's delta to the newest histogram of its series: exponential ones at the coarser of the two resolutions,
 * custom buckets only where the bounds are the same. Where they cannot be added, or the sum would be beyond exact integers,
 * the delta begins anew, which readers see as a counter reset. Cost: O(buckets).
 */
export function addHistogramDelta(
  last: LastSample | undefined,
  delta: IntHistogram,
  startTimeMs: number,
): Accumulated<IntHistogram> {
  const before = last?.histogram;
  if (last === undefined || last.isStale || before === undefined || !canAdd(before, delta)) return { value: delta, startTimeMs };
  const sum = isIntHistogram(before) ? toFloatHistogram(before) : copyFloatHistogram(before);
  sum.counterResetHint = HINT_UNKNOWN;
  if (addHistogram(sum, toFloatHistogram(delta)) === undefined || !Number.isSafeInteger(sum.count)) {
    return { value: delta, startTimeMs };
  }
  return { value: toIntHistogram(compactHistogram(sum, MAX_EMPTY_BUCKETS)), startTimeMs: last.startTimeMs };
}

function canAdd(before: IntHistogram | FloatHistogram, delta: IntHistogram): boolean {
  if (before.schema !== CUSTOM_BUCKETS_SCHEMA && delta.schema !== CUSTOM_BUCKETS_SCHEMA) return true;
  return before.schema === delta.schema && equalBounds(before.customValues, delta.customValues);
}

function toIntHistogram({ positiveBuckets, negativeBuckets, ...rest }: FloatHistogram): IntHistogram {
  return {
    ...rest,
    counterResetHint: HINT_UNKNOWN,
    positiveDeltas: toDeltas(positiveBuckets),
    negativeDeltas: toDeltas(negativeBuckets),
  };
}
