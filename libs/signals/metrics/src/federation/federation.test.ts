import { Labels, type MatcherSpec } from '@telamon/model';
import { describe, expect, it } from 'vitest';
import { readSeriesFrame, SeriesFrameWriter } from '../frame/series-frame.ts';
import type { LabelsRequest, SelectRequest } from '../metrics-source.ts';
import type { RecentMetrics } from '../recent-metrics.ts';
import { federatedNames, federatedValues } from './federated-labels.ts';
import { federatedRecent } from './federated-recent.ts';
import { federatedStream } from './federated-stream.ts';

const signal = new AbortController().signal;
const UP: MatcherSpec = { operator: '=', name: '__name__', value: 'up' };
const isTenant = (operator: MatcherSpec['operator'], value: string): MatcherSpec => {
  return { operator, name: '__tenant_id__', value };
};

const textOf = (labels: Labels): string => labels.flat().join(' ');

describe('a stream', () => {
  const asked: SelectRequest[] = [];
  const stream = federatedStream(
    (tenant) =>
      async function* (request) {
        asked.push(request);
        const writer = new SeriesFrameWriter();
        writer.beginSeries(Labels.fromRecord({ __name__: 'up', ...(tenant === 'b' ? { __tenant_id__: 'mine' } : {}) }).bytes());
        writer.addChunk(1, 5, 9, Uint8Array.of(1, 2, 3));
        yield writer.finish();
      },
  );
  const select = async (tenant: string, ...matchers: MatcherSpec[]): Promise<string[]> => {
    asked.length = 0;
    const found: string[] = [];
    for await (const frame of stream({ tenant, matchers, fromMs: 0, toMs: 9 }, signal)) {
      for (const { labels, chunks } of readSeriesFrame(frame)) {
        expect(chunks).toEqual([{ encoding: 1, minTimeMs: 5, maxTimeMs: 9, data: Uint8Array.of(1, 2, 3) }]);
        found.push(textOf(Labels.fromBytes(labels)));
      }
    }
    return found.sort();
  };

  it('of one tenant is as it was', async () => {
    expect(await select('b', UP, isTenant('=', 'mine'))).toEqual(['__name__ up __tenant_id__ mine']);
    expect(asked).toEqual([{ tenant: 'b', matchers: [UP, isTenant('=', 'mine')], fromMs: 0, toMs: 9 }]);
  });

  it('of several tells them apart, and keeps what a series says itself', async () => {
    expect(await select('a|b', UP)).toEqual([
      '__name__ up __tenant_id__ a',
      '__name__ up __tenant_id__ b original___tenant_id__ mine',
    ]);
    expect(asked.map(({ tenant, matchers }) => [tenant, matchers])).toEqual([
      ['a', [UP]],
      ['b', [UP]],
    ]);
  });

  it('asks those that the matchers let through, under the names of the series', async () => {
    const original: MatcherSpec = { operator: '=', name: 'original___tenant_id__', value: 'mine' };
    expect(await select('a|b', isTenant('=~', 'b|c'), original)).toHaveLength(1);
    expect(asked.map(({ tenant, matchers }) => [tenant, matchers])).toEqual([['b', [isTenant('=', 'mine')]]]);
    expect(await select('a|b', UP, isTenant('!~', 'a|b'))).toEqual([]);
    await select('a|b', isTenant('=', 'a'));
    expect(asked[0]!.matchers).toEqual([{ operator: '!=', name: '__name__', value: '' }]);
  });
});

describe('labels', () => {
  const request = (tenant: string, ...matcherSets: MatcherSpec[][]): LabelsRequest => {
    return { tenant, matcherSets, fromMs: 0, toMs: 1 };
  };
  const names = async ({ tenant }: LabelsRequest): Promise<string[]> =>
    tenant === 'b' ? ['__name__', '__tenant_id__', 'y'] : ['__name__', 'x'];

  it('are those of all, and of several the tenant', async () => {
    expect(await federatedNames(request('b'), names)).toEqual(['__name__', '__tenant_id__', 'y']);
    expect(await federatedNames(request('a|c'), names)).toEqual(['__name__', '__tenant_id__', 'x']);
    expect(await federatedNames(request('a|b'), names)).toEqual([
      ...['__name__', '__tenant_id__', 'original___tenant_id__', 'x', 'y'],
    ]);
  });

  it('have the values of those that any set of matchers lets through', async () => {
    const asked: string[] = [];
    const values = (name: string) => async (one: LabelsRequest) => {
      asked.push(`${one.tenant} ${name} ${JSON.stringify(one.matcherSets.map((set) => set.map((spec) => spec.name)))}`);
      return [`${name} of ${one.tenant}`];
    };
    expect(
      await federatedValues('__tenant_id__', request('a|b|c', [isTenant('=', 'b')], [UP, isTenant('=', 'c')]), values),
    ).toEqual(['b', 'c']);
    expect(asked).toEqual([]);
    expect(await federatedValues('job', request('a|b', [UP], [UP, isTenant('=', 'a')]), values)).toEqual([
      'job of a',
      'job of b',
    ]);
    expect(asked).toEqual(['a job [["__name__"],["__name__"]]', 'b job [["__name__"]]']);
    expect(await federatedValues('original___tenant_id__', request('a|b'), values)).toEqual([
      ...['__tenant_id__ of a', '__tenant_id__ of b'],
    ]);
  });
});

it('exemplars tell their tenant, and metadata that are the same are there once', async () => {
  const recent: RecentMetrics = {
    exemplars: async ({ tenant }) => [{ series: Labels.fromRecord({ __name__: tenant === 'a' ? 'z' : 'up' }), exemplars: [] }],
    metadata: async (tenant) =>
      new Map([
        [
          'up',
          [
            { type: 'gauge', help: 'Up.', unit: '' },
            { type: 'gauge', help: tenant, unit: '' },
          ],
        ],
      ]),
    cardinality: async () => undefined,
  };
  const federated = federatedRecent(recent);
  const found = await federated.exemplars({ tenant: 'a|b', matcherSets: [[UP]], fromMs: 0, toMs: 1 }, signal);
  expect(found.map(({ series }) => textOf(series))).toEqual(['__name__ up __tenant_id__ b', '__name__ z __tenant_id__ a']);
  const metadata = await federated.metadata('a|b', '', signal);
  expect(metadata.get('up')!.map(({ help }) => help)).toEqual(['Up.', 'a', 'b']);
});
