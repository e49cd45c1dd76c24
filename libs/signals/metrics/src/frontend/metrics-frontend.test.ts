import type { FrontendPart, FrontendPlan, RangeCaching } from '@telamon/contract';
import type { PeerHttpRequest } from '@telamon/rpc';
import { describe, expect, it } from 'vitest';
import { direct, facetOf, querierOf, rangeRequest, type TestBed, TestShell } from './frontend.fixture.ts';

const NEVER = new AbortController().signal;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const NOW_MS = 1_700_000_000_000 - (1_700_000_000_000 % HOUR_MS);
const DAY = { startMs: NOW_MS - 24 * HOUR_MS, endMs: NOW_MS, stepMs: MINUTE_MS };

async function planOf(bed: TestBed, request: PeerHttpRequest): Promise<FrontendPlan> {
  return await facetOf(bed).plan(request, NEVER);
}

async function partsOf(query: string, bed: TestBed = {}, times = DAY): Promise<readonly FrontendPart[]> {
  const plan = await planOf({ isCaching: true, nowMs: NOW_MS, ...bed }, rangeRequest(query, times));
  if (plan.kind !== 'parts') throw new Error(`the plan is to ${plan.kind}`);
  return plan.parts;
}

async function cachingOf(query: string, bed: TestBed = {}, times = DAY): Promise<RangeCaching | undefined> {
  return (await partsOf(query, bed, times)).at(-1)!.caching;
}

function formRequest(path: string, form: Readonly<Record<string, string>>): PeerHttpRequest {
  return {
    tenant: 't',
    method: 'POST',
    path,
    query: '',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: Buffer.from(new URLSearchParams(form).toString()),
  };
}

describe('parts', () => {
  it('lie between multiples of the interval, on the grid of the range', async () => {
    const parts = await partsOf('up', {}, { startMs: NOW_MS - 90_500, endMs: NOW_MS + 2 * HOUR_MS, stepMs: 7 * MINUTE_MS });
    const stepMs = 7 * MINUTE_MS;
    let expectedMs = NOW_MS - 90_500;
    for (const { range } of parts) {
      expect(range.fromMs).toBe(expectedMs);
      expect((range.toMs - range.fromMs) % stepMs).toBe(0);
      expect(Math.floor(range.fromMs / HOUR_MS)).toBe(Math.floor(range.toMs / HOUR_MS));
      expectedMs = range.toMs + stepMs;
    }
    expect(parts.length).toBe(3);
    expect(expectedMs).toBeGreaterThan(NOW_MS + 2 * HOUR_MS);
  });

  it('have some steps each, and are not too many', async () => {
    const years = { startMs: NOW_MS - 10_000 * 6 * HOUR_MS, endMs: NOW_MS, stepMs: 6 * HOUR_MS };
    const parts = await partsOf('up', {}, years);
    expect(parts.length).toBeLessThanOrEqual(257);
    const inner = parts.slice(1, -1);
    for (const { range } of inner) expect((range.toMs - range.fromMs) / range.stepMs).toBeGreaterThanOrEqual(7);
  });

  it('are asked for as the client asked: method, form, and every other parameter', async () => {
    const request = {
      ...formRequest('/prometheus/api/v1/query_range', {
        query: 'up + 1',
        start: '0',
        end: '7200',
        step: '1m',
        limit: '3',
        timeout: '9s',
      }),
      query: 'query=other&lookback_delta=2m',
    };
    const plan = await planOf({}, request);
    if (plan.kind !== 'parts') throw new Error('no parts');
    const asked = plan.parts[1]!.request(plan.parts[1]!.range);
    expect(asked.method).toBe('POST');
    expect(Object.fromEntries(new URLSearchParams(Buffer.from(asked.body).toString()))).toMatchObject({
      start: '3600.000',
      end: '7140.000',
      step: '1m',
      timeout: '9s',
      lookback_delta: '2m',
    });
    expect(new URLSearchParams(Buffer.from(asked.body).toString()).getAll('query')).toEqual(['up + 1', 'other']);
    expect(new URLSearchParams(Buffer.from(asked.body).toString()).has('limit')).toBe(false);
    expect(plan.whole).toBe(request);
  });

  it('are not made where one would do, or something is wrong', async () => {
    const short = { startMs: NOW_MS, endMs: NOW_MS + 10 * MINUTE_MS, stepMs: MINUTE_MS };
    for (const [query, times, more] of [
      ['up', short, {}],
      ['sum(', DAY, {}],
      ['up', { ...DAY, stepMs: 0 }, {}],
      ['up', { ...DAY, stepMs: 1 }, {}],
      ['up', { ...DAY, endMs: DAY.startMs - 1 }, {}],
      ['up', { startMs: NOW_MS, endMs: NOW_MS + 1, stepMs: 0.5 }, {}],
      ['up', DAY, { limit: '-1' }],
      ['up', DAY, { lookback_delta: 'x' }],
      ['up @ start()', DAY, {}],
      ['rate(up[5m] @ end())', DAY, {}],
      ['max_over_time(up[1h:1m] @ end())', DAY, {}],
      ['topk(scalar(up), up)', DAY, {}],
      ['limitk(1, up)', DAY, {}],
      ['rate({job="x"}[5m])', DAY, {}],
      ['topk(1, sum by (x) (up))', DAY, {}],
      ['stddev(a / b)', DAY, {}],
    ] as const) {
      const plan = await planOf({}, rangeRequest(query, times, more));
      expect([query, plan.kind]).toEqual([query, 'forward']);
    }
    expect((await planOf({}, formRequest('/api/v1/query', { query: 'up' }))).kind).toBe('forward');
    expect((await planOf({ splitIntervalMs: 0 }, rangeRequest('up', DAY))).kind).toBe('forward');
  });
});

