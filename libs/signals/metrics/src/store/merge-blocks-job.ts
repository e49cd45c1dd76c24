import { Labels, stableHash } from '@telamon/model';
import { type BlockMeta, BlockWriter, mergeBlocks } from '@telamon/tsdb';
import { type BlockFiles, createBlockFiles } from './block-files.ts';
import { FolderBlock } from './folder-block.ts';
import type { Pause } from './select-blocks.ts';

/** One of the blocks that a merge makes. */
export interface MergeResult {
  /** Folder to make for it. */
  readonly folder: string;
  /** What it is, but for stats and the thanos section. */
  readonly meta: BlockMeta;
  /** Its external labels. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Blocks to merge. Plain data: it crosses threads. */
export interface MergeBlocksRequest {
  /** Folders of the blocks; of samples with one time that of the earlier folder is kept. */
  readonly sources: readonly string[];
  /** Several: each takes the series whose {@link stableHash} modulo their number is its position. All have the same times. */
  readonly results: readonly MergeResult[];
}

/**
 * Merges blocks on disk into new ones, synced, and returns the meta of each; undefined for one in which nothing was left. After a
 * failure the folders are to be removed. Throws CorruptError for damaged blocks.
 */
export async function mergeBlockFolders(
  { sources, results }: MergeBlocksRequest,
  pause: Pause,
): Promise<(BlockMeta | undefined)[]> {
  const { minTime: minTimeMs, maxTime: maxTimeMs } = results[0]!.meta;
  const opened: FolderBlock[] = [];
  const files: BlockFiles[] = [];
  try {
    for (const source of sources) opened.push(new FolderBlock(source));
    const writers = results.map(({ folder, meta, labels }) => {
      const made = createBlockFiles(folder);
      files.push(made);
      return new BlockWriter(made.create, { meta, thanos: { labels, source: 'compactor' } });
    });
    const readers = opened.map((block) => block.reader);
    const parting = results.length > 1 ? { writerOf: (labels: Uint8Array) => shardOf(labels, results.length) } : {};
    const merge = mergeBlocks(readers, writers, { minTimeMs, maxTimeMs, ...parting });
    for (;;) {
      const step = merge.next();
      if (step.done === true) {
        for (const each of files) each.sync();
        return step.value.map((meta) => ((meta.stats.numSamples ?? 0) === 0 ? undefined : meta));
      }
      await pause();
    }
  } finally {
    for (const each of files) each.abandon();
    for (const block of opened) block.close();
  }
}

/** Position of the shard that a series belongs to, as Mimir's compactor decides it. */
function shardOf(labels: Uint8Array, count: number): number {
  return Number(stableHash(Labels.fromBytes(labels)) % BigInt(count));
}
