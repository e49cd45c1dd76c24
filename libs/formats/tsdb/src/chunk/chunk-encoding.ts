/** Floats, Gorilla XOR. */
export const ENCODING_XOR = 1;
/** Integer native histograms. */
export const ENCODING_HISTOGRAM = 2;
/** Float native histograms. */
export const ENCODING_FLOAT_HISTOGRAM = 3;
/** Floats with optional start times. */
export const ENCODING_XOR2 = 4;
/** Integer native histograms with start times. */
export const ENCODING_HISTOGRAM_ST = 5;
/** Float native histograms with start times. */
export const ENCODING_FLOAT_HISTOGRAM_ST = 6;
/** Thanos' aggregates of a downsampled block: recognised, never decoded as samples. */
export const ENCODING_AGGREGATE = 0xff;

/** Most samples that the 16-bit count of a chunk can tell. */
export const MAX_SAMPLES_PER_CHUNK = 0xffff;

/** Whether chunks of this encoding hold float samples. */
export function isFloatEncoding(encoding: number): boolean {
  return encoding === ENCODING_XOR || encoding === ENCODING_XOR2;
}

/** Whether chunks of this encoding hold native histograms, integer or float. */
export function isHistogramEncoding(encoding: number): boolean {
  return encoding === ENCODING_HISTOGRAM || encoding === ENCODING_HISTOGRAM_ST || isFloatHistogramEncoding(encoding);
}

/** Whether chunks of this encoding hold float native histograms. */
export function isFloatHistogramEncoding(encoding: number): boolean {
  return encoding === ENCODING_FLOAT_HISTOGRAM || encoding === ENCODING_FLOAT_HISTOGRAM_ST;
}

/** Whether this reader knows how to turn chunks of this encoding into samples. */
export function isKnownEncoding(encoding: number): boolean {
  return isFloatEncoding(encoding) || isHistogramEncoding(encoding);
}
