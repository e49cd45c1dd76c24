import { CUSTOM_BUCKETS_SCHEMA, type FloatHistogram, type IntHistogram, type Span } from '../histogram.ts';
import { MAX_EXPONENTIAL_SCHEMA } from './bucket-bounds.ts';
import { expandSpans, packSpans, reduceLayout, withoutEmpty } from './bucket-layout.ts';

/** Whether a histogram has custom bucket bounds (schema -53). */
export function usesCustomBuckets(histogram: { readonly schema: number }): boolean {
  return histogram.schema === CUSTOM_BUCKETS_SCHEMA;
}

/** Tells the integer form from the float form. */
export function isIntHistogram(histogram: IntHistogram | FloatHistogram): histogram is IntHistogram {
  return 'positiveDeltas' in histogram;
}

/** Deep copy; spans and custom bounds are immutable and shared. */
export function copyFloatHistogram(histogram: FloatHistogram): FloatHistogram {
  return {
    ...histogram,
    positiveBuckets: histogram.positiveBuckets.slice(),
    negativeBuckets: histogram.negativeBuckets.slice(),
  };
}

/** The same histogram with absolute counts. Spans and bounds are shared. */
export function toFloatHistogram(histogram: IntHistogram): FloatHistogram {
  const { positiveDeltas, negativeDeltas, ...rest } = histogram;
  return { ...rest, positiveBuckets: sumDeltas(positiveDeltas), negativeBuckets: sumDeltas(negativeDeltas) };
}

/** Absolute counts of buckets given by their differences. */
export function sumDeltas(deltas: Float64Array): Float64Array {
  const counts = new Float64Array(deltas.length);
  let count = 0;
  for (let i = 0; i < deltas.length; i++) {
    count += deltas[i]!;
    counts[i] = count;
  }
  return counts;
}

/** Differences between the counts of buckets, the inverse of {@link sumDeltas}. */
export function toDeltas(counts: Float64Array): Float64Array {
  const deltas = new Float64Array(counts.length);
  let last = 0;
  for (let i = 0; i < counts.length; i++) {
    deltas[i] = counts[i]! - last;
    last = counts[i]!;
  }
  return deltas;
}

/**
 * Drops empty buckets in place: those at the ends of spans always, runs inside a span or between spans when they are longer
 * than `maxEmptyBuckets` (shorter ones are filled in, so that spans merge). Returns the histogram.
 */
export function compactHistogram(histogram: FloatHistogram, maxEmptyBuckets = 0): FloatHistogram {
  const positive = packSpans(withoutEmpty(expandSpans(histogram.positiveSpans, histogram.positiveBuckets)), maxEmptyBuckets);
  const negative = packSpans(withoutEmpty(expandSpans(histogram.negativeSpans, histogram.negativeBuckets)), maxEmptyBuckets);
  histogram.positiveSpans = positive.spans;
  histogram.positiveBuckets = positive.buckets;
  histogram.negativeSpans = negative.spans;
  histogram.negativeBuckets = negative.buckets;
  return histogram;
}

/**
 * Merges the buckets in place into those of a coarser exponential schema. The histogram must have a finer exponential
 * schema (anything up to 52). Returns the histogram.
 */
export function reduceResolution(histogram: FloatHistogram, targetSchema: number): FloatHistogram {
  if (usesCustomBuckets(histogram) || targetSchema > histogram.schema || targetSchema < -9) {
    throw new Error(`cannot reduce resolution from schema ${histogram.schema} to ${targetSchema}`);
  }
  const reduce = (spans: readonly Span[], buckets: Float64Array) =>
    packSpans(reduceLayout(expandSpans(spans, buckets), histogram.schema, targetSchema));
  const positive = reduce(histogram.positiveSpans, histogram.positiveBuckets);
  const negative = reduce(histogram.negativeSpans, histogram.negativeBuckets);
  histogram.schema = targetSchema;
  histogram.positiveSpans = positive.spans;
  histogram.positiveBuckets = positive.buckets;
  histogram.negativeSpans = negative.spans;
  histogram.negativeBuckets = negative.buckets;
  return histogram;
}

/** As {@link reduceResolution} for the integer form; answers a new histogram. */
export function reduceIntResolution(histogram: IntHistogram, targetSchema: number = MAX_EXPONENTIAL_SCHEMA): IntHistogram {
  const { positiveBuckets, negativeBuckets, ...rest } = reduceResolution(toFloatHistogram(histogram), targetSchema);
  return { ...rest, positiveDeltas: toDeltas(positiveBuckets), negativeDeltas: toDeltas(negativeBuckets) };
}

/**
 * Whether two histograms hold the same data bit for bit: same buckets (even empty ones), NaN equal to NaN. The reset hint is
 * not compared.
 */
export function equalHistograms(a: FloatHistogram, b: FloatHistogram): boolean {
  return (
    a.schema === b.schema &&
    Object.is(a.count, b.count) &&
    Object.is(a.sum, b.sum) &&
    a.isStale === b.isStale &&
    a.zeroThreshold === b.zeroThreshold &&
    Object.is(a.zeroCount, b.zeroCount) &&
    (!usesCustomBuckets(a) || equalBounds(a.customValues, b.customValues)) &&
    equalSpans(a.positiveSpans, b.positiveSpans) &&
    equalSpans(a.negativeSpans, b.negativeSpans) &&
    equalArrays(a.positiveBuckets, b.positiveBuckets) &&
    equalArrays(a.negativeBuckets, b.negativeBuckets)
  );
}

/** Whether two lists of bounds are the same numbers. */
export function equalBounds(a: Float64Array, b: Float64Array): boolean {
  return a.length === b.length && a.every((bound, i) => bound === b[i]);
}

function equalArrays(a: Float64Array, b: Float64Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}

/** Spans of length zero only move those after them. */
function equalSpans(a: readonly Span[], b: readonly Span[]): boolean {
  const left = withoutEmptySpans(a);
  const right = withoutEmptySpans(b);
  return (
    left.length === right.length && left.every((span, i) => span.offset === right[i]!.offset && span.length === right[i]!.length)
  );
}

function withoutEmptySpans(spans: readonly Span[]): Span[] {
  const out: Span[] = [];
  let carried = 0;
  for (const span of spans) {
    carried += span.offset;
    if (span.length === 0) continue;
    out.push({ offset: carried, length: span.length });
    carried = 0;
  }
  return out;
}
