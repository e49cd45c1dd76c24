import { TelamonError } from '@telamon/model';
import { decodeOtlpMetricsJson, encodeOtlpMetrics, type OtlpEncoding } from '@telamon/wire';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { attributesOf, OtlpStation, requestOf, timeNano } from './otlp.fixture.ts';

let station: OtlpStation;
beforeAll(async () => {
  station = await OtlpStation.open();
});
afterAll(() => station.close());

const points = (own: object): object => ({
  dataPoints: [{ timeUnixNano: timeNano(0), startTimeUnixNano: timeNano(-1), attributes: attributesOf({ k: 'v' }), ...own }],
  aggregationTemporality: 1,
});
const json = Buffer.from(
  JSON.stringify(
    requestOf(
      [
        {
          name: 's',
          unit: 's',
          sum: points({ asInt: '3', exemplars: [{ asDouble: 1, traceId: '0af7651916cd43dd8448eb211c80319c' }] }),
        },
        { name: 'h', histogram: points({ count: 3, sum: 1, bucketCounts: [1, 2], explicitBounds: [1] }) },
        { name: 'e', exponentialHistogram: points({ count: 3, scale: 9, positive: { offset: -2, bucketCounts: [1, 0, 2] } }) },
        { name: 'q', summary: points({ count: 3, sum: 1, quantileValues: [{ quantile: 0.5, value: 1 }] }) },
      ],
      { 'service.name': 'a', host: 'h' },
    ),
  ),
);
const protobuf = encodeOtlpMetrics(decodeOtlpMetricsJson(json));

/** Accepted in whole or part, or refused with a 4xx: never another error. */
async function isHandled(body: Uint8Array, encoding: OtlpEncoding): Promise<void> {
  try {
    await station.send(body, encoding);
  } catch (error) {
    if (!(error instanceof TelamonError)) throw error;
    expect(error.status).toBeGreaterThanOrEqual(400);
    expect(error.status).toBeLessThan(500);
  }
}

it.each([
  ['protobuf', protobuf],
  ['json', json],
] as const)('cut-off and flipped requests in %s are handled', async (encoding, body) => {
  for (let length = 0; length < body.length; length += 3) await isHandled(body.subarray(0, length), encoding);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(body.length * 8 - 1), { minLength: 1, maxLength: 4 }), async (bits) => {
      const flipped = Uint8Array.from(body);
      for (const bit of bits) flipped[bit >> 3]! ^= 1 << (bit & 7);
      await isHandled(flipped, encoding);
    }),
    { numRuns: 500 },
  );
});

it('odd numbers are handled', async () => {
  const odd = fc.constantFrom('0', '1', '18446744073709551615', '9223372036854775807', '9007199254740993');
  const number = fc.constantFrom<unknown>('NaN', 'Infinity', '-Infinity', -0, 5e-324, 1e308, 0.1);
  const own = fc.record({
    timeUnixNano: odd,
    startTimeUnixNano: odd,
    count: odd,
    sum: number,
    zeroCount: odd,
    scale: fc.constantFrom(-5, -4, 0, 8, 20, 2147483647),
    flags: fc.constantFrom(0, 1, 4294967295),
    positive: fc.record({ offset: fc.constantFrom(-2147483648, 0, 2147483647), bucketCounts: fc.array(odd, { maxLength: 4 }) }),
    bucketCounts: fc.array(odd, { maxLength: 4 }),
    explicitBounds: fc.array(number, { maxLength: 4 }),
    asDouble: number,
  });
  await fc.assert(
    fc.asyncProperty(own, fc.boolean(), async (point, isDelta) => {
      const kind = { ...points(point), aggregationTemporality: isDelta ? 1 : 2 };
      const metrics = [
        { name: 's', sum: kind },
        { name: 'h', histogram: kind },
        { name: 'e', exponentialHistogram: kind },
      ];
      await isHandled(Buffer.from(JSON.stringify(requestOf(metrics))), 'json');
    }),
    { numRuns: 300 },
  );
});
