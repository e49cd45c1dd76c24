import { CorruptError, type SeriesColumns, storedChunkSize } from '@telamon/tsdb';
import type { LoadedPages, WantedRange } from './range-cache.ts';

/** Bytes read for a chunk whose end is not known; most fit, a longer one is read again. */
const GUESS_BYTES = 1536;
/** Longest chunk that is read: far above what any writer makes. */
const MAX_CHUNK_BYTES = 64 * 1024 * 1024;
/** Longest length before a chunk. */
const CHUNK_LENGTH_BYTES = 5;

/** Chunks [start, end) of the columns. */
export interface ChunkSpan {
  readonly start: number;
  readonly end: number;
}

/**
 * Where to read chunks: by segment, ascending by offset, neighbours joined. A chunk ends at the latest where the next one starts.
 * Cost: O(n), as blocks have their chunks in the order of their series; else O(n log n).
 */
export function planChunkReads(columns: SeriesColumns, span: ChunkSpan): Map<number, WantedRange[]> {
  const reads = new Map<number, WantedRange[]>();
  for (const [segment, offsets] of offsetsBySegment(columns, span)) {
    const ranges: { offset: number; sizeBytes: number }[] = [];
    let last: { offset: number; sizeBytes: number } | undefined;
    for (let i = 0; i < offsets.length; i++) {
      const offset = offsets[i]!;
      const sizeBytes = i + 1 < offsets.length ? Math.min(GUESS_BYTES, offsets[i + 1]! - offset) : GUESS_BYTES;
      if (last !== undefined && last.offset + last.sizeBytes === offset) last.sizeBytes += sizeBytes;
      else {
        last = { offset, sizeBytes };
        ranges.push(last);
      }
    }
    reads.set(segment, ranges);
  }
  return reads;
}

/** Ascending offsets of chunks, each once. */
function offsetsBySegment({ segments, offsets }: SeriesColumns, { start, end }: ChunkSpan): Map<number, number[]> {
  const found = new Map<number, number[]>();
  const unsorted = new Set<number>();
  let segment = Number.NaN;
  let list: number[] = [];
  for (let i = start; i < end; i++) {
    if (segments[i] !== segment) {
      segment = segments[i]!;
      list = found.get(segment) ?? [];
      found.set(segment, list);
    }
    if (list.length > 0 && list[list.length - 1]! >= offsets[i]!) unsorted.add(segment);
    list.push(offsets[i]!);
  }
  for (const one of unsorted)
    found.set(
      one,
      [...new Set(found.get(one))].sort((a, b) => a - b),
    );
  return found;
}

/** About how many bytes {@link planChunkReads} makes of some chunks. Cost: O(n). */
export function estimateChunkBytes({ offsets }: SeriesColumns, { start, end }: ChunkSpan): number {
  let bytes = 0;
  for (let i = start; i < end; i++) {
    const distance = i + 1 < end ? offsets[i + 1]! - offsets[i]! : GUESS_BYTES;
    bytes += distance > 0 ? Math.min(GUESS_BYTES, distance) : GUESS_BYTES;
  }
  return bytes;
}

/**
 * Whole size of the chunk that stands at an offset: length, encoding byte, data and checksum. CorruptError when it is impossible or its
 * length is not all there. Aims the pages at the offset, see {@link LoadedPages.aim}.
 */
export function chunkSizeAt(pages: LoadedPages, offset: number): number {
  const start = pages.aim(offset);
  const isWhole = pages.bytes.length - start >= CHUNK_LENGTH_BYTES;
  const sizeBytes = isWhole ? storedChunkSize(pages.bytes, start) : storedChunkSize(pages.read(offset, CHUNK_LENGTH_BYTES), 0);
  if (sizeBytes > MAX_CHUNK_BYTES) throw new CorruptError('chunk segment: impossible chunk size');
  return sizeBytes;
}
