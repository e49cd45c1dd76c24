import { decodeOtlpMetricsJson, encodeOtlpMetrics } from '@telamon/wire';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { attributesOf, OtlpStation, requestOf, timeNano } from './otlp.fixture.ts';

let station: OtlpStation;

beforeEach(async () => {
  station = await OtlpStation.open();
});
afterEach(() => station.close());

const COUNT = 3000;
const LONG = 'x'.repeat(2000);

/** One resource, one scope, one metric; more than a block of labels. */
function largeRequest(): Buffer {
  const dataPoints = Array.from({ length: COUNT }, (_, i) => ({
    timeUnixNano: timeNano(0),
    asInt: String(i),
    attributes: attributesOf({ k: `${LONG}${i}` }),
  }));
  const sum = { aggregationTemporality: 1, isMonotonic: true, dataPoints };
  return Buffer.from(JSON.stringify(requestOf([{ name: 'g', sum }], { 'service.name': 'a', host: 'h' })));
}

/** Turns of the event loop until a promise is settled. */
async function turnsDuring(work: Promise<unknown>): Promise<number> {
  let turns = 0;
  let isDone = false;
  const settled = work.finally(() => {
    isDone = true;
  });
  while (!isDone) {
    turns++;
    await new Promise((resolve) => setImmediate(resolve));
  }
  await settled;
  return turns;
}

describe('large requests', () => {
  it.each(['json', 'protobuf'] as const)('in %s are stored as a whole, and others get their turns', async (encoding) => {
    const json = largeRequest();
    const body = encoding === 'json' ? json : encodeOtlpMetrics(decodeOtlpMetricsJson(json));
    const startMs = performance.now();
    const turns = await turnsDuring(station.send(new Uint8Array(body), encoding));
    // Slices are 10 ms long; a slow machine makes more of them.
    if (performance.now() - startMs > 60) expect(turns).toBeGreaterThan(3);
    const dumped = await station.dump();
    expect(dumped.size).toBe(COUNT + 1);
    const values = [...dumped].map(([series, samples]) => [/x(\d+)"/.exec(series)?.[1] ?? '1', samples[0]![1]]);
    expect(values.filter(([fromLabel, value]) => fromLabel !== value)).toEqual([]);
  });

  it('that break off in the middle store nothing', async () => {
    const json = largeRequest();
    const message = encodeOtlpMetrics(decodeOtlpMetricsJson(json));
    await expect(station.send(json.subarray(0, json.length - 3), 'json')).rejects.toMatchObject({ status: 400 });
    await expect(station.send(message.subarray(0, message.length - 3), 'protobuf')).rejects.toMatchObject({ status: 400 });
    expect(station.appended).toEqual([]);
    expect((await station.dump()).size).toBe(0);
  });

  it('that would be more than can be held are refused with 413', async () => {
    const list = new Uint8Array(9_000_000).fill(1);
    const message = [2, 8, 1, 10, 2, 2, 1].reduce<Uint8Array>((inner, field) => nested(field, inner), list);
    await expect(station.send(message, 'protobuf')).rejects.toMatchObject({ status: 413 });
    const json = Buffer.from(`{"other":[${'1,'.repeat(9_000_000)}1]}`);
    await expect(station.send(new Uint8Array(json), 'json')).rejects.toMatchObject({ status: 413 });
  });
});

function nested(field: number, message: Uint8Array): Uint8Array {
  const length: number[] = [];
  let left = message.length;
  for (; left > 127; left = Math.floor(left / 128)) length.push((left & 127) | 128);
  return Buffer.concat([Uint8Array.of((field << 3) | 2, ...length, left), message]);
}
