import { type FloatHistogram, Labels } from '@telamon/model';
import type { MatrixSeries } from '@telamon/promql';
import { TimeSlice } from '@telamon/telemetry';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resultJson } from '../query/result-json.ts';
import { cutMatrix } from './cut-matrix.ts';
import { labelsOf, scanMatrix } from './matrix-body.ts';
import { uniteMatrices } from './unite-matrices.ts';
import { uniteNotes } from './unite-notes.ts';

const TIMINGS = {
  evalTotalTime: 1,
  resultSortTime: 0,
  queryPreparationTime: 0,
  innerEvalTime: 0,
  execQueueTime: 0,
  execTotalTime: 1,
};

interface TestMatrix {
  readonly series: readonly MatrixSeries[];
  readonly warnings?: readonly string[];
  readonly infos?: readonly string[];
}

function bodyOf({ series, warnings = [], infos = [] }: TestMatrix, withStats = false): Buffer {
  const samples = {
    totalQueryableSamples: 5,
    samplesRead: 2,
    peakSamples: 3,
    totalQueryableSamplesPerStep: [[1500, 2]] as const,
  };
  const value = { type: 'matrix', series } as const;
  return Buffer.from(resultJson({ value, warnings, infos, stats: { timings: TIMINGS, samples } }, { withStats, maxSeries: 0 }));
}

function histogramOf(count: number): FloatHistogram {
  return {
    counterResetHint: 0,
    schema: 0,
    zeroThreshold: 0.001,
    zeroCount: count % 3,
    count: (count % 3) + count,
    sum: count,
    positiveSpans: count % 2 === 0 ? [{ offset: 0, length: 2 }] : [],
    negativeSpans: [],
    positiveBuckets: count % 2 === 0 ? Float64Array.of(count, 1) : new Float64Array(0),
    negativeBuckets: new Float64Array(0),
    customValues: new Float64Array(0),
  };
}

const name = fc.oneof(
  fc.constantFrom('a', 'job', '1', '__proto__', '__name__', 'é"\\\n}]"]]{'),
  fc.string({ minLength: 1, maxLength: 5 }),
);
const value = fc.oneof(
  fc.constantFrom('}]]', '"]]', '\\', '{"metric":', '\u2028<>&', '😀'),
  fc.string({ minLength: 1, maxLength: 8, unit: 'grapheme' }),
);
const labels = fc.array(fc.tuple(name, value), { maxLength: 4 }).map((pairs) => Labels.fromPairs(pairs));
const double = fc.oneof(fc.double(), fc.constantFrom(-0, 1e21, 1e-7, Number.NaN, Number.POSITIVE_INFINITY));
const times = (max: number) =>
  fc.uniqueArray(fc.integer({ min: -2000, max: 40_000 }), { maxLength: max }).map((all) => Float64Array.from(all).sort());
const oneSeries = fc
  .tuple(labels, times(30), times(10), fc.array(double, { minLength: 30, maxLength: 30 }))
  .map(([labels, timesMs, histogramTimesMs, values]): MatrixSeries => {
    return {
      labels,
      timesMs,
      values: Float64Array.from(values.slice(0, timesMs.length)),
      histogramTimesMs,
      histograms: Array.from(histogramTimesMs, (timeMs) => histogramOf(Math.abs(timeMs) + 1)),
    };
  })
  .filter(({ timesMs, histograms }) => timesMs.length + histograms.length > 0);
const matrix = fc
  .uniqueArray(oneSeries, { maxLength: 6, selector: ({ labels }) => labels.key() })
  .map((series) => series.sort((a, b) => a.labels.compare(b.labels)));

function within(series: readonly MatrixSeries[], fromMs: number, toMs: number): MatrixSeries[] {
  const isIn = (timeMs: number): boolean => timeMs >= fromMs && timeMs <= toMs;
  return series
    .map((one) => ({
      labels: one.labels,
      timesMs: one.timesMs.filter(isIn),
      values: one.values.filter((_, i) => isIn(one.timesMs[i]!)),
      histogramTimesMs: one.histogramTimesMs.filter(isIn),
      histograms: one.histograms.filter((_, i) => isIn(one.histogramTimesMs[i]!)),
    }))
    .filter((one) => one.timesMs.length + one.histograms.length > 0);
}

it('finds the series of what our queriers write', async () => {
  await fc.assert(
    fc.asyncProperty(matrix, async (series) => {
      const body = bodyOf({ series, warnings: ['a "w" <'], infos: ['i'] });
      const found = (await scanMatrix(body, new TimeSlice()))!;
      expect(found.series.map((one) => labelsOf(found, one).flat())).toEqual(series.map((one) => one.labels.flat()));
      expect(found.tail).toEqual({ warnings: ['a "w" <'], infos: ['i'], stats: undefined });
    }),
  );
});

