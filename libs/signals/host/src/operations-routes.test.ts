import { loadConfig, type OptionGroup } from '@telamon/config';
import type { Readiness } from '@telamon/lifecycle';
import { LIMITS } from '@telamon/limits';
import { HttpListener } from '@telamon/rpc';
import { createRegistry, createSilentLogger } from '@telamon/telemetry';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mountOperations, mountProcessStatus } from './operations-routes.ts';
import { HOST_OPTIONS } from './options.ts';

let listener: HttpListener;
let readiness: Readiness;
let isResponsive: boolean;

beforeEach(async () => {
  readiness = { status: 503, body: 'replaying\n' } as Readiness;
  isResponsive = true;
  const loaded = loadConfig({
    groups: [...HOST_OPTIONS, ...LIMITS] as readonly OptionGroup[],
    args: ['--shutdown-timeout=77s'],
    env: {},
  });
  if (loaded.kind !== 'config') throw new Error(JSON.stringify(loaded));
  const deps = {
    registry: createRegistry(),
    config: loaded.config,
    readiness: () => readiness,
    services: () => [],
    isResponsive: () => isResponsive,
    runtimeConfig: (mode: string) => `# ${mode}\n`,
    nowMs: () => 60_000,
    startedAtMs: 0,
    dataDir: '/data',
  };
  const tenants = { isMultitenant: true };
  const log = createSilentLogger();
  listener = new HttpListener({ name: 'test', address: '127.0.0.1', port: 0, portOption: '--test', tenants, log });
  mountOperations(listener, deps);
  mountProcessStatus(listener, deps);
  await listener.start();
});
afterEach(() => listener.stop(0));

async function get(path: string): Promise<readonly [number, string]> {
  const response = await fetch(`${listener.url}${path}`);
  return [response.status, await response.text()];
}

describe('operations routes', () => {
  it('tell whether the process is ready and alive, by our names and by those of Prometheus', async () => {
    const paths = ['/ready', '/-/ready', '/live', '/-/healthy'];
    const statuses = async (): Promise<number[]> => (await Promise.all(paths.map(get))).map(([status]) => status);
    expect(await statuses()).toEqual([503, 503, 200, 200]);
    expect(await get('/-/ready')).toEqual([503, 'replaying\n']);
    readiness = { status: 200, body: 'ready' } as Readiness;
    isResponsive = false;
    expect(await statuses()).toEqual([200, 200, 503, 503]);
  });

  it('show the configuration and what differs from the defaults, without a tenant', async () => {
    expect((await get('/config'))[1]).toContain('max_fetched_chunks_per_query: 2000000');
    const [status, diff] = await get('/config?mode=diff');
    expect([status, diff.includes('1m17s'), diff.includes('max_fetched_chunks_per_query')]).toEqual([200, true, false]);
    expect((await get('/config?mode=some'))[0]).toBe(400);
    expect(await get('/runtime_config?mode=diff')).toEqual([200, '# diff\n']);
  });

  it('tell Grafana what it talks to', async () => {
    const [status, body] = await get('/prometheus/api/v1/status/buildinfo');
    expect([status, JSON.parse(body)]).toMatchObject([200, { status: 'success', data: { application: 'Grafana Mimir' } }]);
    const { data } = JSON.parse((await get('/api/v1/status/runtimeinfo'))[1]) as { data: Record<string, unknown> };
    expect(data).toMatchObject({ startTime: '1970-01-01T00:00:00.000Z', serverTime: '1970-01-01T00:01:00.000Z' });
  });
});
