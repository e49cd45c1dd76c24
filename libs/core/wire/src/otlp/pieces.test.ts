import { TooLargeError } from '@telamon/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProtoWriter } from '../proto-writer.ts';
import { decodeOtlpMetricsJson, decodeOtlpMetricsJsonPieces } from './json-metrics.ts';
import type { OtlpMetricsRequest } from './otlp-metrics.ts';
import type { OtlpMetricsPiece } from './piece-collector.ts';
import { encodeOtlpMetrics } from './proto-encode.ts';
import { decodeOtlpMetrics } from './proto-metrics.ts';
import { decodeOtlpMetricsPieces } from './proto-pieces.ts';

const attributes = fc.array(fc.record({ key: fc.string({ maxLength: 3 }), value: fc.record({ stringValue: fc.string() }) }), {
  maxLength: 2,
});
const point = fc.record({ attributes, timeUnixNano: fc.nat(), asDouble: fc.double({ noNaN: true, noDefaultInfinity: true }) });
const cumulative = <T>(each: fc.Arbitrary<T>, maxLength: number) =>
  fc.record({ aggregationTemporality: fc.nat(2), isMonotonic: fc.boolean(), dataPoints: fc.array(each, { maxLength }) });
const histogramPoint = fc.record({
  attributes,
  count: fc.nat(),
  bucketCounts: fc.array(fc.nat()),
  explicitBounds: fc.array(fc.nat()),
});
const buckets = fc.record({ offset: fc.integer({ min: -9, max: 9 }), bucketCounts: fc.array(fc.nat()) });
const exponentialPoint = fc.record({ attributes, count: fc.nat(), scale: fc.nat(3), positive: buckets });
const quantiles = fc.array(fc.record({ quantile: fc.constant(0.5), value: fc.nat() }), { maxLength: 3 });
const data = fc.oneof(
  fc.record({ gauge: cumulative(point, 8) }),
  fc.record({ sum: cumulative(point, 8) }),
  fc.record({ histogram: cumulative(histogramPoint, 5) }),
  fc.record({ exponentialHistogram: cumulative(exponentialPoint, 5) }),
  fc.record({ summary: cumulative(fc.record({ attributes, count: fc.nat(), quantileValues: quantiles }), 5) }),
  fc.constant({}),
);
const metric = fc
  .tuple(fc.record({ name: fc.string(), description: fc.string(), unit: fc.string(), metadata: attributes }), data)
  .map(([frame, more]) => ({ ...frame, ...more }));
// What is around the metrics comes after them here, which is as good.
const scope = fc.record({
  metrics: fc.array(metric, { maxLength: 4 }),
  schemaUrl: fc.string(),
  scope: fc.record({ name: fc.string(), version: fc.string(), attributes }),
});
const resource = fc.record({
  scopeMetrics: fc.array(scope, { maxLength: 3 }),
  schemaUrl: fc.string(),
  resource: fc.record({ attributes }),
});
const json = fc.array(resource, { maxLength: 3 }).map((resourceMetrics) => Buffer.from(JSON.stringify({ resourceMetrics })));

/** A request as lines that do not tell where it was cut: everything that is sent once, and points one by one. */
function linesOf(pieces: Iterable<OtlpMetricsPiece | undefined>): string[] {
  const lines: string[] = [];
  const text = (value: unknown): string => JSON.stringify(value, (_key, each) => (typeof each === 'bigint' ? `${each}n` : each));
  let resources = 0;
  const note = (line: string): void => {
    // Told again after a cut, or the next one of the same kind; points tell how often.
    if (lines.at(-1) !== line) lines.push(line);
  };
  for (const piece of pieces) {
    for (const [i, one] of (piece?.request.resourceMetrics ?? []).entries()) {
      if (i > 0 || piece?.continuesResource === false) resources++;
      for (const { metrics, ...scoped } of one.scopeMetrics) {
        for (const { data: d, ...frame } of metrics) {
          const { points = [], ...kind } = d as typeof d & { points?: unknown[] };
          const around = text([resources, one.attributes, one.schemaUrl, scoped, frame, kind]);
          if (points.length === 0) note(around);
          for (const each of points) lines.push(`${around} ${text(each)}`);
        }
      }
    }
  }
  return lines;
}

