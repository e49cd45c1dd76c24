import { gzipSync } from 'node:zlib';
import { lz4Compress, snappyCompress, zstdCompress } from '@telamon/bytes';
import { defaultLimits } from '@telamon/limits';
import { TelamonError } from '@telamon/model';
import { type GrpcError, GrpcStatus, HttpListener } from '@telamon/rpc';
import { createSilentLogger } from '@telamon/telemetry';
import { decodeOtlpMetricsJson, encodeOtlpMetrics, encodeOtlpMetricsResponse, ProtoReader } from '@telamon/wire';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { attributesOf, OtlpStation, requestOf, timeNano } from './otlp.fixture.ts';
import { otlpMethods, otlpRoutes } from './otlp-routes.ts';

const JSON_TYPE = 'application/json';
const PROTOBUF = 'application/x-protobuf';
let station: OtlpStation;
let listener: HttpListener;

beforeEach(async () => {
  station = await OtlpStation.open();
  const options = { name: 'test', address: '127.0.0.1', port: 0, portOption: '--test', log: createSilentLogger() };
  listener = new HttpListener({ ...options, tenants: { isMultitenant: false } });
  for (const { methods, pattern, handler } of otlpRoutes(station.deps)) listener.route(methods[0]!, pattern, handler);
  await listener.start();
});
afterEach(async () => {
  await listener.stop(0);
  await station.close();
});

const gauge = (name: string, value: number, attributes: Record<string, string> = {}): object => ({
  name,
  gauge: { dataPoints: [{ timeUnixNano: timeNano(0), asInt: String(value), attributes: attributesOf(attributes) }] },
});
const bytesOf = (request: object): Buffer => Buffer.from(JSON.stringify(request));
const protobufOf = (request: object): Uint8Array => encodeOtlpMetrics(decodeOtlpMetricsJson(bytesOf(request)));
const GOOD = requestOf([gauge('g', 1)]);

async function post(body: Uint8Array, headers: Record<string, string>, path = '/v1/metrics'): Promise<Response> {
  return fetch(`${listener.url}${path}`, { method: 'POST', body: new Uint8Array(body), headers });
}

async function names(): Promise<string[]> {
  return [...(await station.dump()).keys()];
}

