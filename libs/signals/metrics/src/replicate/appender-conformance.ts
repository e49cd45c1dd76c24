import { deepStrictEqual, ok, rejects } from 'node:assert/strict';
import { snappyCompress } from '@telamon/bytes';
import { defaultLimits, type TenantLimits } from '@telamon/limits';
import { TelamonError, writeStaleAt } from '@telamon/model';
import {
  type SeriesToWrite,
  WriteRequestCursor,
  WriteRequestEncoder,
  WriteRequestV2Cursor,
  WriteRequestV2Encoder,
} from '@telamon/wire';
import { MAX_REPORTED_REFUSALS } from '../head/append-contract.ts';
import type { AppendInput, AppendResult } from '../head/index.ts';
import { appendInputOf } from '../receive/append-input.ts';
import type { MetricsAppender } from '../receive/metrics-appender.ts';
import { SeriesPreparers } from '../receive/series-preparers.ts';

/** The time of most samples, ms. */
export const T0 = 1_793_491_200_000;

/** An appender with everything that it writes to, empty at first. */
export interface AppenderBed {
  readonly appender: MetricsAppender;
  /** Limits of every tenant from now on. */
  setLimits(limits: TenantLimits): void;
}

/** One thing that every appender must do. */
export interface AppenderCase {
  readonly name: string;
  /** Throws when it does not hold. */
  run(bed: AppenderBed): Promise<void>;
}

/** A request as the receivers of remote write make it. */
export function inputOf(body: Uint8Array, limits: TenantLimits, version: 1 | 2 = 1): AppendInput {
  const cursor = version === 1 ? new WriteRequestCursor(body) : new WriteRequestV2Cursor(body);
  const { histograms } = cursor.verify();
  return appendInputOf(new SeriesPreparers(), {
    limits,
    cursor,
    body,
    block: snappyCompress(body),
    hasHistograms: histograms > 0,
  });
}

/** What callers see of an outcome. */
export function toldOf({ written, failed, failedByReason, refusals }: AppendResult): object {
  const told = refusals.filter(({ isSilent }) => isSilent !== true).map(({ message }) => message);
  return { written: { ...written }, failed: { ...failed }, reasons: Object.fromEntries(failedByReason), told };
}

/** Words of a staleness marker. */
export function staleWords(): readonly [number, number] {
  const words = new Uint32Array(2);
  writeStaleAt(words, 0);
  return [words[0]!, words[1]!];
}

/** A series `NAME{job="JOB"}`. */
export function series(name: string, job: string, ...samples: [offsetMs: number, value: number][]): SeriesToWrite {
  const labels = ['__name__', name, 'job', job];
  return { labels, samples: samples.map(([offsetMs, value]) => ({ timeMs: T0 + offsetMs, value })) };
}

/** A body of either version. */
export function bodyOf(all: readonly SeriesToWrite[], version: 1 | 2 = 1): Uint8Array {
  const encoder = version === 1 ? new WriteRequestEncoder() : new WriteRequestV2Encoder();
  for (const one of all) encoder.addSeries(one);
  return encoder.finish();
}

interface Step {
  readonly series: readonly SeriesToWrite[];
  readonly limits?: Partial<TenantLimits>;
  readonly samples: number;
  readonly failed?: number;
  /** Ids of what the sender is told, in order. */
  readonly told?: readonly string[];
  readonly reasons?: Readonly<Record<string, number>>;
}

/** What all appenders have in common, for any test runner. Give every case its own bed. */
export function appenderConformance(): readonly AppenderCase[] {
  return [...versionCases(1), ...versionCases(2), exemplars(1), exemplars(2), metadataAlone(), badMetadata(), brokenSeriesEnd()];
}

