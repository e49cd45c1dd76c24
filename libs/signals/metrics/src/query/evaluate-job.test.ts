import { maxMemoryPerQuery, maxSeriesPerQuery } from '@telamon/limits';
import { describe, expect, it } from 'vitest';
import { evaluateJob } from './evaluate-job.ts';
import type { EvaluateLimits, EvaluateReply, EvaluateRequest } from './evaluate-request.ts';
import { every, type FixtureSeries, fixtureContext, fixtureRequest, sourceOf } from './query.fixture.ts';
import { QueryBlocker } from './query-blocker.ts';

const HOUR_MS = 3_600_000;

/** Three series over an hour, a sample a minute. */
const SERIES: readonly FixtureSeries[] = ['a', 'b', 'c'].map((job) => ({
  labels: { __name__: 'up', job },
  samples: every(0, HOUR_MS, 60_000),
}));

const AT_END = { startMs: HOUR_MS, endMs: HOUR_MS };
const RANGE = { kind: 'range', startMs: 0, endMs: HOUR_MS, stepMs: 600_000 } as const;

async function run(changes: Partial<EvaluateRequest>, sources = [sourceOf(SERIES)], chunkSamples?: number): Promise<Answer> {
  const request = fixtureRequest(changes);
  const used = chunkSamples === undefined ? sources : [sourceOf(SERIES, chunkSamples)];
  const { maxMemoryBytes } = request.limits;
  const context = fixtureContext(maxMemoryBytes > 0 ? maxMemoryBytes : undefined);
  const reply = await evaluateJob(request, context, { sources: used, blocker: new QueryBlocker() });
  return { ...reply, json: JSON.parse(new TextDecoder().decode(reply.body)) };
}

interface Answer extends EvaluateReply {
  readonly json: {
    readonly errorType?: string;
    readonly error?: string;
    readonly data?: { readonly result: readonly { readonly values?: readonly unknown[] }[] };
  };
}

function limits(changes: Partial<EvaluateLimits>): { limits: EvaluateLimits } {
  return { limits: { ...fixtureRequest().limits, ...changes } };
}

describe('limits of what a query fetches', () => {
  it('count distinct series, whatever selects them and wherever they come from', async () => {
    const twice = { query: 'up + up', ...AT_END, ...limits({ maxSeries: 3 }) };
    expect((await run(twice, [sourceOf(SERIES), sourceOf(SERIES)])).status).toBe(200);
    const refused = await run({ query: 'up', ...AT_END, ...limits({ maxSeries: 2 }) });
    expect(refused).toMatchObject({ status: 422, outcome: 'execution', refusal: 'max_series_per_query' });
    expect(refused.json).toEqual({ status: 'error', errorType: 'execution', error: maxSeriesPerQuery(2).message });
  });

  it('count chunks and their bytes', async () => {
    const fine = await run({ query: 'up', ...AT_END, ...limits({ maxChunks: 6 }) }, [], 40);
    expect([fine.status, fine.tally]).toMatchObject([200, { seriesCount: 3, chunkCount: 6, sampleCount: 3 }]);
    const chunks = await run({ query: 'up', ...AT_END, ...limits({ maxChunks: 5 }) }, [], 40);
    expect([chunks.status, chunks.json.error]).toEqual([422, expect.stringContaining('err-mimir-max-chunks-per-query')]);
    const { chunkBytes } = fine.tally;
    expect(chunkBytes).toBeGreaterThan(100);
    const atLimit = { query: 'up', ...AT_END, ...limits({ maxChunkBytes: chunkBytes }) };
    expect((await run(atLimit, [], 40)).status).toBe(200);
    const above = await run({ ...atLimit, ...limits({ maxChunkBytes: chunkBytes - 1 }) }, [], 40);
    expect([above.status, above.json.error]).toEqual([422, expect.stringContaining('err-mimir-max-chunks-bytes-per-query')]);
  });

  it('refuse selectors over too much time', async () => {
    const hour = limits({ maxSelectorLengthMs: HOUR_MS });
    expect((await run({ query: 'rate(up[55m])', ...AT_END, ...hour })).status).toBe(200);
    const long = await run({ query: 'rate(up[2h])', ...AT_END, ...hour });
    expect([long.status, long.json.errorType, long.json.error]).toEqual([
      422,
      'execution',
      expect.stringMatching(/^the query time range exceeds the limit \(query length: 1h59m59\.999s, limit: 1h0m0s\)/),
    ]);
  });

  it("tell of memory in the catalogue's words, whoever counted it", async () => {
    const frames = await run({ query: 'up', ...AT_END, ...limits({ maxMemoryBytes: 10 }) });
    expect([frames.status, frames.json.error, frames.refusal]).toEqual([
      422,
      maxMemoryPerQuery(10).message,
      'max_estimated_memory_consumption_per_query',
    ]);
    const steps = { ...RANGE, stepMs: 1000, query: 'up + up' };
    const engine = await run({ ...steps, ...limits({ maxMemoryBytes: 20_000 }) });
    expect([engine.status, engine.json.error]).toEqual([422, maxMemoryPerQuery(20_000).message]);
  });
});

