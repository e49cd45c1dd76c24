import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { newUlid } from '@telamon/algo';
import { encodeDeletionMark } from '@telamon/bucketindex';
import { type Bucket, FilesystemBucket, MemoryBucket } from '@telamon/objstore';
import { createLogger, type Logger } from '@telamon/telemetry';
import { type BlockMeta, encodeBlockMeta } from '@telamon/tsdb';
import { describe, expect, it } from 'vitest';
import { BlockCatalog } from './block-catalog.ts';
import {
  copyBlock,
  isRecordedPresent,
  neverAborted,
  putBlock,
  RECORDED,
  readAll,
  temporaryFolder,
  writeBlock,
} from './blocks.fixture.ts';
import { OpenBlocks } from './open-blocks.ts';
import { RangeCache } from './range-cache.ts';
import { selectFrames } from './select-blocks.ts';
import type { CatalogSettings } from './tenant-blocks.ts';

const HOUR_MS = 3_600_000;
const NOW_MS = Date.parse('2026-11-20T12:00:00Z');
const signal = neverAborted();

function linesInto(lines: string[]): Logger {
  return createLogger({ destination: { write: (line) => lines.push(line) } });
}

async function settingsOf(bucket: Bucket, extra: Partial<CatalogSettings> = {}): Promise<CatalogSettings> {
  return {
    bucket,
    indexHeaderFolder: path.join(await temporaryFolder(), 'headers'),
    ignoreMarkedAfterMs: HOUR_MS,
    concurrency: 4,
    nowMs: () => NOW_MS,
    logger: linesInto([]),
    ...extra,
  };
}

const SMALL = { minTimeMs: 0, maxTimeMs: 100, series: { '__name__="m"': [[5, 1]] } } as const;

