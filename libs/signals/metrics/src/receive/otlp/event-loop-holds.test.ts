import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { holdBoundMs, withLongestHold } from '../../head/longest-hold.fixture.ts';
import { OtlpStation, T0 } from './otlp.fixture.ts';

let station: OtlpStation;

beforeEach(async () => {
  station = await OtlpStation.open();
});
afterEach(() => station.close());

/** How long a request held the event loop, whether it was taken or refused. */
async function holdMsOf(body: Uint8Array, encoding: 'json' | 'protobuf'): Promise<number> {
  return (await withLongestHold(() => station.send(body, encoding).catch(() => undefined))).holdMs;
}

/** A field of protobuf that holds bytes. */
function field(number: number, ...contents: readonly (Uint8Array | string)[]): Buffer {
  const content = Buffer.concat(contents.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
  const head: number[] = [];
  const uvarint = (value: number): void => {
    let left = value;
    for (; left > 127; left = Math.floor(left / 128)) head.push((left & 127) | 128);
    head.push(left);
  };
  uvarint(number * 8 + 2);
  uvarint(content.length);
  return Buffer.concat([Uint8Array.from(head), content]);
}

const repeated = (count: number, one: Uint8Array): Buffer => Buffer.alloc(one.length * count, one);
const attribute = (key: string, text: string): Buffer => field(7, field(1, key), field(2, field(1, text)));
const TIME = Buffer.alloc(9);
TIME[0] = 0x19;
TIME.writeBigUInt64LE(BigInt(T0) * 1_000_000n, 1);
const VALUE = Buffer.from([0x31, 1, 0, 0, 0, 0, 0, 0, 0]);
/** A request of one resource, one scope and a metric with this name, field of its data, and points. */
const request = (kind: number, points: Uint8Array, resource: Uint8Array = Buffer.alloc(0)): Buffer =>
  field(1, field(1, field(1, field(1, 'service.name'), field(2, field(1, 'a'))), resource), scopeOf(kind, points));
const scopeOf = (kind: number, points: Uint8Array): Buffer => field(2, field(2, field(1, 'm'), field(kind, points)));
const point = (...more: Uint8Array[]): Buffer => field(1, TIME, VALUE, ...more);

const MIB = 1 << 20;
const REQUESTS: readonly (readonly [string, () => Uint8Array])[] = [
  ['of 100,000 points', () => request(5, Buffer.concat(Array.from({ length: 1e5 }, (_, i) => point(attribute('a', String(i))))))],
  ['with an attribute of 10 MiB', () => request(5, point(attribute('a', 'é'.repeat(5 * MIB))))],
  ['with a million exemplars of one point', () => request(5, point(repeated(1e6, field(5, TIME))))],
  ['with a million attributes of one point', () => request(5, point(repeated(1e6, attribute('a', 'b'))))],
  ['with a million attributes of the resource', () => request(5, point(), repeated(1e6, field(1, field(1, 'b'))))],
  ['with a value of a million parts', () => request(5, point(field(7, field(2, field(5, repeated(1e6, field(1)))))))],
  ['with millions of counts in one point', () => request(9, point(field(6, Buffer.alloc(7 * 8e5)), field(7, Buffer.alloc(8e6))))],
  ['with millions of unknown fields of one point', () => request(5, point(repeated(5e6, Uint8Array.of(0x78, 1))))],
  ['with millions of flags of one point', () => request(5, point(repeated(5e6, Uint8Array.of(0x40, 1))))],
  ['with millions of unknown fields of a metric', () => request(5, repeated(8e6, Uint8Array.of(0x78, 1)))],
  ['with millions of unknown fields of a scope', () => field(1, field(2, repeated(8e6, Uint8Array.of(0x78, 1))))],
];

describe('the event loop goes on during a request', () => {
  it.each(REQUESTS)('%s', { retry: 2, timeout: 60_000 }, async (_name, make) => {
    const body = new Uint8Array(make());
    expect(await holdMsOf(body, 'protobuf')).toBeLessThan(await holdBoundMs());
  });

  it('in JSON with an attribute of 10 MiB', { retry: 2, timeout: 60_000 }, async () => {
    const value = { stringValue: 'é\\n'.repeat(3 * MIB) };
    const dataPoints = [{ timeUnixNano: `${T0}000000`, asInt: '1', attributes: [{ key: 'a', value }] }];
    const metrics = [{ name: 'm', gauge: { dataPoints } }];
    const body = new Uint8Array(Buffer.from(JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics }] }] })));
    expect(await holdMsOf(body, 'json')).toBeLessThan(2 * (await holdBoundMs()));
  });
});

describe('what is too long for a label', () => {
  it('is refused by its id, and the rest of the request is kept', async () => {
    const long = attribute('a', 'x'.repeat(2 * MIB));
    const partial = await station.send(new Uint8Array(request(5, Buffer.concat([point(long), point()]))), 'protobuf');
    expect(partial?.rejectedDataPoints).toBe(1);
    expect(partial?.errorMessage).toContain('err-mimir-label-value-too-long');
    expect([...(await station.dump()).keys()]).toEqual(['{__name__="m", job="a"}']);
  });
});