const whole = (request: OtlpMetricsRequest): string[] => linesOf([{ request, continuesResource: false }]);

/** `scope_metrics` before `resource`, and so on: fields of protobuf come in any order. */
function reversed(message: Uint8Array, depth: number): Uint8Array {
  const fields: [number, Uint8Array][] = [];
  const walk = decodeFields(message);
  for (const [field, value] of walk)
    fields.push([field, field === (depth === 0 ? 1 : 2) && depth < 2 ? reversed(value, depth + 1) : value]);
  const isFrame = ([field]: [number, Uint8Array]): boolean => depth > 0 && field !== 2;
  const writer = new ProtoWriter();
  for (const [field, value] of [...fields.filter((each) => !isFrame(each)), ...fields.filter(isFrame)])
    writer.bytes(field, value, true);
  return writer.finish();
}

/** Fields of a message that has only nested messages and texts. */
function* decodeFields(message: Uint8Array): Generator<[number, Uint8Array]> {
  let at = 0;
  const uvarint = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = message[at++]!;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const field = uvarint() >> 3;
    const length = uvarint();
    yield [field, message.subarray(at, at + length)];
    at += length;
  }
}

describe('pieces of OTLP metrics', () => {
  it('are together what the whole is, from protobuf', () => {
    fc.assert(
      fc.property(json, fc.integer({ min: 1, max: 400 }), (body, pieceBytes) => {
        const request = decodeOtlpMetricsJson(body);
        const message = encodeOtlpMetrics(request);
        const expected = whole(decodeOtlpMetrics(message));
        expect(linesOf(decodeOtlpMetricsPieces(message, { pieceBytes }))).toEqual(expected);
        const turned = reversed(message, 0);
        expect(decodeOtlpMetrics(turned)).toEqual(request);
        expect(linesOf(decodeOtlpMetricsPieces(turned, { pieceBytes }))).toEqual(expected);
      }),
    );
  });

  it('are together what the whole is, from JSON', () => {
    fc.assert(
      fc.property(json, fc.integer({ min: 1, max: 60 }), (body, pieceItems) => {
        expect(linesOf(decodeOtlpMetricsJsonPieces(body, { pieceItems }))).toEqual(whole(decodeOtlpMetricsJson(body)));
      }),
    );
  });

  it('are small, also where all points are of one metric, and say when a resource goes on', () => {
    const dataPoints = Array.from({ length: 5000 }, (_, i) => ({ timeUnixNano: '1', asInt: String(i) }));
    const metrics = [{ name: 'm', gauge: { dataPoints } }];
    const body = Buffer.from(JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics }] }, { scopeMetrics: [] }] }));
    const message = encodeOtlpMetrics(decodeOtlpMetricsJson(body));
    const fromProtobuf = [...decodeOtlpMetricsPieces(message, { pieceBytes: 2000 })].filter((piece) => piece !== undefined);
    const fromJson = [...decodeOtlpMetricsJsonPieces(body, { pieceItems: 100 })].filter((piece) => piece !== undefined);
    for (const pieces of [fromProtobuf, fromJson]) {
      expect(pieces.length).toBeGreaterThan(40);
      const counts = pieces.map(({ request }) => whole(request).length);
      expect(Math.max(...counts)).toBeLessThan(150);
      expect(counts.reduce((a, b) => a + b, 0)).toBe(5000);
      expect(pieces.map(({ continuesResource }) => continuesResource)).toEqual(pieces.map((_, i) => i > 0));
    }
  });

  it('let others work while a large JSON text is parsed', () => {
    const body = Buffer.from(`{"other":[${'1,'.repeat(500_000)}1]}`);
    const steps = [...decodeOtlpMetricsJsonPieces(body)];
    expect(steps.length).toBeGreaterThan(10);
    expect(steps.every((piece) => piece === undefined)).toBe(true);
  });

  it('of broken and cut-off messages end in the same kind of error, or in what the whole is', () => {
    fc.assert(
      fc.property(json, fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(7), (body, place, bit) => {
        const message = encodeOtlpMetrics(decodeOtlpMetricsJson(body)).slice();
        if (message.length === 0) return;
        const at = Math.min(message.length - 1, Math.floor(place * message.length));
        message[at]! ^= 1 << bit;
        for (const broken of [message, message.subarray(0, at)]) {
          let expected: string[] | undefined;
          try {
            expected = whole(decodeOtlpMetrics(broken));
          } catch {}
          try {
            const found = linesOf(decodeOtlpMetricsPieces(broken, { pieceBytes: 20 }));
            if (expected !== undefined) expect(found.length).toBe(expected.length);
          } catch (error) {
            expect((error as Error).name).toMatch(/DecodeError|TruncatedError/);
            expect(expected).toBeUndefined();
          }
        }
      }),
    );
  });
});

