import { existsSync, readFileSync } from 'node:fs';
import { DecodeError, TooLargeError } from '@telamon/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProtoWriter } from '../proto-writer.ts';
import { parseExactJson } from './exact-json.ts';
import { decodeOtlpMetricsJson } from './json-metrics.ts';
import type { OtlpMetricsRequest } from './otlp-metrics.ts';
import { encodeOtlpMetricsResponse, encodeRpcStatus } from './otlp-response.ts';
import type { OtlpValue } from './otlp-value.ts';
import { encodeOtlpMetrics } from './proto-encode.ts';
import { decodeOtlpMetrics } from './proto-metrics.ts';

const cases = new URL('../../../../../../shared/conformance/otlp/cases.jsonl', import.meta.url);
const hasCases = existsSync(cases);
const bytes = (text: string) => new TextEncoder().encode(text);

const text = fc.string({ unit: 'grapheme', maxLength: 6 });
const double = fc.oneof(fc.double({ noNaN: true }), fc.constant(Number.NaN));
const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const { value } = fc.letrec<{ value: OtlpValue; attribute: { key: string; value: OtlpValue } }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.constant({ kind: 'empty' as const }),
    text.map((each) => ({ kind: 'string' as const, value: each })),
    fc.boolean().map((each) => ({ kind: 'bool' as const, value: each })),
    int64.map((each) => ({ kind: 'int' as const, value: each })),
    double.map((each) => ({ kind: 'double' as const, value: each })),
    fc.uint8Array({ maxLength: 5 }).map((each) => ({ kind: 'bytes' as const, value: each })),
    fc.array(tie('value'), { maxLength: 3 }).map((values) => ({ kind: 'array' as const, values })),
    fc.array(tie('attribute'), { maxLength: 3 }).map((entries) => ({ kind: 'map' as const, entries })),
  ),
  attribute: fc.record({ key: fc.oneof(text, fc.constantFrom('__proto__', 'constructor', '')), value: tie('value') }),
}));
const attributes = fc.array(fc.record({ key: fc.oneof(text, fc.constantFrom('__proto__', 'constructor')), value }), {
  maxLength: 3,
});
const times = fc
  .record({ startTimeNs: uint64, timeNs: uint64 })
  .map((each) => ({ ...each, startTimeMs: Number(each.startTimeNs / 1000000n), timeMs: Number(each.timeNs / 1000000n) }));
const number = fc.oneof(
  int64.map((asInt) => ({ asInt, asDouble: undefined })),
  double.map((asDouble) => ({ asInt: undefined, asDouble })),
  fc.constant({ asInt: undefined, asDouble: undefined }),
);
const hex = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((each) => Buffer.from(each).toString('hex'));
const exemplar = fc
  .tuple(number, fc.record({ attributes, timeNs: uint64, traceId: fc.oneof(hex(16), fc.constant('')), spanId: hex(8) }))
  .map(([n, rest]) => ({ ...rest, ...n, timeMs: Number(rest.timeNs / 1000000n) }));
const exemplars = fc.array(exemplar, { maxLength: 2 });
const optional = fc.option(double, { nil: undefined });
const point = <T>(more: fc.Arbitrary<T>) =>
  fc.tuple(times, fc.record({ attributes, flags: fc.nat(3) }), more).map(([a, b, c]) => ({ ...a, ...b, ...c }));
