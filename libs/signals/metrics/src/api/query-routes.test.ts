import { describe, expect, it } from 'vitest';
import { every } from '../query/query.fixture.ts';
import { request, startApi } from './api.fixture.ts';

const NOW_MS = 1_000_000_000_000;
const NOW = NOW_MS / 1000;
const HOUR_MS = 3_600_000;

/** One series over the last two hours, a sample a minute. */
const SERIES = [{ labels: { __name__: 'up' }, samples: every(NOW_MS - 2 * HOUR_MS, NOW_MS, 60_000) }];

interface RangeReply {
  readonly data: { readonly result: readonly { readonly values: readonly (readonly [number, string])[] }[] };
}

function rangePath(query: string, startS: number, endS: number, stepS: number): string {
  const params = new URLSearchParams({ query, start: String(startS), end: String(endS), step: String(stepS) });
  return `/api/v1/query_range?${params}`;
}

describe('routes', () => {
  it('stand under the prefix and at the root, but for a few', async () => {
    const { get } = await startApi();
    const paths = ['/api/v1/query?query=1', '/api/v1/alerts', '/api/v1/user_stats', '/api/v1/user_limits'];
    const statuses = await Promise.all(paths.map(async (path) => [await get(path), await get(`/prometheus${path}`)]));
    expect(statuses.map((pair) => pair.map(({ status }) => status))).toEqual([
      [200, 200],
      [404, 200],
      [200, 404],
      [200, 404],
    ]);
  });

  it('refuse HEAD as Prometheus does', async () => {
    const { url } = await startApi();
    const head = await request(`${url}/api/v1/query?query=1`, { method: 'HEAD' });
    expect([head.status, head.allow, head.text]).toEqual([405, 'GET, OPTIONS, POST', '']);
  });

  it("tell a tenant's usage and limits with Mimir's keys", async () => {
    const { get } = await startApi({ ingestionRate: 7, maxFetchedChunkBytesPerQuery: 1 << 30 });
    expect((await get('/api/v1/user_stats')).json).toEqual({
      ingestionRate: 12.5,
      numSeries: 3,
      APIIngestionRate: 12.5,
      RuleIngestionRate: 0,
    });
    expect((await get('/api/prom/user_stats')).status).toBe(200);
    expect((await get('/api/v1/user_limits')).json).toMatchObject({
      ingestion_rate: 7,
      max_fetched_chunk_bytes_per_query: 1 << 30,
      max_fetched_chunks_per_query: 2_000_000,
    });
  });

  it('federate what every series would match, where others refuse to look for it', async () => {
    const { get } = await startApi();
    const match = `match[]=${encodeURIComponent('{job!="x"}')}`;
    expect((await get(`/api/v1/series?${match}`)).status).toBe(400);
    expect(await get(`/federate?${match}`)).toMatchObject({ status: 200, text: '# {job!="x"}\n' });
    expect((await get(`/federate?match[]=${encodeURIComponent('{}')}`)).text).toBe('# \n');
    expect(await get(`/federate?match[]=${encodeURIComponent('{')}`)).toMatchObject({ status: 400 });
  });

  it.each([
    ['8.2', [1, 9.199, 17.398]],
    ['4.35', [1, 5.35, 9.7, 14.05, 18.4]],
    ['5.0009', [1, 6, 11, 16]],
  ])('drop what a step has beyond a millisecond: %s', async (step, times) => {
    const { get } = await startApi();
    const { json } = await get(`/api/v1/query_range?query=1&start=1&end=20&step=${step}`);
    expect((json as unknown as RangeReply).data.result[0]!.values.map(([time]) => time)).toEqual(times);
  });

  it.each([
    ['query_range?query=1&start=1&end=2&step=0.0009', 400, 'invalid parameter "step": zero or negative query resolution'],
    ['query?query=1&timeout=0', 503, 'query timed out in query execution'],
    ['query?query=1&timeout=-1', 503, 'query timed out in query execution'],
    ['rules?match[]={', 400, '1:2: parse error: unexpected end of input inside braces'],
  ])('refuse %s', async (path, status, text) => {
    const { get } = await startApi();
    const reply = await get(`/api/v1/${path}`);
    expect(reply.status).toBe(status);
    expect((reply.json as { error: string }).error).toContain(text);
  });

  it.each([
    ['%ff', '\\xff'],
    ['a%e2%82b', 'a\\xe2\\x82b'],
  ])('name the bytes of a label name that is not UTF-8: %s', async (path, shown) => {
    const { get } = await startApi();
    const error = `invalid label name: "${shown}"`;
    expect(await get(`/api/v1/label/${path}/values`)).toMatchObject({
      status: 400,
      json: { status: 'error', errorType: 'bad_data', error },
    });
  });
});

