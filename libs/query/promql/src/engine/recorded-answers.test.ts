import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  type CounterResetHint,
  formatScalar,
  formatTimestampMs,
  formatValue,
  histogramJson,
  type IntHistogram,
  Labels,
  sumDeltas,
  toFloatHistogram,
} from '@telamon/model';
import { describe, expect, it } from 'vitest';
import { type TestSample, TestStorage } from '../promqltest/test-storage.ts';
import { Engine } from './engine.ts';
import type { QueryResult, QueryValue } from './result.ts';

const shared = fileURLToPath(new URL('../../../../../../shared/conformance/prometheus/api/', import.meta.url));
const isThere = existsSync(`${shared}cases.jsonl`);

/** Cases that the engine alone answers otherwise, and why. */
const DEVIATING: ReadonlyMap<string, string> = new Map([
  ['instant-141', 'a time that only the API can clamp'],
  ['instant-146', 'how fractions of a millisecond are cut is the matter of the API'],
  ['errors-params-029', 'a run-time error of Go'],
  ['experimental-015', 'limit_ratio shows its series in an order that follows from when they were created'],
  ['annotations-073', 'Prometheus counts an annotation of a range query again at every later step: 94 for 6 samples'],
]);

interface RecordedCase {
  readonly id: string;
  readonly profile: string;
  readonly path: string;
  readonly method: string;
  readonly params: readonly (readonly [string, string])[];
  readonly status: number;
  readonly compare: string;
  readonly body: string;
}

interface RecordedHistogram {
  readonly t: number;
  readonly schema: number;
  readonly zeroThreshold?: number;
  readonly zeroCount?: number;
  readonly sum: number | string;
  readonly count: number;
  readonly posSpans?: readonly (readonly [number, number])[];
  readonly negSpans?: readonly (readonly [number, number])[];
  readonly posDeltas?: readonly number[];
  readonly negDeltas?: readonly number[];
  readonly posCounts?: readonly number[];
  readonly negCounts?: readonly number[];
  readonly customValues?: readonly number[];
  readonly resetHint?: number | string;
  readonly [key: string]: unknown;
}

interface RecordedSeries {
  readonly labels: Record<string, string>;
  readonly samples?: readonly (readonly [number, number | string])[];
  readonly histograms?: readonly RecordedHistogram[];
}

function loadRecorded(): TestStorage {
  const storage = new TestStorage();
  const newest = new Map<string, number>();
  const index = JSON.parse(readFileSync(`${shared}dataset/index.json`, 'utf8')) as { push: { json: string }[] };
  for (const { json } of index.push) {
    const { series } = JSON.parse(readFileSync(`${shared}dataset/${json}`, 'utf8')) as { series: RecordedSeries[] };
    for (const { labels, samples = [], histograms = [] } of series) {
      const floats = samples.map(([timeMs, value]) => floatSample(timeMs, value));
      const set = Labels.fromRecord(labels);
      // The recorded server refused what was older than what it had.
      const taken = [...floats, ...histograms.map(histogramSample)].filter(({ timeMs }) => {
        if (timeMs <= (newest.get(set.key()) ?? -Infinity)) return false;
        newest.set(set.key(), timeMs);
        return true;
      });
      storage.append(set, taken);
    }
  }
  return storage;
}

function floatSample(timeMs: number, value: number | string): TestSample {
  const isStale = value === 'stale' || value === 'StaleNaN';
  const number = typeof value === 'number' ? value : Number(value.replace('Inf', 'Infinity'));
  return { timeMs, value: number, isStale, histogram: undefined, startTimeMs: 0 };
}

function histogramSample(recorded: RecordedHistogram): TestSample {
  const spans = (list: RecordedHistogram['posSpans'] = []) => list.map(([offset, length]) => ({ offset, length }));
  const isStale = recorded.sum === 'stale';
  const histogram: IntHistogram = {
    ...(isStale ? { isStale } : {}),
    counterResetHint: (recorded.resetHint === 'gauge' || recorded.resetHint === 3 ? 3 : 0) as CounterResetHint,
    schema: recorded.schema,
    zeroThreshold: recorded.zeroThreshold ?? 0,
    zeroCount: recorded.zeroCount ?? 0,
    count: recorded.count,
    sum: Number(recorded.sum),
    positiveSpans: spans(recorded.posSpans),
    negativeSpans: spans(recorded.negSpans),
    positiveDeltas: Float64Array.from(recorded.posDeltas ?? []),
    negativeDeltas: Float64Array.from(recorded.negDeltas ?? []),
    customValues: Float64Array.from(recorded.customValues ?? []),
  };
  const float = toFloatHistogram(histogram);
  if (recorded.posCounts !== undefined) float.positiveBuckets = Float64Array.from(recorded.posCounts);
  if (recorded.negCounts !== undefined) float.negativeBuckets = Float64Array.from(recorded.negCounts);
  return { timeMs: recorded.t, value: 0, isStale, histogram: float, startTimeMs: 0 };
}

/** A value as the API would say it, without the order of series. */
function asJson(value: QueryValue): unknown {
  const at = (timeMs: number): number => Number(formatTimestampMs(timeMs));
  switch (value.type) {
    case 'scalar':
      return { resultType: 'scalar', result: [at(value.timeMs), formatScalar(value.value)] };
    case 'string':
      return { resultType: 'string', result: [at(value.timeMs), value.value] };
    case 'vector':
      return {
        resultType: 'vector',
        result: value.samples.map(({ labels, timeMs, value: number, histogram }) => ({
          metric: { ...labels.toRecord() },
          ...(histogram === undefined
            ? { value: [at(timeMs), formatValue(number)] }
            : { histogram: [at(timeMs), plainHistogram(histogramJson(histogram))] }),
        })),
      };
    case 'matrix':
      return {
        resultType: 'matrix',
        result: value.series.map(({ labels, timesMs, values, histogramTimesMs, histograms }) => ({
          metric: { ...labels.toRecord() },
          ...(values.length > 0 ? { values: [...values].map((v, i) => [at(timesMs[i]!), formatValue(v)]) } : {}),
          ...(histograms.length > 0
            ? { histograms: histograms.map((h, i) => [at(histogramTimesMs[i]!), plainHistogram(histogramJson(h))]) }
            : {}),
        })),
      };
  }
}

