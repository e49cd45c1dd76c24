import { HINT_UNKNOWN, Labels } from '@telamon/model';
import type { QueryResult, QueryStats, QueryValue } from '@telamon/promql';
import { expect, it } from 'vitest';
import { resultJson } from './result-json.ts';

const STATS: QueryStats = {
  timings: { evalTotalTime: 0, resultSortTime: 0, queryPreparationTime: 0, innerEvalTime: 0, execQueueTime: 0, execTotalTime: 0 },
  samples: { totalQueryableSamples: 4, peakSamples: 2 },
};

function print(value: QueryValue, extra: Partial<QueryResult> = {}, maxSeries = 0, withStats = false): string {
  return resultJson({ value, warnings: [], infos: [], stats: STATS, ...extra }, { withStats, maxSeries });
}

it('prints scalars and strings with the shortest time', () => {
  expect(print({ type: 'scalar', timeMs: 1500, value: 1e21 })).toBe(
    '{"status":"success","data":{"resultType":"scalar","result":[1.5,"1000000000000000000000"]}}',
  );
  expect(print({ type: 'string', timeMs: 1000, value: '<a>' })).toContain('[1,"\\u003ca\\u003e"]');
});

it('prints vectors with three decimals and label sets as they are', () => {
  const labels = Labels.fromRecord({ __name__: 'm', a: '<script>&"\n' });
  expect(print({ type: 'vector', samples: [{ labels, timeMs: 1500, value: -0 }] })).toContain(
    '{"metric":{"__name__":"m","a":"<script>&\\"\\n"},"value":[1.500,"-0"]}',
  );
});

it('prints matrices, floats before histograms', () => {
  const histogram = {
    counterResetHint: HINT_UNKNOWN,
    schema: 0,
    zeroThreshold: 0,
    zeroCount: 0,
    count: 0,
    sum: 0,
    positiveSpans: [],
    negativeSpans: [],
    positiveBuckets: new Float64Array(0),
    negativeBuckets: new Float64Array(0),
    customValues: new Float64Array(0),
  } as const;
  const series = {
    labels: Labels.EMPTY,
    timesMs: Float64Array.of(1000),
    values: Float64Array.of(Number.NaN),
    histogramTimesMs: Float64Array.of(2000),
    histograms: [histogram],
  };
  expect(print({ type: 'matrix', series: [series] })).toContain(
    '[{"metric":{},"values":[[1,"NaN"]],"histograms":[[2,{"count":"0","sum":"0"}]]}]',
  );
});

it('cuts to the limit with a warning', () => {
  const sample = { labels: Labels.EMPTY, timeMs: 0, value: 1 };
  const text = print({ type: 'vector', samples: [sample, sample] }, {}, 1);
  expect(text).toContain('"result":[{"metric":{},"value":[0,"1"]}]');
  expect(text).toContain('"warnings":["results truncated due to limit"]');
});

it('prints ten annotations and counts the rest', () => {
  const infos = Array.from({ length: 12 }, (_, i) => `i${i}`);
  expect(print({ type: 'vector', samples: [] }, { infos })).toContain('"i9","2 more info annotations omitted"]');
});

it('prints statistics in order', () => {
  expect(print({ type: 'vector', samples: [] }, {}, 0, true)).toContain('"samples":{"totalQueryableSamples":4,"peakSamples":2}}');
});
