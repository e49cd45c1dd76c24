import { type BlockMeta, BlockWriter, mergeBlocks } from '@telamon/tsdb';
import { createBlockFiles } from './block-files.ts';
import { FolderBlock } from './folder-block.ts';
import type { Pause } from './select-blocks.ts';

/** Blocks to merge into a new one. Plain data: it crosses threads. */
export interface MergeBlocksRequest {
  /** Folders of the blocks; of samples with one time that of the earlier folder is kept. */
  readonly sources: readonly string[];
  /** Folder to make for the result. */
  readonly folder: string;
  /** What the result is, but for stats and the thanos section. */
  readonly meta: BlockMeta;
  /** External labels of the result. */
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Merges blocks on disk into a new one, synced, and returns its meta; undefined when nothing was left (everything was deleted).
 * After a failure the folder is to be removed. Throws CorruptError for damaged blocks.
 */
export async function mergeBlockFolders(request: MergeBlocksRequest, pause: Pause): Promise<BlockMeta | undefined> {
  const { meta } = request;
  const opened: FolderBlock[] = [];
  const files = createBlockFiles(request.folder);
  try {
    for (const source of request.sources) opened.push(new FolderBlock(source));
    const writer = new BlockWriter(files.create, { meta, thanos: { labels: request.labels, source: 'compactor' } });
    const readers = opened.map((block) => block.reader);
    const merge = mergeBlocks(readers, writer, { minTimeMs: meta.minTime, maxTimeMs: meta.maxTime });
    for (;;) {
      const step = merge.next();
      if (step.done === true) {
        files.sync();
        return (step.value.stats.numSamples ?? 0) === 0 ? undefined : step.value;
      }
      await pause();
    }
  } finally {
    files.abandon();
    for (const block of opened) block.close();
  }
}
