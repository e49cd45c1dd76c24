/** Samples that a float chunk of a head aims at. */
export const TARGET_SAMPLES_PER_CHUNK = 120;
/** Above this size a float chunk takes no further sample, so that none passes 1,024 bytes. */
export const MAX_FLOAT_CHUNK_BYTES_BEFORE_APPEND = 1005;
/** Size that a histogram chunk of a head aims at. */
export const TARGET_HISTOGRAM_CHUNK_BYTES = 1024;
/** Fewest samples of a histogram chunk that is not at the end of its range. */
export const MIN_SAMPLES_PER_HISTOGRAM_CHUNK = 10;
/** Samples after which a chunk of out-of-order samples is closed. */
export const MAX_OUT_OF_ORDER_CHUNK_SAMPLES = 32;

/** The open chunk of a series; appenders are this. */
export interface OpenChunk {
  readonly sampleCount: number;
  readonly sizeBytes: number;
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
}

/** End of the aligned range that holds a time: where a chunk must end at the latest. Where a new chunk's cut time starts. */
export function chunkRangeEnd(timeMs: number, rangeMs: number): number {
  return (Math.floor(timeMs / rangeMs) + 1) * rangeMs;
}

/**
 * Time from which on a float chunk is to be cut; to be asked before every append, with the last answer (at first
 * {@link chunkRangeEnd}). Changes once, at a quarter of the target, when the pace of the series is known.
 */
export function floatCutTime(chunk: OpenChunk, cutTimeMs: number): number {
  return chunk.sampleCount === TARGET_SAMPLES_PER_CHUNK / 4 ? predictEnd(chunk, cutTimeMs, 4) : cutTimeMs;
}

/** Whether a sample at `timeMs` belongs into a new float chunk. `cutTimeMs` as {@link floatCutTime} answered. */
export function isFloatChunkDue(chunk: OpenChunk, timeMs: number, cutTimeMs: number): boolean {
  if (chunk.sampleCount === 0) return false;
  if (chunk.sizeBytes > MAX_FLOAT_CHUNK_BYTES_BEFORE_APPEND) return true;
  return timeMs >= cutTimeMs || chunk.sampleCount >= 2 * TARGET_SAMPLES_PER_CHUNK;
}

/**
 * As {@link floatCutTime} for histogram chunks, which aim at a size: the time changes once, when a quarter of it is
 * reached, which the caller must remember (`isPredicted`); asked again it answers the same time.
 */
export function histogramCutTime(
  chunk: OpenChunk,
  cutTimeMs: number,
  isPredicted: boolean,
): { readonly cutTimeMs: number; readonly isPredicted: boolean } {
  if (isPredicted || chunk.sampleCount === 0 || chunk.sizeBytes < TARGET_HISTOGRAM_CHUNK_BYTES / 4)
    return { cutTimeMs, isPredicted };
  return { cutTimeMs: predictEnd(chunk, cutTimeMs, TARGET_HISTOGRAM_CHUNK_BYTES / chunk.sizeBytes), isPredicted: true };
}

/** Whether a histogram at `timeMs` belongs into a new chunk. `rangeEndMs` is the {@link chunkRangeEnd} of the chunk's start. */
export function isHistogramChunkDue(chunk: OpenChunk, timeMs: number, cutTimeMs: number, rangeEndMs: number): boolean {
  if (chunk.sampleCount === 0) return false;
  const isFull = timeMs >= cutTimeMs || chunk.sizeBytes >= 2 * TARGET_HISTOGRAM_CHUNK_BYTES;
  return isFull && (chunk.sampleCount >= MIN_SAMPLES_PER_HISTOGRAM_CHUNK || timeMs >= rangeEndMs);
}

/** Assumes that the chunk is 1/`ratio` full and spreads what is left of the range over chunks of equal length. */
function predictEnd(chunk: OpenChunk, rangeEndMs: number, ratio: number): number {
  const left = rangeEndMs - chunk.minTimeMs;
  const count = left / ((chunk.maxTimeMs - chunk.minTimeMs + 1) * ratio);
  return count <= 1 ? rangeEndMs : Math.trunc(chunk.minTimeMs + left / Math.floor(count));
}