/** The API leaves out an empty list of buckets. */
function plainHistogram<T extends { buckets: readonly unknown[] }>(json: T): Partial<T> {
  if (json.buckets.length > 0) return json;
  const { buckets: _, ...rest } = json;
  return rest as Partial<T>;
}

function sortedKeys(record: object): unknown {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Sample statistics with times in seconds, as the API prints them. */
function statistics({ stats }: QueryResult): unknown {
  const inSeconds = (list: readonly (readonly [number, number])[] | undefined) =>
    list?.map(([timeMs, count]) => [timeMs / 1000, count]);
  const { totalQueryableSamplesPerStep, samplesReadPerStep, ...rest } = stats.samples;
  if (totalQueryableSamplesPerStep === undefined) return sortedKeys(rest);
  return sortedKeys({
    ...rest,
    totalQueryableSamplesPerStep: inSeconds(totalQueryableSamplesPerStep),
    samplesReadPerStep: inSeconds(samplesReadPerStep),
  });
}

function sorted(list: unknown): unknown {
  return Array.isArray(list) ? list.map((one) => JSON.stringify(one)).sort() : list;
}

function engineOf(profile: string): Engine {
  const isExperimental = profile === 'experimental';
  return new Engine({
    ...(profile === 'limits' ? { maxSamples: 200 } : {}),
    features: {
      experimentalFunctions: isExperimental,
      extendedRangeSelectors: isExperimental,
      binopFillModifiers: isExperimental,
      perStepStats: isExperimental,
      delayedNameRemoval: profile === 'delayed',
    },
  });
}

/** Cases whose parameters are plain times and durations; how the API reads others is its own matter. */
function plainCases(): RecordedCase[] {
  const isNumber = (text: string | undefined): boolean => text !== undefined && /^-?[\d.]+$/.test(text);
  return readFileSync(`${shared}cases.jsonl`, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as RecordedCase)
    .filter(({ path, params, compare, status, method }) => {
      const given = new Map(params);
      const known = new Set(['query', 'time', 'start', 'end', 'step', 'stats', 'lookback_delta']);
      if (!params.every(([name]) => known.has(name)) || given.size !== params.length || method !== 'GET') return false;
      if (given.has('lookback_delta') || (status !== 200 && status !== 422)) return false;
      if (!['exact', 'any-order', 'timings-zeroed'].includes(compare)) return false;
      if (path === '/api/v1/query') return isNumber(given.get('time')) && given.has('query');
      return path === '/api/v1/query_range' && ['start', 'end', 'step'].every((name) => isNumber(given.get(name)));
    });
}

async function evaluate(storage: TestStorage, recorded: RecordedCase): Promise<QueryResult> {
  const given = new Map(recorded.params);
  const ms = (name: string): number => Math.round(Number(given.get(name)) * 1000);
  const engine = engineOf(recorded.profile);
  const options = { perStepStats: given.get('stats') === 'all' };
  if (recorded.path === '/api/v1/query') return engine.instant(storage, given.get('query')!, ms('time'), options);
  const times = { startMs: ms('start'), endMs: ms('end'), stepMs: ms('step') };
  return engine.range(storage, given.get('query')!, times, options);
}

describe.skipIf(!isThere)('answers of Prometheus', () => {
  it('are ours', async () => {
    const storage = loadRecorded();
    const differing: string[] = [];
    const cases = plainCases().filter(({ id }) => !DEVIATING.has(id));
    for (const recorded of cases) {
      const body = JSON.parse(recorded.body) as {
        data?: { resultType: string; result: unknown; stats?: { samples: unknown } };
        error?: string;
        warnings?: string[];
        infos?: string[];
      };
      const query = new Map(recorded.params).get('query')!;
      let actual: unknown;
      let expected: unknown;
      try {
        const result = await evaluate(storage, recorded);
        const json = asJson(result.value) as { resultType: string; result: unknown };
        const isAnyOrder = recorded.compare !== 'exact';
        const order = (list: unknown): unknown => (isAnyOrder ? sorted(list) : JSON.stringify(list));
        actual = [json.resultType, order(json.result), sorted(result.warnings), sorted(result.infos)];
        const warnings = (body.warnings ?? []).filter((text) => text.startsWith('PromQL'));
        expected = [body.data?.resultType, order(body.data?.result), sorted(warnings), sorted(body.infos ?? [])];
        if (body.data?.stats !== undefined) {
          actual = [actual, statistics(result)];
          expected = [expected, sortedKeys(body.data.stats.samples as object)];
        }
      } catch (error) {
        actual = (error as Error).message;
        expected = body.error;
      }
      const isSame = JSON.stringify(actual) === JSON.stringify(expected);
      if (!isSame)
        differing.push(`${recorded.id} ${query}\n  want ${JSON.stringify(expected)}\n  got  ${JSON.stringify(actual)}`);
    }
    expect(cases.length).toBeGreaterThan(300);
    expect(differing).toEqual([]);
  });
});

describe('reading recorded histograms', () => {
  it('turns deltas into counts', () => {
    expect([...sumDeltas(Float64Array.of(2, -1, 2, -1))]).toEqual([2, 1, 3, 2]);
  });
});
