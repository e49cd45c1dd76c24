import { poolWorkerData, serveJobs } from '@telamon/workers';
import { queryJobs } from './query/query-jobs.ts';
import { type BucketSettings, OpenBlocks, openBucket, RangeCache, storeJobs } from './store/index.ts';

/** What the main thread gives to the workers of metrics. */
export interface MetricsWorkerData {
  readonly bucket: BucketSettings;
  /** Bytes of remote blocks that one worker keeps in memory. */
  readonly cacheBytes: number;
}

/** Blocks on this machine need no cache: the kernel has one. */
async function openBlocks({ bucket, cacheBytes }: MetricsWorkerData): Promise<OpenBlocks> {
  if (bucket.kind === 'filesystem') return new OpenBlocks();
  return new OpenBlocks({ cache: new RangeCache(await openBucket(bucket), cacheBytes) });
}

// The entry of the worker threads of metrics: everything that computes for longer than an event loop may be held.
serveJobs({ ...queryJobs(await openBlocks(poolWorkerData() as MetricsWorkerData)), ...storeJobs() });
