import { parseExpr } from '@telamon/promql';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { direct, facetOf, instantRequest, querierOf, rangeRequest, TestShell } from './frontend.fixture.ts';
import { DATA_FROM_MS, DATA_MS, QUERIES, randomSeries, SHARDABLE_QUERIES, wholeSeries } from './random-metrics.fixture.ts';
import { shardQuery } from './shard-query.ts';

const range = fc.record({ start: fc.nat(90), steps: fc.nat(40), stepMs: fc.constantFrom(60_000, 240_000) });
const shardCount = fc.integer({ min: 2, max: 5 });

it('answers like one process in shards, and in shards of parts that are kept', { timeout: 120_000 }, async () => {
  let sharded = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.integer(),
      fc.constantFrom(...SHARDABLE_QUERIES),
      fc.array(range, { minLength: 1, maxLength: 2 }),
      shardCount,
      fc.boolean(),
      async (seed, query, ranges, shardCount, isCaching) => {
        const bed = { shardCount, isCaching, splitIntervalMs: 3_600_000 };
        const querier = querierOf(wholeSeries(seed), bed);
        const shell = new TestShell(facetOf(bed), querier);
        for (const { start, steps, stepMs } of ranges) {
          const startMs = DATA_FROM_MS + start * 240_000;
          const request = rangeRequest(query, { startMs, endMs: startMs + steps * stepMs, stepMs });
          expect(await shell.ask(request)).toEqual(await direct(querier, request));
        }
        sharded += shell.sharded;
      },
    ),
    { numRuns: 60 },
  );
  expect(sharded).toBeGreaterThan(25);
});

it('answers instant queries with one element in shards', { timeout: 120_000 }, async () => {
  let sharded = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.integer(),
      fc.constantFrom(...SHARDABLE_QUERIES),
      fc.nat(DATA_MS),
      shardCount,
      async (seed, query, atMs, shardCount) => {
        const bed = { shardCount };
        const querier = querierOf(wholeSeries(seed), bed);
        const shell = new TestShell(facetOf(bed), querier);
        const request = instantRequest(query, DATA_FROM_MS + atMs);
        expect(await shell.ask(request)).toEqual(await direct(querier, request));
        sharded += shell.sharded;
      },
    ),
    { numRuns: 60 },
  );
  expect(sharded).toBeGreaterThan(10);
});

it('answers the same but for the last digits of sums of fractions', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer(),
      fc.constantFrom(...QUERIES, ...SHARDABLE_QUERIES),
      range,
      shardCount,
      async (seed, query, { start, steps, stepMs }, shardCount) => {
        const bed = { shardCount, splitIntervalMs: 0 };
        const querier = querierOf(randomSeries(seed), bed);
        const startMs = DATA_FROM_MS + start * 240_000;
        const request = rangeRequest(query, { startMs, endMs: startMs + steps * stepMs, stepMs });
        const shell = new TestShell(facetOf(bed), querier);
        const found = await shell.ask(request);
        const expected = await direct(querier, request);
        if (shell.sharded === 0) expect(found).toEqual(expected);
        else expectClose(JSON.parse(found.text), JSON.parse(expected.text));
      },
    ),
    { numRuns: 60 },
  );
});

/** Numbers in texts may differ by some units in the last place, everything else not at all. */
function expectClose(found: unknown, expected: unknown): void {
  if (typeof expected === 'string' && typeof found === 'string' && found !== expected) {
    const difference = Math.abs(Number(found) - Number(expected));
    expect(difference).toBeLessThanOrEqual(Math.max(Math.abs(Number(expected)) * 1e-12, 1e-9));
  } else if (typeof expected === 'object' && expected !== null) {
    expect(Object.keys(found as object)).toEqual(Object.keys(expected));
    for (const [key, value] of Object.entries(expected)) expectClose((found as Record<string, unknown>)[key], value);
  } else expect(found).toEqual(expected);
}

it.each([
  ['sum by (a) (rate(m{b="c"}[5m]))', 'sum by (a) (rate(m{__query_shard__="1_of_2",b="c"}[5m]))'],
  ['max(m @ end() offset 1m)', 'max(m{__query_shard__="1_of_2"} @ end() offset 1m)'],
  ['1 + count without (x) (-m)', 'count without (x) (-m{__query_shard__="1_of_2"})'],
])('asks of %s in shards %s', (query, first) => {
  expect(shardQuery(parseExpr(query), 2)?.embedded[0]?.[0]).toBe(first);
});

it.each([
  ...['m', 'rate(m[5m])', 'topk(1, m)', 'sum(m) + m', 'sum(a + b)', 'sum(rate({x="y"}[5m]))', 'quantile(0.5, m)', 'stddev(m)'],
  ...['sum(absent(m))', 'sum(label_replace(m, "a", "b", "c", "d"))', 'count_values("x", sum(m))', 'topk(1, sum by (a) (m))'],
  ...['max_over_time(sum(m)[5m:])', 'sum(m * scalar(n))', 'sum(m{__query_shard__="1_of_2"})', '1', 'time()'],
])('does not ask in shards: %s', (query) => {
  expect(shardQuery(parseExpr(query), 2)).toBeUndefined();
});