describe('BlockCatalog', () => {
  it('finds blocks of all tenants, in any order of time, and lets go of what is gone', async () => {
    const bucket = new MemoryBucket();
    const late = await putBlock(bucket, 'a', { ...SMALL, minTimeMs: 100, maxTimeMs: 200, series: { 'x="y"': [[150, 1]] } });
    const early = await putBlock(bucket, 'a', SMALL);
    const other = await putBlock(bucket, 'b', SMALL);
    const catalog = new BlockCatalog(await settingsOf(bucket));
    await catalog.sync(signal);
    expect(catalog.tenants()).toEqual(['a', 'b']);
    expect(catalog.blocks('a').map((block) => block.ulid)).toEqual([early.ulid, late.ulid]);
    expect(catalog.hasBlock('a', early.ulid)).toBe(true);
    expect(catalog.hasBlock('a', other.ulid)).toBe(false);
    expect(catalog.blocks('c')).toEqual([]);
    for await (const entry of bucket.list('b/', { isRecursive: true })) await bucket.delete(entry.key);
    await catalog.sync(signal);
    expect(catalog.tenants()).toEqual(['a']);
  });

  it('finds a block of Prometheus that someone copied in, with the filesystem and by ranges', async () => {
    const root = await temporaryFolder();
    const bucket = await FilesystemBucket.open(path.join(root, 'bucket'));
    const { folder, meta } = await writeBlock(await temporaryFolder(), SMALL);
    const { thanos: _, ...plain } = meta;
    await writeFile(path.join(folder, 'meta.json'), encodeBlockMeta(plain));
    await copyBlock(bucket, folder, `anonymous/${meta.ulid}/`);
    for (const folderOf of [(prefix: string) => bucket.pathOf(prefix.slice(0, -1)), undefined]) {
      const catalog = new BlockCatalog(await settingsOf(bucket, folderOf === undefined ? {} : { folderOf }));
      await catalog.sync(signal);
      const open = new OpenBlocks({ cache: new RangeCache(bucket, 1 << 20) });
      const selection = { blocks: catalog.blocks('anonymous'), matchers: [], fromMs: 0, toMs: 100 };
      expect(await readAll(selectFrames(selection, open, () => undefined))).toEqual({ '["__name__","m"]': ['5 1'] });
    }
  });

  it('waits for a block that is being copied, and takes it within two looks once it is whole', async () => {
    const bucket = new MemoryBucket('memory', () => nowMs);
    let nowMs = NOW_MS;
    const { folder, meta } = await writeBlock(await temporaryFolder(), SMALL);
    const { thanos: _, ...plain } = meta;
    const catalog = new BlockCatalog(await settingsOf(bucket, { nowMs: () => nowMs }));
    const look = async (): Promise<number> => {
      await catalog.sync(signal);
      return catalog.blocks('a').length;
    };
    const put = (name: string, bytes: Uint8Array): Promise<void> => bucket.put(`a/${meta.ulid}/${name}`, bytes);
    await put('meta.json', encodeBlockMeta(plain));
    expect(await look()).toBe(0);
    const index = await readFile(path.join(folder, 'index'));
    await put('index', index.subarray(0, index.length - 7));
    expect(await look()).toBe(0);
    nowMs += 60_000;
    await put('chunks/000001', await readFile(path.join(folder, 'chunks/000001')));
    await put('index', index);
    expect(await look()).toBe(0);
    nowMs += 60_000;
    expect(await look()).toBe(1);
    expect(catalog.counts().quarantined).toBe(0);
  });

  it('passes over garbage and quarantines poisoned blocks with one line each', async () => {
    const bucket = new MemoryBucket();
    const lines: string[] = [];
    const good = await putBlock(bucket, 'a', SMALL);
    const bytes = new TextEncoder();
    const poison = async (change: (meta: BlockMeta) => Uint8Array): Promise<string> => {
      const ulid = newUlid(NOW_MS);
      const meta = await putBlock(bucket, 'a', { ...SMALL, ulid });
      await bucket.put(`a/${ulid}/meta.json`, change(meta));
      return ulid;
    };
    await poison(() => bytes.encode('{"version":1,"ulid":"../../../etc/passwd"}'));
    await poison((meta) => encodeBlockMeta({ ...meta, ulid: good.ulid }));
    await poison((meta) => encodeBlockMeta({ ...meta, minTime: 500, maxTime: 400 }));
    await poison(() => bytes.encode('not json'));
    await poison(() => new Uint8Array(9 << 20));
    const noIndex = newUlid(NOW_MS);
    await putBlock(bucket, 'a', { ...SMALL, ulid: noIndex });
    await bucket.delete(`a/${noIndex}/index`);
    const partial = newUlid(NOW_MS);
    await bucket.put(`a/${partial}/index`, bytes.encode('half an upload'));
    for (const key of [
      'a/readme.txt',
      'a/01ARZ3NDEKTSV4RRFFQ69G5FAu/meta.json',
      'a/debug/metas/x',
      'bad tenant/x',
      '__markers__/a/x',
      'loose',
    ]) {
      await bucket.put(key, bytes.encode('x'));
    }
    await bucket.put(`a/markers/${good.ulid}-deletion-mark.json`, bytes.encode('{"version":1}'));
    const catalog = new BlockCatalog(await settingsOf(bucket, { logger: linesInto(lines) }));
    await catalog.sync(signal);
    await catalog.sync(signal);
    expect(catalog.tenants()).toEqual(['a']);
    expect(catalog.blocks('a').map((block) => block.ulid)).toEqual([good.ulid]);
    expect(catalog.counts()).toEqual({ blocks: 1, quarantined: 6 });
    expect(lines.filter((line) => line.includes('damaged and left out'))).toHaveLength(6);
    expect(catalog.hasBlock('a', partial)).toBe(false);
  });

  it('does not follow links out of a bucket of files', async () => {
    const root = await temporaryFolder();
    const bucket = await FilesystemBucket.open(path.join(root, 'bucket'));
    const { folder, meta } = await writeBlock(path.join(root, 'elsewhere'), SMALL);
    await mkdir(path.join(root, 'bucket', 'a'));
    await symlink(folder, path.join(root, 'bucket', 'a', meta.ulid));
    const inside = newUlid(NOW_MS);
    await mkdir(path.join(root, 'bucket', 'a', inside));
    await writeFile(path.join(root, 'bucket', 'a', inside, 'meta.json'), encodeBlockMeta({ ...meta, ulid: inside }));
    await writeFile(path.join(root, 'bucket', 'a', inside, 'index'), await readFile(path.join(folder, 'index')));
    await symlink(path.join(folder, 'chunks'), path.join(root, 'bucket', 'a', inside, 'chunks'));
    const catalog = new BlockCatalog(await settingsOf(bucket, { folderOf: (prefix) => bucket.pathOf(prefix.slice(0, -1)) }));
    await catalog.sync(signal);
    expect(catalog.blocks('a')).toEqual([]);
  });

  it('serves marked blocks for a while, and not beside the block that replaced them', async () => {
    const bucket = new MemoryBucket();
    const mark = async (ulid: string, ageMs: number): Promise<void> => {
      const deletionTimeS = (NOW_MS - ageMs) / 1000;
      await bucket.put(`a/markers/${ulid}-deletion-mark.json`, encodeDeletionMark({ ulid, details: '', deletionTimeS }));
    };
    const fresh = await putBlock(bucket, 'a', SMALL);
    const old = await putBlock(bucket, 'a', SMALL);
    const parent = await putBlock(bucket, 'a', SMALL);
    const child = await putBlock(bucket, 'a', { ...SMALL, minTimeMs: 50, maxTimeMs: 60, series: { 'x="y"': [[55, 1]] } });
    const parents = [{ ulid: parent.ulid, minTime: 0, maxTime: 100 }];
    await bucket.put(`a/${child.ulid}/meta.json`, encodeBlockMeta({ ...child, compaction: { ...child.compaction, parents } }));
    const catalog = new BlockCatalog(await settingsOf(bucket));
    await catalog.sync(signal);
    expect(catalog.blocks('a')).toHaveLength(4);
    await mark(fresh.ulid, HOUR_MS / 2);
    await mark(old.ulid, 2 * HOUR_MS);
    await mark(parent.ulid, 0);
    await catalog.sync(signal);
    expect(catalog.blocks('a').map((block) => block.ulid)).toEqual([fresh.ulid, child.ulid]);
    // The ingester must not bring back its copies.
    for (const { ulid } of [fresh, old, parent, child]) expect(catalog.hasBlock('a', ulid)).toBe(true);
  });

  it('learns many blocks from the bucket index, and looks itself when that is broken', async () => {
    class Counting extends MemoryBucket {
      reads: string[] = [];
      override async getRange(...args: Parameters<MemoryBucket['getRange']>): Promise<Uint8Array> {
        this.reads.push(args[0]);
        return await super.getRange(...args);
      }
    }
    const bucket = new Counting();
    const metas: BlockMeta[] = [];
    for (let i = 0; i < 10; i++) metas.push(await putBlock(bucket, 'a', SMALL));
    const blocks = metas.slice(0, 9).map(({ ulid }) => ({ block_id: ulid, min_time: 0, max_time: 100 }));
    const index = {
      version: 2,
      blocks: [...blocks, { block_id: '../x', min_time: 0, max_time: 1 }],
      block_deletion_marks: [],
      updated_at: 1,
    };
    await bucket.put('a/bucket-index.json.gz', gzipSync(JSON.stringify(index)));
    bucket.reads = [];
    const first = new BlockCatalog(await settingsOf(bucket, { folderOf: (prefix) => prefix }));
    await first.sync(signal);
    expect(first.blocks('a')).toHaveLength(10);
    // Begin and end of the one that the index does not have.
    expect(bucket.reads.filter((key) => key.endsWith('/index'))).toEqual(Array(2).fill(`a/${metas[9]!.ulid}/index`));
    await bucket.put('a/bucket-index.json.gz', new Uint8Array([1, 2, 3]));
    const second = new BlockCatalog(await settingsOf(bucket, { folderOf: (prefix) => prefix }));
    await second.sync(signal);
    expect(second.blocks('a')).toEqual(first.blocks('a'));
  });

  it('starts again from the bucket index and its headers without looking into blocks', async () => {
    class Counting extends MemoryBucket {
      reads: string[] = [];
      override async getRange(...args: Parameters<MemoryBucket['getRange']>): Promise<Uint8Array> {
        this.reads.push(args[0]);
        return await super.getRange(...args);
      }
    }
    const bucket = new Counting();
    const metas: BlockMeta[] = [];
    for (let i = 0; i < 10; i++) metas.push(await putBlock(bucket, 'a', SMALL));
    const blocks = metas.map(({ ulid }) => ({ block_id: ulid, min_time: 0, max_time: 100 }));
    const index = { version: 2, blocks, block_deletion_marks: [], updated_at: 1 };
    await bucket.put('a/bucket-index.json.gz', gzipSync(JSON.stringify(index)));
    const settings = await settingsOf(bucket);
    const first = new BlockCatalog(settings);
    await first.sync(signal);
    bucket.reads = [];
    const again = new BlockCatalog(settings);
    await again.sync(signal);
    expect(again.blocks('a')).toEqual(first.blocks('a'));
    expect(new Set(bucket.reads)).toEqual(new Set(['a/bucket-index.json.gz']));
  });

  it('keeps what it owns, what it is asked for, and both for one more look', async () => {
    const bucket = new MemoryBucket();
    const mine = await putBlock(bucket, 'a', SMALL);
    const other = await putBlock(bucket, 'a', SMALL);
    const settings = await settingsOf(bucket);
    const catalog = new BlockCatalog(settings);
    const headers = async (): Promise<string[]> => (await readdir(path.join(settings.indexHeaderFolder, 'a'))).sort();
    let owned = new Set([mine.ulid]);
    const sync = (): Promise<void> => catalog.sync(signal, (ulid) => owned.has(ulid));
    await sync();
    expect(catalog.blocks('a').map(({ ulid }) => ulid)).toEqual([mine.ulid]);
    expect(await headers()).toEqual([mine.ulid]);

    const visited = await catalog.obtain('a', other.ulid, signal);
    expect(visited).toMatchObject({ kind: 'ref', ref: { ulid: other.ulid, minTimeMs: 0, location: { kind: 'bucket' } } });
    const both = [mine.ulid, other.ulid].sort();
    expect(await headers()).toEqual(both);
    await sync();
    expect(await headers()).toEqual(both);
    await sync();
    expect(await headers()).toEqual(both);
    await sync();
    expect(await headers()).toEqual([mine.ulid]);

    owned = new Set([other.ulid]);
    await sync();
    expect(await headers()).toEqual(both);
    await sync();
    expect(await headers()).toEqual([other.ulid]);
  });

  it('finds a block by name that came after the last look, and says what is not there or nothing to query', async () => {
    const bucket = new MemoryBucket();
    const catalog = new BlockCatalog(await settingsOf(bucket));
    const gone = newUlid(1);
    expect(await catalog.obtain('a', gone, signal)).toBeUndefined();
    const late = await putBlock(bucket, 'a', SMALL);
    const [one, two] = await Promise.all([catalog.obtain('a', late.ulid, signal), catalog.obtain('a', late.ulid, signal)]);
    expect(one).toMatchObject({ kind: 'ref' });
    expect(two).toEqual(one);
    const meta = await putBlock(bucket, 'b', SMALL);
    const thanos = { labels: {}, downsample: { resolution: 300_000 }, source: 'compactor' };
    await bucket.put(`b/${meta.ulid}/meta.json`, encodeBlockMeta({ ...meta, thanos } as BlockMeta));
    expect(await catalog.obtain('b', meta.ulid, signal)).toEqual({ kind: 'nothing' });
    await bucket.put(`a/${gone}/meta.json`, Buffer.from('{'));
    await expect(catalog.obtain('a', gone, signal)).rejects.toMatchObject({ status: 500 });
  });

  it('keeps its list when the bucket fails, and looks at the other tenants', async () => {
    class Failing extends MemoryBucket {
      failing = '';
      override async *list(...args: Parameters<MemoryBucket['list']>): ReturnType<MemoryBucket['list']> {
        if (this.failing !== '' && args[0].startsWith(this.failing)) throw new Error('bucket is away');
        yield* super.list(...args);
      }
    }
    const bucket = new Failing();
    await putBlock(bucket, 'a', SMALL);
    await putBlock(bucket, 'b', SMALL);
    const catalog = new BlockCatalog(await settingsOf(bucket));
    await catalog.sync(signal);
    await putBlock(bucket, 'b', SMALL);
    bucket.failing = 'a/';
    await expect(catalog.sync(signal)).rejects.toThrow('bucket is away');
    expect(catalog.blocks('a')).toHaveLength(1);
    expect(catalog.blocks('b')).toHaveLength(2);
  });

  it('copies the blocks of a bucket that threads cannot reach, and removes the copies', async () => {
    const bucket = new MemoryBucket();
    const { ulid } = await putBlock(bucket, 'a', SMALL);
    const settings = await settingsOf(bucket, { isMirrored: true });
    await mkdir(path.join(settings.indexHeaderFolder, 'a', newUlid(NOW_MS), 'chunks'), { recursive: true });
    const catalog = new BlockCatalog(settings);
    await catalog.sync(signal);
    expect(await readdir(path.join(settings.indexHeaderFolder, 'a'))).toEqual([ulid]);
    const selection = { blocks: catalog.blocks('a'), matchers: [], fromMs: 0, toMs: 100 };
    expect(await readAll(selectFrames(selection, new OpenBlocks(), () => undefined))).toEqual({ '["__name__","m"]': ['5 1'] });
    for await (const entry of bucket.list('a/', { isRecursive: true })) await bucket.delete(entry.key);
    await catalog.sync(signal);
    expect(await readdir(settings.indexHeaderFolder)).toEqual([]);
  });

  it('keeps index headers of what is in use only', async () => {
    const bucket = new MemoryBucket();
    const one = await putBlock(bucket, 'a', SMALL);
    const two = await putBlock(bucket, 'a', SMALL);
    const settings = await settingsOf(bucket);
    await mkdir(path.join(settings.indexHeaderFolder, 'gone'), { recursive: true });
    await mkdir(path.join(settings.indexHeaderFolder, 'a'), { recursive: true });
    await writeFile(path.join(settings.indexHeaderFolder, 'a', 'left-over.tmp'), 'x');
    const catalog = new BlockCatalog(settings);
    await catalog.sync(signal);
    expect(await readdir(settings.indexHeaderFolder)).toEqual(['a']);
    expect((await readdir(path.join(settings.indexHeaderFolder, 'a'))).sort()).toEqual([one.ulid, two.ulid].sort());
    for await (const entry of bucket.list(`a/${one.ulid}/`, { isRecursive: true })) await bucket.delete(entry.key);
    await catalog.sync(signal);
    expect(await readdir(path.join(settings.indexHeaderFolder, 'a'))).toEqual([two.ulid]);
  });

  it.skipIf(!isRecordedPresent)('adopts a recorded bucket of Cortex', async () => {
    const bucket = await FilesystemBucket.open(path.join(await temporaryFolder(), 'bucket'));
    await copyBlock(bucket, path.join(RECORDED, 'cortex/bucket'), '');
    const catalog = new BlockCatalog(await settingsOf(bucket, { nowMs: () => Date.parse('2026-11-21T09:27:00Z') }));
    await catalog.sync(signal);
    expect(catalog.tenants()).toEqual(['tenant-a']);
    expect(catalog.counts()).toEqual({ blocks: 10, quarantined: 0 });
    const later = new BlockCatalog(await settingsOf(bucket, { nowMs: () => Date.parse('2026-11-22T09:27:00Z') }));
    await later.sync(signal);
    // The two that are not marked hold everything.
    expect(later.counts()).toEqual({ blocks: 2, quarantined: 0 });
    const read = async (from: BlockCatalog): Promise<unknown> => {
      const selection = { blocks: from.blocks('tenant-a'), matchers: [], fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };
      return await readAll(selectFrames(selection, new OpenBlocks({ cache: new RangeCache(bucket, 1 << 20) }), () => undefined));
    };
    expect(JSON.stringify(await read(later))).toBe(JSON.stringify(await read(catalog)));
  });
});
