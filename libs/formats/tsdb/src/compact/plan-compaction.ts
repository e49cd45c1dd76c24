import { xxhash64 } from '@telamon/algo';
import { compareUtf8 } from '@telamon/model';
import {
  type BlockMeta,
  HINT_FROM_OUT_OF_ORDER,
  HINT_FROM_SELECTED_SERIES,
  HINT_FROM_STALE_SERIES,
  type ThanosMeta,
} from '../block/block-meta.ts';

/** Share of deleted intervals per series above which a block is written anew alone. */
const TOMBSTONE_RATIO = 0.05;

/** Blocks that are to become one. */
export interface CompactionJob {
  /** Group that all of them belong to (see {@link compactionGroup}). */
  readonly group: string;
  /** Why: their times overlap, they fill a range, or one has many tombstones. */
  readonly reason: 'overlap' | 'range' | 'tombstones';
  /** Ascending by minTime. */
  readonly blocks: readonly BlockMeta[];
}

/**
 * Group of a block: `<resolution>@<hash of the external labels>`, as Thanos and Mimir name it. Only blocks of one group
 * are compacted together.
 */
export function compactionGroup(thanos: ThanosMeta | undefined): string {
  const separator = '\xff';
  const labels = Object.entries(thanos?.labels ?? {}).sort(([a], [b]) => compareUtf8(a, b));
  const bytes: number[] = [];
  const encoder = new TextEncoder();
  for (const part of labels.flat()) bytes.push(...encoder.encode(part), separator.charCodeAt(0));
  return `${thanos?.downsample.resolution ?? 0}@${xxhash64(Uint8Array.from(bytes))}`;
}

/**
 * What to compact next, at most one job a group, as Prometheus plans its levels: blocks that overlap first; then, from the
 * smallest range up, the blocks of the first aligned range that is full or that lies before the newest block; then a block
 * with many tombstones. The newest block of a group waits, because more like it may come. `rangesMs` ascend, the first is that of
 * a fresh block (2 h, 12 h, 24 h). Blocks of stale or chosen series are not mixed with others; downsampled, failed and
 * empty groups give no job. Cost: O(n log n).
 */
export function planCompaction(metas: readonly BlockMeta[], rangesMs: readonly number[]): CompactionJob[] {
  const groups = new Map<string, BlockMeta[]>();
  for (const meta of metas) {
    if ((meta.thanos?.downsample.resolution ?? 0) !== 0) continue;
    const key = compactionGroup(meta.thanos);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [meta]);
    else group.push(meta);
  }
  const jobs: CompactionJob[] = [];
  for (const [group, blocks] of groups) {
    const plan = planGroup(blocks, rangesMs);
    if (plan !== undefined) jobs.push({ group, ...plan });
  }
  return jobs;
}

type Plan = Omit<CompactionJob, 'group'> | undefined;

function planGroup(blocks: readonly BlockMeta[], rangesMs: readonly number[]): Plan {
  const has = (meta: BlockMeta, hint: string): boolean => meta.compaction.hints?.includes(hint) === true;
  const stale = blocks.filter((meta) => has(meta, HINT_FROM_STALE_SERIES));
  const selected = blocks.filter((meta) => !stale.includes(meta) && has(meta, HINT_FROM_SELECTED_SERIES));
  const others = blocks.filter((meta) => !stale.includes(meta) && !selected.includes(meta));
  return planClass(others, rangesMs) ?? planClass(stale, rangesMs) ?? planClass(selected, rangesMs);
}

function planClass(blocks: readonly BlockMeta[], rangesMs: readonly number[]): Plan {
  if (blocks.length === 0) return undefined;
  const sorted = [...blocks].sort((a, b) => a.minTime - b.minTime || (a.ulid < b.ulid ? -1 : 1));
  const overlapping = selectOverlapping(sorted);
  if (overlapping.length > 0) return { reason: 'overlap', blocks: overlapping };
  const older = sorted.slice(0, -1);
  const range = selectRange(older, rangesMs);
  if (range.length > 0) return { reason: 'range', blocks: range };
  const holed = selectHoled(older, rangesMs);
  return holed === undefined ? undefined : { reason: 'tombstones', blocks: [holed] };
}

