import { Labels } from '@telamon/model';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { headLastSample } from './head-last-sample.ts';
import { OtlpStation, requestOf, T0, timeNano } from './otlp.fixture.ts';

let station: OtlpStation;
beforeEach(async () => {
  station = await OtlpStation.open();
});
afterEach(() => station.close());

const bytesOf = (name: string): Uint8Array => Labels.fromRecord({ __name__: name, job: 'a' }).bytes();

it('tells the newest sample of a series, of floats and histograms, and whether it is the end', async () => {
  const gauge = (own: object): object => ({ name: 'g', gauge: { dataPoints: [own] } });
  const point = { timeUnixNano: timeNano(0), count: 1, sum: 2, scale: 0, positive: { bucketCounts: [1] } };
  const histogram = { name: 'e', exponentialHistogram: { aggregationTemporality: 2, dataPoints: [point] } };
  await station.send(requestOf([gauge({ timeUnixNano: timeNano(0), asInt: '5' }), histogram]));
  const find = headLastSample(station.head);
  expect(find(bytesOf('g'))).toEqual({ timeMs: T0, startTimeMs: 0, isStale: false, value: 5, histogram: undefined });
  expect(find(bytesOf('e'))).toMatchObject({ timeMs: T0, isStale: false, histogram: { count: 1, sum: 2 } });
  expect(find(bytesOf('other'))).toBeUndefined();
  await station.send(requestOf([gauge({ timeUnixNano: timeNano(10), flags: 1 })]));
  expect(find(bytesOf('g'))).toMatchObject({ timeMs: T0 + 10_000, isStale: true });
});

it('refuses to answer without a head', () => {
  expect(() => headLastSample(undefined)(bytesOf('g'))).toThrow('closed');
});
