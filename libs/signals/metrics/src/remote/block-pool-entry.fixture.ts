import { poolWorkerData, serveJobs } from '@telamon/workers';
import { OpenBlocks, openBucket, RangeCache } from '../store/index.ts';
import { blockJobs } from './block-jobs.ts';

// Worker of the tests; given a folder it reads blocks in the bucket there by ranges, as from a store far away.
const bucketPath = poolWorkerData() as string | undefined;
const cache = bucketPath && new RangeCache(await openBucket({ kind: 'filesystem', path: bucketPath }), 8 << 20);
serveJobs(blockJobs(new OpenBlocks(cache ? { cache } : {})));