const points = <T>(more: fc.Arbitrary<T>) => fc.array(point(more), { maxLength: 3 });
const counts = fc.array(fc.maxSafeNat(), { maxLength: 4 });
const totals = { count: fc.maxSafeNat(), sum: optional, min: optional, max: optional, exemplars };
const buckets = fc.record({ offset: fc.integer(), counts });
const temporality = fc.nat(2);
const data = fc.oneof(
  fc.constant({ kind: 'none' as const }),
  fc.record({
    kind: fc.constant('gauge' as const),
    points: points(fc.tuple(number, exemplars).map(([n, e]) => ({ ...n, exemplars: e }))),
  }),
  fc.record({
    kind: fc.constant('sum' as const),
    temporality,
    isMonotonic: fc.boolean(),
    points: points(fc.tuple(number, exemplars).map(([n, e]) => ({ ...n, exemplars: e }))),
  }),
  fc.record({
    kind: fc.constant('histogram' as const),
    temporality,
    points: points(fc.record({ ...totals, bucketCounts: counts, explicitBounds: fc.array(double, { maxLength: 3 }) })),
  }),
  fc.record({
    kind: fc.constant('exponentialHistogram' as const),
    temporality,
    points: points(
      fc.record({
        ...totals,
        scale: fc.integer(),
        zeroCount: fc.maxSafeNat(),
        zeroThreshold: double,
        positive: buckets,
        negative: buckets,
      }),
    ),
  }),
  fc.record({
    kind: fc.constant('summary' as const),
    points: points(
      fc.record({
        count: fc.maxSafeNat(),
        sum: double,
        quantiles: fc.array(fc.record({ quantile: double, value: double }), { maxLength: 2 }),
      }),
    ),
  }),
);
const metric = fc.record({ name: text, description: text, unit: text, metadata: attributes, data });
const scope = fc.record({ name: text, version: text, attributes, schemaUrl: text, metrics: fc.array(metric, { maxLength: 3 }) });
const request: fc.Arbitrary<OtlpMetricsRequest> = fc.record({
  resourceMetrics: fc.array(fc.record({ attributes, schemaUrl: text, scopeMetrics: fc.array(scope, { maxLength: 2 }) }), {
    maxLength: 2,
  }),
});

/** An independent writer of OTLP/JSON, as senders write it. */
function toJson(input: unknown, key = ''): unknown {
  if (typeof input === 'bigint') return String(input);
  if (typeof input === 'number') return Number.isFinite(input) ? (Object.is(input, -0) ? '-0' : input) : String(input);
  if (input instanceof Uint8Array || typeof input !== 'object' || input === null) return input;
  if (Array.isArray(input)) return input.map((item) => toJson(item, key));
  const entries = Object.entries(input).filter(([, each]) => each !== undefined);
  return Object.fromEntries(entries.map(([name, each]) => [name, toJson(each, name)]));
}

function valueJson(each: OtlpValue): unknown {
  switch (each.kind) {
    case 'empty':
      return {};
    case 'string':
      return { stringValue: each.value };
    case 'bool':
      return { boolValue: each.value };
    case 'int':
      return { intValue: String(each.value) };
    case 'double':
      return { doubleValue: toJson(each.value) };
    case 'bytes':
      return { bytesValue: Buffer.from(each.value).toString('base64') };
    case 'array':
      return { arrayValue: { values: each.values.map(valueJson) } };
    case 'map':
      return { kvlistValue: { values: each.entries.map((entry) => ({ key: entry.key, value: valueJson(entry.value) })) } };
  }
}

function requestJson(input: OtlpMetricsRequest): unknown {
  const attributesJson = (list: readonly { key: string; value: OtlpValue }[]) =>
    list.map((each) => ({ key: each.key, value: valueJson(each.value) }));
  const exemplarJson = ({
    timeNs,
    attributes: list,
    asInt,
    asDouble,
    traceId,
    spanId,
  }: {
    timeNs: bigint;
    attributes: readonly { key: string; value: OtlpValue }[];
    asInt: bigint | undefined;
    asDouble: number | undefined;
    traceId: string;
    spanId: string;
  }) =>
    toJson({
      timeUnixNano: timeNs,
      filteredAttributes: attributesJson(list),
      asInt,
      asDouble,
      traceId: traceId.toUpperCase(),
      spanId,
    });
  const pointJson = (each: Record<string, unknown>) => {
    const {
      startTimeNs,
      timeNs,
      startTimeMs: _1,
      timeMs: _2,
      attributes: list,
      exemplars: samples,
      quantiles,
      positive,
      negative,
      ...rest
    } = each as never as Record<string, never>;
    const bucketsJson = (side: { offset: number; counts: number[] } | undefined) =>
      side === undefined ? undefined : { offset: side.offset, bucketCounts: side.counts.map(String) };
    return toJson({
      startTimeUnixNano: startTimeNs,
      timeUnixNano: timeNs,
      attributes: attributesJson(list ?? []),
      exemplars: (samples as never[] | undefined)?.map(exemplarJson),
      quantileValues: quantiles,
      positive: bucketsJson(positive),
      negative: bucketsJson(negative),
      ...rest,
    });
  };
  return {
    resourceMetrics: input.resourceMetrics.map((resource) => ({
      resource: { attributes: attributesJson(resource.attributes) },
      schemaUrl: resource.schemaUrl,
      scopeMetrics: resource.scopeMetrics.map((each) => ({
        scope: { name: each.name, version: each.version, attributes: attributesJson(each.attributes) },
        schemaUrl: each.schemaUrl,
        metrics: each.metrics.map((one) => {
          const { data: d, metadata, ...rest } = one;
          const body = {
            aggregationTemporality: 'temporality' in d ? d.temporality : undefined,
            isMonotonic: 'isMonotonic' in d ? d.isMonotonic : undefined,
            dataPoints: 'points' in d ? d.points.map((p) => pointJson(p as never)) : [],
          };
          return { ...rest, metadata: attributesJson(metadata), ...(d.kind === 'none' ? {} : { [d.kind]: toJson(body) }) };
        }),
      })),
    })),
  };
}