it('cuts and unites to the bytes of the whole', async () => {
  await fc.assert(
    fc.asyncProperty(matrix, fc.array(fc.integer({ min: -2000, max: 40_000 }), { maxLength: 4 }), async (series, cuts) => {
      const body = bodyOf({ series });
      const bounds = [-3000, ...cuts.sort((a, b) => a - b), 41_000];
      const pieces: Uint8Array[] = [];
      for (let i = 1; i < bounds.length; i++) {
        const range = { fromMs: bounds[i - 1]! + 1, toMs: bounds[i]!, stepMs: 1 };
        pieces.push(await cutMatrix(body, range));
        expect(Buffer.from(pieces.at(-1)!).toString()).toBe(
          bodyOf({ series: within(series, range.fromMs, range.toMs) }).toString(),
        );
      }
      expect(Buffer.from((await uniteMatrices(pieces, { maxSeries: 0 }))!).toString()).toBe(body.toString());
    }),
  );
});

it('cuts off series over the limit and says so', async () => {
  await fc.assert(
    fc.asyncProperty(matrix, fc.integer({ min: 1, max: 4 }), async (series, maxSeries) => {
      const pieces = [bodyOf({ series: within(series, -3000, 10_000) }), bodyOf({ series: within(series, 10_001, 41_000) })];
      const value = { type: 'matrix', series } as const;
      const stats = { timings: TIMINGS, samples: { totalQueryableSamples: 0, peakSamples: 0 } };
      const whole = resultJson({ value, warnings: [], infos: [], stats }, { withStats: false, maxSeries });
      expect(Buffer.from((await uniteMatrices(pieces, { maxSeries }))!).toString()).toBe(whole);
    }),
  );
});

it('adds statistics up', async () => {
  const one = bodyOf({ series: [] }, true);
  const { data } = JSON.parse(Buffer.from((await uniteMatrices([one, one], { maxSeries: 0 }))!).toString());
  expect(data.stats.timings).toMatchObject({ evalTotalTime: 2, execQueueTime: 0 });
  expect(data.stats.samples).toEqual({
    totalQueryableSamples: 10,
    samplesRead: 4,
    peakSamples: 3,
    totalQueryableSamplesPerStep: [
      [1.5, 2],
      [1.5, 2],
    ],
  });
});

it('makes nothing of other texts', async () => {
  const series = [
    {
      labels: Labels.fromRecord({ a: 'b' }),
      timesMs: Float64Array.of(1),
      values: Float64Array.of(1),
      histogramTimesMs: Float64Array.of(2),
      histograms: [histogramOf(4)],
    },
  ];
  const body = bodyOf({ series, warnings: ['w'] });
  for (let end = 0; end < body.length; end++) {
    expect(await scanMatrix(body.subarray(0, end), new TimeSlice())).toBeUndefined();
    expect(await uniteMatrices([body, body.subarray(0, end)], { maxSeries: 0 })).toBeUndefined();
  }
  for (let bit = 0; bit < body.length * 8; bit++) {
    const flipped = Buffer.from(body);
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    const found = await scanMatrix(flipped, new TimeSlice());
    for (const one of found?.series ?? []) {
      expect(one.metricTo).toBeLessThanOrEqual(flipped.length);
      expect(one.floatsFrom).toBeLessThanOrEqual(one.floatsTo);
    }
  }
  for (const text of ['', '{}', '{"status":"success","data":{"resultType":"vector","result":[]}}']) {
    expect(await scanMatrix(Buffer.from(text), new TimeSlice())).toBeUndefined();
  }
});

describe('annotations', () => {
  it.each([
    [[], []],
    [[[], ['a'], []], ['a']],
    [
      [
        ['a', 'b'],
        ['a', 'b'],
      ],
      ['a', 'b'],
    ],
    [
      [['a'], ['a', 'b'], []],
      ['a', 'b'],
    ],
    [
      [
        ['a', 'b'],
        ['b', 'a'],
      ],
      undefined,
    ],
    [[['b'], ['a', 'b']], undefined],
    [[['a (1:2)'], ['a (1:3)']], undefined],
    [[['1 more info annotations omitted']], undefined],
    [
      [['PromQL info: input to histogram_quantile needed to be fixed for monotonicity, x (1:1)'], []],
      ['PromQL info: input to histogram_quantile needed to be fixed for monotonicity, x (1:1)'],
    ],
    [[['input needed to be fixed for monotonicity'], ['input needed to be fixed for monotonicity']], undefined],
  ])('of parts %j are %j', (lists, expected) => {
    expect(uniteNotes(lists)).toEqual(expected);
  });
});
