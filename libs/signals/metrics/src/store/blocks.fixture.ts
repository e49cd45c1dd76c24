import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { newUlid } from '@telamon/algo';
import { Labels, SampleColumns } from '@telamon/model';
import type { Bucket } from '@telamon/objstore';
import { type BlockMeta, type ChunkView, ENCODING_XOR, isHistogramEncoding, mergeChunks, XorAppender } from '@telamon/tsdb';
import { onTestFinished } from 'vitest';
import { unpackFrame } from '../frame/packed-frame.ts';
import { readSeriesFrame, SeriesFrameWriter } from '../frame/series-frame.ts';
import type { BlockRef } from './block-ref.ts';
import { buildBlock } from './build-block.ts';
import { uploadBlock } from './upload-block.ts';

/** Series by a text of their labels, `name="value",...`; samples as [time in ms, value]. */
export type TestSeries = Readonly<Record<string, readonly (readonly [timeMs: number, value: number])[]>>;

/** Recorded data of other programs; absent in some checkouts. */
export const RECORDED: string = path.resolve(import.meta.dirname, '../../../../../../shared/conformance/prometheus/blocks');
/** Whether {@link RECORDED} is there. */
export const isRecordedPresent: boolean = existsSync(RECORDED);

/** Folders of recorded blocks below {@link RECORDED}. */
export function recordedBlocks(...databases: readonly string[]): string[] {
  if (!isRecordedPresent) return [];
  return databases.flatMap((db) =>
    readdirSync(path.join(RECORDED, db))
      .filter((name) => /^[0-9A-Z]{26}$/.test(name))
      .map((name) => path.join(db, name)),
  );
}

/** A fresh folder, removed with the end of the test that asks for it. */
export async function temporaryFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'telamon-store-')));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A signal that never aborts. */
export function neverAborted(): AbortSignal {
  return new AbortController().signal;
}

/** Labels of a text `name="value",...`. */
export function labelsOf(text: string): Labels {
  return Labels.fromPairs([...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name!, value!] as const));
}

/** Frames of series as a head gives them for a block; several so that borders are met. */
export async function* framesOf(series: TestSeries, seriesPerFrame: number = 3): AsyncIterable<Uint8Array<ArrayBuffer>> {
  const sorted = Object.entries(series).map(([text, samples]) => ({ labels: labelsOf(text), samples }));
  sorted.sort((a, b) => a.labels.compare(b.labels));
  const writer = new SeriesFrameWriter();
  for (const { labels, samples } of sorted) {
    if (samples.length === 0) continue;
    writer.beginSeries(labels.bytes());
    for (const chunk of chunksOf(samples)) writer.addChunk(chunk.encoding, chunk.minTimeMs, chunk.maxTimeMs, chunk.data);
    if (writer.seriesCount === seriesPerFrame) yield writer.finish();
  }
  if (writer.seriesCount > 0) yield writer.finish();
}

/** Chunks of at most 120 samples. */
export function chunksOf(samples: readonly (readonly [number, number])[]): ChunkView[] {
  const chunks: ChunkView[] = [];
  for (let at = 0; at < samples.length; at += 120) {
    const part = samples.slice(at, at + 120);
    const appender = new XorAppender();
    for (const [timeMs, value] of part) appender.append(timeMs, value);
    chunks.push({ encoding: ENCODING_XOR, minTimeMs: part[0]![0], maxTimeMs: part.at(-1)![0], data: appender.bytes().slice() });
  }
  return chunks;
}

/** A block to make. */
export interface TestBlock {
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
  readonly series: TestSeries;
  readonly ulid?: string;
}

/** Writes a block into `<parent>/<ULID>`. */
export async function writeBlock(
  parent: string,
  block: TestBlock,
): Promise<{ readonly folder: string; readonly meta: BlockMeta }> {
  const ulid = block.ulid ?? newUlid(block.maxTimeMs);
  await mkdir(parent, { recursive: true });
  const folder = path.join(parent, ulid);
  const { minTimeMs, maxTimeMs, series } = block;
  const request = { folder, ulid, minTimeMs, maxTimeMs, isOutOfOrder: false };
  const meta = await buildBlock(request, framesOf(series), () => undefined);
  if (meta === undefined) throw new Error('a test block without samples');
  return { folder, meta };
}

/** Writes a block and puts it into the bucket. */
export async function putBlock(bucket: Bucket, tenant: string, block: TestBlock): Promise<BlockMeta> {
  const { folder, meta } = await writeBlock(await temporaryFolder(), block);
  await uploadBlock(bucket, { tenant, ulid: meta.ulid, folder }, neverAborted());
  return meta;
}

/** Copies a block's folder into the bucket as it is. */
export async function copyBlock(bucket: Bucket, folder: string, prefix: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    await bucket.put(`${prefix}${path.relative(folder, file)}`, { file });
  }
}

/** Where a block stands in a folder. */
export function folderRef(folder: string, meta: BlockMeta): BlockRef {
  return { ulid: meta.ulid, minTimeMs: meta.minTime, maxTimeMs: meta.maxTime, location: { kind: 'folder', path: folder } };
}

/** All samples of frames by label text, joined over frames; histograms as their time alone. */
export async function readAll(frames: AsyncIterable<Uint8Array>): Promise<Record<string, string[]>> {
  const found = new Map<string, ChunkView[]>();
  for await (const frame of frames) {
    for (const { labels, chunks } of readSeriesFrame(unpackFrame(frame))) {
      const key = JSON.stringify(Labels.fromBytes(labels.slice()).flat());
      found.set(key, [...(found.get(key) ?? []), ...chunks.map((chunk) => ({ ...chunk, data: chunk.data.slice() }))]);
    }
  }
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, chunks]) => [key, samplesOf(chunks)]));
}

function samplesOf(chunks: ChunkView[]): string[] {
  const columns = new SampleColumns();
  chunks.sort((a, b) => a.minTimeMs - b.minTimeMs);
  mergeChunks(chunks, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, columns);
  const hasHistograms = chunks.some((chunk) => isHistogramEncoding(chunk.encoding));
  return Array.from({ length: columns.length }, (_, i) =>
    hasHistograms
      ? `${columns.timesMs[i]} ${JSON.stringify(columns.histograms?.[i] ?? columns.values[i])}`
      : `${columns.timesMs[i]} ${columns.values[i]}`,
  );
}
