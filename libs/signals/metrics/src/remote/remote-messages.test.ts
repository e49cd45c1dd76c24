import { Labels, type MatcherSpec } from '@telamon/model';
import { v1 } from '@telamon/proto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSeriesFrame, SeriesFrameWriter } from '../frame/series-frame.ts';
import type { HeadCardinality } from '../head/index.ts';
import { boundFrames } from './bound-frames.ts';
import { encodeCardinality, factorOf, uniteCardinality } from './cardinality-reply.ts';
import { encodeExemplars, uniteExemplars } from './exemplar-parts.ts';
import { encodeMetadata, uniteMetadata } from './metadata-parts.ts';
import { decodeLabels, decodeSelect, encodeLabels, encodeSelect } from './select-message.ts';
import { textParts, uniteTexts } from './text-parts.ts';

const signal = new AbortController().signal;

/** Halves of pairs stand alone in matchers for bytes that are no UTF-8. */
const anyText = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) }),
);
const matcher: fc.Arbitrary<MatcherSpec> = fc.record({
  operator: fc.constantFrom('=', '!=', '=~', '!~'),
  name: anyText,
  value: anyText,
});
const time = fc.oneof(fc.constantFrom(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY), fc.maxSafeInteger());
const times = fc.record({ fromMs: time, toMs: time, limit: fc.nat(0xffffffff), knownBlocks: fc.array(fc.string()) });

async function* each<T>(items: Iterable<T>): AsyncIterable<T> {
  yield* items;
}

describe('requests', () => {
  it('arrive as they were sent', () => {
    fc.assert(
      fc.property(times, fc.array(matcher), fc.boolean(), (rest, matchers, isLabelsOnly) => {
        const request = { tenant: 't', matchers, isLabelsOnly, ...rest };
        expect(decodeSelect('t', encodeSelect(request))).toEqual(request);
      }),
    );
    fc.assert(
      fc.property(times, fc.array(fc.array(matcher)), fc.string(), (rest, matcherSets, name) => {
        const request = { name, labels: { tenant: 't', matcherSets, ...rest } };
        expect(decodeLabels('t', encodeLabels(request))).toEqual(request);
      }),
    );
  });

  it('are read or refused whatever happened to them', () => {
    const matchers: MatcherSpec[] = [{ operator: '=~', name: 'job', value: 'a.*' }];
    const bytes = encodeSelect({ tenant: 't', matchers, fromMs: 1, toMs: 2, limit: 3 });
    const readable = (damaged: Uint8Array): void => {
      try {
        expect(decodeSelect('t', damaged).tenant).toBe('t');
      } catch (error) {
        expect(error).toMatchObject({ name: 'TelamonError' });
      }
    };
    for (let end = 0; end < bytes.length; end++) readable(bytes.subarray(0, end));
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = bytes.slice();
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      readable(flipped);
    }
  });

  it('of a kind that is not known are refused, not taken for another', () => {
    const bytes = v1.MetricsSelectRequest.encode({ matchers: [{ type: 9 as never, name: 'a', value: 'b' }] }).finish();
    expect(() => decodeSelect('t', bytes)).toThrow('unknown kind of matcher 9');
  });
});

describe('frames', () => {
  it('above the bound are split, nothing is lost, the order stays', () => {
    const writer = new SeriesFrameWriter();
    for (let s = 0; s < 20; s++) {
      writer.beginSeries(Labels.fromRecord({ a: String(s).padStart(2, '0') }).bytes());
      for (let c = 0; c < s * 3; c++) writer.addChunk(1, c, c + 1, new Uint8Array(100 + c).fill(s));
    }
    const frame = writer.finish();
    const flatten = (frames: Iterable<Uint8Array>): string[] =>
      [...frames].flatMap((one) =>
        [...readSeriesFrame(one)].flatMap(({ labels, chunks }) =>
          chunks.map(({ minTimeMs, data }) => `${Labels.fromBytes(labels.slice())} ${minTimeMs} ${data.length} ${data[0]}`),
        ),
      );
    const parts = [...boundFrames(frame, 2000)].map((part) => part.slice());
    expect(parts.length).toBeGreaterThan(20);
    expect(Math.max(...parts.map((part) => part.length))).toBeLessThan(2500);
    expect(flatten(parts)).toEqual(flatten([frame]));
    const names = (frames: Uint8Array[]): Set<string> =>
      new Set(frames.flatMap((one) => [...readSeriesFrame(one)].map(({ labels }) => Labels.fromBytes(labels.slice()).get('a'))));
    expect(names(parts)).toEqual(names([frame]));
    expect([...boundFrames(frame)]).toEqual([frame]);
  });
});

