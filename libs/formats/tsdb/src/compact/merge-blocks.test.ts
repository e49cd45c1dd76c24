import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { MemorySource } from '@telamon/bytes';
import { Labels, SampleColumns } from '@telamon/model';
import { describe, expect, it } from 'vitest';
import { type BlockMeta, parseBlockMeta } from '../block/block-meta.ts';
import { BlockReader } from '../block/block-reader.ts';
import { BlockWriter } from '../block/block-writer.ts';
import { ENCODING_XOR } from '../chunk/chunk-encoding.ts';
import { type ChunkView, mergeChunks } from '../chunk/merge-chunks.ts';
import { XorAppender } from '../chunk/xor-appender.ts';
import { dumpBlock } from '../dump/dump-block.ts';
import { mergeBlocks } from './merge-blocks.ts';
import { compactedMeta } from './plan-compaction.ts';

const root = path.resolve(import.meta.dirname, '../../../../../../shared/conformance/prometheus/blocks');
const isPresent = existsSync(root);

type Files = Map<string, Buffer>;

function readFiles(dir: string): Files {
  const names = ['meta.json', 'index', 'chunks/000001', 'tombstones'].filter((name) => existsSync(path.join(dir, name)));
  return new Map(names.map((name) => [name, readFileSync(path.join(dir, name))]));
}

function open(files: Files): BlockReader {
  return new BlockReader((name) => {
    const bytes = files.get(name);
    return bytes === undefined ? undefined : new MemorySource(bytes);
  });
}

function collect(meta: BlockMeta, fill: (writer: BlockWriter) => void): Files {
  const pieces = new Map<string, Uint8Array[]>();
  const writer = new BlockWriter(
    (name) => {
      const list: Uint8Array[] = [];
      pieces.set(name, list);
      return { write: (bytes) => list.push(bytes), close: () => undefined };
    },
    { meta, hasTombstones: true },
  );
  fill(writer);
  return new Map([...pieces].map(([name, list]) => [name, Buffer.concat(list)]));
}

function compact(blocks: readonly BlockReader[], meta: BlockMeta): Files {
  return collect(meta, (writer) => {
    const merge = mergeBlocks(blocks, [writer], { minTimeMs: meta.minTime, maxTimeMs: meta.maxTime });
    for (let step = merge.next(); step.done !== true; step = merge.next()) expect(step.value.seriesCount).toBeGreaterThan(0);
  });
}

const ULIDS = ['01AN4Z07BY79KA1307SR9X4MV3', '01AN4Z07BY79KA1307SR9X4MV4', '01AN4Z07BY79KA1307SR9X4MV5'] as const;

function metaOf(ulid: string, minTime: number, maxTime: number): BlockMeta {
  return { ulid, minTime, maxTime, stats: {}, compaction: { level: 1, sources: [ulid] }, version: 1 };
}

function chunk(from: number, to: number, value: number): ChunkView {
  const appender = new XorAppender();
  for (let t = from; t <= to; t += 10) appender.append(t, value);
  return { encoding: ENCODING_XOR, minTimeMs: from, maxTimeMs: to, data: appender.bytes().slice() };
}

function block(ulid: string, series: Record<string, ChunkView[]>, from: number, to: number): BlockReader {
  const encoder = new TextEncoder();
  const hosts = Object.keys(series).sort();
  const files = collect(metaOf(ulid, from, to), (writer) => {
    writer.writeSymbols(['', ...['host', ...hosts].sort()].map((symbol) => encoder.encode(symbol)));
    for (const host of hosts) writer.addLabels(Labels.fromRecord({ host }).bytes(), series[host]!);
    writer.finish();
  });
  return open(files);
}

