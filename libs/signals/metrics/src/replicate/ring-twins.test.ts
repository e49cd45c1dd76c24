import { existsSync, readFileSync } from 'node:fs';
import { DecodeError, snappyUncompress, TooLargeError } from '@telamon/bytes';
import { defaultLimits, type TenantLimits } from '@telamon/limits';
import { TelamonError } from '@telamon/model';
import { createRegistry, createSilentLogger, FakeClock } from '@telamon/telemetry';
import { METRIC_TYPES, type OtlpEncoding, type SeriesToWrite, WriteRequestEncoder, WriteRequestV2Encoder } from '@telamon/wire';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { HaTracker } from '../receive/ha-tracker.ts';
import { attributesOf, requestOf, timeNano } from '../receive/otlp/otlp.fixture.ts';
import { OtlpReceiver } from '../receive/otlp/otlp-receiver.ts';
import { SeriesPreparers } from '../receive/series-preparers.ts';
import { createWriteMetrics } from '../receive/write-metrics.ts';
import { WriteRates } from '../receive/write-rates.ts';
import { inputOf, staleWords, T0, toldOf } from './appender-conformance.ts';
import { RingAppender } from './ring-appender.ts';
import { DirectBed, RingBed } from './ring-bed.fixture.ts';

const shared = new URL('../../../../../../shared/conformance/', import.meta.url);
const hasShared = existsSync(shared);

const TAKEN_OFF = /, (?:secret|__replica__)=\\"\w+\\"/g;

/** The same requests to the heads of one process and to a ring; both must answer and hold the same. */
class Twins {
  limits: TenantLimits = defaultLimits();
  readonly direct: DirectBed;
  readonly ring: RingBed;
  readonly #otlp: readonly OtlpReceiver[];

  constructor(direct: DirectBed, ring: RingBed) {
    this.direct = direct;
    this.ring = ring;
    this.#otlp = [direct, ring].map((bed) => {
      const clock = new FakeClock(T0);
      const limitsOf = (): TenantLimits => this.limits;
      return new OtlpReceiver({
        limitsOf,
        appender: bed.appender,
        lastSamplesOf: (tenant) => bed.lastSamplesOf(tenant),
        preparers: new SeriesPreparers(),
        ha: new HaTracker({ failoverTimeoutMs: 30_000, nowMs: () => clock.nowMs() }),
        rates: new WriteRates(limitsOf, clock),
        metrics: createWriteMetrics(createRegistry()),
        maxRequestSizeBytes: 1 << 22,
        lookbackDeltaMs: 300_000,
        log: createSilentLogger(),
        random: () => 0.5,
      });
    });
  }

  async write(tenant: string, body: Uint8Array, version: 1 | 2): Promise<void> {
    this.ring.setLimits(this.limits);
    const outcomes = [];
    for (const bed of [this.direct, this.ring]) {
      outcomes.push(await outcomeOf(async () => toldOf(await bed.appender.append(tenant, inputOf(body, this.limits, version)))));
    }
    // Of two requests on their way to one ingester the later may come first, where the two are not alike.
    await this.ring.settled;
    const [direct, ring] = outcomes.map(withoutTakenOff);
    expect(ring).toEqual(direct);
  }

  async otlp(tenant: string, request: object | Uint8Array, encoding: OtlpEncoding = 'json'): Promise<void> {
    this.ring.setLimits(this.limits);
    const body = request instanceof Uint8Array ? request : Buffer.from(JSON.stringify(request));
    const outcomes = [];
    for (const receiver of this.#otlp) {
      outcomes.push(await outcomeOf(() => receiver.receive({ tenant, encoding, body, headers: {} })));
    }
    await this.ring.settled;
    expect(outcomes[1]).toEqual(outcomes[0]);
  }

  async expectSame(tenant: string): Promise<void> {
    expect(await this.ring.dump(tenant)).toEqual(await this.direct.dump(tenant));
    if (this.ring.ingesters.length > 3) return;
    for (const ingester of this.ring.ingesters)
      expect(await ingester.dumpRest(tenant)).toEqual(await this.direct.heads.dumpRest(tenant));
  }
}

/**
 * A distributor refuses an exemplar behind the rules of the tenant, where its series has lost what they take off; so two texts of one
 * process may be one there.
 */
function withoutTakenOff(outcome: unknown): unknown {
  const told = JSON.parse(JSON.stringify(outcome).replaceAll(TAKEN_OFF, '')) as { told?: string[] } | string;
  return typeof told === 'object' && told.told !== undefined ? { ...told, told: [...new Set(told.told)] } : told;
}

async function outcomeOf(run: () => Promise<unknown>): Promise<unknown> {
  try {
    return (await run()) ?? 'all';
  } catch (error) {
    if (error instanceof TelamonError) return { status: error.status, message: error.message };
    if (error instanceof DecodeError || error instanceof TooLargeError) return { decode: error.message };
    throw error;
  }
}

