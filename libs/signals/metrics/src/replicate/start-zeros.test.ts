import { defaultLimits } from '@telamon/limits';
import type { IntHistogram } from '@telamon/model';
import { type SeriesToWrite, WriteRequestEncoder } from '@telamon/wire';
import { describe, expect, it } from 'vitest';
import { bodyOf, inputOf, T0 } from './appender-conformance.ts';
import { DirectBed, RingBed } from './ring-bed.fixture.ts';

const LABELS = ['__name__', 'c', 'job', 'x'];
const START = T0 - 60_000;
const NONE = new Float64Array(0);

const histogram: IntHistogram = {
  counterResetHint: 0,
  schema: 3,
  zeroThreshold: 0.001,
  zeroCount: 5,
  count: 5,
  sum: 1,
  positiveSpans: [],
  negativeSpans: [],
  positiveDeltas: NONE,
  negativeDeltas: NONE,
  customValues: NONE,
};

const sample = (offsetMs: number, value: number, startTimeMs: number): SeriesToWrite => ({
  labels: LABELS,
  samples: [{ timeMs: T0 + offsetMs, value, startTimeMs }],
});

const histogramAt = (offsetMs: number, startTimeMs: number): SeriesToWrite => ({
  labels: LABELS,
  histograms: [{ timeMs: T0 + offsetMs, histogram, startTimeMs }],
});

describe.each([
  ['one process', () => DirectBed.open()],
  ['a ring', () => RingBed.open({ ingesters: 3 })],
] as const)('start times of remote write 2.0 in %s', (_, open) => {
  async function stored(isEnabled: boolean, ...requests: SeriesToWrite[][]): Promise<readonly (readonly [number, string])[]> {
    const bed = await open();
    try {
      const limits = { ...defaultLimits(), createdTimestampZeroIngestionEnabled: isEnabled };
      bed.setLimits(limits);
      for (const series of requests) {
        const { written, failed } = await bed.appender.append('t', inputOf(bodyOf(series, 2), limits, 2));
        const count = series.flatMap(({ samples = [], histograms = [] }) => [...samples, ...histograms]).length;
        expect({ all: written.samples + written.histograms, failed: failed.samples + failed.histograms }).toEqual({
          all: count,
          failed: 0,
        });
      }
      const [all] = (await bed.dump('t')).values();
      return (all ?? []).map(([timeMs, text]) => [timeMs - T0, text]);
    } finally {
      await bed.close();
    }
  }

  it('become zeros once for each start, and are not counted', async () => {
    const requests = [[sample(0, 5, START)], [sample(10_000, 6, START)], [sample(20_000, 1, T0 + 15_000)]];
    expect(await stored(true, ...requests)).toEqual([
      [-60_000, '0'],
      [0, '5'],
      [10_000, '6'],
      [15_000, '0'],
      [20_000, '1'],
    ]);
  });

  it('do nothing unless the option is on, and never when they are not before the sample', async () => {
    expect(await stored(false, [sample(0, 5, START)])).toEqual([[0, '5']]);
    expect(await stored(true, [sample(0, 5, T0), sample(1000, 6, T0 + 2000), sample(2000, 7, 0)])).toEqual([
      [0, '5'],
      [1000, '6'],
      [2000, '7'],
    ]);
  });

  it('of histograms become empty ones with the same buckets', async () => {
    const found = await stored(true, [histogramAt(0, START)], [histogramAt(10_000, START)]);
    expect(found.map(([timeMs]) => timeMs)).toEqual([-60_000, 0, 10_000]);
    expect(JSON.parse(found[0]![1])).toMatchObject({ schema: 3, zeroThreshold: 0.001, zeroCount: 0, count: 0, sum: '0' });
    expect(JSON.parse(found[1]![1])).toMatchObject({ count: 5 });
  });

  it('keep their order where floats and histograms take turns', async () => {
    const found = await stored(true, [histogramAt(0, START)], [sample(10_000, 5, T0 + 5000)], [histogramAt(20_000, T0 + 15_000)]);
    expect(found.map(([timeMs]) => timeMs)).toEqual([-60_000, 0, 5000, 10_000, 15_000, 20_000]);
    expect(found[2]![1]).toBe('0');
  });
});

it('what version 1 has in the place of start times is not looked at', async () => {
  const bed = await RingBed.open({ ingesters: 3 });
  try {
    const limits = { ...defaultLimits(), createdTimestampZeroIngestionEnabled: true };
    bed.setLimits(limits);
    const body = new WriteRequestEncoder().addSeries(histogramAt(0, START)).finish();
    await bed.appender.append('t', inputOf(body, limits, 1));
    expect([...(await bed.dump('t')).values()].map((all) => all.map(([timeMs]) => timeMs - T0))).toEqual([[0]]);
  } finally {
    await bed.close();
  }
});