/** The first run of blocks whose times overlap. */
function selectOverlapping(sorted: readonly BlockMeta[]): BlockMeta[] {
  const run: BlockMeta[] = [];
  let maxTime = sorted[0]!.maxTime;
  for (let i = 1; i < sorted.length; i++) {
    const block = sorted[i]!;
    if (block.minTime < maxTime) {
      if (run.length === 0) run.push(sorted[i - 1]!);
      run.push(block);
    } else if (run.length > 0) break;
    maxTime = Math.max(maxTime, block.maxTime);
  }
  return run;
}

function selectRange(sorted: readonly BlockMeta[], rangesMs: readonly number[]): readonly BlockMeta[] {
  const newest = sorted[sorted.length - 1];
  if (newest === undefined) return [];
  for (const rangeMs of rangesMs.slice(1)) {
    for (const part of splitByRange(sorted, rangeMs)) {
      if (part.length < 2 || part.some((meta) => meta.compaction.failed === true)) continue;
      const minTime = part[0]!.minTime;
      const maxTime = part[part.length - 1]!.maxTime;
      if (maxTime - minTime === rangeMs || maxTime <= newest.minTime) return part;
    }
  }
  return [];
}

/** Groups ascending blocks by the aligned ranges that they lie in; blocks that cross a border are left out. */
function splitByRange(sorted: readonly BlockMeta[], rangeMs: number): BlockMeta[][] {
  const parts: BlockMeta[][] = [];
  for (let i = 0; i < sorted.length; ) {
    const end = (Math.floor(sorted[i]!.minTime / rangeMs) + 1) * rangeMs;
    if (sorted[i]!.maxTime > end) {
      i++;
      continue;
    }
    const part: BlockMeta[] = [];
    for (; i < sorted.length && sorted[i]!.maxTime <= end; i++) part.push(sorted[i]!);
    parts.push(part);
  }
  return parts;
}

/** The newest large block with many tombstones, or a smaller one that holds nothing else. */
function selectHoled(sorted: readonly BlockMeta[], rangesMs: readonly number[]): BlockMeta | undefined {
  for (const meta of [...sorted].reverse()) {
    const tombstones = meta.stats.numTombstones ?? 0;
    const series = meta.stats.numSeries ?? 0;
    if (meta.maxTime - meta.minTime < rangesMs[Math.floor(rangesMs.length / 2)]!) {
      return tombstones > 0 && tombstones >= series ? meta : undefined;
    }
    if (tombstones / (series + 1) > TOMBSTONE_RATIO) return meta;
  }
  return undefined;
}

/**
 * Meta of the block that the given ones become: times and sources together, the level one above the highest, the blocks as
 * parents in the given order; hints as Prometheus keeps them. Stats are for the writer to fill in.
 */
export function compactedMeta(ulid: string, metas: readonly BlockMeta[]): BlockMeta {
  if (metas.length === 0) throw new Error('compaction of no blocks');
  const has = (hint: string) => (meta: BlockMeta) => meta.compaction.hints?.includes(hint) === true;
  const hints: string[] = [];
  if (metas.every(has(HINT_FROM_OUT_OF_ORDER))) hints.push(HINT_FROM_OUT_OF_ORDER);
  if (metas.some(has(HINT_FROM_SELECTED_SERIES))) hints.push(HINT_FROM_SELECTED_SERIES);
  if (metas.some(has(HINT_FROM_STALE_SERIES))) hints.push(HINT_FROM_STALE_SERIES);
  return {
    ulid,
    minTime: Math.min(...metas.map((meta) => meta.minTime)),
    maxTime: Math.max(...metas.map((meta) => meta.maxTime)),
    stats: {},
    compaction: {
      level: Math.max(...metas.map((meta) => meta.compaction.level)) + 1,
      sources: [...new Set(metas.flatMap((meta) => meta.compaction.sources ?? []))].sort(),
      parents: metas.map(({ ulid, minTime, maxTime }) => ({ ulid, minTime, maxTime })),
      ...(hints.length === 0 ? {} : { hints }),
    },
    version: 1,
  };
}
