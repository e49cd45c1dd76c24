import {
  CUSTOM_BUCKETS_SCHEMA,
  type FloatHistogram,
  type IntHistogram,
  isIntHistogram,
  isKnownSchema,
  MAX_EXPONENTIAL_SCHEMA,
  MIN_EXPONENTIAL_SCHEMA,
  reduceIntResolution,
  reduceResolution,
} from '@telamon/model';

/** Limits of a tenant's native histograms. */
export interface HistogramLimits {
  /** 0 = any number. */
  readonly maxNativeHistogramBuckets: number;
  readonly reduceNativeHistogramOverMaxBuckets: boolean;
}

/** Number of buckets that a histogram carries, of both signs. */
export function bucketCountOf(histogram: IntHistogram | FloatHistogram): number {
  return isIntHistogram(histogram)
    ? histogram.positiveDeltas.length + histogram.negativeDeltas.length
    : histogram.positiveBuckets.length + histogram.negativeBuckets.length;
}

/**
 * Lowers the resolution of a histogram until it can be stored and fits the limit. What can't be lowered is given back as it
 * is; whoever validates it refuses it. Cost: O(buckets) per halving.
 */
export function fitHistogram<H extends IntHistogram | FloatHistogram>(histogram: H, limits: HistogramLimits): H {
  let fitted = histogram;
  if (fitted.schema > MAX_EXPONENTIAL_SCHEMA && isKnownSchema(fitted.schema)) fitted = reduceTo(fitted, MAX_EXPONENTIAL_SCHEMA);
  const { maxNativeHistogramBuckets: limit, reduceNativeHistogramOverMaxBuckets: mayReduce } = limits;
  if (limit === 0 || !mayReduce || fitted.schema === CUSTOM_BUCKETS_SCHEMA) return fitted;
  while (bucketCountOf(fitted) > limit && fitted.schema > MIN_EXPONENTIAL_SCHEMA) fitted = reduceTo(fitted, fitted.schema - 1);
  return fitted;
}

function reduceTo<H extends IntHistogram | FloatHistogram>(histogram: H, schema: number): H {
  const reduced = isIntHistogram(histogram) ? reduceIntResolution(histogram, schema) : reduceResolution(histogram, schema);
  return reduced as H;
}
