import type { FrameChunk } from './series-frame.ts';

/** Merges two lists that ascend by `minTimeMs`; chunks that are the same byte for byte are kept once. Cost: linear. */
export function mergeChunkLists(mine: readonly FrameChunk[], others: readonly FrameChunk[]): readonly FrameChunk[] {
  const merged: FrameChunk[] = [];
  let at = 0;
  for (const chunk of others) {
    while (at < mine.length && mine[at]!.minTimeMs <= chunk.minTimeMs) merged.push(mine[at++]!);
    if (!isAtEnd(merged, chunk)) merged.push(chunk);
  }
  while (at < mine.length) merged.push(mine[at++]!);
  return merged;
}

/** Whether one of the last chunks that begin with the same sample is the same. */
function isAtEnd(chunks: readonly FrameChunk[], wanted: FrameChunk): boolean {
  for (let i = chunks.length - 1; i >= 0 && chunks[i]!.minTimeMs === wanted.minTimeMs; i--) {
    const { maxTimeMs, encoding, data } = chunks[i]!;
    if (maxTimeMs === wanted.maxTimeMs && encoding === wanted.encoding && Buffer.compare(data, wanted.data) === 0) return true;
  }
  return false;
}