describe('OTLP over HTTP', () => {
  it('answers on all paths in the encoding of the request', async () => {
    for (const path of ['/otlp/v1/metrics', '/api/v1/otlp/v1/metrics', '/opentelemetry/v1/metrics', '/v1/metrics']) {
      const json = await post(bytesOf(GOOD), { 'content-type': 'application/json; charset=utf-8' }, path);
      expect([json.status, json.headers.get('content-type'), await json.text()]).toEqual([200, JSON_TYPE, '{}']);
      const protobuf = await post(protobufOf(GOOD), { 'content-type': PROTOBUF }, path);
      expect([protobuf.status, protobuf.headers.get('content-type'), await protobuf.text()]).toEqual([200, PROTOBUF, '']);
    }
    expect(await names()).toEqual(['{__name__="g", job="a"}']);
  });

  it.each([
    ['gzip', async (bytes: Uint8Array) => gzipSync(bytes)],
    ['zstd', async (bytes: Uint8Array) => zstdCompress(bytes)],
    ['lz4', async (bytes: Uint8Array) => lz4Compress(bytes)],
    ['identity', async (bytes: Uint8Array) => bytes],
  ])('takes %s', async (coding, compress) => {
    const body = await compress(protobufOf(GOOD));
    expect((await post(body, { 'content-type': PROTOBUF, 'content-encoding': coding })).status).toBe(200);
    expect(await names()).toHaveLength(1);
  });

  it('refuses other codings, types and what is not what it says', async () => {
    const body = bytesOf(GOOD);
    const coded = await post(snappyCompress(body), { 'content-type': JSON_TYPE, 'content-encoding': 'snappy' });
    expect([coded.status, await coded.json()]).toEqual([
      400,
      { code: 3, message: expect.stringContaining('compression: snappy') },
    ]);
    expect((await post(body, { 'content-type': JSON_TYPE, 'content-encoding': 'gzip' })).status).toBe(400);
    const typed = await post(body, { 'content-type': 'text/plain' });
    expect([typed.status, await typed.text()]).toEqual([
      400,
      'unsupported content type: text/plain, supported: [application/json, application/x-protobuf]\n',
    ]);
    for (const bad of [
      '{"resourceMetrics": [',
      'hello',
      '[]',
      '{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":5}]}]}]}',
    ]) {
      const reply = await post(Buffer.from(bad), { 'content-type': JSON_TYPE });
      expect([reply.status, await reply.json()]).toEqual([400, { code: 3, message: expect.any(String) }]);
    }
    const reply = await post(Buffer.from([0x0a, 0xff]), { 'content-type': PROTOBUF });
    expect([reply.status, reply.headers.get('content-type')]).toEqual([400, PROTOBUF]);
    expect(await names()).toEqual([]);
  });

  it('stops at the size limit, packed and unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc(64 << 20));
    const packed = await post(bomb, { 'content-type': JSON_TYPE, 'content-encoding': 'gzip' });
    expect([packed.status, await packed.json()]).toEqual([
      413,
      { code: 8, message: expect.stringContaining('err-mimir-distributor-max-otlp-request-size') },
    ]);
    expect((await post(Buffer.alloc((1 << 20) + 1), { 'content-type': JSON_TYPE })).status).toBe(413);
  });

  it('keeps the good and counts the bad', async () => {
    const request = requestOf([
      gauge('good', 1),
      gauge('bad', 1, { '': 'x' }),
      {
        name: 'e',
        exponentialHistogram: { aggregationTemporality: 2, dataPoints: [{ timeUnixNano: timeNano(0), scale: -5 }, {}] },
      },
      { name: 'u', sum: { dataPoints: [{ timeUnixNano: timeNano(0), asInt: 1 }] } },
      gauge('last', 2),
    ]);
    const reply = await post(bytesOf(request), { 'content-type': JSON_TYPE });
    expect(reply.status).toBe(200);
    const { partialSuccess } = (await reply.json()) as { partialSuccess: { rejectedDataPoints: string; errorMessage: string } };
    expect(partialSuccess.rejectedDataPoints).toBe('3');
    for (const text of ['label name is empty', 'Scale must be >= -4, was -5', 'invalid temporality and type combination']) {
      expect(partialSuccess.errorMessage).toContain(text);
    }
    expect(await names()).toEqual(expect.arrayContaining(['{__name__="good", job="a"}', '{__name__="last", job="a"}']));
  });

  it('counts points that the limits and the head refuse', async () => {
    station.limits = { ...defaultLimits(), maxLabelValueLength: 10 };
    const long = requestOf([gauge('g', 1), gauge('g', 1, { l: 'x'.repeat(11) })]);
    const refused = (await (await post(bytesOf(long), { 'content-type': JSON_TYPE })).json()) as Record<string, object>;
    expect(refused.partialSuccess).toMatchObject({
      rejectedDataPoints: '1',
      errorMessage: expect.stringContaining('err-mimir-label-value-too-long'),
    });
    const again = await station.send(requestOf([gauge('g', 2)]));
    expect(again).toMatchObject({ rejectedDataPoints: 1, errorMessage: expect.stringContaining('sample-duplicate-timestamp') });
  });

  it('counts points, not the samples that they become', async () => {
    const count = (value: number): object => ({
      name: 'h',
      histogram: {
        aggregationTemporality: 2,
        dataPoints: [{ timeUnixNano: timeNano(0), count: value, sum: 1, bucketCounts: [value, 0, 0], explicitBounds: [1, 2] }],
      },
    });
    const wrong = { timeUnixNano: timeNano(0), count: 9, scale: 0, positive: { bucketCounts: [1] } };
    const exponential = { name: 'e', exponentialHistogram: { aggregationTemporality: 2, dataPoints: [wrong] } };
    const summary = { name: 's', summary: { dataPoints: [{ timeUnixNano: timeNano(0), count: 1, sum: 1 }] } };
    expect(await station.send(requestOf([count(1), gauge('g', 1), summary]))).toBeUndefined();
    const partial = await station.send(requestOf([gauge('g', 1), count(2), gauge('g', 3), summary, exponential, gauge('n', 1)]));
    expect(partial?.rejectedDataPoints).toBe(3);
    expect(partial?.errorMessage).toContain('1 observations found in buckets, but the Count field is 9');
    expect(await names()).toContain('{__name__="n", job="a"}');
    const old = requestOf([count(2), gauge('g', 1)]);
    const text = JSON.stringify(old).replaceAll(timeNano(0), timeNano(-10));
    expect((await station.send(JSON.parse(text) as object))?.rejectedDataPoints).toBe(2);
    station.limits = { ...defaultLimits(), maxGlobalSeriesPerUser: 1 };
    expect((await station.send(requestOf([gauge('new', 1)])))?.rejectedDataPoints).toBe(1);
  });

  it('tells clients to retry what may succeed later, and only that', async () => {
    const send = (): Promise<Response> => post(bytesOf(GOOD), { 'content-type': JSON_TYPE });
    for (const [status, want] of [
      [500, 503],
      [503, 503],
      [529, 503],
      [504, 504],
    ]) {
      station.failure = new TelamonError('no', { status: status! });
      const reply = await send();
      expect([reply.status, reply.headers.get('retry-after'), await reply.json()]).toEqual([
        want,
        '6',
        { code: want === 504 ? 4 : 14, message: 'no' },
      ]);
    }
    station.failure = new Error('secret');
    const broken = await send();
    expect([broken.status, await broken.json()]).toEqual([503, { code: 14, message: 'internal error' }]);
    station.failure = undefined;
    station.limits = { ...defaultLimits(), requestRate: 0.001, requestBurstSize: 1 };
    expect((await send()).status).toBe(200);
    const limited = await send();
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '6']);
    expect(await limited.json()).toMatchObject({ code: 8 });
    const delayed = await post(bytesOf(GOOD), { 'content-type': JSON_TYPE, 'retry-attempt': '3' });
    expect(delayed.headers.get('retry-after')).toBe('24');
  });

  it('limits the rate of points', async () => {
    station.limits = { ...defaultLimits(), ingestionRate: 1, ingestionBurstSize: 3 };
    const reply = await post(bytesOf(requestOf([1, 2, 3, 4].map((value) => gauge(`g${value}`, value)))), {
      'content-type': JSON_TYPE,
    });
    expect(reply.status).toBe(429);
    expect(await names()).toEqual([]);
  });

  it('takes the strategy of the request', async () => {
    const request = requestOf([{ ...gauge('a.b', 1), unit: 's' }]);
    const headers = { 'content-type': JSON_TYPE, 'x-mimir-otlp-translationstrategy': 'NoTranslation' };
    expect((await post(bytesOf(request), headers)).status).toBe(200);
    expect((await post(bytesOf(request), { 'content-type': JSON_TYPE, 'x-mimir-otlp-addsuffixes': 'false' })).status).toBe(200);
    expect(await names()).toEqual(['{__name__="a.b", job="a"}', '{__name__="a_b", job="a"}']);
    expect((await post(bytesOf(request), { ...headers, 'x-mimir-otlp-translationstrategy': 'evil' })).status).toBe(400);
  });

  it('answers 200 to a replica that is not elected and stores nothing of it', async () => {
    station.limits = { ...defaultLimits(), acceptHaSamples: true };
    const of = (replica: string, name: string): Buffer =>
      bytesOf(requestOf([gauge(name, 1, { cluster: 'c', __replica__: replica })]));
    expect((await post(of('r0', 'first'), { 'content-type': JSON_TYPE })).status).toBe(200);
    const dropped = await post(of('r1', 'second'), { 'content-type': JSON_TYPE });
    expect([dropped.status, await dropped.text()]).toEqual([200, '{}']);
    expect(await names()).toEqual(['{__name__="first", cluster="c", job="a"}']);
  });

  it('stores odd keys as plain data', async () => {
    const odd = { __proto__x: '1', constructor: '2', toString: '3' };
    expect((await post(bytesOf(requestOf([gauge('g', 1, odd)])), { 'content-type': JSON_TYPE })).status).toBe(200);
    const body = Buffer.from(JSON.stringify(GOOD).replace('"resourceMetrics"', '"__proto__":{"x":1},"resourceMetrics"'));
    expect((await post(body, { 'content-type': JSON_TYPE })).status).toBe(200);
    expect(await names()).toContain('{__name__="g", __proto__x="1", constructor="2", job="a", toString="3"}');
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });
});

