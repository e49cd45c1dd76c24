import { snappyCompress, snappyUncompress } from '@telamon/bytes';
import { maxSeriesPerQuery } from '@telamon/limits';
import { Labels, SampleColumns, TelamonError } from '@telamon/model';
import { HttpListener } from '@telamon/rpc';
import { createSilentLogger } from '@telamon/telemetry';
import { decodeChunk, SeriesEncoder, Xor2Appender } from '@telamon/tsdb';
import { ProtoReader, WriteRequestCursor } from '@telamon/wire';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { QuerySettings } from '../api/query-settings.ts';
import { SeriesFrameWriter } from '../frame/series-frame.ts';
import { every, type FixtureSeries, fixtureContext, fixtureRequest, sourceOf } from '../query/query.fixture.ts';
import { plainChunks } from './plain-chunks.ts';
import { ReadGate } from './read-gate.ts';
import { decodeReadRequest } from './read-request.ts';
import { encodeReadRequest, readFrames, type SentQuery } from './remote-read.fixture.ts';
import { type RemoteReadJobRequest, remoteReadJob } from './remote-read-job.ts';
import { remoteReadRoutes } from './remote-read-routes.ts';

const SERIES: readonly FixtureSeries[] = ['b', 'a'].map((job) => ({
  labels: { __name__: 'up', job },
  samples: every(0, 600_000, 1000),
}));
const UP: SentQuery = { fromMs: 0, toMs: 600_000, matchers: [[0, '__name__', 'up']] };
const signal = new AbortController().signal;

let listener: HttpListener;
let settings: { timeoutMs: number; limits: RemoteReadJobRequest['limits']; maxLookbackMs: number };
let failure: Error | undefined;
let externalLabels: readonly (readonly [string, string])[];

beforeEach(async () => {
  settings = { timeoutMs: 10_000, limits: fixtureRequest().limits, maxLookbackMs: 0 };
  failure = undefined;
  externalLabels = [];
  const options = { name: 'test', address: '127.0.0.1', port: 0, portOption: '--test', log: createSilentLogger() };
  listener = new HttpListener({ ...options, tenants: { isMultitenant: false } });
  const routes = remoteReadRoutes({
    nowMs: () => 600_000,
    settingsOf: () => ({ ...settings, requests: { maxLookbackMs: settings.maxLookbackMs } }) as unknown as QuerySettings,
    get externalLabels() {
      return externalLabels;
    },
    read: async (request) => {
      if (failure !== undefined) throw failure;
      // One source per half of the samples, so that series are joined.
      const half = (from: number): FixtureSeries[] =>
        SERIES.map((each) => ({ ...each, samples: each.samples.slice(from, from + 301) }));
      return await remoteReadJob(request, fixtureContext(), [sourceOf(half(0)), sourceOf(half(300))]);
    },
  });
  for (const { methods, pattern, handler } of routes) listener.route(methods[0]!, pattern, handler);
  await listener.start();
});
afterEach(() => listener.stop(0));

async function post(body: Uint8Array, path = '/prometheus/api/v1/read'): Promise<Response> {
  const headers = { 'content-type': 'application/x-protobuf', 'content-encoding': 'snappy', 'accept-encoding': 'identity' };
  return await fetch(`${listener.url}${path}`, { method: 'POST', headers, body: new Uint8Array(body) });
}
const read = (queries: readonly SentQuery[], types?: readonly number[]): Promise<Response> =>
  post(snappyCompress(encodeReadRequest(queries, types)));
const bytesOf = async (response: Response): Promise<Uint8Array> => new Uint8Array(await response.arrayBuffer());

/** Results of a response in samples: for each query, series by their labels. */
function readResults(body: Uint8Array): Map<string, [number, number][]>[] {
  const reader = new ProtoReader(snappyUncompress(body, 1 << 26));
  const results: Map<string, [number, number][]>[] = [];
  while (reader.readTag(reader.bytes.length)) {
    const end = reader.readEnd(reader.bytes.length);
    const cursor = new WriteRequestCursor(reader.bytes.slice(reader.at, end));
    const found = new Map<string, [number, number][]>();
    while (cursor.nextSeries()) {
      const samples = Array.from({ length: cursor.sampleCount }, (_, i): [number, number] => [
        cursor.sampleTimesMs[i]!,
        cursor.sampleValues[i]!,
      ]);
      found.set(cursor.decodeLabelPairs().join(','), samples);
    }
    results.push(found);
    reader.at = end;
  }
  return results;
}

