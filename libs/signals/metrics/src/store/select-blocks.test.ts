import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile, truncate } from 'node:fs/promises';
import path from 'node:path';
import { compileMatcher, type MatcherSpec } from '@telamon/model';
import { MemoryBucket } from '@telamon/objstore';
import { type BlockMeta, CorruptError, parseBlockMeta, Tombstones } from '@telamon/tsdb';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BlockRef } from './block-ref.ts';
import {
  copyBlock,
  folderRef,
  isRecordedPresent,
  neverAborted,
  RECORDED,
  readAll,
  recordedBlocks,
  type TestSeries,
  temporaryFolder,
  writeBlock,
} from './blocks.fixture.ts';
import { OpenBlocks } from './open-blocks.ts';
import { RangeCache } from './range-cache.ts';
import { blockLabelNames, blockLabelValues, selectFrames } from './select-blocks.ts';

const noPause = (): undefined => undefined;

const spec = (operator: MatcherSpec['operator'], name: string, value: string): MatcherSpec => ({ operator, name, value });
const MATCHERS: readonly (readonly MatcherSpec[])[] = [
  [],
  [spec('=~', '__name__', '.+')],
  [spec('=', 'host', 'h1')],
  [spec('!=', 'host', 'h1'), spec('=~', '__name__', 'm|n')],
  [spec('!~', 'host', 'h[0-3]')],
  [spec('=', 'missing', '')],
  [spec('=', 'missing', 'x')],
  [spec('!=', 'job', '')],
];

/** Counts the requests to a bucket. */
class CountingBucket extends MemoryBucket {
  requests = 0;

  override async getRange(...args: Parameters<MemoryBucket['getRange']>): Promise<Uint8Array> {
    this.requests++;
    return await super.getRange(...args);
  }
}

async function remoteRef(bucket: MemoryBucket, folder: string, meta: BlockMeta): Promise<BlockRef> {
  const prefix = `t/${meta.ulid}/`;
  await copyBlock(bucket, folder, prefix);
  const indexHeaderPath = path.join(await temporaryFolder(), 't', meta.ulid);
  return { ...folderRef(folder, meta), location: { kind: 'bucket', prefix, indexHeaderPath } };
}

/** Everything that queries ask, answered from one block. */
async function answers(block: BlockRef, open: OpenBlocks): Promise<unknown[]> {
  const found: unknown[] = [];
  const middleMs = Math.floor((block.minTimeMs + block.maxTimeMs) / 2);
  for (const specs of MATCHERS) {
    const matchers = specs.map((one) => compileMatcher(one));
    for (const [fromMs, toMs] of [
      [block.minTimeMs, block.maxTimeMs],
      [middleMs, middleMs + 60_000],
      [block.maxTimeMs + 1, block.maxTimeMs + 2],
    ] as const) {
      const selection = { blocks: [block], matchers, fromMs, toMs };
      found.push(await readAll(selectFrames(selection, open, noPause)));
      found.push(Object.keys(await readAll(selectFrames({ ...selection, isLabelsOnly: true }, open, noPause))));
    }
    const query = { blocks: [block], matcherSets: [matchers], fromMs: block.minTimeMs, toMs: block.maxTimeMs };
    found.push(await blockLabelNames(query, open, noPause));
    found.push(await blockLabelValues('__name__', query, open, noPause));
  }
  const all = { blocks: [block], matcherSets: [], fromMs: block.minTimeMs, toMs: block.maxTimeMs };
  found.push(await blockLabelNames(all, open, noPause), await blockLabelValues('host', all, open, noPause));
  return found;
}

async function expectSame(folder: string, meta: BlockMeta): Promise<void> {
  const bucket = new MemoryBucket();
  const remote = await remoteRef(bucket, folder, meta);
  const local = new OpenBlocks();
  const wanted = JSON.stringify(await answers(folderRef(folder, meta), local));
  for (const maxBytes of [0, 64 << 20]) {
    const far = new OpenBlocks({ cache: new RangeCache(bucket, maxBytes) });
    expect(JSON.stringify(await answers(remote, far))).toBe(wanted);
    far.close();
  }
  local.close();
}

function manySeries(count: number, samples: number): TestSeries {
  const series: Record<string, (readonly [number, number])[]> = {};
  for (let i = 0; i < count; i++) {
    const text = `__name__="${i % 3 === 0 ? 'm' : 'n'}",host="h${i}",job="${i % 7 === 0 ? '' : 'j'}",long="${'x'.repeat(i % 50 === 0 ? 2000 : 5)}"`;
    series[text] = Array.from({ length: samples }, (_, k) => [k * 15_000 + i, Math.sin(i * k) * 1e6] as const);
  }
  return series;
}