const beds: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const bed of beds.splice(0)) await bed.close();
});

async function openTwins(ingesters = 3): Promise<Twins> {
  const twins = new Twins(await DirectBed.open(), await RingBed.open({ ingesters }));
  beds.push(twins.direct, twins.ring);
  return twins;
}

describe.skipIf(!hasShared)(`recorded write requests${hasShared ? '' : ' (no recordings beside this checkout)'}`, () => {
  const folder = new URL('prometheus/receiver/', shared);

  it.each([1, 2] as const)('version %i', async (version) => {
    const twins = await openTwins();
    for (const seed of ['seed-float.v1.bin', 'seed-histogram.v1.bin']) {
      await twins.write('t', snappyUncompress(readFileSync(new URL(seed, folder)), 1 << 25), 1);
    }
    let count = 0;
    for (const line of readFileSync(new URL('cases.jsonl', folder), 'utf8').trim().split('\n')) {
      const one = JSON.parse(line) as { id: string; protocol: string; bodyFile: string };
      if (one.protocol !== `v${version}`) continue;
      const file = readFileSync(new URL(one.bodyFile, folder));
      let body: Uint8Array;
      try {
        body = snappyUncompress(file, 1 << 25);
      } catch {
        continue;
      }
      count++;
      await twins.write('t', body, version).catch((error: Error) => {
        error.message = `${one.id}: ${error.message}`;
        throw error;
      });
    }
    expect(count).toBeGreaterThan(20);
    await twins.expectSame('t');
  });
});

// Many heads are opened.
const SLOW_MS = 120_000;

describe.skipIf(!hasShared)(`recorded OTLP requests${hasShared ? '' : ' (no recordings beside this checkout)'}`, () => {
  it(
    'are answered and stored the same',
    async () => {
      const twins = await openTwins();
      let count = 0;
      for (const line of readFileSync(new URL('otlp/cases.jsonl', shared), 'utf8').trim().split('\n')) {
        const one = JSON.parse(line) as { id: string; request: string | object };
        if (typeof one.request === 'string') continue;
        const tenant = `t${count++}`;
        await twins.otlp(tenant, one.request);
        await twins.otlp(tenant, one.request);
        await twins.expectSame(tenant).catch((error: Error) => {
          error.message = `${one.id}: ${error.message}`;
          throw error;
        });
      }
      expect(count).toBeGreaterThan(20);
    },
    SLOW_MS,
  );
});

const DELTA = 1;

function sum(seconds: number, value: number, extra: object = {}): object {
  const point = { startTimeUnixNano: timeNano(seconds - 10), timeUnixNano: timeNano(seconds), asDouble: value, ...extra };
  return { name: 'd', sum: { aggregationTemporality: DELTA, isMonotonic: true, dataPoints: [point] } };
}

function classic(seconds: number, counts: number[], temporality = DELTA): object {
  const dataPoints = [
    {
      timeUnixNano: timeNano(seconds),
      count: String(counts.reduce((a, b) => a + b)),
      sum: 1.5,
      explicitBounds: [1],
      bucketCounts: counts.map(String),
      exemplars: [{ timeUnixNano: timeNano(seconds), asDouble: 0.5, traceId: '0102030405060708090a0b0c0d0e0f10' }],
    },
  ];
  return { name: 'h', histogram: { aggregationTemporality: temporality, dataPoints } };
}

function exponential(seconds: number, counts: number[], flags = 0): object {
  const dataPoints = [
    {
      timeUnixNano: timeNano(seconds),
      count: String(counts.reduce((a, b) => a + b)),
      sum: 2,
      scale: 1,
      flags,
      positive: { offset: 0, bucketCounts: counts.map(String) },
    },
  ];
  return { name: 'e', exponentialHistogram: { aggregationTemporality: DELTA, dataPoints } };
}

function cumulative(seconds: number, value: number): object {
  const dataPoints = [{ startTimeUnixNano: timeNano(-60), timeUnixNano: timeNano(seconds), asDouble: value }];
  return { name: 'c', sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints } };
}

