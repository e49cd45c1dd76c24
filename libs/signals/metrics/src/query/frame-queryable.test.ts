import { compileMatcher, SampleColumns } from '@telamon/model';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FetchBudget } from './fetch-budget.ts';
import { FrameQueryable, type FrameStream } from './frame-queryable.ts';
import { every, type FixtureSeries, sourceOf } from './query.fixture.ts';

const signal = new AbortController().signal;
const HINTS = { startMs: 0, endMs: 10_000_000, stepMs: 0, rangeMs: 0, func: '', grouping: undefined, isBy: false, limit: 0 };

const SERIES: readonly FixtureSeries[] = Array.from({ length: 30 }, (_, i) => ({
  labels: { __name__: 'up', instance: `h${i}` },
  samples: every(i * 100, 3_600_000, 15_000),
}));

async function read(sources: readonly FrameStream[], budget: FetchBudget = new FetchBudget(() => {})): Promise<string[]> {
  const queryable = new FrameQueryable({ tenant: 't', sources, budget });
  const found = await queryable.select([compileMatcher({ operator: '=', name: '__name__', value: 'up' })], HINTS, signal);
  const columns = new SampleColumns();
  return found.map((series) => {
    series.read(0, HINTS.endMs, columns);
    return `${series.labels} ${columns.timesMs.subarray(0, columns.length).join(' ')}`;
  });
}

/** Replicas that answer in turns, as one stream. */
function inTurns(replicas: readonly FrameStream[]): FrameStream {
  return async function* (request, stop) {
    const streams = replicas.map((replica) => replica(request, stop)[Symbol.asyncIterator]());
    for (let done = 0; done < streams.length; ) {
      done = 0;
      for (const stream of streams) {
        const next = await stream.next();
        if (next.done === true) done++;
        else yield next.value;
      }
    }
  };
}

it('joins what replicas have that each miss something', async () => {
  const whole = await read([sourceOf(SERIES)]);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(29), fc.nat(240), fc.nat(2)), { maxLength: 60 }),
      fc.constantFrom(30, 120),
      async (missing, chunkSamples) => {
        const replicas = [0, 1, 2].map((replica) => {
          const lacks = new Set(
            missing.filter(([, , whose]) => whose === replica).map(([series, sample]) => `${series} ${sample}`),
          );
          const some = SERIES.map(({ labels, samples }, i) => ({
            labels,
            samples: samples.filter((_, k) => !lacks.has(`${i} ${k}`)),
          }));
          return sourceOf(some, replica === 0 ? chunkSamples : 120);
        });
        expect(await read([inTurns(replicas)])).toEqual(whole);
        expect(await read(replicas)).toEqual(whole);
      },
    ),
    { numRuns: 30 },
  );
});

it('keeps chunks once that replicas cut alike', async () => {
  const queryable = new FrameQueryable({
    tenant: 't',
    sources: [inTurns([sourceOf(SERIES), sourceOf(SERIES), sourceOf(SERIES)])],
    budget: new FetchBudget(() => {}),
  });
  const [first] = (await queryable.select([], HINTS, signal)) as unknown as { chunks: readonly unknown[] }[];
  expect(first!.chunks).toHaveLength(Math.ceil(SERIES[0]!.samples.length / 120));
});

it('counts a series of several replicas once', async () => {
  const budget = new FetchBudget(() => {}, { maxSeries: 30, maxChunks: 0, maxChunkBytes: 0, maxSelectorLengthMs: 0 });
  expect(await read([sourceOf(SERIES), sourceOf([...SERIES].reverse())], budget)).toHaveLength(30);
  expect(budget.seriesCount).toBe(30);
});

it('deals the series into shards that are all of them together, each in one', async () => {
  const asked: string[][] = [];
  const source: FrameStream = (request, stop) => {
    asked.push(request.matchers.map(({ name }) => name));
    return sourceOf(SERIES)(request, stop);
  };
  const queryable = new FrameQueryable({ tenant: 't', sources: [source], budget: new FetchBudget(() => {}) });
  const name = compileMatcher({ operator: '=', name: '__name__', value: 'up' });
  const found: string[] = [];
  for (let shard = 1; shard <= 3; shard++) {
    const matcher = compileMatcher({ operator: '=', name: '__query_shard__', value: `${shard}_of_3` });
    const part = await queryable.select([name, matcher], { ...HINTS, limit: 1 }, signal);
    expect(part.length).toBeGreaterThan(0);
    for (const { labels } of part) found.push(labels.toString());
  }
  expect(found.sort()).toEqual(SERIES.map(({ labels }) => `{__name__="up", instance="${labels.instance}"}`).sort());
  expect(asked).toEqual([['__name__'], ['__name__'], ['__name__']]);
});
