/** Schema number of native histograms with custom bucket bounds (NHCB). */
export const CUSTOM_BUCKETS_SCHEMA = -53;

/**
 * What is known about a counter reset between a histogram and the one before it (Prometheus' `CounterResetHint`):
 * 0 unknown, 1 reset, 2 not reset, 3 gauge.
 */
export type CounterResetHint = 0 | 1 | 2 | 3;
/** Nothing known. */
export const HINT_UNKNOWN = 0;
/** A counter reset happened. */
export const HINT_RESET = 1;
/** No counter reset happened. */
export const HINT_NOT_RESET = 2;
/** A gauge histogram, which has no resets. */
export const HINT_GAUGE = 3;

/** A run of consecutive buckets: `offset` buckets are skipped before it (the first: index of its first bucket). */
export interface Span {
  readonly offset: number;
  readonly length: number;
}

/**
 * A native histogram with absolute float counts, the one form the engine calculates with.
 * Invariant: the lengths of the spans of one sign sum to the number of its buckets; schema -53 has no negative buckets.
 * One that stands for the end of its series has `isStale`, and its other numbers mean nothing.
 */
export interface FloatHistogram {
  /** Set on a staleness marker, whose bits in the sum a plain number may lose ({@link isStaleAt}). */
  isStale?: true;
  counterResetHint: CounterResetHint;
  schema: number;
  zeroThreshold: number;
  zeroCount: number;
  count: number;
  sum: number;
  positiveSpans: readonly Span[];
  negativeSpans: readonly Span[];
  /** Absolute counts, one per bucket of the spans. */
  positiveBuckets: Float64Array;
  negativeBuckets: Float64Array;
  /** Upper bounds of schema -53, ascending, without +Inf; empty otherwise. */
  customValues: Float64Array;
}

/**
 * An integer native histogram as remote write and chunks carry it: buckets are deltas between neighbours.
 * Counts are bounded to 2^53 on input, so plain numbers hold them exactly.
 */
export interface IntHistogram {
  /** Set on a staleness marker, whose bits in the sum a plain number may lose ({@link isStaleAt}). */
  isStale?: true;
  counterResetHint: CounterResetHint;
  schema: number;
  zeroThreshold: number;
  zeroCount: number;
  count: number;
  sum: number;
  positiveSpans: readonly Span[];
  negativeSpans: readonly Span[];
  /** The first is absolute, each further one the difference to the bucket before. */
  positiveDeltas: Float64Array;
  negativeDeltas: Float64Array;
  customValues: Float64Array;
}
