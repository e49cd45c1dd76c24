import { type ChunkMeta, CorruptError } from '@telamon/tsdb';
import type { WantedRange } from './range-cache.ts';

/** Bytes read for a chunk whose end is not known; most fit, a longer one is read again. */
const GUESS_BYTES = 1536;
/** Longest chunk that is read: far above what any writer makes. */
const MAX_CHUNK_BYTES = 64 * 1024 * 1024;

/**
 * Where to read chunks: by segment, ascending by offset, each once. A chunk ends at the latest where the next one starts.
 * Cost: O(n log n).
 */
export function planChunkReads(metas: readonly ChunkMeta[]): Map<number, WantedRange[]> {
  const offsets = new Map<number, number[]>();
  for (const { segment, offset } of metas) {
    const list = offsets.get(segment);
    if (list === undefined) offsets.set(segment, [offset]);
    else list.push(offset);
  }
  const reads = new Map<number, WantedRange[]>();
  for (const [segment, list] of offsets) {
    const sorted = [...new Set(list)].sort((a, b) => a - b);
    const sizeOf = (i: number): number => Math.min(GUESS_BYTES, (sorted[i + 1] ?? Number.POSITIVE_INFINITY) - sorted[i]!);
    reads.set(
      segment,
      sorted.map((offset, i) => ({ offset, sizeBytes: sizeOf(i) })),
    );
  }
  return reads;
}

/** About how many bytes {@link planChunkReads} makes of the chunks of one series. Cost: O(n). */
export function estimateChunkBytes(metas: readonly ChunkMeta[]): number {
  let bytes = 0;
  for (let i = 0; i < metas.length; i++) {
    const distance = (metas[i + 1]?.offset ?? Number.POSITIVE_INFINITY) - metas[i]!.offset;
    bytes += distance > 0 ? Math.min(GUESS_BYTES, distance) : GUESS_BYTES;
  }
  return bytes;
}

/** Whole size of the chunk that stands at `at`: length, encoding byte, data and checksum. CorruptError when it is impossible or not all there. */
export function storedChunkSize(bytes: Uint8Array, at: number = 0): number {
  let length = 0;
  for (let width = 0; width < 5; width++) {
    const byte = bytes[at + width];
    if (byte === undefined) break;
    length += (byte & 0x7f) * 2 ** (7 * width);
    if (byte >= 0x80) continue;
    const sizeBytes = width + 1 + 1 + length + 4;
    if (sizeBytes > MAX_CHUNK_BYTES) break;
    return sizeBytes;
  }
  throw new CorruptError('chunk segment: impossible chunk size');
}
