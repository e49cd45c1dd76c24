import { defaultLimits } from '@telamon/limits';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { attributesOf, OtlpStation, requestOf, T0, timeNano } from './otlp.fixture.ts';

const DELTA = 1;
let station: OtlpStation;

beforeEach(async () => {
  station = await OtlpStation.open();
});
afterEach(() => station.close());

function sum(seconds: number, value: number | string, extra: object = {}): object {
  const point = { startTimeUnixNano: timeNano(seconds - 10), timeUnixNano: timeNano(seconds), asDouble: value, ...extra };
  return { name: 'd', sum: { aggregationTemporality: DELTA, isMonotonic: true, dataPoints: [point] } };
}

const COUNTER = '{__name__="d_total", job="a"}';

async function counter(name: string = COUNTER): Promise<(readonly [number, string])[]> {
  return ((await station.dump()).get(name) ?? []).map(([timeMs, value]) => [(timeMs - T0) / 1000, value]);
}

describe('sums of delta temporality', () => {
  it('are added up, over requests and within one', async () => {
    expect(await station.send(requestOf([sum(0, 5)]))).toBeUndefined();
    expect(await station.send(requestOf([sum(10, 2), sum(20, 3)]))).toBeUndefined();
    expect(await counter()).toEqual([
      [0, '5'],
      [10, '7'],
      [20, '10'],
    ]);
  });

  it('are added up within the first request of a tenant', async () => {
    expect(await station.send(requestOf([sum(0, 5), sum(10, 2)]))).toBeUndefined();
    expect(await counter()).toEqual([
      [0, '5'],
      [10, '7'],
    ]);
  });

  it('go on where the log ends after a restart', async () => {
    await station.send(requestOf([sum(0, 5)]));
    await station.restart();
    await station.send(requestOf([sum(10, 2)]));
    expect(await counter()).toEqual([
      [0, '5'],
      [10, '7'],
    ]);
  });

  it('are dropped with a count when they come late', async () => {
    await station.send(requestOf([sum(10, 5)]));
    const partial = await station.send(requestOf([sum(0, 2), sum(20, 1)]));
    expect(partial?.rejectedDataPoints).toBe(1);
    expect(partial?.errorMessage).toContain('delta temporality');
    expect(await counter()).toEqual([
      [10, '5'],
      [20, '6'],
    ]);
  });

  it('count once when a client sends them again', async () => {
    await station.send(requestOf([sum(0, 5)]));
    expect(await station.send(requestOf([sum(0, 5)]))).toBeUndefined();
    expect(await station.send(requestOf([sum(10, 1)]))).toBeUndefined();
    expect(await counter()).toEqual([
      [0, '5'],
      [10, '6'],
    ]);
  });

  it('refuse a second point at the same time in one request', async () => {
    expect((await station.send(requestOf([sum(0, 5), sum(0, 6)])))?.rejectedDataPoints).toBe(1);
    expect(await counter()).toEqual([[0, '5']]);
  });

  it('begin anew after the end of the series', async () => {
    await station.send(requestOf([sum(0, 5)]));
    await station.send(requestOf([sum(10, 0, { flags: 1 })]));
    await station.send(requestOf([sum(20, 3)]));
    expect(await counter()).toEqual([
      [0, '5'],
      [10, '7ff00000:2'],
      [20, '3'],
    ]);
  });

  it('do not grow when the head refuses them', async () => {
    await station.send(requestOf([sum(0, 5)]));
    const partial = await station.send(requestOf([sum(7 * 24 * 3600, 100)]));
    expect(partial?.rejectedDataPoints).toBe(1);
    await station.send(requestOf([sum(10, 1)]));
    expect(await counter()).toEqual([
      [0, '5'],
      [10, '6'],
    ]);
  });

  it('find their series where labels are dropped on the way', async () => {
    station.limits = { ...defaultLimits(), dropLabels: ['host'] };
    const attributes = attributesOf({ host: 'h' });
    await station.send(requestOf([sum(0, 5, { attributes })]));
    await station.send(requestOf([sum(10, 5, { attributes })]));
    expect(await counter()).toEqual([
      [0, '5'],
      [10, '10'],
    ]);
  });

  it('stay as they are when the tenant wants that', async () => {
    station.limits = { ...defaultLimits(), otelNativeDeltaIngestion: true };
    await station.send(requestOf([sum(0, 5)]));
    await station.send(requestOf([sum(10, 2)]));
    expect(await counter()).toEqual([
      [0, '5'],
      [10, '2'],
    ]);
  });

  it('are gauges when they are not monotonic', async () => {
    const updown = (seconds: number, value: number): object => {
      const dataPoints = [{ timeUnixNano: timeNano(seconds), asInt: String(value) }];
      return { name: 'u', sum: { aggregationTemporality: DELTA, dataPoints } };
    };
    await station.send(requestOf([updown(0, 5)]));
    await station.send(requestOf([updown(10, -7)]));
    expect(await counter('{__name__="u", job="a"}')).toEqual([
      [0, '5'],
      [10, '-2'],
    ]);
  });

  it('end in the total of what was accepted, however they are split and wherever the process stops', async () => {
    const step = fc.record({
      deltas: fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 4 }),
      stops: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
        const own = await OtlpStation.open();
        let seconds = 0;
        let total = 0;
        for (const { deltas, stops } of steps) {
          await own.send(requestOf(deltas.map((delta) => sum(seconds++, delta))));
          total += deltas.reduce((a, b) => a + b);
          if (stops) await own.restart();
        }
        const samples = (await own.dump()).get(COUNTER)!;
        await own.close();
        expect(samples.length).toBe(seconds);
        expect(samples.at(-1)![1]).toBe(String(total));
      }),
      { numRuns: 15 },
    );
  });
});

