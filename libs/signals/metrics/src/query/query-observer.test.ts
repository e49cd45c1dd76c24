import { createLogger, createRegistry } from '@telamon/telemetry';
import { expect, it } from 'vitest';
import type { EvaluateReply } from './evaluate-request.ts';
import { fixtureRequest } from './query.fixture.ts';
import { createQueryObserver } from './query-observer.ts';

const REPLY: EvaluateReply = {
  status: 200,
  body: new Uint8Array(0),
  outcome: 'success',
  refusal: '',
  tally: { sampleCount: 7, seriesCount: 2, chunkCount: 3, chunkBytes: 90 },
};

function setUp(logLongerThanMs: number) {
  const lines: string[] = [];
  const registry = createRegistry();
  const logger = createLogger({ format: 'json', destination: { write: (line: string) => lines.push(line) } });
  let nowMs = 0;
  const observer = createQueryObserver({ registry, logger, logLongerThanMs, nowMs: () => nowMs });
  const pass = (ms: number): void => {
    nowMs += ms;
  };
  return { lines, registry, observer, pass };
}

it('counts what queries did', async () => {
  const { registry, observer, pass, lines } = setUp(0);
  let inFlight: number | undefined;
  await observer.run(fixtureRequest(), async () => {
    inFlight = await registry.valueOf('telamon_querier_queries_in_flight');
    pass(300);
    return REPLY;
  });
  expect(inFlight).toBe(1);
  const refused = { ...REPLY, outcome: 'execution', refusal: 'max_series_per_query' };
  await observer.run(fixtureRequest(), async () => refused);
  await expect(observer.run(fixtureRequest(), () => Promise.reject(new Error('worker died')))).rejects.toThrow('worker died');
  expect(await registry.valueOf('telamon_querier_queries_in_flight')).toBe(0);
  expect(await registry.valueOf('telamon_querier_samples_total', { tenant: 't' })).toBe(14);
  expect(await registry.valueOf('telamon_querier_fetched_chunk_bytes_total', { tenant: 't' })).toBe(180);
  const reason = { tenant: 't', reason: 'max_series_per_query' };
  expect(await registry.valueOf('telamon_querier_refused_queries_total', reason)).toBe(1);
  const { body } = await registry.expose();
  expect(body).toContain('telamon_querier_query_duration_seconds_bucket{kind="instant",outcome="success",le="0.25"} 0');
  expect(body).toContain('telamon_querier_query_duration_seconds_count{kind="instant",outcome="lost"} 1');
  expect(lines).toEqual([]);
});

it('logs slow queries with what they read', async () => {
  const { observer, pass, lines } = setUp(100);
  const range = fixtureRequest({ kind: 'range', query: 'sum(up)', startMs: 0, endMs: 60_000, stepMs: 15_000 });
  for (const ms of [100, 101]) {
    await observer.run(range, async () => {
      pass(ms);
      return REPLY;
    });
  }
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0]!)).toMatchObject({
    msg: 'slow query',
    tenant: 't',
    query: 'sum(up)',
    start: '1970-01-01T00:00:00.000Z',
    end: '1970-01-01T00:01:00.000Z',
    stepMs: 15_000,
    durationMs: 101,
    outcome: 'success',
    sampleCount: 7,
    seriesCount: 2,
    chunkBytes: 90,
  });
});

it('makes no counters for tenants that hold nothing, and few for those that are only refused', async () => {
  const { observer, registry } = setUp(0);
  const nothing = { ...REPLY, tally: { sampleCount: 0, seriesCount: 0, chunkCount: 0, chunkBytes: 0 } };
  for (let i = 0; i < 1005; i++) {
    await observer.run(fixtureRequest({ tenant: `t${i}` }), async () => nothing);
    observer.refused(`t${i}`, 'query_blocked');
  }
  expect(await registry.valueOf('telamon_querier_samples_total', { tenant: 't0' })).toBeUndefined();
  expect(await registry.valueOf('telamon_querier_refused_queries_total', { tenant: '', reason: 'query_blocked' })).toBe(5);
});
