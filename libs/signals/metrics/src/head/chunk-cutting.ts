/** Samples that a float chunk aims at. */
export const SAMPLES_PER_CHUNK = 120;
/** A float chunk of more bytes than this takes no further sample (a sample adds up to 19; the limit is 1,024). */
export const MAX_FLOAT_CHUNK_BYTES = 1005;
/** Bytes that a histogram chunk aims at. */
export const TARGET_HISTOGRAM_CHUNK_BYTES = 1024;
/** A histogram chunk is not cut for its size before it holds as many samples. */
export const MIN_HISTOGRAMS_PER_CHUNK = 10;

/** End (exclusive) of the block range that a time falls into, ms. */
export function rangeEnd(timeMs: number, rangeMs: number): number {
  return Math.floor(timeMs / rangeMs) * rangeMs + rangeMs;
}

/**
 * When to end a chunk that holds `1/ratioToFull` of its samples and reaches from `startMs` to `newestMs`, so that the
 * chunks up to `endMs` become equally long. Prometheus' prediction: full chunks that fit into the rest, rounded down.
 */
export function chunkEnd(startMs: number, newestMs: number, endMs: number, ratioToFull: number): number {
  const chunks = (endMs - startMs) / ((newestMs - startMs + 1) * ratioToFull);
  return chunks <= 1 ? endMs : Math.trunc(startMs + (endMs - startMs) / Math.floor(chunks));
}
