import { availableParallelism } from 'node:os';
import { createService, type Service } from '@telamon/lifecycle';
import type { Logger, MetricRegistry } from '@telamon/telemetry';
import { registerPoolMetrics, WorkerPool, type WorkerPoolOptions } from '@telamon/workers';
import type { MetricsWorkerData } from './worker-entry.ts';

/** Idle time after which the thread for long work is ended, ms: it is needed some minutes of a day. */
const LONG_WORK_IDLE_MS = 60_000;
/** Time that running jobs get when the process stops, ms. */
const POOL_DRAIN_MS = 5_000;

/** What the pools are made with. */
export interface MetricsPoolsOptions {
  readonly workerData: MetricsWorkerData;
  /** Queries that are evaluated at one time. */
  readonly maxConcurrentQueries: number;
  /** Calls of other processes that read blocks at one time. */
  readonly maxConcurrentReads: number;
  readonly registry: MetricRegistry;
  readonly logger: Logger;
}

/** The worker threads of metrics: one pool for queries, one for reading blocks for others, one thread for building and merging blocks. Threads start with their first job. */
export class MetricsPools {
  readonly queries: WorkerPool;
  readonly longWork: WorkerPool;
  /** For calls of other processes that read blocks. Not that of queries, which wait for what is read there. */
  readonly reads: WorkerPool;
  /** Ends the threads when it stops. */
  readonly service: Service;

  constructor({ workerData, maxConcurrentQueries, maxConcurrentReads, registry, logger }: MetricsPoolsOptions) {
    const create = (settings: Omit<WorkerPoolOptions, 'entry' | 'onCrash' | 'workerData'>): WorkerPool =>
      new WorkerPool({
        ...settings,
        workerData,
        entry: new URL('./worker-entry.ts', import.meta.url),
        onCrash: (error) => logger.error('a worker thread died and is replaced', { pool: settings.name, error }),
      });
    this.queries = create({ name: 'metrics-query', ...querySpread(maxConcurrentQueries) });
    this.longWork = create({ name: 'metrics-blocks', size: 1, idleTimeoutMs: LONG_WORK_IDLE_MS });
    this.reads = create({ name: 'metrics-reads', ...querySpread(maxConcurrentReads) });
    registerPoolMetrics(
      registry,
      new Map([
        ['metrics-query', this.queries],
        ['metrics-blocks', this.longWork],
        ['metrics-reads', this.reads],
      ]),
    );
    this.service = createService({
      name: 'workers',
      stop: async () => {
        await Promise.all([this.queries, this.longWork, this.reads].map((pool) => pool.close(POOL_DRAIN_MS)));
      },
    });
  }
}

/** Threads for queries, one a core, and the queries that each interleaves. */
function querySpread(maxConcurrent: number): Pick<WorkerPoolOptions, 'size' | 'maxJobsPerWorker'> {
  const size = Math.min(availableParallelism(), maxConcurrent);
  return { size, maxJobsPerWorker: Math.floor(maxConcurrent / size) };
}
