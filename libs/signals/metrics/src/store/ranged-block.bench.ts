import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { newUlid } from '@telamon/algo';
import { compileMatcher, Labels } from '@telamon/model';
import { MemoryBucket } from '@telamon/objstore';
import { ENCODING_XOR, XorAppender } from '@telamon/tsdb';
import { SeriesFrameWriter } from '../frame/series-frame.ts';
import type { BlockRef } from './block-ref.ts';
import { blockKey } from './bucket-layout.ts';
import { buildBlock } from './build-block.ts';
import { OpenBlocks } from './open-blocks.ts';
import { RangeCache } from './range-cache.ts';
import { selectFrames } from './select-blocks.ts';
import { uploadBlock } from './upload-block.ts';

const SAMPLES = 60;
const STEP_MS = 15_000;
const SPAN_MS = SAMPLES * STEP_MS;
const SERIES_PER_FRAME = 1000;
const noPause = (): undefined => undefined;

/** What a run of {@link benchRead} found; microseconds of this process' CPU, all threads, so with the garbage collector. */
export interface ReadFigures {
  /** A series of one chunk, from the lookup in the index to the frame. */
  readonly seriesUs: number;
  /** A series' labels alone. */
  readonly labelsUs: number;
  readonly frameBytesPerSeries: number;
  /** Digest of all frames: two versions of the code that give the same answers give the same. */
  readonly digest: string;
}

/** Reads a block in a bucket in memory, with all of its pages cached, so often: series of ten labels with a chunk of 60 samples each. */
export async function benchRead(seriesCount: number, runs: number): Promise<ReadFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'telamon-bench-'));
  const bucket = new MemoryBucket();
  const open = new OpenBlocks({ cache: new RangeCache(bucket, 256 << 20) });
  try {
    const block = await putBlock(bucket, folder, seriesCount);
    const read = (isLabelsOnly: boolean): AsyncIterable<Uint8Array> => readBlock(block, isLabelsOnly, open);
    const hash = createHash('sha256');
    let frameBytes = 0;
    for await (const frame of read(false)) {
      frameBytes += frame.length;
      hash.update(frame);
    }
    const seriesUs = (await cpuUs(() => read(false), runs)) / seriesCount;
    const labelsUs = (await cpuUs(() => read(true), runs)) / seriesCount;
    return { seriesUs, labelsUs, frameBytesPerSeries: frameBytes / seriesCount, digest: hash.digest('hex').slice(0, 16) };
  } finally {
    open.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function readBlock(block: BlockRef, isLabelsOnly: boolean, open: OpenBlocks): AsyncIterable<Uint8Array> {
  const matchers = [compileMatcher({ operator: '=', name: '__name__', value: 'http_requests_total' })];
  return selectFrames({ blocks: [block], matchers, fromMs: 0, toMs: SPAN_MS, isLabelsOnly }, open, noPause);
}

async function cpuUs(read: () => AsyncIterable<Uint8Array>, runs: number): Promise<number> {
  const once = async (): Promise<void> => {
    let bytes = 0;
    for await (const frame of read()) bytes += frame.length;
    if (bytes === 0) throw new Error('nothing was read');
  };
  for (let i = 0; i < 3; i++) await once();
  const start = process.cpuUsage();
  for (let i = 0; i < runs; i++) await once();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / runs;
}

async function putBlock(bucket: MemoryBucket, folder: string, seriesCount: number): Promise<BlockRef> {
  const ulid = newUlid(0);
  const path = join(folder, ulid);
  const bounds = { minTimeMs: 0, maxTimeMs: SPAN_MS };
  await buildBlock({ folder: path, ulid, isOutOfOrder: false, ...bounds }, framesOf(seriesCount), noPause);
  await uploadBlock(bucket, { tenant: 't', ulid, folder: path }, new AbortController().signal);
  return {
    ulid,
    ...bounds,
    location: { kind: 'bucket', prefix: blockKey('t', ulid, ''), indexHeaderPath: join(folder, 'header') },
  };
}

async function* framesOf(seriesCount: number): AsyncIterable<Uint8Array> {
  const sorted = Array.from({ length: seriesCount }, (_, i) => ({ i, labels: labelsOf(i) }));
  sorted.sort((a, b) => a.labels.compare(b.labels));
  const writer = new SeriesFrameWriter();
  for (const { i, labels } of sorted) {
    writer.beginSeries(labels.bytes());
    writer.addChunk(ENCODING_XOR, timeOf(i, 0), timeOf(i, SAMPLES - 1), chunkOf(i));
    if (writer.seriesCount === SERIES_PER_FRAME) yield writer.finish();
  }
  if (writer.seriesCount > 0) yield writer.finish();
}

function labelsOf(i: number): Labels {
  const pod = Math.floor(i / 20);
  return Labels.fromRecord({
    __name__: 'http_requests_total',
    cluster: 'production-eu-west-1',
    container: 'checkout-service',
    endpoint: 'http-metrics',
    instance: `10.42.${pod >>> 8}.${pod & 255}:8080`,
    job: `monitoring/checkout-${pod % 50}`,
    method: i % 2 === 0 ? 'GET' : 'POST',
    namespace: 'shop',
    pod: `checkout-service-7d9f8c6b5d-${pod}`,
    status: String(200 + (i % 20)),
  });
}

/** Scrapes every 15 s, some milliseconds late. */
function timeOf(i: number, k: number): number {
  return (i % 7000) + k * STEP_MS + ((i * 7 + k * 13) % 11);
}

/** A counter. */
function chunkOf(i: number): Uint8Array {
  const appender = new XorAppender();
  let value = i;
  for (let k = 0; k < SAMPLES; k++) {
    appender.append(timeOf(i, k), value);
    value += (i * 31 + k * 17) % 23;
  }
  return appender.bytes();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const figures = await benchRead(30_000, Number(process.argv[2] ?? 20));
  const { seriesUs, labelsUs, frameBytesPerSeries, digest } = figures;
  const size = `${frameBytesPerSeries.toFixed(0)} bytes of frame a series, digest ${digest}`;
  console.log(`with chunks ${seriesUs.toFixed(2)} us a series, labels alone ${labelsUs.toFixed(2)} us; ${size}`);
}
