import fc from 'fast-check';
import { expect, it } from 'vitest';
import { direct, facetOf, querierOf, rangeRequest, TestShell } from './frontend.fixture.ts';
import { DATA_FROM_MS, DATA_MS, QUERIES, randomSeries } from './random-metrics.fixture.ts';

const times = fc
  .record({
    startMs: fc.integer({ min: -1_800_000, max: DATA_MS }),
    lengthMs: fc.integer({ min: 0, max: DATA_MS }),
    stepMs: fc.oneof(fc.constantFrom(15_000, 60_000, 300_000, 1_800_000), fc.integer({ min: 20_000, max: 5_000_000 })),
    isAligned: fc.boolean(),
  })
  .map(({ startMs, lengthMs, stepMs, isAligned }) => {
    const fromMs = DATA_FROM_MS + startMs;
    const alignedMs = isAligned ? fromMs - (fromMs % stepMs) : fromMs;
    return { startMs: alignedMs, endMs: alignedMs + lengthMs, stepMs };
  });
const more = fc.constantFrom<Record<string, string>>({}, {}, {}, { limit: '2' }, { lookback_delta: '90s' });

it('answers like one process, whatever is asked', { timeout: 120_000 }, async () => {
  let splits = 0;
  let wholes = 0;
  await fc.assert(
    fc.asyncProperty(fc.integer(), fc.constantFrom(...QUERIES), times, more, async (seed, query, range, parameters) => {
      const bed = { splitIntervalMs: 3_600_000 };
      const querier = querierOf(randomSeries(seed), bed);
      const shell = new TestShell(facetOf(bed), querier);
      const request = rangeRequest(query, range, parameters);
      expect(await shell.ask(request)).toEqual(await direct(querier, request));
      splits += shell.splits;
      wholes += shell.wholes;
    }),
    { numRuns: 100 },
  );
  expect(splits).toBeGreaterThan(25);
  expect(wholes).toBeLessThan(splits / 3);
});

it('answers like one process from what was kept of other ranges', { timeout: 120_000 }, async () => {
  let hits = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.integer(),
      fc.constantFrom(...QUERIES),
      fc.constantFrom(0, 3_600_000),
      fc.array(fc.tuple(fc.nat(80), fc.nat(60), more), { minLength: 2, maxLength: 5 }),
      fc.integer({ min: 0, max: 80 }),
      async (seed, query, splitIntervalMs, ranges, freshStep) => {
        const stepMs = 240_000;
        const bed = { splitIntervalMs, isCaching: true, nowMs: DATA_FROM_MS + freshStep * stepMs };
        const querier = querierOf(randomSeries(seed), bed);
        const shell = new TestShell(facetOf(bed), querier);
        for (const [start, length, parameters] of ranges) {
          const startMs = DATA_FROM_MS + start * stepMs;
          const request = rangeRequest(query, { startMs, endMs: startMs + length * stepMs, stepMs }, parameters);
          expect(await shell.ask(request)).toEqual(await direct(querier, request));
        }
        hits += shell.hits;
      },
    ),
    { numRuns: 70 },
  );
  expect(hits).toBeGreaterThan(50);
});
