import type { MatcherSpec } from '@telamon/model';
import fc from 'fast-check';
import { expect } from 'vitest';
import type { MetricsSource } from '../metrics-source.ts';
import { readAll } from '../store/blocks.fixture.ts';
import { END_MS, START_MS, TENANT } from './split-world.fixture.ts';

const signal = new AbortController().signal;
/** Random requests of each kind. */
const RUNS = 12;

const matcher: fc.Arbitrary<MatcherSpec> = fc.record({
  operator: fc.constantFrom('=', '!=', '=~', '!~'),
  name: fc.constantFrom('__name__', 'job', 'instance', 'odd', 'missing'),
  value: fc.constantFrom('', 'm1', 'j2', 'm.', 'j[0-2]', 'h1.*', '.+', 'yes', 'm0|m2'),
});

/** Times on block borders and anywhere, beyond both ends too. */
const time = fc.oneof(
  fc.integer({ min: START_MS - 600_000, max: END_MS + 600_000 }),
  fc.integer({ min: 0, max: 12 }).map((halfHours) => START_MS + halfHours * 1_800_000),
);

const range = fc.tuple(time, time).map(([a, b]) => ({ tenant: TENANT, fromMs: Math.min(a, b), toMs: Math.max(a, b) }));

/**
 * Fails unless two sources answer everything alike: samples, series, names and values, for all times and for random ones. Frames may
 * differ in number and order, samples not at all.
 */
export async function expectSameAnswers(actual: MetricsSource, expected: MetricsSource): Promise<void> {
  await expectSameSamples(actual, expected);
  await expectSameLabels(actual, expected);
}

async function expectSameSamples(actual: MetricsSource, expected: MetricsSource): Promise<void> {
  const everything = { tenant: TENANT, matchers: [], fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY };
  const all = await readAll(expected.select(everything, signal));
  expect(Object.keys(all).length).toBeGreaterThan(10);
  expect(await readAll(actual.select(everything, signal))).toEqual(all);
  const requests = fc.tuple(range, fc.array(matcher, { minLength: 1, maxLength: 2 }));
  await fc.assert(
    fc.asyncProperty(requests, async ([times, matchers]) => {
      const request = { ...times, matchers };
      const inRange = clip(await readAll(expected.select(request, signal)), times.fromMs, times.toMs);
      expect(clip(await readAll(actual.select(request, signal)), times.fromMs, times.toMs)).toEqual(inRange);
      // Without samples a series may also come whose chunk only reaches over the range, and chunks are cut differently.
      const listed = new Set(Object.keys(await readAll(actual.select({ ...request, isLabelsOnly: true }, signal))));
      expect(Object.keys(inRange).filter((series) => !listed.has(series))).toEqual([]);
      expect([...listed].filter((series) => all[series] === undefined)).toEqual([]);
    }),
    { numRuns: RUNS },
  );
}

/** Chunks reach beyond the range. */
function clip(found: Record<string, string[]>, fromMs: number, toMs: number): Record<string, string[]> {
  const clipped = Object.entries(found).map(([series, samples]) => {
    const inside = samples.filter((sample) => Number.parseInt(sample, 10) >= fromMs && Number.parseInt(sample, 10) <= toMs);
    return [series, inside] as const;
  });
  return Object.fromEntries(clipped.filter(([, samples]) => samples.length > 0));
}

async function expectSameLabels(actual: MetricsSource, expected: MetricsSource): Promise<void> {
  const sets = fc.array(fc.array(matcher, { minLength: 1, maxLength: 2 }), { maxLength: 2 });
  const name = fc.constantFrom('__name__', 'job', 'instance', 'odd', 'missing');
  const limit = fc.constantFrom(0, 0, 3);
  await fc.assert(
    fc.asyncProperty(range, sets, name, limit, async (times, matcherSets, label, most) => {
      const request = { ...times, matcherSets, limit: most };
      const cut = (list: string[]): string[] => (most > 0 ? list.slice(0, most) : list);
      expect(await actual.labelNames(request, signal)).toEqual(cut(await expected.labelNames(request, signal)));
      expect(await actual.labelValues(label, request, signal)).toEqual(cut(await expected.labelValues(label, request, signal)));
    }),
    { numRuns: RUNS },
  );
}
