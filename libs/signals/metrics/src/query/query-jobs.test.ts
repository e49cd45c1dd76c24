import { describe, expect, it } from 'vitest';
import { OpenBlocks } from '../store/open-blocks.ts';
import { every, type FixtureSeries, fixtureContext, fixtureRequest, sourceOf } from './query.fixture.ts';
import { queryJobs } from './query-jobs.ts';

const SERIES: readonly FixtureSeries[] = ['b', 'a', 'c'].map((job) => ({
  labels: { __name__: 'up', job },
  samples: every(0, 60_000, 15_000),
}));

/** Runs a job with the series above as the heads' answer. */
async function run(kind: string, request: unknown, series: readonly FixtureSeries[] = SERIES): Promise<unknown> {
  const source = sourceOf(series);
  const context = fixtureContext();
  const host = { ...context.host, stream: (_kind: string, select: never) => source(select, context.signal) };
  const job = queryJobs(new OpenBlocks())[kind] as (request: unknown, context: unknown) => Promise<unknown>;
  return await job(request, { ...context, host });
}

describe('series', () => {
  const labels = {
    tenant: 't',
    matcherSets: [[{ operator: '=', name: '__name__', value: 'up' }], [{ operator: '=', name: 'job', value: 'a' }]],
    fromMs: 0,
    toMs: 60_000,
  };

  it('are listed once, in order, and cut', async () => {
    const all = (await run('query.series', { request: { labels, maxSeries: 3 }, blocks: new Map() })) as { json: string };
    expect(JSON.parse(all.json)).toEqual(['a', 'b', 'c'].map((job) => ({ __name__: 'up', job })));
    const cut = { labels: { ...labels, limit: 1 }, maxSeries: 0 };
    expect(await run('query.series', { request: cut, blocks: new Map() })).toEqual({
      json: '[{"__name__":"up","job":"a"}]',
      isCut: true,
    });
  });

  it('are refused when there are too many', async () => {
    const refused = run('query.series', { request: { labels, maxSeries: 2 }, blocks: new Map() });
    await expect(refused).rejects.toMatchObject({ status: 422, id: 'err-mimir-max-series-per-query' });
  });
});

describe('queries that are only looked at', () => {
  const { policy } = fixtureRequest();
  const query = 'sort_by_label( up,"job" )';

  it('may hold the experimental functions that the tenant may use', async () => {
    const own = { ...policy, experimentalFunctions: ['sort_by_label'] };
    expect(await run('query.format', { query, policy: own })).toBe('sort_by_label(up, "job")');
    await expect(run('query.format', { query, policy })).rejects.toMatchObject({ status: 400 });
    expect(JSON.parse((await run('query.parse', { query: '1', policy })) as string)).toMatchObject({ type: 'numberLiteral' });
  });
});

it('federates the newest samples within the lookback, none that are too old', async () => {
  const request = { tenant: 't', selectors: ['up{job="a"}'], nowMs: 60_000, lookbackMs: 300_000, externalLabels: [] };
  const federate = (oldestMs: number) => run('query.federate', { request: { ...request, oldestMs }, blocks: new Map() });
  expect(await federate(Number.NEGATIVE_INFINITY)).toBe('# TYPE up untyped\nup{job="a",instance=""} 4 60000\n');
  expect(await federate(60_001)).toBe('');
});
