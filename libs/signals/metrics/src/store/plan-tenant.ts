import { COMPACTOR_SHARD_LABEL } from '@telamon/bucketindex';
import { type BlockMeta, type CompactionJob, compactionGroup, planCompaction } from '@telamon/tsdb';
import { planSplits, type SplitJob } from './plan-splits.ts';
import type { CompleteBlock } from './tenant-cleaner.ts';

/** Labels that ingesters of Cortex and old Mimir wrote; they say nothing about the samples, and Mimir's compactor drops them. */
const IGNORED_LABELS: readonly string[] = ['__org_id__', '__ingester_id__'];

/** External labels that the blocks of a group have in common. */
export function groupLabels(meta: BlockMeta): Record<string, string> {
  return Object.fromEntries(Object.entries(meta.thanos?.labels ?? {}).filter(([name]) => !IGNORED_LABELS.includes(name)));
}

/**
 * What to do next: at most one merge a group, and every split that is due. With shards, blocks of a fresh block's range are split before
 * anything is merged. Blocks with a no-compact mark and downsampled ones are left alone.
 */
export function planTenant(
  blocks: readonly CompleteBlock[],
  rangesMs: readonly number[],
  shardCount: number,
): (CompactionJob | SplitJob)[] {
  const metas = blocks.filter((block) => !block.isNoCompact && !isDownsampled(block.meta)).map(({ meta }) => grouped(meta));
  if (shardCount === 0) return planCompaction(metas, rangesMs);
  const whole = metas.filter((meta) => !isShard(meta));
  const freshRangeMs = rangesMs[0]!;
  const isFresh = (meta: BlockMeta): boolean => !isShard(meta) && meta.maxTime - meta.minTime <= freshRangeMs;
  return [
    ...planSplits(whole, freshRangeMs, shardCount),
    ...planCompaction(
      metas.filter((meta) => !isFresh(meta)),
      rangesMs,
    ),
  ];
}

/**
 * Blocks whose sources are all in another block of their group: what is left when a compactor stopped between the upload of its
 * result and the marks. They would be merged into it again and again. Cost: O(sources).
 */
export function redundantBlocks(blocks: readonly CompleteBlock[]): CompleteBlock[] {
  const bySource = new Map<string, CompleteBlock[]>();
  const candidates = blocks.filter((block) => !isDownsampled(block.meta) && !isShard(block.meta));
  for (const block of candidates) {
    for (const source of sourcesOf(block.meta)) {
      const list = bySource.get(source);
      if (list === undefined) bySource.set(source, [block]);
      else list.push(block);
    }
  }
  return candidates.filter((block) => {
    const sources = sourcesOf(block.meta);
    if (sources.length === 0) return false;
    return (bySource.get(sources[0]!) ?? []).some((other) => isCovering(other.meta, block.meta, sources));
  });
}

function isCovering(other: BlockMeta, meta: BlockMeta, sources: readonly string[]): boolean {
  if (other.ulid === meta.ulid || groupOf(other) !== groupOf(meta)) return false;
  if (other.compaction.level <= meta.compaction.level) return false;
  if (other.minTime > meta.minTime || other.maxTime < meta.maxTime) return false;
  const all = new Set(sourcesOf(other));
  return sources.every((source) => all.has(source));
}

function sourcesOf(meta: BlockMeta): readonly string[] {
  return meta.compaction.sources ?? [];
}

function groupOf(meta: BlockMeta): string {
  return compactionGroup(grouped(meta).thanos);
}

function grouped(meta: BlockMeta): BlockMeta {
  return meta.thanos === undefined ? meta : { ...meta, thanos: { ...meta.thanos, labels: groupLabels(meta) } };
}

function isDownsampled(meta: BlockMeta): boolean {
  return (meta.thanos?.downsample.resolution ?? 0) !== 0;
}

/** A shard holds only a part of its sources. */
function isShard(meta: BlockMeta): boolean {
  return (meta.thanos?.labels[COMPACTOR_SHARD_LABEL] ?? '') !== '';
}
