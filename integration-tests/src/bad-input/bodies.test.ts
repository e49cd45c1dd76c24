import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { type ExchangeResponse, exchange } from '../harness/http-exchange.ts';
import { rawExchange } from '../harness/raw-connection.ts';
import { encodeV1, ProtoWriter, snappyBlock, uvarint, V1_HEADERS, type WriteSeries } from '../harness/remote-write-body.ts';
import { askSeries, pushBody, type Target, telamonTarget } from '../harness/telamon-client.ts';
import { guardServer } from './guarded-server.ts';

const LIMIT_BYTES = 4 * 1024 * 1024;
const { server } = guardServer({
  name: 'bad-bodies',
  isMultitenant: true,
  flags: [`--distributor.max-recv-msg-size=${LIMIT_BYTES}`, `--distributor.max-otlp-request-size=${LIMIT_BYTES}`],
});
const nowMs = Date.now();
const target = (tenant: string = 'bodies'): Target => telamonTarget(server().metrics, tenant);

const push = (body: Uint8Array, headers: Readonly<Record<string, string>> = V1_HEADERS): Promise<ExchangeResponse> =>
  pushBody(target(), body, headers);
const otlp = (body: Uint8Array | string, headers: Readonly<Record<string, string>>): Promise<ExchangeResponse> =>
  exchange({
    method: 'POST',
    base: server().listeners['otlp-http'],
    path: '/v1/metrics',
    headers: { ...headers, ...target().headers },
    body,
  });
const one = (...labels: (readonly [string, string])[]): WriteSeries => ({ labels, samples: [[nowMs, 1]] });
const good = (name: string): WriteSeries => one(['__name__', name]);

async function isStored(name: string): Promise<boolean> {
  const found = await askSeries(target(), 'query', {
    query: `{__name__="${name}"}`,
    time: String(nowMs / 1000 + 1),
  });
  return found.length > 0;
}

it.each([2n ** 32n - 1n, 2n ** 32n, 2n ** 40n, BigInt(LIMIT_BYTES) + 1n])(
  'B10 refuses a snappy block that declares %d bytes',
  async (declared) => {
    const body = Buffer.concat([uvarint(declared), Buffer.alloc(16)]);
    expect([400, 413]).toContain((await push(body)).status);
    const read = await exchange({
      method: 'POST',
      base: server().metrics,
      path: '/prometheus/api/v1/read',
      headers: { ...V1_HEADERS, ...target().headers },
      body,
    });
    expect([400, 413]).toContain(read.status);
  },
);

it.each([
  ['nothing', Buffer.alloc(0)],
  ['a length alone', Buffer.from([0x20])],
  ['an offset before the start', Buffer.from([8, 0x00, 0x61, 0x1a, 0xff, 0x00])],
  ['an offset of zero', Buffer.from([8, 0x00, 0x61, 0x1a, 0x00, 0x00])],
  ['trailing bytes', Buffer.concat([snappyBlock(encodeV1([good('b11')])), Buffer.from('garbage')])],
  ['a length that is too short', Buffer.concat([uvarint(3n), snappyBlock(encodeV1([good('b11')])).subarray(1)])],
  ['a length that never ends', Buffer.alloc(12, 0xff)],
])('B11 refuses snappy with %s', async (_name, body) => {
  expect((await push(body)).status).toBe(400);
});

it('B12 stops unpacking a gzip bomb', async () => {
  const layer = gzipSync(Buffer.alloc(64 * 1024 * 1024));
  const bomb = Buffer.concat([layer, layer, layer, layer]);
  for (const type of ['application/x-protobuf', 'application/json']) {
    expect((await otlp(bomb, { 'content-type': type, 'content-encoding': 'gzip' })).status).toBe(413);
  }
  const query = await exchange({
    method: 'POST',
    base: server().metrics,
    path: '/prometheus/api/v1/query',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'content-encoding': 'gzip', ...target().headers },
    body: bomb,
  });
  expect([400, 413, 415]).toContain(query.status);
});

it.each([
  ['zstd', Buffer.from('28b52ffd00b8000000', 'hex')],
  ['zstd', Buffer.from('28b52ffde0ffffffffffffffff000000', 'hex')],
  ['lz4', Buffer.from('04224d186070730000000000', 'hex')],
  ['deflate', Buffer.from('00', 'hex')],
  ['br', Buffer.from('00', 'hex')],
])('B13 refuses a bad %s body', async (encoding, body) => {
  expect([400, 413, 415]).toContain(
    (await otlp(body, { 'content-type': 'application/x-protobuf', 'content-encoding': encoding })).status,
  );
});

