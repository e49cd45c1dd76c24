export { openCache } from './cache/open-cache.ts';
export type { ResultsCache } from './cache/results-cache.ts';
export {
  QUERY_FRONTEND,
  QUERY_SCHEDULER,
  type QueryFrontendConfig,
  type QuerySchedulerConfig,
  RESULTS_CACHE,
  type ResultsCacheConfig,
} from './options.ts';
export { createQueryFrontend, type QueryFrontend, type QueryFrontendDeps } from './query-frontend.ts';
export { RequestQueue, type RequestQueueOptions } from './queue/request-queue.ts';