describe('limits', () => {
  const block = (rule: object) => ({
    pattern: '',
    isRegex: false,
    reason: '',
    isForUnalignedRanges: false,
    timeRangeLongerThanMs: 0,
    stepShorterThanMs: 0,
    ...rule,
  });
  const cases: readonly (readonly [string, TestBed['limits'], PeerHttpRequest])[] = [
    ['blocked range query', { blockedQueries: [block({ pattern: 'sum(up)' })] }, rangeRequest('sum( up )', DAY)],
    [
      'blocked instant query',
      { blockedQueries: [block({ pattern: 'up.*', isRegex: true, reason: 'why' })] },
      formRequest('/api/v1/query', { query: 'up' }),
    ],
    ['blocked long range', { blockedQueries: [block({ timeRangeLongerThanMs: HOUR_MS })] }, rangeRequest('up', DAY)],
    [
      'blocked unaligned',
      { blockedQueries: [block({ isForUnalignedRanges: true })] },
      rangeRequest('up', { ...DAY, endMs: NOW_MS + 1 }),
    ],
    ['total length', { maxTotalQueryLengthMs: 23 * HOUR_MS }, rangeRequest('up', DAY)],
    ['size of the text', { maxQueryExpressionSizeBytes: 3 }, rangeRequest('up+up', DAY)],
    ['size of an instant text', { maxQueryExpressionSizeBytes: 3 }, formRequest('/api/v1/query', { query: 'up+up' })],
    [
      'blocked request',
      { blockedRequests: [{ path: '/api/v1/labels', method: '', queryParams: [] }] },
      formRequest('/prometheus/api/v1/labels', {}),
    ],
  ];

  it.each(cases)('refuse here what a querier would refuse: %s', async (_name, limits, request) => {
    const bed = { limits, nowMs: NOW_MS };
    const querier = querierOf([], bed);
    const expected = await direct(querier, request);
    querier.asked.length = 0;
    expect(expected.status).toBe(400);
    expect(await new TestShell(facetOf(bed), querier).ask(request)).toEqual(expected);
    expect(querier.asked).toEqual([]);
  });

  it('cut what is too old before the range is taken apart', async () => {
    const bed = { limits: { maxQueryLookbackMs: 90 * MINUTE_MS }, isCaching: true };
    const parts = await partsOf('up', bed);
    expect(parts[0]!.range.fromMs).toBe(NOW_MS - 90 * MINUTE_MS);
    // What can be seen near that edge changes from now to now.
    expect(parts.map(({ caching }) => caching !== undefined)).toEqual([false, true, true]);
  });

  it('send queries that may run only so often once, as a whole', async () => {
    const bed = { limits: { limitedQueries: [{ query: 'up', allowedFrequencyMs: 1000 }] } };
    expect((await planOf(bed, rangeRequest(' up ', DAY))).kind).toBe('forward');
    expect((await planOf(bed, rangeRequest('up + 1', DAY))).kind).toBe('parts');
  });
});