it('B15 refuses a body that is not what its header says, and an unknown coding', async () => {
  expect((await push(encodeV1([good('b15')]))).status).toBe(400);
  expect((await push(snappyBlock(encodeV1([good('b15')])), { ...V1_HEADERS, 'content-encoding': 'nonsense' })).status).toBe(415);
  expect(await isStored('b15')).toBe(false);
});

it('B16 refuses an unknown message', async () => {
  const body = snappyBlock(encodeV1([good('b16')]));
  expect((await push(body, { ...V1_HEADERS, 'content-type': 'application/x-protobuf;proto=evil' })).status).toBe(415);
});

it('B17 refuses a body over the limit, announced or not, and closes', async () => {
  const head =
    'POST /api/v1/push HTTP/1.1\r\nHost: x\r\nX-Scope-OrgID: bodies\r\nContent-Type: application/x-protobuf\r\nContent-Encoding: snappy\r\n';
  const announced = await rawExchange(
    server().metrics,
    [`${head}Content-Length: 1000000000\r\n\r\n`, Buffer.alloc(1024)],
    10_000,
  );
  expect([announced.status, announced.isClosedByServer]).toEqual([413, true]);
  function* chunks(): Generator<string> {
    yield `${head}Transfer-Encoding: chunked\r\n\r\n`;
    for (let i = 0; i < 400; i++) yield `10000\r\n${'x'.repeat(65536)}\r\n`;
  }
  const chunked = await rawExchange(server().metrics, chunks(), 10_000);
  expect(chunked.isClosedByServer).toBe(true);
  expect([0, 413]).toContain(chunked.status);
});

it.each([
  [
    '10,000 labels',
    [
      ['__name__', 'b18'],
      ...Array.from({ length: 10_000 }, (_item, index) => [`l${String(index).padStart(5, '0')}`, 'v'] as const),
    ],
  ],
  [
    'a name of 1 MiB',
    [
      ['__name__', 'b18'],
      ['a'.repeat(1 << 20), 'v'],
    ],
  ],
  [
    'a value of 2 MiB',
    [
      ['__name__', 'b18'],
      ['a', 'v'.repeat(2 << 20)],
    ],
  ],
  [
    'the same name twice',
    [
      ['__name__', 'b18'],
      ['a', '1'],
      ['a', '2'],
    ],
  ],
  [
    'an empty name',
    [
      ['', 'x'],
      ['__name__', 'b18'],
    ],
  ],
  ['no metric name', [['a', '1']]],
] as [string, [string, string][]][])('B18 refuses a series with %s and keeps the rest', async (name, labels) => {
  const rest = `rest_${name.replaceAll(/\W/g, '_')}`;
  const answer = await push(snappyBlock(encodeV1([one(...labels), good(rest)])));
  expect(answer.status).toBe(400);
  expect(answer.text.length).toBeLessThan(4096);
  expect(await isStored(rest)).toBe(true);
});

it('B18 refuses text that is not UTF-8, sorts labels and drops empty values', async () => {
  const label = new ProtoWriter().bytes(1, '__name__').bytes(2, Buffer.from([0xff, 0xfe]));
  const bad = new ProtoWriter()
    .bytes(1, new ProtoWriter().bytes(1, label).bytes(2, new ProtoWriter().double(1, 1).varint(2, nowMs)))
    .finish();
  expect((await push(snappyBlock(bad))).status).toBe(400);
  expect(
    (await push(snappyBlock(encodeV1([one(['z', '1'], ['__name__', 'b18_unsorted'], ['empty', ''], ['a', '2'])])))).status,
  ).toBeLessThan(300);
  const [found] = await askSeries(target(), 'query', {
    query: 'b18_unsorted',
    time: String(nowMs / 1000 + 1),
  });
  expect(found?.metric).toEqual({ __name__: 'b18_unsorted', a: '2', z: '1' });
});

it('B19 refuses more samples or series than one request may hold', async () => {
  const sample = new ProtoWriter().bytes(2, new ProtoWriter().double(1, 1).varint(2, nowMs)).finish();
  const label = new ProtoWriter().bytes(1, new ProtoWriter().bytes(1, '__name__').bytes(2, 'b19')).finish();
  const samples = Buffer.concat([label, ...Array.from({ length: 400_000 }, () => sample)]);
  expect([400, 413, 429]).toContain((await push(snappyBlock(new ProtoWriter().bytes(1, samples).finish()))).status);
  const series = new ProtoWriter().bytes(1, label).finish();
  const many = Buffer.concat(Array.from({ length: 400_000 }, () => series));
  expect([400, 413, 429]).toContain((await push(snappyBlock(many))).status);
});

