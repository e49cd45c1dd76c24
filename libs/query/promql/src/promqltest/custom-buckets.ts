import { CUSTOM_BUCKETS_SCHEMA, compactHistogram, type FloatHistogram, type Labels, parseGoFloat } from '@telamon/model';
import type { TestSample } from './test-storage.ts';

/** A series with its samples. */
export interface SampledSeries {
  readonly labels: Labels;
  readonly samples: readonly TestSample[];
}

interface Classic {
  /** Cumulative counts by upper bound. */
  readonly buckets: Map<number, number>;
  count: number | undefined;
  sum: number;
}

interface Family {
  readonly labels: Labels;
  readonly byTime: Map<number, Classic>;
}

/** Converts classic histograms (`_bucket`, `_count`, `_sum`) to native ones with custom buckets, one series each. */
export function customBucketSeries(series: readonly SampledSeries[]): SampledSeries[] {
  const families = new Map<string, Family>();
  for (const { labels, samples } of series) {
    const found = /^(.*)_(bucket|count|sum)$/.exec(labels.metricName);
    if (found === null) continue;
    const bound = found[2] === 'bucket' ? parseGoFloat(labels.get('le')) : 0;
    if (bound === undefined || Number.isNaN(bound)) continue;
    const base = labels.with('__name__', found[1]!).with('le', '');
    const family = families.get(base.key()) ?? { labels: base, byTime: new Map<number, Classic>() };
    families.set(base.key(), family);
    for (const sample of samples) if (sample.histogram === undefined) collect(family, sample, found[2]!, bound);
  }
  return [...families.values()].map(convert);
}

function collect(family: Family, sample: TestSample, part: string, bound: number): void {
  const classic: Classic = family.byTime.get(sample.timeMs) ?? { buckets: new Map(), count: undefined, sum: 0 };
  family.byTime.set(sample.timeMs, classic);
  if (part === 'bucket') classic.buckets.set(bound, sample.value);
  else if (part === 'count') classic.count = sample.value;
  else classic.sum = sample.value;
}

function convert({ labels, byTime }: Family): SampledSeries {
  const samples = [...byTime].map(
    ([timeMs, classic]): TestSample => ({
      timeMs,
      value: 0,
      isStale: false,
      histogram: toHistogram(classic),
      startTimeMs: 0,
    }),
  );
  return { labels, samples: samples.sort((a, b) => a.timeMs - b.timeMs) };
}

function toHistogram(classic: Classic): FloatHistogram {
  const ordered = [...classic.buckets].sort((a, b) => a[0] - b[0]);
  const last = ordered.at(-1);
  const count = classic.count ?? last?.[1] ?? 0;
  if (last === undefined || last[0] !== Number.POSITIVE_INFINITY) ordered.push([Number.POSITIVE_INFINITY, count]);
  let before = 0;
  const buckets = Float64Array.from(ordered, ([, cumulative]) => {
    const own = cumulative - before;
    before = cumulative;
    return own;
  });
  return compactHistogram({
    counterResetHint: 0,
    schema: CUSTOM_BUCKETS_SCHEMA,
    zeroThreshold: 0,
    zeroCount: 0,
    count,
    sum: classic.sum,
    positiveSpans: [{ offset: 0, length: buckets.length }],
    negativeSpans: [],
    positiveBuckets: buckets,
    negativeBuckets: new Float64Array(0),
    customValues: Float64Array.from(ordered.slice(0, -1), ([bound]) => bound),
  });
}