describe('mergeBlocks', () => {
  it('joins series, keeps chunks apart and merges overlapping ones, the first block winning', () => {
    const a = block(ULIDS[0], { a: [chunk(0, 90, 1)], b: [chunk(0, 90, 1)] }, 0, 100);
    const b = block(ULIDS[1], { a: [chunk(100, 190, 2)], b: [chunk(45, 145, 2)], c: [chunk(50, 60, 2)] }, 45, 200);
    const meta = compactedMeta(ULIDS[2], [a.meta, b.meta]);
    const merged = open(compact([a, b], meta));
    const series = [...merged.select([], 0, 1000)];
    expect(series.map((s) => Labels.fromBytes(s.labels).get('host'))).toEqual(['a', 'b', 'c']);
    expect(series.map((s) => s.chunks.map((c) => [c.minTimeMs, c.maxTimeMs]))).toEqual([
      [
        [0, 90],
        [100, 190],
      ],
      [[0, 145]],
      [[50, 60]],
    ]);
    const columns = new SampleColumns();
    mergeChunks(series[1]!.chunks, 40, 60, columns);
    expect([...columns.timesMs.subarray(0, columns.length)]).toEqual([40, 45, 50, 55, 60]);
    expect([...columns.values.subarray(0, columns.length)]).toEqual([1, 2, 1, 2, 1]);
    expect(merged.meta).toMatchObject({
      minTime: 0,
      maxTime: 200,
      stats: { numSeries: 3, numChunks: 4, numSamples: 10 + 10 + 10 + 11 + 2 },
      compaction: { level: 2, sources: [ULIDS[0], ULIDS[1]], parents: [{ ulid: ULIDS[0] }, { ulid: ULIDS[1] }] },
    });
  });

  it('drops copies, deleted samples and samples outside the block', () => {
    const a = block(ULIDS[0], { a: [chunk(0, 90, 1)], b: [chunk(0, 40, 1)] }, 0, 100);
    const b = block(ULIDS[1], { a: [chunk(0, 90, 1)] }, 0, 100);
    a.tombstones.add(a.index.select([])[1]!, { minTimeMs: 10, maxTimeMs: 35 });
    const merged = open(compact([a, b], { ...compactedMeta(ULIDS[2], [a.meta, b.meta]), maxTime: 60 }));
    expect([...dumpBlock(merged)]).toEqual([
      ...[0, 10, 20, 30, 40, 50].map((t) => `{host="a"} 1 ${t}`),
      '{host="b"} 1 0',
      '{host="b"} 1 40',
    ]);
  });

  it('parts the series among several writers and loses none', () => {
    const series: Record<string, ChunkView[]> = {};
    for (let i = 0; i < 50; i++) series[`h${i}`] = [chunk(0, 10, i)];
    const source = block(ULIDS[0], series, 0, 100);
    const even = collect(metaOf(ULIDS[1], 0, 100), (first) => {
      const odd = collect(metaOf(ULIDS[2], 0, 100), (second) => {
        const writerOf = (labels: Uint8Array): number => labels[labels.length - 1]! % 2;
        const merge = mergeBlocks([source], [first, second], { minTimeMs: 0, maxTimeMs: 100, writerOf });
        while (merge.next().done !== true);
      });
      const dumped = [...dumpBlock(open(odd))];
      expect(dumped.length).toBeGreaterThan(0);
      for (const line of dumped) expect(line).toMatch(/[13579]"\}/);
    });
    for (const line of dumpBlock(open(even))) expect(line).toMatch(/[02468]"\}/);
    expect([...dumpBlock(source)]).toHaveLength(100);
  });

  it('stops when its caller does not go on', () => {
    const series: Record<string, ChunkView[]> = {};
    for (let i = 0; i < 100; i++) series[`h${i}`] = [chunk(0, 10, i)];
    const source = block(ULIDS[0], series, 0, 100);
    collect(compactedMeta(ULIDS[2], [source.meta]), (writer) => {
      const merge = mergeBlocks([source], [writer], { minTimeMs: 0, maxTimeMs: 100 });
      expect(merge.next().done).toBe(false);
      expect(writer.stats.numSeries).toBeLessThan(100);
    });
  });

  it
    .skipIf(!isPresent)
    .each([['cortex/bucket/tenant-a/01M7YPVF47AB09V13V7PR424EP'], ['cortex/bucket/tenant-a/01M7YPVF4XGEC2BHV6H790NXM5']])(
    'makes the bytes of the recorded block %s out of its parents',
    (dir) => {
      const want = readFiles(path.join(root, dir));
      const recorded = parseBlockMeta(want.get('meta.json')!);
      const parents = recorded.compaction.parents!.map(({ ulid }) => open(readFiles(path.join(root, dir, '..', ulid))));
      const metas = parents.map((parent) => parent.meta);
      const got = compact(parents, compactedMeta(recorded.ulid, metas));
      expect(got.get('chunks/000001')!.equals(want.get('chunks/000001')!)).toBe(true);
      expect(got.get('index')!.equals(want.get('index')!)).toBe(true);
      const { thanos: _, unknown: __, ...plain } = recorded;
      expect(parseBlockMeta(got.get('meta.json')!)).toEqual(plain);
    },
  );

  // Their parents are the blocks of float/ and head-cut/, the latter under other names.
  it.skipIf(!isPresent).each([
    ['01M7Y2FZETTQDP7DPWBAMTAA78', ['float/db/01M7Y2A3JTBZX9SYGTVWXTYJ1P', 'head-cut/db/01M7Y2HZR0XE0DCNFV8S3FDPJZ']],
    ['01M7Y2FZF5FD9VWD0SS238CBQH', ['float/db/01M7Y2A3KX1SF6K91T6QCJ1V1M', 'head-cut/db/01M7Y2HZTYVQEHEPMAW1BM3QTN']],
    [
      '01M7Y2FZFK8A8R4TPM8AY0430W',
      [
        'float/db/01M7Y2A3GVXYZ611YX0FB64YE5',
        'float/db/01M7Y2A3HS1C6ZGWNVS1SGPPSC',
        'head-cut/db/01M7Y2HZMVXYTRHEAYS06V8ANN',
        'head-cut/db/01M7Y2HZNM7CYK1QYYVVJC8JDW',
      ],
    ],
  ])('makes the bytes of compacted/db/%s', (ulid, dirs) => {
    const want = readFiles(path.join(root, 'compacted/db', ulid));
    const parents = dirs.map((dir) => open(readFiles(path.join(root, dir))));
    const metas = parents.map((parent) => parent.meta);
    const got = compact(parents, compactedMeta(ulid, metas));
    expect(got.get('chunks/000001')!.equals(want.get('chunks/000001')!)).toBe(true);
    expect(got.get('index')!.equals(want.get('index')!)).toBe(true);
    const recorded = parseBlockMeta(want.get('meta.json')!);
    expect(parseBlockMeta(got.get('meta.json')!).stats).toEqual(recorded.stats);
  });
});
