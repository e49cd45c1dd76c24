import { type BlockMeta, type CompactionJob, compactionGroup } from '@telamon/tsdb';

/** Blocks to be parted into shards by their series. */
export interface SplitJob extends Omit<CompactionJob, 'reason'> {
  readonly reason: 'split';
  readonly shardCount: number;
}

/**
 * Which blocks to split next, as Mimir's first stage does: those of one aligned range of a fresh block that are no shard yet, together,
 * as soon as a newer block of the group begins after the range; more would come otherwise. Blocks that are longer than the range or cross
 * its borders are left to merging. Cost: O(n log n).
 */
export function planSplits(metas: readonly BlockMeta[], rangeMs: number, shardCount: number): SplitJob[] {
  const windows = new Map<string, { readonly endMs: number; readonly group: string; readonly blocks: BlockMeta[] }>();
  const newestMs = new Map<string, number>();
  for (const meta of metas) {
    const group = compactionGroup(meta.thanos);
    newestMs.set(group, Math.max(newestMs.get(group) ?? Number.NEGATIVE_INFINITY, meta.minTime));
    const startMs = Math.floor(meta.minTime / rangeMs) * rangeMs;
    if (meta.maxTime > startMs + rangeMs) continue;
    const key = `${startMs} ${group}`;
    const window = windows.get(key);
    if (window === undefined) windows.set(key, { endMs: startMs + rangeMs, group, blocks: [meta] });
    else window.blocks.push(meta);
  }
  return [...windows.values()]
    .filter(({ endMs, group }) => newestMs.get(group)! >= endMs)
    .sort((a, b) => a.endMs - b.endMs)
    .map(({ group, blocks }) => ({
      group,
      reason: 'split',
      shardCount,
      blocks: blocks.sort((a, b) => a.minTime - b.minTime || (a.ulid < b.ulid ? -1 : 1)),
    }));
}
