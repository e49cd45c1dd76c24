import type { ChunkView } from '../chunk/merge-chunks.ts';
import { reencodeOverlapping } from '../chunk/reencode.ts';

/**
 * Makes one ascending run of chunks that do not overlap out of the chunks of one series in several blocks. Chunks that
 * overlap none are passed through, exact copies are dropped, overlapping ones are decoded and written anew (see
 * {@link reencodeOverlapping}). `lists` are in the order of preference for samples with one time. Cost: O(n log n), linear
 * in samples where they overlap.
 */
export function compactChunks(lists: readonly (readonly ChunkView[])[]): readonly ChunkView[] {
  if (lists.length === 1 && isDisjoint(lists[0]!)) return lists[0]!;
  const chunks = lists.flat().sort((a, b) => a.minTimeMs - b.minTimeMs || a.maxTimeMs - b.maxTimeMs);
  const out: ChunkView[] = [];
  for (let start = 0; start < chunks.length; ) {
    const run: ChunkView[] = [chunks[start]!];
    let maxTimeMs = chunks[start]!.maxTimeMs;
    let end = start + 1;
    for (; end < chunks.length && chunks[end]!.minTimeMs <= maxTimeMs; end++) {
      const chunk = chunks[end]!;
      if (!isCopy(chunk, run[run.length - 1]!)) run.push(chunk);
      maxTimeMs = Math.max(maxTimeMs, chunk.maxTimeMs);
    }
    if (run.length === 1) out.push(run[0]!);
    else out.push(...reencodeOverlapping(run));
    start = end;
  }
  return out;
}

function isDisjoint(chunks: readonly ChunkView[]): boolean {
  for (let i = 1; i < chunks.length; i++) if (chunks[i]!.minTimeMs <= chunks[i - 1]!.maxTimeMs) return false;
  return true;
}

function isCopy(a: ChunkView, b: ChunkView): boolean {
  if (a.minTimeMs !== b.minTimeMs || a.maxTimeMs !== b.maxTimeMs || a.encoding !== b.encoding) return false;
  if (a.data.length !== b.data.length) return false;
  for (let i = 0; i < a.data.length; i++) if (a.data[i] !== b.data[i]) return false;
  return true;
}