function samplesOf(chunks: readonly { encoding: number; data: Uint8Array }[]): [number, number][] {
  const columns = new SampleColumns();
  for (const { encoding, data } of chunks) decodeChunk(encoding, data, -Infinity, Infinity, columns);
  return Array.from({ length: columns.length }, (_, i) => [columns.timesMs[i]!, columns.values[i]!]);
}

describe('remote read in samples', () => {
  it('answers each query with its series, sorted, in its time, one sample a time', async () => {
    const part = { ...UP, fromMs: 299_500, toMs: 302_000, matchers: [[2, 'job', 'a|x']] } as const;
    for (const types of [[], [0], [7, 0, 1]]) {
      const response = await read([UP, part, { ...UP, matchers: [[0, '__name__', 'down']] }], types);
      expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/x-protobuf']);
      expect(response.headers.get('content-encoding')).toBe('snappy');
      const [all, some, none] = readResults(await bytesOf(response));
      expect([...all!.keys()]).toEqual(['__name__,up,job,a', '__name__,up,job,b']);
      expect(all!.get('__name__,up,job,b')).toEqual(every(0, 600_000, 1000));
      expect([...some!]).toEqual([['__name__,up,job,a', every(0, 600_000, 1000).slice(300, 303)]]);
      expect(none!.size).toBe(0);
    }
  });

  it('finds nothing for a query without matchers', async () => {
    const [none, all] = readResults(await bytesOf(await read([{ ...UP, matchers: [] }, UP])));
    expect([none!.size, all!.size]).toEqual([0, 2]);
  });

  it('keeps the limits of the tenant', async () => {
    settings.limits = { ...settings.limits, maxSamples: 1201 };
    const response = await read([UP]);
    expect([response.status, await response.text()]).toEqual([400, 'exceeded sample limit (1201)\n']);
    settings.limits = { ...settings.limits, maxSamples: 1202 };
    expect((await read([UP, UP])).status).toBe(200);
    settings.maxLookbackMs = 1000;
    const [recent] = readResults(await bytesOf(await read([UP])));
    expect(recent!.get('__name__,up,job,a')).toEqual(every(0, 600_000, 1000).slice(599));
    settings.limits = { ...settings.limits, maxSeries: 1 };
    expect((await read([UP])).status).toBe(422);
  });
});

describe('remote read in chunks', () => {
  it('streams frames of one series each, sorted, that decode to the samples', async () => {
    const part = { ...UP, fromMs: 100_500, toMs: 302_000 };
    const response = await read([UP, part], [1, 0]);
    const type = 'application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse';
    expect([response.status, response.headers.get('content-type')]).toEqual([200, type]);
    expect(response.headers.get('content-encoding')).toBeNull();
    const frames = readFrames(await bytesOf(response));
    const names = ['__name__=up,job=a', '__name__=up,job=b'];
    expect(frames.map(({ queryIndex, labels }) => [queryIndex, labels])).toEqual([0, 1].flatMap((i) => names.map((n) => [i, n])));
    const expected = every(0, 600_000, 1000);
    for (const { queryIndex, chunks } of frames) {
      expect(samplesOf(chunks)).toEqual(queryIndex === 0 ? expected : expected.slice(101, 303));
      for (const chunk of chunks) {
        const times = samplesOf([chunk]).map(([timeMs]) => timeMs);
        expect([chunk.encoding, chunk.minTimeMs, chunk.maxTimeMs]).toEqual([1, times[0], times.at(-1)]);
      }
    }
  });

  it('splits a long series and begins a frame with its labels', async () => {
    const request = { tenant: 't', format: 'chunks', queries: [decodeReadRequest(encodeReadRequest([UP])).queries[0]!] } as const;
    const rest = { queryIndex: 3, externalLabels: [], oldestMs: Number.NEGATIVE_INFINITY, maxFrameBytes: 300 };
    const job = { ...request, ...rest, limits: settings.limits };
    const { parts } = await remoteReadJob(job, fixtureContext(), [sourceOf(SERIES, 50)]);
    const frames = readFrames(Buffer.concat(parts));
    expect(frames.length).toBeGreaterThan(6);
    expect(new Set(frames.map(({ queryIndex }) => queryIndex))).toEqual(new Set([3]));
    const ofB = frames.filter(({ labels }) => labels.endsWith('b')).flatMap(({ chunks }) => chunks);
    expect(samplesOf(ofB)).toEqual(every(0, 600_000, 1000));
  });

  it('answers nothing with nothing', async () => {
    const response = await read([], [1]);
    expect([response.status, (await bytesOf(response)).length]).toEqual([200, 0]);
  });

  it('turns chunks with start times into those that every client knows', () => {
    const appender = new Xor2Appender();
    for (let i = 0; i < 10; i++) appender.appendWords(i * 1000, 0, 0x3ff00000, 500);
    const view = { encoding: 4, minTimeMs: 0, maxTimeMs: 9000, data: appender.bytes() };
    const plain = plainChunks([view], 2000, 5000);
    expect(plain.map(({ encoding }) => encoding)).toEqual([1]);
    expect(samplesOf(plain)).toEqual([2000, 3000, 4000, 5000].map((timeMs) => [timeMs, 1]));
  });
});