it('B20 survives nesting without end', async () => {
  let value: Uint8Array = new ProtoWriter().bytes(1, 'x').finish();
  for (let depth = 0; depth < 2000; depth++) value = new ProtoWriter().bytes(5, new ProtoWriter().bytes(1, value)).finish();
  const keyValue = new ProtoWriter().bytes(1, 'k').bytes(2, value);
  const resource = new ProtoWriter().bytes(1, keyValue);
  const request = new ProtoWriter().bytes(1, new ProtoWriter().bytes(1, resource)).finish();
  expect((await otlp(request, { 'content-type': 'application/x-protobuf' })).status).toBeLessThan(500);
  const groups = Buffer.alloc(100_000, 0x0b);
  expect((await otlp(groups, { 'content-type': 'application/x-protobuf' })).status).toBe(400);
  expect((await push(snappyBlock(groups))).status).toBe(400);
});

it('B21 stores names of object internals as plain data', async () => {
  const labels = [
    ['__name__', 'b21'],
    ['__proto__', 'polluted'],
    ['constructor', 'x'],
    ['hasOwnProperty', 'y'],
  ] as const;
  expect((await push(snappyBlock(encodeV1([one(...labels)])))).status).toBeLessThan(300);
  const [found] = await askSeries(target(), 'query', { query: 'b21', time: String(nowMs / 1000 + 1) });
  expect(Object.entries(found?.metric ?? {}).sort()).toEqual([...labels].map((pair) => [...pair]).sort());
  const json = '{"__proto__":{"polluted":1},"resourceMetrics":[{"constructor":{"prototype":{"polluted":1}}}]}';
  expect((await otlp(json, { 'content-type': 'application/json' })).status).toBeLessThan(500);
  expect(await isStored('polluted')).toBe(false);
});

it.each([
  ['a varint of 11 bytes', Buffer.concat([Buffer.from([0x08]), Buffer.alloc(11, 0x80), Buffer.from([1])])],
  ['a length past the end', Buffer.from([0x0a, 0x7f, 0x01])],
  ['a negative length', Buffer.concat([Buffer.from([0x0a]), uvarint(2n ** 64n - 1n)])],
  ['a wrong wire type', Buffer.from([0x0d, 1, 2, 3, 4])],
  ['field number 0', Buffer.from([0x02, 0x00])],
  ['a group that ends nowhere', Buffer.from([0x0c])],
])('B22 refuses protobuf with %s', async (_name, body) => {
  expect((await push(snappyBlock(body))).status).toBe(400);
});

it('B22 walks a million empty messages in linear time', async () => {
  const startedMs = performance.now();
  const { status } = await push(snappyBlock(Buffer.from('0a00'.repeat(1_000_000), 'hex')));
  expect(status).toBe(400);
  expect(performance.now() - startedMs).toBeLessThan(5000);
});

it.each([
  ['depth', '{"resourceMetrics":'.repeat(1) + '['.repeat(100_000)],
  ['depth of objects', '{"a":'.repeat(100_000)],
  ['cut off', '{"resourceMetrics":[{"resource":'],
  ['nothing', ''],
  [
    'a number that is none',
    '{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"x","gauge":{"dataPoints":[{"timeUnixNano":"x"}]}}]}]}]}',
  ],
])('B23 refuses JSON: %s', async (_name, body) => {
  expect((await otlp(body, { 'content-type': 'application/json' })).status).toBe(400);
});

it('B23 survives strange but valid JSON', async () => {
  const point = (value: string): string =>
    `{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"b23","gauge":{"dataPoints":[{"timeUnixNano":"${nowMs}000000","asDouble":${value}}]}}]}]}]}`;
  const keys = Array.from({ length: 200_000 }, (_item, index) => `"k${index}":1`).join(',');
  for (const body of [
    point('1e999'),
    point('1'.repeat(400)),
    point('1').replace('"b23"', '"b\\ud800"'),
    `{"a":1,"a":2,${keys}}`,
  ]) {
    expect((await otlp(body, { 'content-type': 'application/json' })).status).toBeLessThan(500);
  }
});

interface HistogramFields {
  readonly schema?: number;
  readonly count?: number;
  readonly spanOffset?: number;
  readonly spanLength?: number;
  readonly deltas?: readonly number[];
}

