import { describe, expect, it } from 'vitest';
import { prefersOpenMetrics } from './exposition.ts';
import { createRegistry, type MetricRegistry } from './metric-registry.ts';
import { registerProcessMetrics } from './process-metrics.ts';

const OPEN = 'application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.3,*/*;q=0.2';

function sample(): MetricRegistry {
  const registry = createRegistry();
  const requests = registry.counter({
    name: 'telamon_http_requests_total',
    help: 'Requests, "quoted"\nand \\.',
    labels: ['route'],
  });
  requests.inc({ route: '/a"\\\n' }, 2);
  requests.with({ route: '/hot' }).inc();
  requests.with({ route: '/hot' }).inc(2);
  registry.gauge({ name: 'telamon_ingester_memory_series', help: 'Series in memory.' }).set({}, 7);
  const latency = registry.histogram({ name: 'telamon_http_request_duration_seconds', help: 'Time.', buckets: [0.5, 1] });
  latency.observeMs({}, 700);
  registry.readGauge({ name: 'telamon_tenant_series', help: 'Per tenant.', labels: ['user'], read: () => [[{ user: 'a' }, 1]] });
  registry.readCounter({ name: 'telamon_wal_written_bytes_total', help: 'Bytes.', read: () => 42 });
  return registry;
}