function versionCases(version: 1 | 2): AppenderCase[] {
  const make = (name: string, ...steps: Step[]): AppenderCase => ({
    name: `v${version}: ${name}`,
    run: (bed) => runSteps(bed, steps, version),
  });
  return [
    make('a request without series', { series: [], samples: 0 }),
    make('samples of several series', { series: [series('a', 'x', [0, 1], [1000, 2]), series('b', 'y', [0, 3])], samples: 3 }),
    make(
      'the same again is fine, another value is not',
      { series: [series('a', 'x', [0, 1])], samples: 1 },
      { series: [series('a', 'x', [0, 1])], samples: 1 },
      {
        series: [series('a', 'x', [0, 2]), series('a', 'y', [0, 2])],
        samples: 1,
        failed: 1,
        told: ['sample-duplicate-timestamp'],
        reasons: { 'sample-duplicate-timestamp': 1 },
      },
    ),
    make(
      'older samples are told one by one',
      { series: [series('a', 'x', [5000, 1]), series('a', 'y', [5000, 1])], samples: 2 },
      {
        series: [series('a', 'y', [1000, 1], [2000, 1]), series('a', 'z', [1000, 1]), series('a', 'x', [1000, 1], [6000, 2])],
        samples: 2,
        failed: 3,
        told: ['sample-out-of-order', 'sample-out-of-order', 'sample-out-of-order'],
        reasons: { 'sample-out-of-order': 3 },
      },
    ),
    make('disorder within a request is dropped without a word', {
      series: [series('a', 'x', [5000, 1], [1000, 1])],
      samples: 2,
      reasons: { 'sample-out-of-order': 1 },
    }),
    make('bad labels are refused, the rest is kept', {
      series: [
        { ...series('a', 'x', [0, 1]), labels: ['job', 'x'] },
        series('a', 'y', [0, 1]),
        { ...series('a', 'x', [0, 1]), labels: ['__name__', 'a', 'job', 'x', 'job', 'z'] },
      ],
      samples: 1,
      failed: 2,
      told: ['missing-metric-name', 'duplicate-label-names'],
      reasons: { missing_metric_name: 1, duplicate_label_names: 1 },
    }),
    make('labels in disorder and empty ones are the same series', {
      series: [
        series('a', 'x', [0, 1]),
        { ...series('a', 'x', [1000, 2]), labels: ['job', 'x', '__name__', 'a'] },
        { ...series('a', 'x', [2000, 3]), labels: ['__name__', 'a', 'gone', '', 'job', 'x'] },
        { ...series('a', 'x', [2000, 4]), labels: ['job', 'x', 'z', '', '__name__', 'a'] },
      ],
      samples: 4,
      reasons: { 'sample-duplicate-timestamp': 1 },
    }),
    make(
      'limits of series',
      { series: [series('a', 'x', [0, 1]), series('a', 'y', [0, 1])], limits: { maxGlobalSeriesPerUser: 2 }, samples: 2 },
      {
        series: [series('a', 'v', [0, 1]), series('a', 'x', [1000, 1]), series('a', 'w', [0, 1])],
        limits: { maxGlobalSeriesPerUser: 2 },
        samples: 1,
        failed: 2,
        told: ['max-series-per-user'],
        reasons: { 'max-series-per-user': 2 },
      },
      {
        series: [series('a', 'v', [0, 1])],
        limits: { maxGlobalSeriesPerMetric: 2 },
        samples: 0,
        failed: 1,
        told: ['max-series-per-metric'],
        reasons: { 'max-series-per-metric': 1 },
      },
    ),
    make('a sample of the far future', {
      series: [series('a', 'x', [365 * 86_400_000, 1]), series('a', 'y', [0, 1])],
      samples: 1,
      failed: 1,
      told: ['too-far-in-future'],
      reasons: { 'too-far-in-future': 1 },
    }),
    make('rules of the tenant', {
      series: [
        { ...series('a', 'x', [0, 1]), labels: ['__name__', 'a', 'job', 'x', 'secret', 's'] },
        { ...series('b', 'x', [0, 1]), labels: ['__name__', 'b', 'job', 'x'] },
      ],
      limits: {
        dropLabels: ['secret'],
        metricRelabelConfigs: [{ source_labels: ['__name__'], regex: 'b', action: 'drop' }] as never,
      },
      samples: 1,
      failed: 1,
      reasons: { relabel_configuration: 1 },
    }),
    make('as many refusals as are told, beside a series that the rules drop', {
      series: [
        series('b', 'x', [0, 1]),
        ...Array.from({ length: MAX_REPORTED_REFUSALS + 1 }, (_, index) => series('a', `x${index}`, [365 * 86_400_000, 1])),
      ],
      limits: { metricRelabelConfigs: [{ source_labels: ['__name__'], regex: 'b', action: 'drop' }] as never },
      samples: 0,
      failed: MAX_REPORTED_REFUSALS + 2,
      told: Array.from({ length: MAX_REPORTED_REFUSALS }, () => 'too-far-in-future'),
      reasons: { relabel_configuration: 1, 'too-far-in-future': MAX_REPORTED_REFUSALS + 1 },
    }),
    make('label limits in bytes, and texts beyond ASCII', {
      series: [
        { ...series('a', 'ä'.repeat(10), [0, 1]) },
        { ...series('a', 'ä'.repeat(11), [0, 1]) },
        { ...series('a', 'x', [0, 1]), labels: ['__name__', 'mêtre', 'größe', '✓'] },
      ],
      limits: { maxLabelValueLength: 20 },
      samples: 2,
      failed: 1,
      told: ['label-value-too-long'],
      reasons: { label_value_too_long: 1 },
    }),
  ];
}

