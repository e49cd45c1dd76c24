import { createRegistry } from '@telamon/telemetry';
import { expect, it } from 'vitest';
import { registerPoolMetrics } from './pool-metrics.ts';
import { WorkerPool } from './worker-pool.ts';

it('shows what every pool does', async () => {
  const registry = createRegistry();
  const query = new WorkerPool({ entry: new URL('./pool-entry.fixture.ts', import.meta.url), size: 1, name: 'query' });
  registerPoolMetrics(registry, new Map([['query', query]]));
  expect(await registry.valueOf('telamon_workers_threads', { pool: 'query' })).toBe(0);
  await query.run('echo', 1);
  expect(await registry.valueOf('telamon_workers_threads', { pool: 'query' })).toBe(1);
  expect(await registry.valueOf('telamon_workers_jobs_total', { pool: 'query' })).toBe(1);
  await query.close();
});
