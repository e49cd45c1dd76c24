import { poolWorkerData, serveJobs } from '@telamon/workers';
import { queryJobs } from './query/query-jobs.ts';
import { OpenBlocks } from './store/open-blocks.ts';
import { type BucketSettings, openBucket } from './store/open-bucket.ts';
import { RangeCache } from './store/range-cache.ts';

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
serveJobs({ ...queryJobs(await openBlocks(poolWorkerData() as MetricsWorkerData)) });