describe('OTLP over gRPC', () => {
  const call = { path: '', metadata: {}, tenants: ['t'], signal: new AbortController().signal };
  const handler = () => {
    const [method] = otlpMethods(station.deps);
    expect(method!.path).toBe('/opentelemetry.proto.collector.metrics.v1.MetricsService/Export');
    return (message: Uint8Array) => method!.handler(message, call);
  };

  it('stores and answers', async () => {
    expect(await handler()(protobufOf(GOOD))).toHaveLength(0);
    expect(await names()).toEqual(['{__name__="g", job="a"}']);
    const partial = await handler()(protobufOf(requestOf([gauge('b', 1, { '': 'x' })])));
    const message = { rejectedDataPoints: 1, errorMessage: 'label name is empty' };
    expect(partial).toEqual(encodeOtlpMetricsResponse('protobuf', message));
  });

  it('fails with the code that makes a client do the right thing', async () => {
    const failure = async (message: Uint8Array): Promise<GrpcError> =>
      handler()(message).then(
        () => expect.fail('no error'),
        (error: unknown) => error as GrpcError,
      );
    expect((await failure(Buffer.from([0x0a, 0xff]))).code).toBe(GrpcStatus.INVALID_ARGUMENT);
    const tooLarge = await failure(new Uint8Array((1 << 20) + 1));
    expect(tooLarge).toMatchObject({ code: GrpcStatus.RESOURCE_EXHAUSTED, details: undefined });
    station.failure = new TelamonError('no', { status: 500 });
    const unavailable = await failure(protobufOf(GOOD));
    expect(unavailable).toMatchObject({ code: GrpcStatus.UNAVAILABLE, message: 'no' });
    expect(retryDelaySeconds(unavailable.details!)).toBe(6);
    station.failure = undefined;
    station.limits = { ...defaultLimits(), requestRate: 0.001, requestBurstSize: 1 };
    await handler()(protobufOf(GOOD));
    const limited = await failure(protobufOf(GOOD));
    expect(limited.code).toBe(GrpcStatus.RESOURCE_EXHAUSTED);
    expect(retryDelaySeconds(limited.details!)).toBe(6);
  });
});

/** Walks Status.details[0].value -> RetryInfo.retry_delay -> Duration.seconds. */
function retryDelaySeconds(status: Uint8Array): number {
  const any = field(status, 3);
  const delay = field(field(any, 2), 1);
  const reader = new ProtoReader(delay);
  reader.readTag(delay.length);
  return reader.readUvarint();
}

function field(message: Uint8Array, wanted: number): Uint8Array {
  const reader = new ProtoReader(message);
  while (reader.readTag(message.length)) {
    if (reader.field !== wanted) reader.skip(message.length);
    else {
      const end = reader.readEnd(message.length);
      return message.slice(reader.at, end);
    }
  }
  return expect.fail(`no field ${wanted}`);
}
