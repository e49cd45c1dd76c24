import type { MetricRegistry } from '@telamon/telemetry';
import type { PoolStats, WorkerPool } from './worker-pool.ts';

/** Shows the pools of a process in its registry, labelled by their key in the map; once per registry. The map is read at each scrape. */
export function registerPoolMetrics(registry: MetricRegistry, pools: ReadonlyMap<string, WorkerPool>): void {
  const read = (pick: (stats: PoolStats) => number) => () =>
    [...pools].map(([pool, { stats }]): readonly [{ pool: string }, number] => [{ pool }, pick(stats)]);
  const labels = ['pool'] as const;
  registry.readGauge({ name: 'telamon_workers_threads', help: 'Worker threads alive.', labels, read: read((s) => s.workers) });
  registry.readGauge({
    name: 'telamon_workers_running_jobs',
    help: 'Jobs in worker threads.',
    labels,
    read: read((s) => s.running),
  });
  registry.readGauge({
    name: 'telamon_workers_queued_jobs',
    help: 'Jobs that wait for a worker.',
    labels,
    read: read((s) => s.queued),
  });
  registry.readCounter({
    name: 'telamon_workers_jobs_total',
    help: 'Jobs answered, failed ones included.',
    labels,
    read: read((s) => s.finished),
  });
  registry.readCounter({
    name: 'telamon_workers_crashes_total',
    help: 'Workers that died.',
    labels,
    read: read((s) => s.crashes),
  });
}