describe('what is kept', () => {
  it('ends before what may still change', async () => {
    const until = async (query: string) => (await cachingOf(query, { maxCacheFreshnessMs: 10 * MINUTE_MS }))?.untilMs;
    expect(await until('up')).toBe(NOW_MS - 10 * MINUTE_MS);
    expect(await until('up offset 1h')).toBe(NOW_MS - 10 * MINUTE_MS);
    expect(await until('up offset -1h')).toBe(NOW_MS - 70 * MINUTE_MS);
    expect(await until('max_over_time(up[1h:1m] offset -30m)')).toBe(NOW_MS - 40 * MINUTE_MS);
    expect(await until(`up @ ${(NOW_MS - 11 * MINUTE_MS) / 1000}`)).toBe(NOW_MS - 10 * MINUTE_MS);
    expect(await until(`up @ ${(NOW_MS - 9 * MINUTE_MS) / 1000}`)).toBeUndefined();
    expect(await until(`up @ ${(NOW_MS - 11 * MINUTE_MS) / 1000} offset -5m`)).toBeUndefined();
  });

  it('is nothing when the client or its wish for statistics forbids it', async () => {
    const bed = { isCaching: true, nowMs: NOW_MS };
    const kept = async (request: PeerHttpRequest) => {
      const plan = await planOf(bed, request);
      return plan.kind === 'parts' && plan.parts[0]!.caching !== undefined;
    };
    expect(await kept(rangeRequest('up', DAY))).toBe(true);
    expect(await kept({ ...rangeRequest('up', DAY), headers: { 'cache-control': 'max-age=0, No-Store' } })).toBe(false);
    expect(await kept(rangeRequest('up', DAY, { stats: 'all' }))).toBe(false);
  });

  it('bears no annotations', async () => {
    const caching = (await cachingOf('up'))!;
    const body = (tail: string) => Buffer.from(`{"status":"success","data":{"resultType":"matrix","result":[]${tail}`);
    expect(caching.mayKeep(body('}}'))).toBe(true);
    expect(caching.mayKeep(body('},"warnings":["w"]}'))).toBe(false);
    expect(caching.mayKeep(body('},"infos":["]}}"]}'))).toBe(false);
    expect(caching.mayKeep(body(',"stats":{"timings":{},"samples":{}}}}'))).toBe(false);
  });

  it('goes soon where samples may come late', async () => {
    const range = { fromMs: 0, toMs: NOW_MS - 30 * MINUTE_MS, stepMs: MINUTE_MS };
    const ttl = async (query: string, outOfOrderWindowMs: number) =>
      (await cachingOf(query, { outOfOrderWindowMs }))?.ttlMs(range);
    expect(await ttl('up', 0)).toBe(7 * 24 * HOUR_MS);
    expect(await ttl('up', HOUR_MS)).toBe(10 * MINUTE_MS);
    expect(await ttl('up', 20 * MINUTE_MS)).toBe(7 * 24 * HOUR_MS);
    expect(await ttl('up offset -15m', 20 * MINUTE_MS)).toBe(10 * MINUTE_MS);
    expect(await ttl(`up @ ${(NOW_MS - 10 * MINUTE_MS) / 1000}`, 20 * MINUTE_MS)).toBe(10 * MINUTE_MS);
  });

  it('has a key of its own for everything that answers depend on', async () => {
    const keys = await Promise.all([
      cachingOf('up'),
      cachingOf('up', {}, { ...DAY, stepMs: 2 * MINUTE_MS }),
      cachingOf('up', {}, { ...DAY, startMs: DAY.startMs + 1000 }),
      cachingOf('up', {}, { ...DAY, endMs: DAY.endMs - HOUR_MS }),
      cachingOf('up + 0'),
      cachingOf('up', { generation: '2' }),
      cachingOf('up', { splitIntervalMs: 2 * HOUR_MS }),
      cachingOf('up', { query: { lookbackDeltaMs: 1000 } }),
      cachingOf('up', { query: { maxSamples: 5 } }),
      cachingOf('up', { limits: { maxFetchedSeriesPerQuery: 9 } }),
      cachingOf('up', { query: { features: ['promql-experimental-functions'] } }),
    ]);
    const texts = keys.map((caching) => caching!.key);
    expect(new Set(texts).size).toBe(texts.length);
    expect((await cachingOf('up', {}, { ...DAY, startMs: DAY.startMs + 60 * MINUTE_MS }))!.key).toBe(texts[0]);
    expect((await cachingOf(' up '))!.key).toBe(texts[0]);
  });
});

it('knows every route of the query API', () => {
  const routes = facetOf({}).routes.map(({ pattern }) => pattern);
  for (const path of ['/api/v1/query', '/api/v1/query_range', '/api/v1/series', '/federate', '/api/v1/read']) {
    expect(routes).toContain(path);
    expect(routes).toContain(`/prometheus${path}`);
  }
});

it('words errors of its own as the API does, and tries timeouts no second time', () => {
  const facet = facetOf({});
  const request = rangeRequest('up', DAY);
  const rendered = (status: number) => {
    const response = facet.renderError(request, { status, message: 'text <1>' });
    return [response.status, JSON.parse(Buffer.from(response.body).toString()).errorType];
  };
  expect(rendered(429)).toEqual([429, 'too_many_requests']);
  expect(rendered(504)).toEqual([503, 'timeout']);
  expect(rendered(503)).toEqual([503, 'internal']);
  expect(rendered(499)).toEqual([499, 'canceled']);
  expect(facet.isRetryable(facet.renderError(request, { status: 504, message: '' }))).toBe(false);
  expect(facet.isRetryable(facet.renderError(request, { status: 500, message: '' }))).toBe(true);
  expect(facet.describe(request)).toMatchObject({ query: 'up', start: String(DAY.startMs / 1000) });
});
