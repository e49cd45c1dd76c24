import { beforeAll, expect, it } from 'vitest';
import { type ExchangeResponse, encodeParams, exchange, withParams } from '../harness/http-exchange.ts';
import { pushSeries, telamonTarget } from '../harness/telamon-client.ts';
import { guardServer } from './guarded-server.ts';

const { server } = guardServer({ name: 'bad-queries' });
const nowMs = Date.now();
/** Generous, because other work may share the machine; the point is that nothing takes minutes. */
const ANSWER_MS_MAX = 5000;

beforeAll(async () => {
  const series = Array.from({ length: 1000 }, (_item, index) => ({
    labels: [
      ['__name__', 'a'],
      ['path', `${'a'.repeat(30)}${index}`],
    ] as const,
    samples: [[nowMs - 1000, index]] as const,
  }));
  await pushSeries(telamonTarget(server().metrics), series);
});

async function post(
  route: string,
  params: Readonly<Record<string, string>>,
): Promise<ExchangeResponse & { readonly tookMs: number }> {
  const startedMs = performance.now();
  const answer = await exchange({
    method: 'POST',
    base: server().metrics,
    path: `/prometheus/api/v1/${route}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: encodeParams(Object.entries(params)),
  });
  return { ...answer, tookMs: performance.now() - startedMs };
}

it.each(['18446744073709551615', '-1', '1000000000', '', '1.5', 'x'])('B27 takes or refuses limit=%s', async (limit) => {
  for (const path of ['labels', 'label/path/values', 'series', 'metadata', 'query']) {
    const params = [
      ['match[]', 'a'],
      ['query', 'a'],
      ['limit', limit],
    ] as const;
    const { status, text } = await exchange({ base: server().metrics, path: withParams(`/prometheus/api/v1/${path}`, params) });
    expect([200, 400], `${path}: ${text.slice(0, 200)}`).toContain(status);
  }
});

it.each([
  ['an expression of 1 MiB', 'a'.repeat(1 << 20), [200, 400, 413, 414, 422]],
  ['10,000 parentheses', `${'('.repeat(10_000)}a${')'.repeat(10_000)}`, [200, 400, 422]],
  ['100,000 opening parentheses', '('.repeat(100_000), [400, 422]],
  ['100,000 minus signs', `${'-'.repeat(100_000)}1`, [200, 400, 422]],
  ['a sum of 50,000 terms', Array.from({ length: 50_000 }, () => 'a').join('+'), [200, 400, 422]],
  ['a regular expression that explodes', 'count({__name__="a",path=~"(a+)+$"})', [200]],
  ['another one', 'count({__name__="a",path=~"(a|a)*b(a|aa)+c"})', [200]],
  ['a regular expression of a million states', '{path=~"((a{100}){100}){100}"}', [200, 400, 422]],
  ['a subquery of ten years in milliseconds', 'max_over_time(a[10y:1ms])', [400, 422]],
  ['a wrong regular expression', 'label_replace(a, "b", "$1", "path", "(")', [400, 422]],
  ['a back-reference', 'label_replace(a, "b", "$1", "path", "(a)\\\\1")', [400, 422]],
  ['@ beyond all time', 'a @ 1e300', [200, 400, 422]],
  ['an offset beyond all time', 'a offset 290y', [200, 400, 422]],
  ['count_values of everything', 'count_values("v", a)', [200]],
  ['a name that hides in the prototype', '{__proto__="x"}', [200, 400]],
] as [string, string, number[]][])('B28 answers %s in time', async (_name, query, statuses) => {
  const { status, text, tookMs } = await post('query', { query, time: String(nowMs / 1000) });
  expect(statuses, text.slice(0, 300)).toContain(status);
  expect(text.length).toBeLessThan(4 << 20);
  expect(tookMs).toBeLessThan(ANSWER_MS_MAX);
});

it('B28 refuses more than 11,000 points', async () => {
  const { status, text } = await post('query_range', { query: 'a', start: '0', end: '11001', step: '1' });
  expect(status).toBe(400);
  expect(text).toContain('exceeded maximum resolution of 11,000 points per timeseries');
});

it.each([
  'NaN',
  '1e308',
  '-1e308',
  'Infinity',
  '-1',
  '2016-12-31T23:59:60Z',
  '10000-01-01T00:00:00Z',
  '1793491200000000000',
  'now',
  '',
  '0x10',
  '1_000',
])('B57 takes or refuses the time %s', async (time) => {
  const answers = [
    await post('query', { query: 'a', time }),
    await post('query_range', { query: 'a', start: time, end: time, step: '1' }),
  ];
  for (const { status, tookMs } of answers) {
    expect([200, 400, 422]).toContain(status);
    expect(tookMs).toBeLessThan(ANSWER_MS_MAX);
  }
});

it('B57 refuses an end before the start and steps that are none', async () => {
  expect((await post('query_range', { query: 'a', start: '10', end: '5', step: '1' })).status).toBe(400);
  for (const step of ['0', '-1', 'NaN', '1e-10', ''])
    expect((await post('query_range', { query: 'a', start: '0', end: '1', step })).status, step).toBe(400);
  expect((await post('query_range', { query: 'a', start: '0', end: '1', step: '1e300' })).status).toBeLessThan(500);
});
