import { SampleColumns } from '@telamon/model';
import {
  type ChunkView,
  decodeChunk,
  ENCODING_FLOAT_HISTOGRAM,
  ENCODING_XOR2,
  reencodeOverlapping,
  reencodeWithout,
  SeriesEncoder,
} from '@telamon/tsdb';

/**
 * The chunks of one series, which ascend and may overlap, as any client can read them: without overlap, with no sample outside
 * fromMs..toMs (inclusive, ms), in the encodings 1 to 3, which every version knows. Chunks that are so already are passed on as they
 * are. CorruptError as decoding throws.
 */
export function plainChunks(chunks: readonly ChunkView[], fromMs: number, toMs: number): ChunkView[] {
  const plain: ChunkView[] = [];
  for (let start = 0; start < chunks.length; ) {
    let maxTimeMs = chunks[start]!.maxTimeMs;
    let end = start + 1;
    for (; end < chunks.length && chunks[end]!.minTimeMs <= maxTimeMs; end++) {
      maxTimeMs = Math.max(maxTimeMs, chunks[end]!.maxTimeMs);
    }
    if (maxTimeMs >= fromMs && chunks[start]!.minTimeMs <= toMs) {
      const run = end === start + 1 ? [chunks[start]!] : reencodeOverlapping(chunks.slice(start, end));
      for (const chunk of run) for (const part of trimmed(chunk, fromMs, toMs)) plain.push(...inKnownEncoding(part));
    }
    start = end;
  }
  return plain;
}

function trimmed(chunk: ChunkView, fromMs: number, toMs: number): readonly ChunkView[] {
  if (chunk.maxTimeMs < fromMs || chunk.minTimeMs > toMs) return [];
  if (chunk.minTimeMs >= fromMs && chunk.maxTimeMs <= toMs) return [chunk];
  return reencodeWithout(chunk, [
    { minTimeMs: Number.NEGATIVE_INFINITY, maxTimeMs: fromMs - 1 },
    { minTimeMs: toMs + 1, maxTimeMs: Number.POSITIVE_INFINITY },
  ]);
}

/** Encodings 4 to 6 carry start times, which get lost. */
function inKnownEncoding(chunk: ChunkView): readonly ChunkView[] {
  if (chunk.encoding <= ENCODING_FLOAT_HISTOGRAM) return [chunk];
  if (chunk.encoding !== ENCODING_XOR2) return reencodeOverlapping([chunk]);
  const columns = new SampleColumns();
  decodeChunk(chunk.encoding, chunk.data, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, columns);
  const encoder = new SeriesEncoder();
  for (let i = 0; i < columns.length; i++) {
    encoder.float(columns.timesMs[i]!, columns.words[2 * i]!, columns.words[2 * i + 1]!);
  }
  return encoder.finish();
}
