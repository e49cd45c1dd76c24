import { serveJobs } from '@telamon/workers';
import { storeJobs } from './store-jobs.ts';

// Worker of the tests.
serveJobs(storeJobs());