describe('limits of requests', () => {
  it('refuse long queries before they are parsed', async () => {
    const { get, registry } = await startApi({ maxQueryExpressionSizeBytes: 5 });
    expect((await get(`/api/v1/query?query=${encodeURIComponent('"äa"')}`)).status).toBe(200);
    const long = 'invalid parameter';
    for (const path of ['/api/v1/query?query=123456', rangePath('(((((((', 0, 1, 1), '/api/v1/query_exemplars?query=123456']) {
      const reply = await get(path);
      expect([reply.status, reply.json!.errorType, reply.json!.error]).toEqual([
        400,
        'bad_data',
        expect.stringMatching(/^the raw query size in bytes exceeds the limit \(query size: [67], limit: 5\)/),
      ]);
      expect(reply.text).not.toContain(long);
    }
    const labels = { tenant: 'anonymous', reason: 'max_query_expression_size_bytes' };
    expect(await registry.valueOf('telamon_querier_refused_queries_total', labels)).toBe(3);
  });

  it('refuse long ranges', async () => {
    const { get } = await startApi({ maxTotalQueryLengthMs: HOUR_MS });
    expect((await get(rangePath('1', NOW - 3600, NOW, 60))).status).toBe(200);
    const reply = await get(rangePath('1', NOW - 3601, NOW, 60));
    expect([reply.status, reply.json!.errorType, reply.json!.error]).toEqual([
      400,
      'bad_data',
      expect.stringMatching(/^the total query time range exceeds the limit \(query length: 1h0m1s, limit: 1h0m0s\) \(err-mimir/),
    ]);
  });

  it('cut off what is too old', async () => {
    const { get } = await startApi({ maxQueryLookbackMs: HOUR_MS }, SERIES);
    const reply = await get(rangePath('count_over_time(up[2h]) or vector(0)', NOW - 7000, NOW, 700));
    const { result } = reply.json!.data as { result: [{ values: [number, string][] }] };
    expect(result[0].values.map(([time]) => time)).toEqual([5, 4, 3, 2, 1, 0].map((i) => NOW - 700 * i));
    expect(result[0].values.at(-1)![1]).toBe('61');
    expect((await get(rangePath('vector(1)', NOW - 7200, NOW - 3700, 60))).json!.data).toEqual({
      resultType: 'matrix',
      result: [],
    });
    expect((await get(`/api/v1/query?query=vector(1)&time=${NOW - 3601}`)).json!.data).toEqual({
      resultType: 'vector',
      result: [],
    });
  });

  it('move ranges to multiples of the step where the tenant wants it', async () => {
    const { get } = await startApi({ alignQueriesWithStep: true });
    const reply = await get(rangePath('1', 65, 245, 60));
    const { result } = reply.json!.data as { result: [{ values: [number, string][] }] };
    expect(result[0].values.map(([time]) => time)).toEqual([60, 120, 180, 240]);
  });

  it('shorten labels queries and their answers', async () => {
    const limits = { maxLabelsQueryLengthMs: HOUR_MS, maxLabelNamesLimit: 2, maxLabelValuesLimit: 1, maxSeriesQueryLimit: 7 };
    const { get, labelsRequests } = await startApi(limits);
    const names = await get('/api/v1/labels?start=0');
    expect(names.json).toEqual({ status: 'success', data: ['a', 'b'], warnings: ['results truncated due to limit'] });
    expect((await get('/api/v1/label/x/values?limit=3')).json).toMatchObject({ data: ['a'] });
    expect((await get(`/api/v1/labels?limit=1&end=${NOW - 7200}`)).json).toMatchObject({ data: ['a'] });
    await get('/api/v1/series?match[]=up&limit=9');
    expect(labelsRequests.map(({ fromMs, limit }) => [fromMs, limit])).toEqual([
      [NOW_MS - HOUR_MS, undefined],
      [NOW_MS - HOUR_MS, undefined],
      [NOW_MS - 3 * HOUR_MS, undefined],
      [NOW_MS - HOUR_MS, 7],
    ]);
  });

  it('leave nothing of labels queries before the oldest time', async () => {
    const { get, labelsRequests } = await startApi({ maxQueryLookbackMs: HOUR_MS });
    const before = `start=${NOW - 9000}&end=${NOW - 7200}`;
    for (const path of [`labels?${before}`, `label/x/values?${before}`, `series?match[]=up&${before}`]) {
      expect((await get(`/api/v1/${path}`)).json).toEqual({ status: 'success', data: [] });
    }
    expect(labelsRequests).toEqual([]);
  });

  it('let a query run only as often as the operator says', async () => {
    const api = await startApi({ limitedQueries: [{ query: 'up', allowedFrequencyMs: 60_000 }] });
    const path = '/api/v1/query?query=%20up';
    expect((await api.get(path)).status).toBe(200);
    const refused = await api.get(path);
    expect([refused.status, refused.json!.errorType, refused.json!.error]).toEqual([
      429,
      'too_many_requests',
      expect.stringContaining('it is allowed to run once every 1m0s (err-mimir-query-limited)'),
    ]);
    expect((await api.get(rangePath('up', 0, 1, 1))).status).toBe(429);
    expect((await api.get('/api/v1/query?query=up%2Bup')).status).toBe(200);
    api.nowMs += 60_000;
    expect((await api.get(path)).status).toBe(200);
  });

  it('refuse blocked requests, under both roots', async () => {
    const blockedRequests = [
      {
        path: '/prometheus/api/v1/series',
        method: 'GET',
        queryParams: [{ name: 'match[]', value: '.*everything.*', isRegex: true }],
      },
      { path: '', method: '', queryParams: [{ name: 'limit', value: '13', isRegex: false }] },
    ];
    const { get, url, registry } = await startApi({ blockedRequests });
    const series = '/api/v1/series?match[]=up&match[]=everything_total';
    for (const path of [series, `/prometheus${series}`, '/api/v1/labels?limit=13']) {
      const reply = await get(path);
      expect([reply.status, reply.json]).toEqual([
        400,
        {
          status: 'error',
          errorType: 'bad_data',
          error: 'the request has been blocked by the cluster administrator (err-mimir-request-blocked)',
        },
      ]);
    }
    expect((await get('/api/v1/series?match[]=up')).status).toBe(200);
    expect((await request(`${url}${series}`, { method: 'POST' })).status).toBe(200);
    const labels = { tenant: 'anonymous', reason: 'request_blocked' };
    expect(await registry.valueOf('telamon_querier_refused_queries_total', labels)).toBe(3);
  });
});
