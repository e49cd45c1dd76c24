import { poolWorkerData, serveJobs } from '@telamon/workers';
import { queryJobs } from './query/query-jobs.ts';
import { blockJobs } from './remote/block-jobs.ts';
import { remoteReadJobs } from './remote-read/index.ts';
import { type BucketSettings, HedgedReader, OpenBlocks, openBucket, RangeCache, storeJobs } from './store/index.ts';

/** What the main thread gives to the workers of metrics. */
export interface MetricsWorkerData {
  readonly bucket: BucketSettings;
  /** Bytes of remote blocks that one worker keeps in memory. */
  readonly cacheBytes: number;
}

/** Time without an answer of the bucket after which a part of a block is asked for once more, ms. */
const HEDGE_AFTER_MS = 1_000;

/** Blocks on this machine need no cache: the kernel has one. */
async function openBlocks({ bucket, cacheBytes }: MetricsWorkerData): Promise<OpenBlocks> {
  if (bucket.kind === 'filesystem') return new OpenBlocks();
  const reader = new HedgedReader(await openBucket(bucket), { afterMs: HEDGE_AFTER_MS });
  return new OpenBlocks({ cache: new RangeCache(reader, cacheBytes) });
}

// The entry of the worker threads of metrics: everything that computes for longer than an event loop may be held.
const open = await openBlocks(poolWorkerData() as MetricsWorkerData);
serveJobs({ ...queryJobs(open), ...remoteReadJobs(open), ...blockJobs(open), ...storeJobs() });