describe('the oldest time', () => {
  it('hides older samples, also those in a chunk with younger ones', async () => {
    const all = await run({ query: 'count_over_time(up{job="a"}[1h])', ...AT_END });
    const young = await run({ query: 'count_over_time(up{job="a"}[1h])', ...AT_END, oldestMs: HOUR_MS - 120_000 });
    expect([all.json.data!.result, young.json.data!.result]).toMatchObject([[{ value: [3600, '60'] }], [{ value: [3600, '3'] }]]);
  });

  it('leaves nothing of queries before it', async () => {
    const before = await run({ query: 'up', startMs: 0, endMs: 0, oldestMs: HOUR_MS, ...limits({ maxChunks: 1 }) });
    expect(before.json.data!.result).toEqual([]);
  });
});

describe('experimental functions', () => {
  const sorted = 'sort_by_label(up, "job")';
  const policy = (experimentalFunctions: readonly string[], features: readonly string[] = []) => {
    return { policy: { features, experimentalFunctions, blockedQueries: [] } };
  };

  it('are those that the tenant may use', async () => {
    expect((await run({ query: sorted, ...AT_END, ...policy(['sort_by_label']) })).status).toBe(200);
    expect((await run({ query: sorted, ...AT_END, ...policy(['all']) })).status).toBe(200);
    expect((await run({ query: sorted, ...AT_END, ...policy([], ['promql-experimental-functions']) })).status).toBe(200);
    expect((await run({ query: sorted, ...AT_END, ...policy(['info'], ['promql-experimental-functions']) })).status).toBe(200);
    const off = await run({ query: sorted, ...AT_END });
    expect([off.status, off.json.error]).toEqual([400, expect.stringContaining('function "sort_by_label" is not enabled')]);
  });

  it('refuse the others, aggregations too', async () => {
    const answers = await Promise.all(
      [sorted, '1 + limitk(1, up)'].map((query) => run({ query, ...AT_END, ...policy(['info']) })),
    );
    expect(answers.map(({ status, json }) => [status, json.errorType, json.error])).toEqual([
      [400, 'bad_data', 'invalid parameter "query": function "sort_by_label" is not enabled for tenant t'],
      [400, 'bad_data', 'invalid parameter "query": function "limitk" is not enabled for tenant t'],
    ]);
  });
});

it('refuses blocked queries with the reason that the operator wrote', async () => {
  const rule = {
    pattern: '',
    isRegex: false,
    reason: 'too long',
    isForUnalignedRanges: false,
    timeRangeLongerThanMs: 60_000,
    stepShorterThanMs: 0,
  };
  const policy = { features: [], experimentalFunctions: [], blockedQueries: [rule] };
  const refused = await run({ query: 'up', ...RANGE, policy });
  expect([refused.status, refused.outcome, refused.refusal, refused.json.error]).toEqual([
    400,
    'bad_data',
    'query_blocked',
    'the request has been blocked by the cluster administrator, reason: too long (err-mimir-query-blocked)',
  ]);
  expect((await run({ query: 'up', ...AT_END, policy })).status).toBe(200);
});