it('gives native histograms as they were written, integers as integers', async () => {
  const histogram = {
    counterResetHint: 0 as const,
    schema: 1,
    zeroThreshold: 0.001,
    zeroCount: 1,
    sum: 2.5,
    positiveSpans: [{ offset: 0, length: 2 }],
    negativeSpans: [],
    negativeDeltas: new Float64Array(0),
    customValues: new Float64Array(0),
  };
  const encoder = new SeriesEncoder();
  const counts = [4, 6, 9];
  for (const [i, count] of counts.entries()) {
    encoder.intHistogram(i * 1000, { ...histogram, count, positiveDeltas: Float64Array.of(1, count - 3) });
  }
  const writer = new SeriesFrameWriter();
  writer.beginSeries(Labels.fromRecord({ __name__: 'h' }).bytes());
  for (const { encoding, minTimeMs, maxTimeMs, data } of encoder.finish()) writer.addChunk(encoding, minTimeMs, maxTimeMs, data);
  const frame = writer.finish();
  const request = {
    tenant: 't',
    queries: [{ fromMs: 1000, toMs: 2000, matchers: [{ operator: '=' as const, name: '__name__', value: 'h' }] }],
    queryIndex: 0,
    externalLabels: [],
    oldestMs: Number.NEGATIVE_INFINITY,
    maxFrameBytes: 1 << 20,
    limits: settings.limits,
  };
  const source = async function* (): AsyncIterable<Uint8Array> {
    yield frame;
  };
  const samples = await remoteReadJob({ ...request, format: 'samples' }, fixtureContext(), [source]);
  const reader = new ProtoReader(snappyUncompress(samples.parts[0]!, 1 << 20));
  reader.readTag(reader.bytes.length);
  const cursor = new WriteRequestCursor(reader.bytes.slice(reader.at + 1));
  expect(cursor.nextSeries()).toBe(true);
  const found = Array.from({ length: cursor.histogramCount }, (_, i) => cursor.decodeHistogram(i));
  expect(found.map(({ timeMs, histogram: each }) => [timeMs, each.count, 'positiveDeltas' in each])).toEqual([
    [1000, 6, true],
    [2000, 9, true],
  ]);
  const chunks = await remoteReadJob({ ...request, format: 'chunks' }, fixtureContext(), [source]);
  expect(readFrames(Buffer.concat(chunks.parts)).flatMap((each) => each.chunks.map(({ encoding }) => encoding))).toEqual([2]);
});