describe('blocks in the bucket answer as blocks on disk do', () => {
  it('many series, long labels, chunks in many pages', async () => {
    const series = manySeries(2100, 25);
    const { folder, meta } = await writeBlock(await temporaryFolder(), { minTimeMs: 0, maxTimeMs: 7_200_000, series });
    await expectSame(folder, meta);
  });

  it('with deleted samples', async () => {
    const { folder, meta } = await writeBlock(await temporaryFolder(), {
      minTimeMs: 0,
      maxTimeMs: 7_200_000,
      series: manySeries(20, 300),
    });
    const tombstones = new Tombstones();
    // The first series starts behind the symbols; any ref that the index has will do.
    const { FolderBlock } = await import('./folder-block.ts');
    const block = new FolderBlock(folder);
    const refs = [...block.reader.index.select([])];
    block.close();
    tombstones.add(refs[0]!, { minTimeMs: 0, maxTimeMs: 7_200_000 });
    tombstones.add(refs[3]!, { minTimeMs: 100_000, maxTimeMs: 2_000_000 });
    writeFileSync(path.join(folder, 'tombstones'), tombstones.encode());
    await expectSame(folder, meta);
  });

  it('of any content', async () => {
    const samples = fc
      .uniqueArray(fc.integer({ min: 0, max: 7_199_999 }), { minLength: 1, maxLength: 300 })
      .map((times) => times.sort((a, b) => a - b).map((t): readonly [number, number] => [t, t % 7]));
    const series = fc.dictionary(
      fc.tuple(fc.nat(5), fc.nat(40)).map(([name, host]) => `__name__="m${name}",host="h${host}"`),
      samples,
      { minKeys: 1, maxKeys: 12 },
    );
    await fc.assert(
      fc.asyncProperty(series, async (given) => {
        const { folder, meta } = await writeBlock(await temporaryFolder(), { minTimeMs: 0, maxTimeMs: 7_200_000, series: given });
        await expectSame(folder, meta);
      }),
      { numRuns: 15 },
    );
  });

  it
    .skipIf(!isRecordedPresent)
    .each(recordedBlocks('float/db', 'head-cut/db', 'compacted/db', 'tombstones/db', 'cortex/bucket/tenant-a', 'thanos/bucket'))(
    'recorded block %s',
    async (name) => {
      const folder = path.join(RECORDED, name);
      const meta = parseBlockMeta(await readFile(path.join(folder, 'meta.json')));
      if ((meta.thanos?.downsample.resolution ?? 0) !== 0) return;
      await expectSame(folder, meta);
    },
  );
});

