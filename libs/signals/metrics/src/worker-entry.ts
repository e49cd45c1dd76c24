import { serveJobs } from '@telamon/workers';
import { queryJobs } from './query/query-jobs.ts';

// The entry of the worker threads of metrics: everything that computes for longer than an event loop may be held.
serveJobs({ ...queryJobs() });