describe('createRegistry', () => {
  it('writes Prometheus text', async () => {
    const { contentType, body } = await sample().expose();
    expect(contentType).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(body).toBe(`# HELP telamon_http_request_duration_seconds Time.
# TYPE telamon_http_request_duration_seconds histogram
telamon_http_request_duration_seconds_bucket{le="0.5"} 0
telamon_http_request_duration_seconds_bucket{le="1"} 1
telamon_http_request_duration_seconds_bucket{le="+Inf"} 1
telamon_http_request_duration_seconds_sum 0.7
telamon_http_request_duration_seconds_count 1
# HELP telamon_http_requests_total Requests, "quoted"\\nand \\\\.
# TYPE telamon_http_requests_total counter
telamon_http_requests_total{route="/a\\"\\\\\\n"} 2
telamon_http_requests_total{route="/hot"} 3
# HELP telamon_ingester_memory_series Series in memory.
# TYPE telamon_ingester_memory_series gauge
telamon_ingester_memory_series 7
# HELP telamon_tenant_series Per tenant.
# TYPE telamon_tenant_series gauge
telamon_tenant_series{user="a"} 1
# HELP telamon_wal_written_bytes_total Bytes.
# TYPE telamon_wal_written_bytes_total counter
telamon_wal_written_bytes_total 42
`);
  });

  it('writes OpenMetrics, twice the same', async () => {
    const registry = sample();
    const { contentType, body } = await registry.expose({ accept: OPEN });
    expect(contentType).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
    expect(body).toContain('# TYPE telamon_http_requests counter\ntelamon_http_requests_total{route=');
    expect(body).toContain('_bucket{le="1.0"} 1\n');
    expect(body.endsWith('\n# EOF\n')).toBe(true);
    expect((await registry.expose({ accept: OPEN })).body).toBe(body);
    expect((await registry.expose()).body).toContain('# TYPE telamon_http_requests_total counter');
  });

  it('filters by name[]', async () => {
    const registry = sample();
    const { body } = await registry.expose({
      names: ['telamon_ingester_memory_series', 'telamon_http_request_duration_seconds_sum'],
    });
    expect(body.match(/# TYPE (\S+)/g)).toEqual([
      '# TYPE telamon_http_request_duration_seconds',
      '# TYPE telamon_ingester_memory_series',
    ]);
    expect((await registry.expose({ names: ['none'] })).body).toBe('');
  });

  it('writes histograms with labels, the same names for every series', async () => {
    const registry = createRegistry();
    const latency = registry.histogram({ name: 'telamon_http_wait_seconds', help: 'h', labels: ['route', 'code'], buckets: [1] });
    latency.observe({ route: '/a', code: '200' }, 0.5);
    latency.observe({ route: '/b', code: '500' }, 3);
    expect((await registry.expose()).body.split('\n').slice(2, 8)).toEqual([
      'telamon_http_wait_seconds_bucket{route="/a",code="200",le="1"} 1',
      'telamon_http_wait_seconds_bucket{route="/a",code="200",le="+Inf"} 1',
      'telamon_http_wait_seconds_sum{route="/a",code="200"} 0.5',
      'telamon_http_wait_seconds_count{route="/a",code="200"} 1',
      'telamon_http_wait_seconds_bucket{route="/b",code="500",le="1"} 0',
      'telamon_http_wait_seconds_bucket{route="/b",code="500",le="+Inf"} 1',
    ]);
    latency.remove({ route: '/a', code: '200' });
    expect((await registry.expose()).body).not.toContain('/a');
  });

  it('reads single values and forgets removed ones', async () => {
    const registry = createRegistry();
    const counter = registry.counter({ name: 'telamon_a_b_total', help: 'h', labels: ['user'] });
    counter.with({ user: 'a' }).inc(3);
    expect(await registry.valueOf('telamon_a_b_total', { user: 'a' })).toBe(3);
    counter.remove({ user: 'a' });
    expect(await registry.valueOf('telamon_a_b_total', { user: 'a' })).toBeUndefined();
    expect(() => counter.with({ user: 'b' }).inc(-1)).toThrow("can't grow");
  });

  it('refuses bad declarations', () => {
    const registry = createRegistry();
    registry.gauge({ name: 'telamon_x_y', help: 'h' });
    expect(() => registry.gauge({ name: 'telamon_x_y', help: 'h' })).toThrow('declared twice');
    expect(() => registry.gauge({ name: 'telamon_x_total', help: 'h' })).toThrow('_total');
    expect(() => registry.counter({ name: 'telamon_x_z', help: 'h' })).toThrow('_total');
    expect(() => registry.gauge({ name: 'other_x', help: 'h' })).toThrow('telamon_');
    expect(() => registry.gauge({ name: 'telamon_help', help: ' ' })).toThrow('help');
    expect(() => registry.gauge({ name: 'telamon_Le', help: 'h' })).toThrow('snake');
    expect(() => registry.gauge({ name: 'telamon_le', help: 'h', labels: ['le'] })).toThrow('label');
    expect(registry.describe()).toEqual([{ name: 'telamon_x_y', type: 'gauge', help: 'h', labels: [] }]);
  });

  it('keeps registries apart', async () => {
    const [a, b] = [createRegistry(), createRegistry()];
    a.counter({ name: 'telamon_a_total', help: 'h' }).inc({}, 1);
    b.counter({ name: 'telamon_a_total', help: 'h' }).inc({}, 5);
    expect([await a.valueOf('telamon_a_total'), await b.valueOf('telamon_a_total')]).toEqual([1, 5]);
  });

  it('tells of the process and the build', async () => {
    const registry = createRegistry();
    registerProcessMetrics(registry, { version: '1.2.3', revision: 'abc' });
    const { body } = await registry.expose();
    expect(body).toContain('telamon_build_info{version="1.2.3",revision="abc"} 1\n');
    expect(await registry.valueOf('process_resident_memory_bytes')).toBeGreaterThan(1e6);
    expect(await registry.valueOf('process_cpu_seconds_total')).toBeGreaterThan(0);
    const startMs = (await registry.valueOf('process_start_time_seconds'))! * 1000;
    expect(Math.abs(Date.now() - process.uptime() * 1000 - startMs)).toBeLessThan(5000);
  });
});

describe('prefersOpenMetrics', () => {
  it('weighs the Accept header', () => {
    expect(prefersOpenMetrics(undefined)).toBe(false);
    expect(prefersOpenMetrics('*/*')).toBe(false);
    expect(prefersOpenMetrics(OPEN)).toBe(true);
    expect(prefersOpenMetrics('application/openmetrics-text')).toBe(true);
    expect(prefersOpenMetrics('application/openmetrics-text;version=0.0.1')).toBe(false);
    expect(prefersOpenMetrics('application/openmetrics-text;q=0.1,text/plain;q=0.5')).toBe(false);
    expect(prefersOpenMetrics('application/openmetrics-text;q=0')).toBe(false);
  });
});