describe('reading by ranges', () => {
  it('asks the bucket a few times, not once a series, and not again for what it keeps', async () => {
    const { folder, meta } = await writeBlock(await temporaryFolder(), {
      minTimeMs: 0,
      maxTimeMs: 7_200_000,
      series: manySeries(2000, 40),
    });
    const bucket = new CountingBucket();
    const block = await remoteRef(bucket, folder, meta);
    const open = new OpenBlocks({ cache: new RangeCache(bucket, 64 << 20) });
    const selection = { blocks: [block], matchers: [], fromMs: 0, toMs: 7_200_000 };
    const first = await readAll(selectFrames(selection, open, noPause));
    expect(Object.keys(first)).toHaveLength(2000);
    expect(bucket.requests).toBeLessThan(40);
    const before = bucket.requests;
    await readAll(selectFrames(selection, open, noPause));
    expect(bucket.requests).toBe(before);
  });

  it('makes a missing or damaged index header anew', async () => {
    const { folder, meta } = await writeBlock(await temporaryFolder(), {
      minTimeMs: 0,
      maxTimeMs: 7_200_000,
      series: manySeries(10, 10),
    });
    const bucket = new MemoryBucket();
    const block = await remoteRef(bucket, folder, meta);
    if (block.location.kind !== 'bucket') throw new Error('unreachable');
    const selection = { blocks: [block], matchers: [], fromMs: 0, toMs: 7_200_000 };
    const read = async (): Promise<number> => {
      const open = new OpenBlocks({ cache: new RangeCache(bucket, 1 << 20) });
      const found = await readAll(selectFrames(selection, open, noPause));
      open.close();
      return Object.keys(found).length;
    };
    expect(await read()).toBe(10);
    await truncate(block.location.indexHeaderPath, 100);
    expect(await read()).toBe(10);
    expect(readdirSync(path.dirname(block.location.indexHeaderPath))).toEqual([meta.ulid]);
  });

  it('ends a wait for the bucket when the query is given up, and frees the block', async () => {
    const { folder, meta } = await writeBlock(await temporaryFolder(), {
      minTimeMs: 0,
      maxTimeMs: 7_200_000,
      series: manySeries(10, 10),
    });
    const inner = new MemoryBucket();
    const block = await remoteRef(inner, folder, meta);
    const stuck = { head: inner.head.bind(inner), getRange: () => new Promise<Uint8Array>(() => undefined) };
    const open = new OpenBlocks({ cache: new RangeCache(stuck, 1 << 20) });
    const abort = new AbortController();
    const selection = { blocks: [block], matchers: [], fromMs: 0, toMs: 7_200_000, signal: abort.signal };
    const reading = readAll(selectFrames(selection, open, noPause));
    abort.abort(new Error('given up'));
    await expect(reading).rejects.toThrow('given up');
  });

  it('gives the right answer or an error for any flipped bit', async () => {
    const { folder, meta } = await writeBlock(await temporaryFolder(), {
      minTimeMs: 0,
      maxTimeMs: 7_200_000,
      series: manySeries(5, 5),
    });
    const bucket = new MemoryBucket();
    const block = await remoteRef(bucket, folder, meta);
    const read = async (): Promise<string> => {
      const open = new OpenBlocks({ cache: new RangeCache(bucket, 0) });
      const matchers = [compileMatcher(spec('=~', '__name__', 'm|n'))];
      const selection = { blocks: [block], matchers, fromMs: 0, toMs: 7_200_000 };
      try {
        return JSON.stringify(await readAll(selectFrames(selection, open, noPause)));
      } finally {
        open.close();
      }
    };
    const wanted = await read();
    const where = fc.record({
      name: fc.constantFrom('index', 'chunks/000001', 'tombstones', 'header'),
      at: fc.nat(),
      bit: fc.nat(7),
    });
    await fc.assert(
      fc.asyncProperty(where, async ({ name, at, bit }) => {
        if (block.location.kind !== 'bucket') throw new Error('unreachable');
        const key = `${block.location.prefix}${name}`;
        const isHeader = name === 'header';
        const bytes = isHeader ? readFileSync(block.location.indexHeaderPath) : await bucket.get(key);
        const flipped = Uint8Array.from(bytes);
        flipped[at % bytes.length]! ^= 1 << bit;
        if (isHeader) writeFileSync(block.location.indexHeaderPath, flipped);
        else await bucket.put(key, flipped);
        try {
          expect(await read()).toBe(wanted);
        } catch (error) {
          expect(error).toBeInstanceOf(CorruptError);
        } finally {
          if (isHeader) writeFileSync(block.location.indexHeaderPath, bytes);
          else await bucket.put(key, bytes);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('reports damaged chunks', async () => {
    const { folder, meta } = await writeBlock(await temporaryFolder(), {
      minTimeMs: 0,
      maxTimeMs: 7_200_000,
      series: manySeries(10, 10),
    });
    const bucket = new MemoryBucket();
    const block = await remoteRef(bucket, folder, meta);
    const key = `t/${meta.ulid}/chunks/000001`;
    const bytes = await bucket.get(key);
    for (let at = 8; at < bytes.length; at += 13) bytes[at]! ^= 0x40;
    await bucket.put(key, bytes);
    const open = new OpenBlocks({ cache: new RangeCache(bucket, 1 << 20) });
    const selection = { blocks: [block], matchers: [], fromMs: 0, toMs: 7_200_000, signal: neverAborted() };
    await expect(readAll(selectFrames(selection, open, noPause))).rejects.toThrow(/chunk/);
  });
});

describe('a query that is given up', () => {
  it('stops although no series has anything to give', async () => {
    const { folder, meta } = await writeBlock(await temporaryFolder(), {
      minTimeMs: 0,
      maxTimeMs: 7_200_000,
      series: manySeries(2000, 1),
    });
    const bucket = new MemoryBucket();
    const open = new OpenBlocks({ cache: new RangeCache(bucket, 1 << 20) });
    for (const block of [folderRef(folder, meta), await remoteRef(bucket, folder, meta)]) {
      const pause = (): undefined => {
        throw new Error('given up');
      };
      const selection = { blocks: [block], matchers: [], fromMs: 7_199_998, toMs: 7_199_999 };
      await expect(readAll(selectFrames(selection, open, pause))).rejects.toThrow('given up');
    }
    expect(open.size).toBe(2);
    open.close();
    expect(open.size).toBe(0);
  });
});

describe('OpenBlocks', () => {
  it('keeps a bounded number of idle blocks and closes those that nobody used for long', async () => {
    const parent = await temporaryFolder();
    let nowMs = 0;
    const open = new OpenBlocks({ idleMax: 2, nowMs: () => nowMs });
    for (let i = 0; i < 4; i++) {
      const { folder, meta } = await writeBlock(parent, {
        minTimeMs: i * 10,
        maxTimeMs: i * 10 + 10,
        series: { 'a="b"': [[i * 10, 1]] },
      });
      const selection = { blocks: [folderRef(folder, meta)], matchers: [], fromMs: 0, toMs: 100 };
      await readAll(selectFrames(selection, open, noPause));
    }
    expect(open.size).toBe(2);
    nowMs = 3_600_000;
    const { folder, meta } = await writeBlock(parent, { minTimeMs: 50, maxTimeMs: 60, series: { 'a="b"': [[50, 1]] } });
    await readAll(selectFrames({ blocks: [folderRef(folder, meta)], matchers: [], fromMs: 0, toMs: 100 }, open, noPause));
    expect(open.size).toBe(1);
  });
});