describe('OTLP metrics', () => {
  it('decode from protobuf to what was encoded', () => {
    fc.assert(
      fc.property(request, (each) => {
        expect(decodeOtlpMetrics(encodeOtlpMetrics(each))).toEqual(each);
      }),
    );
  });

  it('decode from JSON to the same', () => {
    fc.assert(
      fc.property(request, (each) => {
        expect(decodeOtlpMetricsJson(bytes(JSON.stringify(requestJson(each))))).toEqual(each);
      }),
    );
  });

  it.skipIf(!hasCases)('recorded requests decode in both forms alike, and those that cannot are refused', () => {
    let decoded = 0;
    let refused = 0;
    for (const line of readFileSync(cases, 'utf8').trim().split('\n')) {
      const one = JSON.parse(line) as { id: string; request: unknown; expect: Record<string, { status: number }> };
      if (typeof one.request === 'object' && one.request !== null && '$contentType' in one.request) continue;
      const body = bytes(typeof one.request === 'string' ? one.request : JSON.stringify(one.request));
      const { status } = one.expect['UnderscoreEscapingWithSuffixes']!;
      try {
        const request = decodeOtlpMetricsJson(body);
        expect(decodeOtlpMetrics(encodeOtlpMetrics(request)), one.id).toEqual(request);
        if (typeof one.request === 'string') expect(`${one.id} ${status}`).toBe(`${one.id} 200`);
        decoded++;
      } catch (error) {
        expect(error, one.id).toBeInstanceOf(DecodeError);
        expect(`${one.id} ${status}`).toBe(`${one.id} 400`);
        refused++;
      }
    }
    expect(decoded).toBeGreaterThan(150);
    expect(refused).toBeGreaterThan(0);
  });

  it('take doubles as texts the way Go reads them', () => {
    const decoded = (text: string): number => {
      const metric = { name: 'm', gauge: { dataPoints: [{ timeUnixNano: '1', asDouble: text }] } };
      const { resourceMetrics } = decodeOtlpMetricsJson(
        bytes(JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics: [metric] }] }] })),
      );
      const [{ data }] = resourceMetrics[0]!.scopeMetrics[0]!.metrics as unknown as [
        { data: { points: { asDouble: number }[] } },
      ];
      return data.points[0]!.asDouble;
    };
    const texts = ['1.5', 'NaN', 'nan', 'Infinity', '-inf', '0x1p4', '1e3'];
    expect(texts.map(decoded)).toEqual([1.5, Number.NaN, Number.NaN, Infinity, -Infinity, 16, 1000]);
    for (const bad of ['', ' 1', '1e400', 'x', '1,5']) expect(() => decoded(bad), bad).toThrow(DecodeError);
  });

  it('survive cuts, flipped bits and random bytes', () => {
    const [example] = fc.sample(
      request.filter((each) => each.resourceMetrics.some((one) => one.scopeMetrics.some((s) => s.metrics.length > 1))),
      { numRuns: 1, seed: 7 },
    );
    const proto = encodeOtlpMetrics(example!);
    const json = bytes(JSON.stringify(requestJson(example!)));
    const attempt = (decode: (body: Uint8Array) => unknown, body: Uint8Array) => {
      try {
        decode(body);
      } catch (error) {
        expect(error).toBeInstanceOf(DecodeError);
      }
    };
    for (let cut = 0; cut < proto.length; cut++) attempt(decodeOtlpMetrics, proto.subarray(0, cut));
    for (let cut = 0; cut < json.length; cut += 3)
      expect(() => decodeOtlpMetricsJson(json.subarray(0, cut))).toThrow(DecodeError);
    fc.assert(
      fc.property(fc.nat(), fc.nat(7), fc.uint8Array({ maxLength: 50 }), (at, bit, noise) => {
        for (const [decode, body] of [
          [decodeOtlpMetrics, proto],
          [decodeOtlpMetricsJson, json],
        ] as const) {
          const bad = Uint8Array.from(body);
          bad[at % bad.length]! ^= 1 << bit;
          attempt(decode, bad);
          attempt(decode, noise);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('refuse values nested too deep, in both forms, and keep those that are not', () => {
    const nest = (depth: number): OtlpValue =>
      depth === 0
        ? { kind: 'int', value: 1n }
        : depth % 2 === 0
          ? { kind: 'array', values: [nest(depth - 1)] }
          : { kind: 'map', entries: [{ key: 'k', value: nest(depth - 1) }] };
    const wrap = (each: OtlpValue): OtlpMetricsRequest => ({
      resourceMetrics: [{ attributes: [{ key: 'a', value: each }], schemaUrl: '', scopeMetrics: [] }],
    });
    const shallow = wrap(nest(64));
    expect(decodeOtlpMetrics(encodeOtlpMetrics(shallow))).toEqual(shallow);
    for (const depth of [65, 66, 200]) {
      expect(() => decodeOtlpMetrics(encodeOtlpMetrics(wrap(nest(depth))))).toThrow('nested deeper');
      expect(() => decodeOtlpMetricsJson(bytes(JSON.stringify(requestJson(wrap(nest(depth))))))).toThrow('nested deeper');
    }
    let body: Uint8Array = new Uint8Array(0);
    for (let i = 0; i < 2000; i++)
      body = new ProtoWriter().bytes(5, new ProtoWriter().bytes(1, body, true).finish(), true).finish();
    const attribute = new ProtoWriter().bytes(2, body).finish();
    const deep = new ProtoWriter()
      .bytes(1, new ProtoWriter().bytes(1, new ProtoWriter().bytes(1, attribute).finish()).finish())
      .finish();
    expect(() => decodeOtlpMetrics(deep)).toThrow('nested deeper');
  });

  it('bound what a small body may become', () => {
    const empties = new Uint8Array(2_000_000);
    for (let i = 0; i < empties.length; i += 2) empties[i] = 0x0a;
    expect(() => decodeOtlpMetrics(empties, { maxItems: 1000 })).toThrow(TooLargeError);
    expect(() => decodeOtlpMetricsJson(bytes(`{"resourceMetrics":[${'{},'.repeat(2000)}{}]}`), { maxItems: 1000 })).toThrow(
      TooLargeError,
    );
  });

  it('read the forms that senders use', () => {
    const one = decodeOtlpMetricsJson(
      bytes(`{"resource_metrics":[{"scope_metrics":[{"metrics":[{"name":"m","unknown":[1,{"a":null}],"sum":{"aggregationTemporality":"AGGREGATION_TEMPORALITY_DELTA",
      "dataPoints":[{"timeUnixNano":1793491800000000001,"asInt":9223372036854775807,"attributes":[{"key":"__proto__","value":{"stringValue":"x"}}],"exemplars":null}]}}]}]}]}`),
    );
    const m = one.resourceMetrics[0]!.scopeMetrics[0]!.metrics[0]!;
    expect(m.data).toMatchObject({
      kind: 'sum',
      temporality: 1,
      points: [{ timeNs: 1793491800000000001n, timeMs: 1793491800000, asInt: 9223372036854775807n }],
    });
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
    expect(m.data.kind === 'sum' && m.data.points[0]!.attributes).toEqual([
      { key: '__proto__', value: { kind: 'string', value: 'x' } },
    ]);
  });

  it.each([
    '{"resourceMetrics":{}}',
    '[]',
    '{"resourceMetrics":[1]}',
    '{"resourceMetrics":[{"schemaUrl":5}]}',
    '',
    'null',
    '{"resourceMetrics":[{"resource":{"attributes":[{"key":"a","value":{"intValue":"1.5"}}]}}]}',
    '{"resourceMetrics":[{"resource":{"attributes":[{"key":"a","value":{"intValue":9223372036854775808}}]}}]}',
    '{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"gauge":{"dataPoints":[{"timeUnixNano":-1}]}}]}]}]}',
    '{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"gauge":{"dataPoints":[{"exemplars":[{"traceId":"xyz"}]}]}}]}]}]}',
  ])('refuse %s', (json) => {
    expect(() => decodeOtlpMetricsJson(bytes(json))).toThrow(DecodeError);
  });
});

describe('parseExactJson', () => {
  it('agrees with JSON.parse where that is exact', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), (json) => {
        const strip = (each: unknown): unknown =>
          Array.isArray(each)
            ? each.map(strip)
            : each !== null && typeof each === 'object'
              ? Object.fromEntries(Object.entries(each).map(([k, v]) => [k, strip(v)]))
              : typeof each === 'bigint'
                ? Number(each)
                : each;
        expect(strip(parseExactJson(json))).toEqual(JSON.parse(json.replace(/\\ud[89a-f][0-9a-f]{2}/gi, '\\ufffd')));
      }),
    );
  });

  it('refuses what JSON.parse refuses', () => {
    fc.assert(
      fc.property(
        fc.json({ maxDepth: 2 }),
        fc.nat(),
        fc.constantFrom('"', '\\', '{', ']', ',', '\n', '1', 'e', '.', '-', ' '),
        (json, at, char) => {
          const bad = json.slice(0, at % (json.length + 1)) + char + json.slice(at % (json.length + 1));
          let isValid = true;
          try {
            JSON.parse(bad);
          } catch {
            isValid = false;
          }
          if (isValid) return;
          expect(() => parseExactJson(bad)).toThrow(DecodeError);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('keeps integers exact and bounds everything', () => {
    expect(
      parseExactJson('[9223372036854775807,-18446744073709551616,9007199254740991,1e3,"\\ud800x","\\ud83d\\ude00"]'),
    ).toEqual([9223372036854775807n, -18446744073709551616n, 9007199254740991, 1000, '\ufffdx', '😀']);
    expect(Object.keys(parseExactJson('{"__proto__":1,"a":2,"a":3}') as object)).toEqual(['__proto__', 'a']);
    for (const bad of [
      '['.repeat(100_000),
      '{"a":'.repeat(100_000),
      '1e999',
      '9'.repeat(50),
      '01',
      '+1',
      '.5',
      '1.',
      '"\u0001"',
      '"\\x"',
      '{"a":1,}',
      '[1,]',
      'nul',
      '1 2',
      "{'a':1}",
      'NaN',
      '"\\u12"',
    ]) {
      expect(() => parseExactJson(bad), bad.slice(0, 20)).toThrow(DecodeError);
    }
  });
});

describe('OTLP responses', () => {
  const decode = (body: Uint8Array) => Buffer.from(body).toString();
  it('are empty when all was taken', () => {
    expect([encodeOtlpMetricsResponse('protobuf').length, decode(encodeOtlpMetricsResponse('json'))]).toEqual([0, '{}']);
  });

  it('say what was refused', () => {
    const partial = { rejectedDataPoints: 3, errorMessage: 'bad "x"' };
    expect(JSON.parse(decode(encodeOtlpMetricsResponse('json', partial)))).toEqual({
      partialSuccess: { rejectedDataPoints: '3', errorMessage: 'bad "x"' },
    });
    expect(Buffer.from(encodeOtlpMetricsResponse('protobuf', partial)).toString('hex')).toBe('0a0b0803120762616420227822');
    expect(JSON.parse(decode(encodeRpcStatus('json', 3, 'no')))).toEqual({ code: 3, message: 'no' });
    expect(Buffer.from(encodeRpcStatus('protobuf', 3, 'no')).toString('hex')).toBe('080312026e6f');
  });
});