async function runSteps(bed: AppenderBed, steps: readonly Step[], version: 1 | 2): Promise<void> {
  for (const step of steps) {
    const limits = { ...defaultLimits(), ...step.limits };
    bed.setLimits(limits);
    const result = await bed.appender.append('t', inputOf(bodyOf(step.series, version), limits, version));
    const told = result.refusals.filter(({ isSilent }) => isSilent !== true);
    const ids = told.map(({ message }) => /err-mimir-([a-z-]+)/.exec(message)?.[1] ?? message);
    const seen = { samples: result.written.samples, failed: result.failed.samples, told: ids };
    deepStrictEqual(seen, { samples: step.samples, failed: step.failed ?? 0, told: step.told ?? [] });
    deepStrictEqual(Object.fromEntries(result.failedByReason), step.reasons ?? {});
  }
}

function exemplars(version: 1 | 2): AppenderCase {
  return {
    name: `exemplars: without labels kept, too long ones counted but not told, version ${version}`,
    run: async (bed) => {
      const limits = defaultLimits();
      bed.setLimits(limits);
      const of = (labels: readonly string[], timeMs: number) => ({ labels, value: 1, timeMs });
      const texts = [[], ['trace_id', 'x'.repeat(121)], ['trace_id', 'é'.repeat(120)]];
      const sent = { ...series('a', 'x', [0, 1]), exemplars: texts.map((labels, i) => of(labels, T0 + i)) };
      const result = await bed.appender.append('t', inputOf(bodyOf([sent], version), limits, version));
      deepStrictEqual(toldOf(result), {
        written: { samples: 1, histograms: 0, exemplars: 2, metadata: 0 },
        failed: { samples: 0, histograms: 0, exemplars: 1, metadata: 0 },
        reasons: { 'exemplar-labels-too-long': 1 },
        told: [],
      });
    },
  };
}

function metadataAlone(): AppenderCase {
  return {
    name: 'metadata without series, under their limit',
    run: async (bed) => {
      const limits = { ...defaultLimits(), maxGlobalMetadataPerUser: 2 };
      bed.setLimits(limits);
      const encoder = new WriteRequestEncoder();
      for (const name of ['a', 'b', 'c']) encoder.addMetadata({ name, type: 'counter', help: `about ${name}`, unit: '' });
      const result = await bed.appender.append('t', inputOf(encoder.finish(), limits));
      deepStrictEqual(result.written, { samples: 0, histograms: 0, exemplars: 0, metadata: 2 });
      deepStrictEqual(Object.fromEntries(result.failedByReason), { 'max-metadata-per-user': 1 });
      ok(result.refusals[0]?.message.includes('limit of 2 exceeded'));
    },
  };
}

function badMetadata(): AppenderCase {
  return {
    name: 'metadata that are wrong end the request, its series are kept',
    run: async (bed) => {
      const limits = defaultLimits();
      const encoder = new WriteRequestEncoder().addSeries(series('a', 'x', [0, 1]));
      const body = encoder.addMetadata({ name: '', type: 'counter', help: 'h', unit: '' }).finish();
      const isTold = (error: unknown): boolean => error instanceof TelamonError && error.status === 400;
      await rejects(async () => bed.appender.append('t', inputOf(body, limits)), isTold);
      const again = await bed.appender.append('t', inputOf(bodyOf([series('a', 'x', [0, 2])]), limits));
      deepStrictEqual(Object.fromEntries(again.failedByReason), { 'sample-duplicate-timestamp': 1 });
    },
  };
}

function brokenSeriesEnd(): AppenderCase {
  return {
    name: 'a staleness marker is not just any NaN',
    run: async (bed) => {
      const limits = defaultLimits();
      const stale = { timeMs: T0, value: 0, words: staleWords() };
      const nan = { timeMs: T0, value: Number.NaN };
      const push = async (sample: typeof stale | typeof nan): Promise<AppendResult> => {
        const body = bodyOf([{ labels: ['__name__', 'a'], samples: [sample] }]);
        return bed.appender.append('t', inputOf(body, limits));
      };
      deepStrictEqual((await push(stale)).written.samples, 1);
      deepStrictEqual((await push(stale)).written.samples, 1);
      deepStrictEqual((await push(nan)).failed.samples, 1);
    },
  };
}
