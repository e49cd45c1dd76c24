import type { BlockMeta } from '@telamon/tsdb';
import type { JobContext, JobHandler, WorkerPool } from '@telamon/workers';
import type { RunBuild } from './block-cutter.ts';
import type { RunMerge } from './bucket-compactor.ts';
import { type BuildBlockRequest, buildBlock } from './build-block.ts';
import { type MergeBlocksRequest, mergeBlockFolders } from './merge-blocks-job.ts';

const BUILD = 'store.build-block';
const MERGE = 'store.merge-blocks';
const FRAMES = 'store.frames';

/** Time that writing a block may take, ms. */
const BUILD_DEADLINE_MS = 30 * 60_000;
/** Time that merging blocks may take, ms. */
const MERGE_DEADLINE_MS = 6 * 3_600_000;

/** The jobs of the store, as a worker serves them. */
export function storeJobs(): Record<string, JobHandler> {
  return {
    [BUILD]: (request: BuildBlockRequest, context: JobContext) =>
      buildBlock(request, context.host.stream(FRAMES, null), () => context.maybeYield()),
    [MERGE]: (request: MergeBlocksRequest, context: JobContext) => mergeBlockFolders(request, () => context.maybeYield()),
  };
}

/** Writes blocks in a pool whose workers serve {@link storeJobs}. Queue and deadline are the pool's and 30 minutes. */
export function buildInPool(pool: WorkerPool): RunBuild {
  return async (request, frames, signal) =>
    await pool.run<BuildBlockRequest, BlockMeta | undefined>(BUILD, request, {
      signal,
      deadlineMs: BUILD_DEADLINE_MS,
      key: request.folder,
      host: { stream: () => frames },
    });
}

/** Merges blocks in a pool whose workers serve {@link storeJobs}. Queue and deadline are the pool's and 6 hours. */
export function mergeInPool(pool: WorkerPool): RunMerge {
  return async (request, tenant, signal) =>
    await pool.run<MergeBlocksRequest, (BlockMeta | undefined)[]>(MERGE, request, {
      signal,
      deadlineMs: MERGE_DEADLINE_MS,
      key: tenant,
    });
}