describe('external labels', () => {
  it('are added, and may be asked for', async () => {
    externalLabels = [
      ['job', 'x'],
      ['replica', 'r1'],
    ];
    const matchers = [...UP.matchers, [0, 'replica', 'r1']] as const;
    const [found] = readResults(await bytesOf(await read([{ ...UP, matchers }])));
    expect([...found!.keys()]).toEqual(['a', 'b'].map((job) => `__name__,up,job,${job},replica,r1`));
    const other = [...UP.matchers, [0, 'replica', 'r2']] as const;
    expect(readResults(await bytesOf(await read([{ ...UP, matchers: other }])))[0]!.size).toBe(0);
  });
});

describe('bad remote reads', () => {
  it.each([
    ['a block that declares 4 GiB (B10)', Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f, 0, 0)],
    ['a block over the limit (B10)', Uint8Array.of(0x81, 0x80, 0x80, 0x10, 0, 0)],
    ['nothing', new Uint8Array(0)],
    ['a message that is cut short', snappyCompress(encodeReadRequest([UP]).slice(0, -3))],
    ['an unknown matcher', snappyCompress(encodeReadRequest([{ ...UP, matchers: [[4, 'a', 'b']] }]))],
    ['a pattern that is none', snappyCompress(encodeReadRequest([{ ...UP, matchers: [[2, 'a', '(']] }]))],
    ['10,000 queries (B55)', snappyCompress(encodeReadRequest(Array.from({ length: 10_000 }, () => UP)))],
    ['10,000 matchers (B55)', snappyCompress(encodeReadRequest([{ ...UP, matchers: Array(10_000).fill(UP.matchers[0]) }]))],
    ['response types that nobody knows (B55)', snappyCompress(encodeReadRequest([UP], [2, 99]))],
  ])('%s are refused with 400', async (_name, body) => {
    const response = await post(body);
    expect([response.status, response.headers.get('content-type')]).toEqual([400, 'text/plain; charset=utf-8']);
    expect((await response.text()).length).toBeLessThan(1000);
  });

  it.each([
    [-(2n ** 63n), 2n ** 63n - 1n],
    [5, -5],
    [0, 0],
  ])('of %d to %d are answered (B55)', async (fromMs, toMs) => {
    for (const types of [[0], [1]]) expect((await read([{ ...UP, fromMs, toMs }], types)).status).toBe(200);
  });

  it('that fail tell why, with the status of the failure', async () => {
    failure = maxSeriesPerQuery(5);
    for (const types of [[0], [1]]) {
      const response = await read([UP], types);
      expect([response.status, await response.text()]).toEqual([422, `${failure.message}\n`]);
    }
    failure = new TelamonError('the worker died', { status: 503, isRetryable: true });
    expect((await read([UP], [1])).status).toBe(503);
  });

  it('are decoded or refused, whatever the bytes', () => {
    const good = encodeReadRequest([UP, UP], [1, 0]);
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(7), fc.nat(good.length), (at, bit, length) => {
        const broken = good.slice(0, length);
        if (at < length) broken[at]! ^= 1 << bit;
        try {
          decodeReadRequest(broken);
        } catch (error) {
          expect((error as Error).name).toMatch(/DecodeError|TruncatedError/);
        }
      }),
    );
  });
});

describe('the gate', () => {
  it('lets so many through, keeps their order and bounds who waits', async () => {
    const gate = new ReadGate(1, 2);
    const turn = { signal, timeoutMs: 5000 };
    const ends: (() => void)[] = [];
    const began: number[] = [];
    const work = (name: number) => () => {
      began.push(name);
      return new Promise<void>((resolve) => ends.push(resolve));
    };
    const runs = [1, 2].map((name) => gate.run(turn, work(name)));
    const gone = new AbortController();
    const left = gate.run({ ...turn, signal: gone.signal }, work(3));
    await expect(gate.run(turn, work(4))).rejects.toMatchObject({ status: 429 });
    gone.abort(new Error('the client left'));
    await expect(left).rejects.toThrow('left');
    await expect(gate.run({ ...turn, timeoutMs: 5 }, work(5))).rejects.toMatchObject({ status: 503 });
    ends[0]!();
    await runs[0];
    await expect.poll(() => began).toEqual([1, 2]);
    ends[1]!();
    await runs[1];
    expect(began).toEqual([1, 2]);
    const after = gate.run(turn, async () => 'in');
    expect(await after).toBe('in');
  });
});