const SEQUENCES: Readonly<Record<string, { limits?: Partial<TenantLimits>; requests: object[] }>> = {
  'deltas, late and repeated ones': {
    requests: [
      requestOf([sum(0, 5)]),
      requestOf([sum(10, 2), sum(20, 3)]),
      requestOf([sum(5, 1), sum(30, 1)]),
      requestOf([sum(30, 1)]),
    ],
  },
  'two deltas at one time': { requests: [requestOf([sum(0, 5), sum(0, 6)])] },
  'deltas behind the end of a series': {
    requests: [requestOf([sum(0, 5)]), requestOf([sum(10, 0, { flags: 1 })]), requestOf([sum(20, 3)])],
  },
  'deltas that the head refuses': {
    requests: [requestOf([sum(0, 5)]), requestOf([sum(7 * 24 * 3600, 100)]), requestOf([sum(10, 1)])],
  },
  'deltas where labels are dropped': {
    limits: { dropLabels: ['host'] },
    requests: [0, 10].map((at) => requestOf([sum(at, 5, { attributes: attributesOf({ host: 'h' }) })])),
  },
  'classic histograms of both temporalities, late ones too': {
    requests: [
      requestOf([classic(0, [1, 2])]),
      requestOf([classic(10, [3, 4])]),
      requestOf([classic(5, [1, 1])]),
      requestOf([classic(10, [9, 9], 2)]),
      requestOf([classic(20, [9, 9], 2), classic(15, [8, 8], 2)]),
    ],
  },
  'exponential histograms': {
    requests: [
      requestOf([exponential(0, [1, 2, 3, 4])]),
      requestOf([exponential(10, [10, 20])]),
      requestOf([exponential(20, [0], 1)]),
      requestOf([exponential(30, [1])]),
    ],
  },
  'histograms with custom buckets': {
    limits: { otelConvertHistogramsToNhcb: true },
    requests: [requestOf([classic(0, [1, 2])]), requestOf([classic(10, [3, 4])]), requestOf([classic(10, [9, 9], 2)])],
  },
  'zeros at the start of counters': {
    limits: { otelCreatedTimestampZeroIngestionEnabled: true },
    requests: [requestOf([cumulative(0, 5)]), requestOf([cumulative(10, 6)])],
  },
  'label limits and limits of series': {
    limits: { maxLabelNamesPerSeries: 3, maxGlobalSeriesPerUser: 4 },
    requests: [
      requestOf([sum(0, 5), classic(0, [1, 2], 2)]),
      requestOf([sum(10, 5, { attributes: attributesOf({ a: '1', b: '2', c: '3' }) }), classic(10, [1, 2], 2)]),
    ],
  },
  'bucket limits': {
    limits: { maxNativeHistogramBuckets: 2, reduceNativeHistogramOverMaxBuckets: false },
    requests: [requestOf([exponential(0, [1, 2, 3, 4]), exponential(10, [1])])],
  },
};

describe.each([3, 7])('OTLP on a ring of %i', (ingesters) => {
  it.each(Object.entries(SEQUENCES))('%s', async (_, { limits, requests }) => {
    const twins = await openTwins(ingesters);
    const isDivided = ingesters > 3 && limits?.maxGlobalSeriesPerUser !== undefined;
    twins.limits = { ...twins.limits, ...limits, ...(isDivided ? { maxGlobalSeriesPerUser: 0 } : {}) };
    for (const request of requests) {
      await twins.otlp('t', request);
      await twins.expectSame('t');
    }
    expect((await twins.direct.dump('t')).size).toBeGreaterThan(0);
  });
});

it('deltas are refused by a ring that does not add them up, with the reason, and the rest is kept', async () => {
  const bed = await RingBed.open({ ingesters: 3 });
  beds.push(bed);
  const limitsOf = (): TenantLimits => defaultLimits();
  const clock = new FakeClock(T0);
  const receiver = new OtlpReceiver({
    limitsOf,
    appender: new RingAppender({ writer: bed, limitsOf, accumulatesDeltas: false }),
    lastSamplesOf: () => bed.lastSamplesOf(),
    preparers: new SeriesPreparers(),
    ha: new HaTracker({ failoverTimeoutMs: 30_000, nowMs: () => clock.nowMs() }),
    rates: new WriteRates(limitsOf, clock),
    metrics: createWriteMetrics(createRegistry()),
    maxRequestSizeBytes: 1 << 22,
    lookbackDeltaMs: 300_000,
    log: createSilentLogger(),
  });
  const body = Buffer.from(JSON.stringify(requestOf([sum(0, 5), cumulative(0, 7)])));
  const told = JSON.stringify(await receiver.receive({ tenant: 't', encoding: 'json', body, headers: {} }));
  expect(told).toContain('points of delta temporality are not taken by a cluster');
  expect([...(await bed.dump('t')).keys()].filter((key) => !key.includes('target_info'))).toEqual([
    expect.stringContaining('c_total'),
  ]);
});

const LABEL_SETS: readonly (readonly string[])[] = [
  ['__name__', 'a', 'job', 'x'],
  ['__name__', 'a', 'job', 'y'],
  ['job', 'x', '__name__', 'a'],
  ['__name__', 'a', 'empty', '', 'job', 'x'],
  ['__name__', 'b'],
  ['__name__', 'b_info', 'l1', '1', 'l2', '2', 'l3', '3'],
  ['__name__', 'größe', 'job', '✓'],
  ['__name__', 'b', 'secret', 's'],
  ['__name__', 'a', '__replica__', 'r1', 'cluster', 'c', 'job', 'x'],
  ['__name__', 'dropped', 'job', 'x'],
  ['job', 'nameless'],
  ['__name__', 'a', 'job', 'x', 'job', 'x'],
  ['__name__', 'a', '', 'x'],
  ['__name__', 'a', 'job', 'far too long a value'],
  ['__name__', 'a b'],
  [],
];