describe('texts', () => {
  it('are split into parts and come together in order, each once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: 'grapheme' })), fc.array(fc.string()), async (a, b) => {
        const parts = [...textParts(a), ...textParts(b)];
        const united = await uniteTexts(each(parts), 0, signal);
        expect(united).toEqual([...new Set([...a, ...b])].sort((x, y) => Buffer.compare(Buffer.from(x), Buffer.from(y))));
        expect(await uniteTexts(each(parts), 2, signal)).toEqual(united.slice(0, 2));
      }),
    );
    const long = Array.from({ length: 10_000 }, (_, i) => `${i}`.padStart(100, 'x'));
    const parts = [...textParts(long)];
    expect(parts.length).toBeGreaterThan(3);
    expect(parts.flat()).toEqual(long);
  });
});

describe('exemplars', () => {
  it('of several ingesters are kept once, in order', async () => {
    const series = (name: string) => Labels.fromRecord({ __name__: name });
    const exemplar = (timeMs: number, value = 1) => ({ timeMs, value, labels: Labels.fromRecord({ trace_id: `${timeMs}` }) });
    const first = [{ series: series('b'), exemplars: [exemplar(1), exemplar(3), exemplar(3, 2)] }];
    const second = [
      { series: series('a'), exemplars: [exemplar(9)] },
      { series: series('b'), exemplars: [exemplar(2), exemplar(3)] },
    ];
    const united = await uniteExemplars(each([...encodeExemplars(first), ...encodeExemplars(second)]), signal);
    const shown = united.map((one) => [one.series.metricName, one.exemplars.map(({ timeMs, value }) => [timeMs, value])]);
    expect(shown).toEqual([
      ['a', [[9, 1]]],
      [
        'b',
        [
          [1, 1],
          [2, 1],
          [3, 1],
          [3, 2],
        ],
      ],
    ]);
    const many = [{ series: series('m'), exemplars: Array.from({ length: 10_000 }, (_, i) => exemplar(i)) }];
    const messages = [...encodeExemplars(many)];
    expect(messages.length).toBeGreaterThan(2);
    expect((await uniteExemplars(each(messages), signal))[0]!.exemplars).toHaveLength(10_000);
  });
});

it('metadata of several ingesters are kept once', async () => {
  const entry = (help: string) => ({ type: 'gauge', help, unit: 's' });
  const a = new Map([['m', [entry('x'), entry('y')]]]);
  const b = new Map([
    ['m', [entry('y'), entry('z')]],
    ['n', [entry('')]],
  ]);
  const united = await uniteMetadata(each([...encodeMetadata(a), ...encodeMetadata(b)]));
  expect(Object.fromEntries(united)).toEqual({ m: [entry('x'), entry('y'), entry('z')], n: [entry('')] });
});

describe('cardinality', () => {
  const head = (numSeries: number, byName: Record<string, number>): HeadCardinality => {
    const rows = Object.entries(byName).map(([name, value]) => ({ name, value }));
    return {
      ...{ numSeries, numLabelPairs: 7, chunkCount: 2 * numSeries, minTimeMs: 5, maxTimeMs: 9 },
      seriesCountByMetricName: rows,
      labelValueCountByLabelName: rows,
      memoryInBytesByLabelName: [],
      seriesCountByLabelValuePair: [],
    };
  };

  it('counts each series once, from all ingesters or from two zones of three', () => {
    // Six ingesters in three zones: a zone holds 100 series, 60 and 40.
    const zone = [head(60, { a: 50, b: 10 }), head(40, { a: 20, b: 20 })].map(encodeCardinality);
    const share = { instanceCount: 6, replicationFactor: 3 };
    for (const zones of [2, 3]) {
      const united = uniteCardinality(Array(zones).fill(zone).flat(), share, 10)!;
      expect(united).toMatchObject({ numSeries: 100, chunkCount: 200, numLabelPairs: 7, minTimeMs: 5, maxTimeMs: 9 });
      expect(united.seriesCountByMetricName).toEqual([
        { name: 'a', value: 70 },
        { name: 'b', value: 30 },
      ]);
      expect(united.labelValueCountByLabelName).toEqual([
        { name: 'a', value: 50 },
        { name: 'b', value: 20 },
      ]);
    }
    expect(uniteCardinality([encodeCardinality(undefined)], share, 10)).toBeUndefined();
    expect(uniteCardinality(zone, { instanceCount: 2, replicationFactor: 1 }, 1)!.seriesCountByMetricName).toEqual([
      { name: 'a', value: 70 },
    ]);
  });

  it('takes fewer ingesters than the replication for what they are', () => {
    expect(factorOf(1, { instanceCount: 1, replicationFactor: 3 })).toBe(1);
    expect(factorOf(2, { instanceCount: 2, replicationFactor: 3 })).toBe(0.5);
    expect(factorOf(2, { instanceCount: 3, replicationFactor: 3 })).toBe(0.5);
  });
});