/** A v1 request of one integer histogram; defaults make a valid one. */
function histogramBody({ schema = 0, count = 1, spanOffset = 0, spanLength = 1, deltas = [1] }: HistogramFields): Uint8Array {
  const zigzag = (value: number): number => (value << 1) ^ (value >> 31);
  const span = new ProtoWriter().varint(1, BigInt.asUintN(32, BigInt(zigzag(spanOffset)))).varint(2, spanLength);
  const histogram = new ProtoWriter()
    .varint(1, count)
    .double(3, 1)
    .varint(4, zigzag(schema))
    .double(5, 0.001)
    .varint(6, 0)
    .bytes(11, span)
    .bytes(12, Buffer.concat(deltas.map((delta) => uvarint(BigInt(zigzag(delta))))))
    .varint(15, nowMs);
  const label = new ProtoWriter()
    .bytes(1, '__name__')
    .bytes(2, `b24_${schema}_${count}_${spanOffset}_${spanLength}_${deltas.length}`);
  return snappyBlock(new ProtoWriter().bytes(1, new ProtoWriter().bytes(1, label).bytes(4, histogram)).finish());
}

it('B24 refuses histograms that are none', async () => {
  expect((await push(histogramBody({}))).status).toBeLessThan(300);
  const bad: HistogramFields[] = [
    { schema: 127 },
    { schema: -60 },
    { count: 0 },
    { spanLength: 2 },
    { deltas: [-1] },
    { spanLength: 2 ** 31, deltas: [1] },
  ];
  for (const fields of bad) expect((await push(histogramBody(fields))).status, JSON.stringify(fields)).toBe(400);
});

it('B24 refuses a histogram of a million buckets or merges it down', async () => {
  const deltas = Array.from({ length: 1_000_000 }, () => 0);
  expect(
    (await push(histogramBody({ spanLength: deltas.length, count: 1_000_000, deltas: [1, ...deltas.slice(1)] }))).status,
  ).toBeLessThan(500);
});

it.each([-(2n ** 63n), 2n ** 63n - 1n, 0n, BigInt(nowMs) * 1_000_000n, -1n])('B25 survives the time %d', async (time) => {
  const label = new ProtoWriter().bytes(1, '__name__').bytes(2, 'b25_time');
  const message = new ProtoWriter().bytes(1, label).bytes(2, new ProtoWriter().double(1, 1).varint(2, time));
  expect((await push(snappyBlock(new ProtoWriter().bytes(1, message).finish()))).status).toBeLessThan(500);
});

it('B25 keeps odd values to the bit', async () => {
  const values = [Number.NaN, -0, 5e-324, -5e-324, Number.MAX_VALUE, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const samples = values.map((value, index) => [nowMs - 1000 * (values.length - index), value] as const);
  expect((await push(snappyBlock(encodeV1([{ labels: [['__name__', 'b25_values']], samples }])))).status).toBeLessThan(300);
  const [found] = await askSeries(target(), 'query', {
    query: 'b25_values[1m]',
    time: String(nowMs / 1000),
  });
  expect(found?.values?.map(([, text]) => text)).toEqual([
    'NaN',
    '-0',
    '5e-324',
    '-5e-324',
    '1.7976931348623157e+308',
    '+Inf',
    '-Inf',
  ]);
});

it('B26 survives exemplars that are too long or too many', async () => {
  const exemplar = (length: number): ProtoWriter =>
    new ProtoWriter()
      .bytes(1, new ProtoWriter().bytes(1, 'trace_id').bytes(2, 'x'.repeat(length)))
      .double(2, 1)
      .varint(3, nowMs);
  const labels = new ProtoWriter().bytes(1, new ProtoWriter().bytes(1, '__name__').bytes(2, 'b26')).finish();
  const long = Buffer.concat([labels, new ProtoWriter().bytes(3, exemplar(500)).finish()]);
  const many = Buffer.concat([labels, ...Array.from({ length: 50_000 }, () => new ProtoWriter().bytes(3, exemplar(4)).finish())]);
  for (const content of [long, many]) {
    expect((await push(snappyBlock(new ProtoWriter().bytes(1, content).finish()))).status).toBeLessThan(500);
  }
});

it('B46 keeps names with markup and control characters verbatim in JSON and out of the log', async () => {
  const evil = '"><img onerror=alert(1)>\u001b[31m\r\nnext';
  expect((await push(snappyBlock(encodeV1([one(['__name__', 'b46'], ['evil', evil])])))).status).toBeLessThan(300);
  const [found] = await askSeries(target(), 'query', { query: 'b46', time: String(nowMs / 1000 + 1) });
  expect(found?.metric.evil).toBe(evil);
  await push(snappyBlock(encodeV1([one(['__name__', 'b46'], [evil, '1'], [evil, '2'])])));
  const page = await exchange({ base: server().metrics, path: `/<img onerror=alert(1)>%1b[31m`.replaceAll(' ', '%20') });
  if (String(page.headers['content-type']).includes('html')) expect(page.text).not.toContain('<img');
  expect(server().log()).not.toContain('\u001b[31m\r');
});
