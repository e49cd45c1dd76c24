import type { FloatHistogram } from '@telamon/model';
import type { TestSeries } from './frontend.fixture.ts';

/** A generator of numbers in [0, 1) that gives the same ones for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Earliest sample of {@link randomSeries}, ms. */
export const DATA_FROM_MS = 1_700_000_000_000;
/** Time that series of {@link randomSeries} may cover, about. */
export const DATA_MS: number = 6 * 3_600_000;

/** Series of several metrics that come, go, pause, reset and go stale, with values of many digits. */
export function randomSeries(seed: number): TestSeries[] {
  const random = seeded(seed);
  const series: TestSeries[] = [];
  for (const name of ['requests_total', 'errors_total', 'temperature', 'up']) {
    for (let i = 0; i < 4; i++) {
      const labels = { __name__: name, job: i % 2 === 0 ? 'api' : 'db', instance: `host-${i}` };
      if (random() < 0.85) series.push({ labels, samples: floats(random, name) });
    }
  }
  for (const le of ['0.1', '1', '+Inf']) {
    for (const job of ['api', 'db']) {
      series.push({ labels: { __name__: 'latency_bucket', job, le }, samples: floats(random, 'requests_total') });
    }
  }
  for (const job of ['api', 'db']) series.push({ labels: { __name__: 'latency', job }, samples: histograms(random) });
  return series;
}

function* times(random: () => number): Generator<number, void, undefined> {
  const lengthMs = DATA_MS * (0.15 + random());
  const endMs = DATA_FROM_MS + lengthMs;
  for (let timeMs = DATA_FROM_MS + Math.floor(random() * DATA_MS * 0.6); timeMs < endMs; ) {
    yield timeMs;
    const isPause = random() < 0.02;
    timeMs += 30_000 + Math.floor(random() * 500) + (isPause ? Math.floor(random() * 1_800_000) : 0);
  }
}

function floats(random: () => number, name: string): (readonly [number, number])[] {
  let value = random() * 1000;
  return Array.from(times(random), (timeMs) => {
    const isCounter = name.endsWith('_total');
    if (isCounter) value = random() < 0.01 ? random() : value + random() * 7.3;
    else if (name === 'up') value = random() < 0.9 ? 1 : 0;
    else value = random() < 0.005 ? Number.NaN : (random() - 0.5) * 1e3;
    return [timeMs, value] as const;
  });
}

function histograms(random: () => number): (readonly [number, FloatHistogram])[] {
  const buckets = [1, 2, 3];
  return Array.from(times(random), (timeMs) => {
    if (random() < 0.02) buckets.fill(0);
    for (let i = 0; i < buckets.length; i++) buckets[i]! += Math.floor(random() * 4);
    const count = buckets.reduce((sum, one) => sum + one, 1);
    const histogram: FloatHistogram = {
      counterResetHint: 0,
      schema: 0,
      zeroThreshold: 0.001,
      zeroCount: 1,
      count,
      sum: count * 1.7,
      positiveSpans: [{ offset: 0, length: 3 }],
      negativeSpans: [],
      positiveBuckets: Float64Array.from(buckets),
      negativeBuckets: new Float64Array(0),
      customValues: new Float64Array(0),
    };
    return [timeMs, histogram] as const;
  });
}

/** The same series with whole numbers, whose sums are exact in whatever order they are added. */
export function wholeSeries(seed: number): TestSeries[] {
  return randomSeries(seed)
    .filter(({ labels }) => labels.__name__ !== 'latency')
    .map(({ labels, samples }) => ({
      labels,
      samples: samples.map(([timeMs, value]) => [timeMs, typeof value === 'number' ? Math.round(value) : value] as const),
    }));
}

