export type { JobHost } from './host-client.ts';
export { MemoryLedger } from './memory-ledger.ts';
export type { MemoryLimit } from './messages.ts';
export { registerPoolMetrics } from './pool-metrics.ts';
export type { JobHostHandlers } from './pool-worker.ts';
export { type JobContext, type JobHandler, poolWorkerData, serveJobs, Transferring } from './serve-jobs.ts';
export { type PoolStats, type RunOptions, WorkerPool, type WorkerPoolOptions } from './worker-pool.ts';