describe('the budget of OTLP decoders', () => {
  const options = { maxItems: 1000 };
  const nested = (path: readonly number[], leaf: Uint8Array): Uint8Array =>
    path.reduceRight((inner, field) => new ProtoWriter().bytes(field, inner).finish(), leaf);

  it('counts numbers in lists, packed or not', () => {
    for (const [path, size] of [
      [[1, 2, 2, 9, 1, 6], 8],
      [[1, 2, 2, 9, 1, 7], 8],
      [[1, 2, 2, 10, 1, 8, 2], 1],
      [[1, 2, 2, 10, 1, 9, 2], 1],
    ] as const) {
      expect(() => decodeOtlpMetrics(nested(path, new Uint8Array(4000 * size)), options)).not.toThrow();
      expect(() => decodeOtlpMetrics(nested(path, new Uint8Array(4001 * size)), options)).toThrow(TooLargeError);
    }
    const unpacked = new Uint8Array(2 * 4001).map((_, i) => (i % 2 === 0 ? 2 << 3 : 1));
    expect(() => decodeOtlpMetrics(nested([1, 2, 2, 10, 1, 8], unpacked), options)).toThrow(TooLargeError);
  });

  it('counts text and bytes', () => {
    for (const path of [
      [1, 3],
      [1, 2, 2, 2],
      [1, 1, 1, 1],
      [1, 1, 1, 2, 1],
      [1, 1, 1, 2, 7],
    ]) {
      expect(() => decodeOtlpMetrics(nested(path, new Uint8Array(32_000).fill(97)), options)).not.toThrow();
      expect(() => decodeOtlpMetrics(nested(path, new Uint8Array(32_001).fill(97)), options)).toThrow(TooLargeError);
    }
  });

  it('counts scalars and text of JSON, whatever they are for', () => {
    const decode = (text: string) => decodeOtlpMetricsJson(Buffer.from(text), options);
    expect(() => decode(`{"other":[${'1,'.repeat(3990)}1]}`)).not.toThrow();
    expect(() => decode(`{"other":[${'1,'.repeat(4000)}1]}`)).toThrow(TooLargeError);
    expect(() => decode(`{"other":"${'a'.repeat(31_000)}"}`)).not.toThrow();
    expect(() => decode(`{"other":"${'a'.repeat(32_001)}"}`)).toThrow(TooLargeError);
    expect(() => decode(`{"other":"\\n${'a'.repeat(32_001)}"}`)).toThrow(TooLargeError);
  });

  it('is that of a piece', () => {
    const metrics = Array.from({ length: 5000 }, (_, i) => ({ name: `m${i}` }));
    const body = Buffer.from(JSON.stringify({ resourceMetrics: metrics.map((one) => ({ scopeMetrics: [{ metrics: [one] }] })) }));
    const message = encodeOtlpMetrics(decodeOtlpMetricsJson(body));
    expect(() => decodeOtlpMetrics(message, options)).toThrow(TooLargeError);
    expect(linesOf(decodeOtlpMetricsPieces(message, { ...options, pieceBytes: 1000 }))).toHaveLength(5000);
  });
});
