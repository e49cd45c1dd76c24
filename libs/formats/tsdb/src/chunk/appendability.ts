import {
  type CounterResetHint,
  CUSTOM_BUCKETS_SCHEMA,
  HINT_NOT_RESET,
  HINT_RESET,
  HINT_UNKNOWN,
  type Span,
} from '@telamon/model';
import { mergeCounterBuckets, mergeGaugeSpans, NO_INSERTS, type SpanMerge, spansEqual } from './bucket-inserts.ts';
import type { BucketLayout } from './bucket-layout.ts';

/** What the two kinds of histograms have in common. */
export interface HistogramShape extends BucketLayout {
  readonly counterResetHint: CounterResetHint;
  readonly count: number;
  readonly zeroCount: number;
  readonly sum: number;
  readonly isStale?: true;
}

/** Absolute counts of the buckets of both signs. */
export interface BucketCounts {
  readonly positive: Float64Array;
  readonly negative: Float64Array;
}

/** The newest sample of an open chunk. */
export interface HeldHistogram {
  readonly isGauge: boolean;
  readonly isStale: boolean;
  readonly layout: BucketLayout;
  readonly count: number;
  readonly zeroCount: number;
  readonly counts: BucketCounts;
}

/** Whether and how a histogram goes into an open chunk. */
export interface Appendability {
  readonly isAppendable: boolean;
  /** What is known about a reset between the chunk and the histogram: reset, not reset or unknown. */
  readonly verdict: CounterResetHint;
  readonly positive: SpanMerge;
  readonly negative: SpanMerge;
}

const refused = (verdict: CounterResetHint): Appendability => ({
  isAppendable: false,
  verdict,
  positive: NO_INSERTS,
  negative: NO_INSERTS,
});
const REFUSED_RESET = refused(HINT_RESET);
const REFUSED_UNKNOWN = refused(HINT_UNKNOWN);
const REFUSED_GAUGE = refused(HINT_NOT_RESET);
const ACCEPTED: Appendability = { isAppendable: true, verdict: HINT_NOT_RESET, positive: NO_INSERTS, negative: NO_INSERTS };

/**
 * Examines a counter histogram for an open chunk: refused after a reset (count, zero count or a bucket fell, a used bucket
 * or the custom bounds changed), after another schema or zero threshold, after a staleness marker, and in a gauge chunk.
 * Cost: O(buckets).
 */
export function examineCounter(held: HeldHistogram, next: HistogramShape, counts: BucketCounts): Appendability {
  if (held.isGauge) return REFUSED_GAUGE;
  if (next.counterResetHint === HINT_RESET) return REFUSED_RESET;
  if (next.isStale) return ACCEPTED;
  if (held.isStale) return REFUSED_UNKNOWN;
  if (next.count < held.count) return REFUSED_RESET;
  if (next.schema !== held.layout.schema || next.zeroThreshold !== held.layout.zeroThreshold) return REFUSED_UNKNOWN;
  if (!sameBounds(held.layout, next) || next.zeroCount < held.zeroCount) return REFUSED_RESET;
  const positive = mergeSign(held.layout.positiveSpans, held.counts.positive, next.positiveSpans, counts.positive);
  if (positive === undefined) return REFUSED_RESET;
  const negative = mergeSign(held.layout.negativeSpans, held.counts.negative, next.negativeSpans, counts.negative);
  if (negative === undefined) return REFUSED_RESET;
  if (positive === NO_INSERTS && negative === NO_INSERTS) return ACCEPTED;
  return { isAppendable: true, verdict: HINT_NOT_RESET, positive, negative };
}

/** As {@link examineCounter} for a gauge histogram; undefined when it needs a new chunk, else how the spans merge. */
export function examineGauge(held: HeldHistogram, next: HistogramShape): GaugeMerge | undefined {
  if (!held.isGauge) return undefined;
  if (next.isStale) return UNCHANGED_GAUGE;
  if (held.isStale) return undefined;
  if (next.schema !== held.layout.schema || next.zeroThreshold !== held.layout.zeroThreshold) return undefined;
  if (!sameBounds(held.layout, next)) return undefined;
  return {
    positive: mergeGaugeSpans(held.layout.positiveSpans, next.positiveSpans),
    negative: mergeGaugeSpans(held.layout.negativeSpans, next.negativeSpans),
  };
}

/** Merged layouts of a gauge histogram and its chunk. */
export interface GaugeMerge {
  readonly positive: SpanMerge & { readonly spans: readonly Span[] };
  readonly negative: SpanMerge & { readonly spans: readonly Span[] };
}

const UNCHANGED_GAUGE: GaugeMerge = { positive: { ...NO_INSERTS, spans: [] }, negative: { ...NO_INSERTS, spans: [] } };

function sameBounds(a: BucketLayout, b: BucketLayout): boolean {
  if (b.schema !== CUSTOM_BUCKETS_SCHEMA) return true;
  if (a.customValues.length !== b.customValues.length) return false;
  for (let i = 0; i < a.customValues.length; i++) if (a.customValues[i] !== b.customValues[i]) return false;
  return true;
}

function mergeSign(
  heldSpans: readonly Span[],
  held: Float64Array,
  nextSpans: readonly Span[],
  next: Float64Array,
): SpanMerge | undefined {
  if (!spansEqual(heldSpans, nextSpans)) {
    return mergeCounterBuckets({ spans: heldSpans, counts: held }, { spans: nextSpans, counts: next });
  }
  for (let i = 0; i < held.length; i++) if (held[i]! > next[i]!) return undefined;
  return NO_INSERTS;
}