describe('histograms of delta temporality', () => {
  const classic = (seconds: number, counts: number[]): object => ({
    name: 'h',
    histogram: {
      aggregationTemporality: DELTA,
      dataPoints: [
        {
          timeUnixNano: timeNano(seconds),
          count: String(counts.reduce((a, b) => a + b)),
          sum: 1.5,
          explicitBounds: [1],
          bucketCounts: counts.map(String),
        },
      ],
    },
  });
  const exponential = (seconds: number, scale: number, offset: number, counts: number[]): object => ({
    name: 'e',
    exponentialHistogram: {
      aggregationTemporality: DELTA,
      dataPoints: [
        {
          timeUnixNano: timeNano(seconds),
          count: String(counts.reduce((a, b) => a + b)),
          sum: 2,
          scale,
          positive: { offset, bucketCounts: counts.map(String) },
        },
      ],
    },
  });
  const last = async (name: string): Promise<string> => (await station.dump()).get(name)!.at(-1)![1];

  it('are added bucket by bucket', async () => {
    await station.send(requestOf([classic(0, [1, 2])]));
    await station.send(requestOf([classic(10, [3, 4])]));
    expect(await last('{__name__="h_bucket", job="a", le="1"}')).toBe('4');
    expect(await last('{__name__="h_bucket", job="a", le="+Inf"}')).toBe('10');
    expect(await last('{__name__="h_count", job="a"}')).toBe('10');
    expect(await last('{__name__="h_sum", job="a"}')).toBe('3');
    const partial = await station.send(requestOf([classic(5, [1, 1])]));
    expect(partial?.rejectedDataPoints).toBe(1);
  });

  it('are added at the coarser resolution, after a restart too', async () => {
    await station.send(requestOf([exponential(0, 1, 0, [1, 2, 3, 4])]));
    await station.restart();
    expect(await station.send(requestOf([exponential(10, 0, 0, [10, 20])]))).toBeUndefined();
    const histogram = JSON.parse(await last('{__name__="e", job="a"}')) as Record<string, unknown>;
    expect(histogram).toMatchObject({ schema: 0, count: 40, sum: '4', positiveBuckets: [13, 27] });
  });

  it('begin anew when custom bounds change', async () => {
    station.limits = { ...defaultLimits(), otelConvertHistogramsToNhcb: true };
    const name = '{__name__="h", job="a"}';
    await station.send(requestOf([classic(0, [1, 2])]));
    await station.send(requestOf([classic(10, [3, 4])]));
    expect(JSON.parse(await last(name))).toMatchObject({ schema: -53, count: 10, positiveBuckets: [4, 6], customValues: [1] });
    const other = classic(20, [5, 5]) as { histogram: { dataPoints: { explicitBounds: number[] }[] } };
    other.histogram.dataPoints[0]!.explicitBounds = [2];
    await station.send(requestOf([other]));
    expect(JSON.parse(await last(name))).toMatchObject({ count: 10, positiveBuckets: [5, 5], customValues: [2] });
  });
});

describe('zeros at the start of counters', () => {
  it('come once for each start', async () => {
    station.limits = { ...defaultLimits(), otelCreatedTimestampZeroIngestionEnabled: true };
    const cumulative = (seconds: number, value: number): object => {
      const dataPoints = [{ startTimeUnixNano: timeNano(-60), timeUnixNano: timeNano(seconds), asDouble: value }];
      return { name: 'd', sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints } };
    };
    expect(await station.send(requestOf([cumulative(0, 5)]))).toBeUndefined();
    expect(await station.send(requestOf([cumulative(10, 6)]))).toBeUndefined();
    expect(await counter()).toEqual([
      [-60, '0'],
      [0, '5'],
      [10, '6'],
    ]);
  });
});