/** Queries with aggregations that shards can answer, and some that they can't. Sums are of whole numbers. */
export const SHARDABLE_QUERIES: readonly string[] = [
  'sum(temperature)',
  'sum by (job) (temperature)',
  'sum without (instance) (requests_total)',
  'count by (job) (up == 1)',
  'count({job="api"})',
  'min by (instance) (-temperature)',
  'max(rate(requests_total[5m]))',
  'max without (job) (avg_over_time(temperature[10m]))',
  'group by (instance) (up)',
  'group(up) + count(up) * 2',
  'avg(up)',
  'avg by (job) (changes(up[10m]))',
  'avg without (instance) (temperature offset 10m)',
  'sum(changes(up[20m])) / count(up)',
  'sum by (job) (up) / on (job) group_left () max by (job) (temperature)',
  'max(max_over_time(abs(temperature)[20m:3m]))',
  'sum(temperature @ 1700009000)',
  'max(temperature @ end()) - min(temperature @ start())',
  'sum(max by (job) (temperature))',
  'quantile(0.5, max by (instance) (up))',
  'scalar(sum(up)) + vector(1)',
  'absent(sum(nothing))',
  'sum(nothing) or vector(0)',
  'histogram_quantile(0.9, sum by (le) (changes(latency_bucket[30m])))',
  'round(sum(temperature), 10) > bool 3',
  'label_replace(sum by (job) (up), "x", "$1", "job", "(.*)")',
  'clamp(max(temperature), -5, time())',
  'topk(1, sum by (job) (up))',
  'sum(up) + up',
  'sum(label_replace(up, "x", "y", "job", ".*"))',
  'stddev(temperature)',
  'sum(rate({job="api"}[5m]))',
];

/** Queries of all sorts over {@link randomSeries}; some are refused, some bear annotations, some hold their steps together. */
export const QUERIES: readonly string[] = [
  'temperature',
  '1',
  'time()',
  'vector(time())',
  '"text"',
  'up == 0',
  'temperature > bool 0',
  '-temperature',
  'abs(temperature) + 1',
  'sum(temperature)',
  'avg by (job) (temperature)',
  'count without (instance) (up)',
  'stddev(temperature)',
  'topk(2, temperature)',
  'bottomk by (job) (1, rate(requests_total[5m]))',
  'topk(1, sum by (instance) (up))',
  'quantile(0.9, temperature)',
  'quantile(1.5, temperature)',
  'count_values("v", up)',
  'group by (job) (up)',
  'min(temperature) or max(up)',
  'rate(requests_total[5m])',
  'rate(temperature[5m])',
  'increase(requests_total[1h])',
  'irate(requests_total[2m])',
  'sum by (job) (rate(requests_total[10m]))',
  'sum(rate(errors_total[5m])) / sum(rate(requests_total[5m]))',
  'rate(errors_total[5m]) / on (instance) rate(requests_total[5m])',
  'sum(rate(errors_total[5m]) / on (instance) rate(requests_total[5m]))',
  'requests_total * on (job, instance) group_left () up',
  'requests_total * on (job) group_left () up',
  'temperature and up == 1',
  'temperature unless up',
  '{__name__=~"temperature|up"}',
  'rate({__name__=~"requests_total|errors_total"}[5m])',
  'abs({__name__=~"temperature|up"})',
  'sum by (__name__) ({__name__=~".+_total"})',
  'avg_over_time(temperature[7m])',
  'stddev_over_time(temperature[7m])',
  'quantile_over_time(0.3, temperature[7m])',
  'last_over_time({job="api"}[3m])',
  'changes(up[20m])',
  'deriv(temperature[10m])',
  'predict_linear(temperature[10m], 600)',
  'max_over_time(sum(rate(requests_total[5m]))[30m:1m])',
  'sum_over_time(temperature[30m:7m])',
  'avg_over_time((temperature or up)[10m:1m])',
  'rate(requests_total[5m] offset 37m)',
  'temperature offset -20m',
  'temperature @ 1700009000',
  'sum(temperature @ 1700009000) + sum(temperature)',
  'temperature @ start()',
  'rate(requests_total[5m] @ end())',
  'absent(nothing)',
  'absent(up{instance="host-1"})',
  'absent_over_time(temperature{job="db"}[5m])',
  'label_replace(up, "x", "$1", "instance", "host-(.*)")',
  'label_replace(up, "instance", "same", "instance", ".*")',
  'sum by (x) (label_replace(up, "x", "$1", "instance", "host-(.*)"))',
  'label_join(up, "y", "-", "job", "instance")',
  'sort_desc(temperature)',
  'scalar(up{instance="host-0"}) + vector(1)',
  'clamp(temperature, -10, 10)',
  'round(temperature, 0.3)',
  'hour()',
  'timestamp(temperature)',
  'histogram_quantile(0.9, sum by (job, le) (rate(latency_bucket[10m])))',
  'histogram_quantile(0.5, latency_bucket)',
  'histogram_quantile(0.9, rate(latency[10m]))',
  'sum(rate(latency[10m]))',
  'latency',
  'histogram_count(latency) / histogram_sum(latency)',
  'sum({__name__=~"latency|up"})',
  'avg({__name__=~"latency|temperature"})',
  'sum(up) by (job) + on (job) group_right () requests_total',
  'up + on (job) temperature',
  'no_such_function(up)',
  'sum(',
];
