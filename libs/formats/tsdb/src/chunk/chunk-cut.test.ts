import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { MemorySource } from '@telamon/bytes';
import { type FloatHistogram, type IntHistogram, Labels, SampleColumns } from '@telamon/model';
import { describe, expect, it } from 'vitest';
import { BlockReader } from '../block/block-reader.ts';
import { chunkRangeEnd, floatCutTime, histogramCutTime, isFloatChunkDue, isHistogramChunkDue } from './chunk-cut.ts';
import { ENCODING_FLOAT_HISTOGRAM, ENCODING_HISTOGRAM, ENCODING_XOR } from './chunk-encoding.ts';
import { decodeChunk } from './decode-chunk.ts';
import { createFloatHistogramAppender, createHistogramAppender, type HistogramChunkAppender } from './histogram-appender.ts';
import { openFloatHistogramChunk, openIntHistogramChunk } from './histogram-reader.ts';
import type { ChunkView } from './merge-chunks.ts';
import { XorAppender } from './xor-appender.ts';

const RANGE_MS = 2 * 3_600_000;
const root = path.resolve(import.meta.dirname, '../../../../../../shared/conformance/prometheus/blocks');
const isPresent = existsSync(root);

interface Row {
  readonly timeMs: number;
  readonly low: number;
  readonly high: number;
  readonly histogram?: IntHistogram | FloatHistogram;
}

function rowsOf(chunk: ChunkView): Row[] {
  const rows: Row[] = [];
  if (chunk.encoding === ENCODING_HISTOGRAM) {
    const reader = openIntHistogramChunk(chunk.data, false);
    while (reader.next()) rows.push({ timeMs: reader.timeMs, low: 0, high: 0, histogram: reader.intHistogram() });
  } else if (chunk.encoding === ENCODING_FLOAT_HISTOGRAM) {
    const reader = openFloatHistogramChunk(chunk.data, false);
    while (reader.next()) rows.push({ timeMs: reader.timeMs, low: 0, high: 0, histogram: reader.floatHistogram() });
  } else {
    const columns = new SampleColumns();
    decodeChunk(chunk.encoding, chunk.data, -1e15, 1e15, columns);
    for (let i = 0; i < columns.length; i++) {
      rows.push({ timeMs: columns.timesMs[i]!, low: columns.words[2 * i]!, high: columns.words[2 * i + 1]! });
    }
  }
  return rows;
}

function replayFloats(rows: readonly Row[]): Uint8Array[] {
  const out: XorAppender[] = [];
  let open = new XorAppender();
  let cutTimeMs = 0;
  for (const { timeMs, low, high } of rows) {
    cutTimeMs = floatCutTime(open, cutTimeMs);
    if (out.length === 0 || isFloatChunkDue(open, timeMs, cutTimeMs)) {
      open = new XorAppender();
      out.push(open);
      cutTimeMs = chunkRangeEnd(timeMs, RANGE_MS);
    }
    open.appendWords(timeMs, low, high);
  }
  return out.map((appender) => appender.bytes());
}

/** What a head does with histograms: cut by size and time, or where one does not fit. */
function replayHistograms<H extends IntHistogram | FloatHistogram>(
  rows: readonly Row[],
  create: () => HistogramChunkAppender<H>,
): Uint8Array[] {
  const out: HistogramChunkAppender<H>[] = [];
  let open = create();
  let cut = { cutTimeMs: 0, isPredicted: false };
  for (const { timeMs, histogram } of rows) {
    cut = histogramCutTime(open, cut.cutTimeMs, cut.isPredicted);
    let previous: HistogramChunkAppender<H> | undefined;
    if (out.length === 0 || isHistogramChunkDue(open, timeMs, cut.cutTimeMs, chunkRangeEnd(open.minTimeMs, RANGE_MS))) {
      previous = out.length === 0 ? undefined : open;
      open = create();
      out.push(open);
      cut = { cutTimeMs: chunkRangeEnd(timeMs, RANGE_MS), isPredicted: false };
    }
    const held = open.append(timeMs, histogram as H, previous);
    if (held !== open) {
      open = held;
      out.push(open);
      cut = { cutTimeMs: chunkRangeEnd(timeMs, RANGE_MS), isPredicted: cut.isPredicted };
    }
  }
  return out.map((appender) => appender.bytes());
}

describe('cutting chunks', () => {
  it('spreads a steady series evenly over its range', () => {
    const times = Array.from({ length: 480 }, (_, i) => ({ timeMs: RANGE_MS * 100 + i * 15_000, low: i, high: 1 }));
    const counts = replayFloats(times).map((bytes) => (bytes[0]! << 8) | bytes[1]!);
    expect(counts).toEqual([120, 120, 120, 120]);
  });

  it('ends a chunk with its range, after 240 samples, and before it passes 1,024 bytes', () => {
    const rows = (step: number, count: number, low: (i: number) => number): Row[] =>
      Array.from({ length: count }, (_, i) => ({ timeMs: RANGE_MS - 50 * step + i * step, low: low(i), high: 7 }));
    const counts = (list: readonly Row[]): number[] => replayFloats(list).map((bytes) => (bytes[0]! << 8) | bytes[1]!);
    expect(counts(rows(15_000, 100, () => 1))).toEqual([50, 50]);
    const fast: Row[] = [];
    for (let i = 0; i < 600; i++) fast.push({ timeMs: i < 40 ? i * 60_000 : 40 * 60_000 + i * 10, low: 0, high: 0 });
    for (const count of counts(fast)) expect(count).toBeLessThanOrEqual(240);
    const noise = replayFloats(rows(1000, 1000, (i) => Math.imul(i, 0x9e3779b1)));
    for (const bytes of noise) expect(bytes.length).toBeLessThanOrEqual(1024);
  });

  it.skipIf(!isPresent)('makes the chunks of the recorded head, headers too', () => {
    const db = path.join(root, 'head-cut/db');
    const blocks = readdirSync(db)
      .filter((name) => name.length === 26)
      .map((name) => new BlockReader((file) => new MemorySource(readFileSync(path.join(db, name, file)))))
      .filter((block) => block.meta.compaction.hints === undefined)
      .sort((a, b) => a.meta.minTime - b.meta.minTime);
    const bySeries = new Map<string, ChunkView[]>();
    for (const block of blocks) {
      for (const { labels, chunks } of block.select([], -1e15, 1e15)) {
        const key = Labels.fromBytes(labels).toString();
        bySeries.set(key, [...(bySeries.get(key) ?? []), ...chunks]);
      }
    }
    const kinds = new Set<number>();
    for (const [key, chunks] of bySeries) {
      const { encoding } = chunks[0]!;
      kinds.add(encoding);
      const rows = chunks.flatMap(rowsOf);
      let got: Uint8Array[];
      if (encoding === ENCODING_XOR) got = replayFloats(rows);
      else if (encoding === ENCODING_HISTOGRAM) got = replayHistograms(rows, createHistogramAppender);
      else got = replayHistograms(rows, createFloatHistogramAppender);
      // A head that was restarted does not know what lay before its first chunk.
      got.forEach((bytes, i) => {
        if (encoding !== ENCODING_XOR && chunks[i]?.data[2] === 0) bytes[2] = 0;
      });
      const hex = (list: readonly Uint8Array[]): string[] => list.map((bytes) => Buffer.from(bytes).toString('hex'));
      expect([key, hex(got)]).toEqual([key, hex(chunks.map((chunk) => chunk.data))]);
    }
    expect(kinds).toEqual(new Set([ENCODING_XOR, ENCODING_HISTOGRAM, ENCODING_FLOAT_HISTOGRAM]));
  });
});