const timeMs = fc.integer({ min: -3, max: 6 }).map((step) => T0 + step * 1000);
const startTimeMs = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, timeMs);
const sample = fc.record({
  startTimeMs,
  timeMs: fc.oneof(timeMs, fc.constant(T0 + 9e9), fc.constant(1n << 62n)),
  value: fc.constantFrom(1, 2, Number.NaN),
});
const marked = fc.oneof(
  sample,
  timeMs.map((at) => ({ timeMs: at, value: 0, words: staleWords() })),
);
const histogram = fc.record({
  startTimeMs,
  timeMs,
  histogram: fc.constantFrom(4, 5, 6).map((count) => ({
    counterResetHint: 0 as const,
    schema: 1,
    zeroThreshold: 0.001,
    zeroCount: 0,
    // 6 is not what the buckets make.
    count,
    sum: 1,
    positiveSpans: [{ offset: 0, length: 2 }],
    negativeSpans: [],
    positiveDeltas: Float64Array.of(1, count === 6 ? 1 : count - 2),
    negativeDeltas: new Float64Array(0),
    customValues: new Float64Array(0),
  })),
});
const exemplar = fc.record({
  labels: fc.constantFrom(['trace_id', 'abc'], ['trace_id', 'x'.repeat(130)], []),
  value: fc.constant(1),
  timeMs,
});
const metadata = fc.record({
  type: fc.constantFrom(...METRIC_TYPES.slice(0, 3)),
  help: fc.constantFrom('', 'help', 'other help'),
  unit: fc.constantFrom('', 's'),
});
const anySeries: fc.Arbitrary<SeriesToWrite> = fc.record(
  {
    labels: fc.constantFrom(...LABEL_SETS),
    // A head that knows a series does not mind that it comes empty in version 2; a distributor does not know.
    samples: fc.array(marked, { minLength: 1, maxLength: 3 }),
    histograms: fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, fc.array(histogram, { maxLength: 2 })),
    exemplars: fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, fc.array(exemplar, { maxLength: 2 })),
  },
  { requiredKeys: ['labels', 'samples'] },
);
const request = fc.record({
  version: fc.constantFrom(1 as const, 2 as const),
  series: fc.array(anySeries, { maxLength: 12 }),
  metadata: fc.array(fc.record({ name: fc.constantFrom('a', 'b', ''), rest: metadata }), { maxLength: 2 }),
});
const limits: fc.Arbitrary<Partial<TenantLimits>> = fc.constantFrom<Partial<TenantLimits>>(
  {},
  {},
  { maxLabelNamesPerSeries: 3, maxLabelValueLength: 8 },
  { nameValidationScheme: 'legacy' },
  { acceptHaSamples: true },
  { dropLabels: ['secret'] },
  { metricRelabelConfigs: [{ source_labels: ['__name__'], regex: 'dropped', action: 'drop' }] as never },
  { maxGlobalSeriesPerUser: 3, maxGlobalMetadataPerUser: 1 },
  { maxGlobalSeriesPerMetric: 1 },
  { outOfOrderTimeWindowMs: 3000 },
  { createdTimestampZeroIngestionEnabled: true },
  { createdTimestampZeroIngestionEnabled: true, outOfOrderTimeWindowMs: 3000 },
  { nativeHistogramsIngestionEnabled: false },
  { maxGlobalExemplarsPerUser: 0 },
  { maxNativeHistogramBuckets: 1 },
  { maxNativeHistogramBuckets: 1, reduceNativeHistogramOverMaxBuckets: false },
);

describe('any requests', () => {
  it('are answered and stored as in one process', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 4 }), limits, async (all, changed) => {
        const twins = await openTwins();
        twins.limits = { ...defaultLimits(), ...changed };
        for (const { version, series, metadata: beside } of all) {
          const encoder = version === 1 ? new WriteRequestEncoder() : new WriteRequestV2Encoder();
          for (const one of series) encoder.addSeries(one);
          if (encoder instanceof WriteRequestEncoder) for (const { name, rest } of beside) encoder.addMetadata({ name, ...rest });
          await twins.write('t', encoder.finish(), version);
        }
        await twins.expectSame('t');
        for (const bed of beds.splice(0)) await bed.close();
      }),
      // Within the time of a test, so that what was found is told, however far it could be made smaller.
      { numRuns: 40, interruptAfterTimeLimit: 12_000, markInterruptAsFailure: false },
    );
  });
});
