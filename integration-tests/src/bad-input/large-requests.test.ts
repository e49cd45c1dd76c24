import { expect, it } from 'vitest';
import { exchange } from '../harness/http-exchange.ts';
import { snappyBlock, V1_HEADERS } from '../harness/remote-write-body.ts';
import { askSeries, telamonTarget } from '../harness/telamon-client.ts';
import { guardServer } from './guarded-server.ts';

const SERIES_LIMIT = 50_000;
const METADATA_LIMIT = 20_000;
const { server } = guardServer({
  name: 'large-requests',
  // Above the size of what is sent here, so that not the size is what is refused.
  flags: [
    `--distributor.max-recv-msg-size=${256 << 20}`,
    `--ingester.max-global-series-per-user=${SERIES_LIMIT}`,
    `--ingester.max-global-metadata-per-user=${METADATA_LIMIT}`,
    '--distributor.ingestion-rate-limit=10000000',
    '--distributor.ingestion-burst-size=20000000',
  ],
});
/** Compressed and plain body, one copy of it, and what the series that fit take. */
const GROWTH_BYTES_MAX = 700 << 20;
const nowMs = Date.now();

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_:';

/** A sample of `nowMs` and the value 0, which protobuf leaves out: 9 bytes with its tag and length. */
function sampleField(): Buffer {
  const sample = Buffer.from([0x12, 7, 0x10, 0, 0, 0, 0, 0, 0]);
  let rest = BigInt(nowMs);
  for (let i = 3; i < 9; i++, rest >>= 7n) sample[i] = Number(rest & 0x7fn) | (i < 8 ? 0x80 : 0);
  return sample;
}

/** A 1.0 request of series that differ in the four letters of their name, one sample each: 29 bytes a series. */
function manySeries(count: number): Uint8Array {
  const name = Buffer.concat([Buffer.from([0x0a, 27, 0x0a, 16, 0x0a, 8]), Buffer.from('__name__'), Buffer.from([0x12, 4])]);
  const message = Buffer.concat([name, Buffer.alloc(4), sampleField()]);
  const letters = name.length;
  const body = Buffer.allocUnsafe(message.length * count);
  for (let i = 0; i < count; i++) {
    const at = i * message.length;
    body.set(message, at);
    for (let k = 0; k < 4; k++) body[at + letters + k] = ALPHABET.charCodeAt((i >>> (6 * k)) & 63);
  }
  return body;
}

/** A 1.0 request of one series with so many samples of the same time. */
function manySamples(count: number): Uint8Array {
  const label = Buffer.from('0a0f0a085f5f6e616d655f5f1203623139', 'hex');
  const sample = sampleField();
  const length: number[] = [];
  for (let rest = label.length + sample.length * count; rest > 0; rest = Math.floor(rest / 128)) {
    length.push((rest & 0x7f) | (rest >= 128 ? 0x80 : 0));
  }
  const body = Buffer.allocUnsafe(1 + length.length + label.length + sample.length * count);
  body[0] = 0x0a;
  body.set(length, 1);
  body.set(label, 1 + length.length);
  body.fill(sample, 1 + length.length + label.length);
  return body;
}

async function push(body: Uint8Array): Promise<{ status: number; text: string; grownBytes: number; readyMs: number }> {
  const before = server().usage().residentBytes;
  let most = before;
  let readyMs = 0;
  let isOver = false;
  const others = (async (): Promise<void> => {
    while (!isOver) {
      const startedMs = performance.now();
      expect((await exchange({ base: server().metrics, path: '/ready' })).status).toBe(200);
      readyMs = Math.max(readyMs, performance.now() - startedMs);
      most = Math.max(most, server().usage().residentBytes);
    }
  })();
  const { status, text } = await exchange({
    method: 'POST',
    base: server().metrics,
    path: '/api/v1/push',
    headers: V1_HEADERS,
    body: snappyBlock(body),
    timeoutMs: 60_000,
  });
  isOver = true;
  await others;
  return { status, text, grownBytes: most - before, readyMs };
}

it('B19 takes of five million series in one request as many as the limit lets in, in bounded memory', async () => {
  const { status, text, grownBytes, readyMs } = await push(manySeries(5_000_000));
  expect([400, 413, 429], text.slice(0, 200)).toContain(status);
  expect(text).toContain('err-mimir-max-series-per-user');
  expect(text.length).toBeLessThan(4096);
  expect(grownBytes).toBeLessThan(GROWTH_BYTES_MAX);
  expect(readyMs, 'others waited').toBeLessThan(3000);
  const query = 'count({__name__=~".+"})';
  const [found] = await askSeries(telamonTarget(server().metrics), 'query', { query, time: String(nowMs / 1000 + 1) });
  expect(Number(found?.value?.[1])).toBeLessThanOrEqual(SERIES_LIMIT);
});

it('B19 refuses ten million samples of one series', async () => {
  const { status, grownBytes } = await push(manySamples(10_000_000));
  expect([400, 413, 429]).toContain(status);
  expect(grownBytes).toBeLessThan(GROWTH_BYTES_MAX);
});

/** A 1.0 request of metadata alone, each of another metric: 31 bytes each. */
function manyMetadata(count: number): Uint8Array {
  const message = Buffer.concat([Buffer.from([0x1a, 29, 0x08, 1, 0x12, 8]), Buffer.from('m0000000\x22\x0fNumbers of some')]);
  const body = Buffer.allocUnsafe(message.length * count);
  for (let i = 0; i < count; i++) {
    body.set(message, i * message.length);
    body.write(String(i).padStart(7, '0'), i * message.length + 7);
  }
  return body;
}

it('B19 takes of a million metadata in one request as many as the limit lets in, and goes on', async () => {
  const { status, readyMs } = await push(manyMetadata(1_000_000));
  // More of them are counted, and not told, as with Mimir; the burst has room for them here.
  expect(status).toBe(200);
  expect(readyMs, 'others waited').toBeLessThan(3000);
  expect((await push(manySeries(10))).status).toBe(200);
});
