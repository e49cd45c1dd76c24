import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { newUlid } from '@telamon/algo';
import { COMPACTOR_SHARD_LABEL, encodeDeletionMark, encodeNoCompactMark } from '@telamon/bucketindex';
import { type Bucket, FilesystemBucket } from '@telamon/objstore';
import { createSilentLogger } from '@telamon/telemetry';
import { type BlockMeta, CorruptError, encodeBlockMeta, parseBlockMeta } from '@telamon/tsdb';
import { describe, expect, it } from 'vitest';
import { BlockCatalog } from './block-catalog.ts';
import { copyBlock, isRecordedPresent, neverAborted, putBlock, RECORDED, readAll, temporaryFolder } from './blocks.fixture.ts';
import { BucketCompactor, type BucketCompactorOptions } from './bucket-compactor.ts';
import { readBucketIndex } from './bucket-index-file.ts';
import { Crash, FaultyBucket } from './faulty-bucket.fixture.ts';
import { mergeBlockFolders } from './merge-blocks-job.ts';
import { OpenBlocks } from './open-blocks.ts';
import { RangeCache } from './range-cache.ts';
import { selectFrames } from './select-blocks.ts';

const HOUR_MS = 3_600_000;
const RANGES_MS = [2, 12, 24].map((hours) => hours * HOUR_MS);
const START_MS = Date.parse('2026-11-01T00:00:00Z');
const logger = createSilentLogger();
const signal = neverAborted();
const OWNS_ALL = (): boolean => true;

interface Limits {
  periodMs?: number;
  partialMs?: number;
  shards?: number;
}

/** Merges; what fails has no class any more, as out of a worker. */
const mergeAsWorker: BucketCompactorOptions['merge'] = async (request) => {
  try {
    return await mergeBlockFolders(request, () => undefined);
  } catch (error) {
    throw new Error((error as Error).message);
  }
};

async function compactorOf(
  bucket: Bucket,
  extra: Partial<BucketCompactorOptions> & { readonly tenantLimits?: Limits } = {},
): Promise<BucketCompactor> {
  const { tenantLimits = {}, ...rest } = extra;
  return new BucketCompactor({
    bucket,
    workFolder: path.join(await temporaryFolder(), 'work'),
    merge: mergeAsWorker,
    limits: {
      forTenant: () => ({
        compactorBlocksRetentionPeriodMs: tenantLimits.periodMs ?? 0,
        compactorPartialBlockDeletionDelayMs: tenantLimits.partialMs ?? 24 * HOUR_MS,
        compactorSplitAndMergeShards: tenantLimits.shards ?? 0,
      }),
    },
    rangesMs: RANGES_MS,
    retentionSizeBytes: 0,
    deletionDelayMs: 12 * HOUR_MS,
    indexRefreshMs: HOUR_MS,
    concurrency: 4,
    mergeConcurrency: 2,
    nowMs: () => START_MS + 1000 * HOUR_MS,
    logger,
    ...rest,
  });
}

/** A block of two hours, `k` blocks after the start. */
async function putHours(bucket: Bucket, k: number, value: number = 1): Promise<BlockMeta> {
  const minTimeMs = START_MS + k * 2 * HOUR_MS;
  const samples = Array.from({ length: 240 }, (_, i) => [minTimeMs + i * 30_000, value * i] as const);
  const series = { '__name__="m",host="a"': samples, [`__name__="m",block="${k}"`]: samples.slice(0, 3) };
  return await putBlock(bucket, 't', { minTimeMs, maxTimeMs: minTimeMs + 2 * HOUR_MS, series });
}

/** What queries see after a sync of a fresh store-gateway. */
async function visible(bucket: Bucket, nowMs: number = START_MS + 1000 * HOUR_MS): Promise<string> {
  const catalog = new BlockCatalog({
    bucket,
    indexHeaderFolder: path.join(await temporaryFolder(), 'headers'),
    ignoreMarkedAfterMs: HOUR_MS,
    concurrency: 4,
    nowMs: () => nowMs,
    logger,
  });
  await catalog.sync(signal);
  const selection = { blocks: catalog.blocks('t'), matchers: [], fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };
  const open = new OpenBlocks({ cache: new RangeCache(bucket, 16 << 20) });
  return JSON.stringify(await readAll(selectFrames(selection, open, () => undefined)));
}

async function compactAll(compactor: BucketCompactor): Promise<number> {
  for (let rounds = 0; rounds < 50; rounds++) if (!(await compactor.compact('t', signal, OWNS_ALL))) return rounds;
  throw new Error('compaction does not end');
}

async function metasOf(bucket: FaultyBucket, isLive: boolean = true): Promise<BlockMeta[]> {
  const keys = await bucket.keys('t/');
  const metas = await Promise.all(
    keys.filter((key) => key.endsWith('/meta.json')).map(async (key) => parseBlockMeta(await bucket.get(key))),
  );
  const marked = new Set(keys.filter((key) => key.startsWith('t/markers/')).map((key) => key.slice(10, 36)));
  return metas.filter((meta) => !isLive || !marked.has(meta.ulid)).sort((a, b) => a.minTime - b.minTime);
}

describe('BucketCompactor.compact', () => {
  it('splits fresh blocks into shards and merges shard by shard; answers stay the same', async () => {
    const bucket = new FaultyBucket();
    for (let k = 0; k < 15; k++) await putHours(bucket, k);
    // What a second replica cut of the same range.
    await putHours(bucket, 0);
    const before = await visible(bucket);
    await compactAll(await compactorOf(bucket, { tenantLimits: { shards: 3 } }));
    const live = await metasOf(bucket);
    const shards = live.map((meta) => meta.thanos?.labels[COMPACTOR_SHARD_LABEL] ?? 'whole');
    expect(new Set(shards)).toEqual(new Set(['1_of_3', '2_of_3', '3_of_3', 'whole']));
    expect(live.filter((_meta, i) => shards[i] === 'whole').map((meta) => (meta.minTime - START_MS) / HOUR_MS)).toEqual([28]);
    expect(Math.max(...live.map((meta) => meta.maxTime - meta.minTime))).toBe(24 * HOUR_MS);
    expect(await visible(bucket)).toBe(before);
  });

  it('leaves the jobs of others to them', async () => {
    const bucket = new FaultyBucket();
    for (let k = 0; k < 15; k++) await putHours(bucket, k);
    const asked: string[] = [];
    const compactor = await compactorOf(bucket, { tenantLimits: { shards: 2 } });
    const owns = (key: string): boolean => asked.push(key) > 0 && key.includes(`/${START_MS}`);
    expect(await compactor.compact('t', signal, owns)).toBe(true);
    expect(await compactor.compact('t', signal, owns)).toBe(false);
    expect(asked[0]).toBe(`t/split/0@17241709254077376921/${START_MS}`);
    expect((await metasOf(bucket)).filter((meta) => meta.compaction.level > 1)).toHaveLength(2);
  });

  it('merges to 12 and 24 hours; answers stay the same', async () => {
    const bucket = new FaultyBucket();
    const sources: BlockMeta[] = [];
    for (let k = 0; k < 15; k++) sources.push(await putHours(bucket, k));
    const before = await visible(bucket);
    const compactor = await compactorOf(bucket);
    expect(await compactAll(compactor)).toBeGreaterThan(1);
    const live = await metasOf(bucket);
    expect(live.map((meta) => [(meta.maxTime - meta.minTime) / HOUR_MS, meta.compaction.level])).toEqual([
      [24, 3],
      [2, 1],
      [2, 1],
      [2, 1],
    ]);
    const [day] = live;
    expect(day!.compaction.sources).toEqual(
      sources
        .slice(0, 12)
        .map((meta) => meta.ulid)
        .sort(),
    );
    expect(day!.compaction.parents).toHaveLength(2);
    expect(day!.thanos).toMatchObject({
      source: 'compactor',
      labels: {},
      downsample: { resolution: 0 },
      segment_files: ['000001'],
    });
    expect(await visible(bucket)).toBe(before);
    await compactor.clean('t', signal);
    const late = START_MS + 1013 * HOUR_MS;
    const cleaner = await compactorOf(bucket, { nowMs: () => late });
    await cleaner.clean('t', signal);
    expect(await metasOf(bucket, false)).toEqual(live);
    expect(await bucket.keys('t/markers/')).toEqual([]);
    expect(await visible(bucket, late)).toBe(before);
  });

  it('merges overlapping blocks first, each sample once', async () => {
    const bucket = new FaultyBucket();
    await putHours(bucket, 0);
    const twin = await putHours(bucket, 0);
    await putHours(bucket, 1);
    const before = await visible(bucket);
    const compactor = await compactorOf(bucket);
    expect(await compactor.compact('t', signal, OWNS_ALL)).toBe(true);
    const live = await metasOf(bucket);
    expect(live).toHaveLength(2);
    expect(live[0]!.stats.numSamples).toBe(twin.stats.numSamples);
    expect(await visible(bucket)).toBe(before);
  });

  it('leaves both or neither side whole when it stops anywhere, and goes on from there', async () => {
    for (let failFrom = 0; failFrom < 14; failFrom++) {
      for (const isCarriedOut of [false, true]) {
        const bucket = new FaultyBucket();
        for (let k = 0; k < 3; k++) await putHours(bucket, 12 + k * 2);
        await putHours(bucket, 12);
        const before = await visible(bucket);
        bucket.changes = 0;
        bucket.failFrom = failFrom;
        bucket.isCarriedOut = isCarriedOut;
        await compactAll(await compactorOf(bucket)).catch((error: unknown) => expect(error).toBeInstanceOf(Crash));
        bucket.failFrom = Number.POSITIVE_INFINITY;
        expect(await visible(bucket)).toBe(before);
        expect(await visible(bucket, START_MS + 1002 * HOUR_MS)).toBe(before);
        const again = await compactorOf(bucket);
        await compactAll(again);
        expect(await visible(bucket)).toBe(before);
        // The source of an interrupted merge is marked, not merged once more.
        const live = await metasOf(bucket);
        expect(live).toHaveLength(3);
        expect(Math.max(...live.map((meta) => meta.compaction.level))).toBe(2);
      }
    }
  });

  it('leaves alone blocks that must not be compacted, downsampled ones and other groups', async () => {
    const bucket = new FaultyBucket();
    for (let k = 0; k < 3; k++) await putHours(bucket, k * 2);
    const [first, second] = await metasOf(bucket);
    const mark = { ulid: first!.ulid, details: '', noCompactTimeS: 1, reason: 'manual' } as const;
    await bucket.put(`t/markers/${first!.ulid}-no-compact-mark.json`, encodeNoCompactMark(mark));
    const downsampled = { ...second!.thanos!, downsample: { resolution: 300_000 } };
    await bucket.put(`t/${second!.ulid}/meta.json`, encodeBlockMeta({ ...second!, thanos: downsampled }));
    const sharded = await putHours(bucket, 0);
    const labels = { __compactor_shard_id__: '1_of_2' };
    await bucket.put(`t/${sharded.ulid}/meta.json`, encodeBlockMeta({ ...sharded, thanos: { ...sharded.thanos!, labels } }));
    const compactor = await compactorOf(bucket);
    expect(await compactor.compact('t', signal, OWNS_ALL)).toBe(false);
    await compactor.clean('t', signal);
    const index = await readBucketIndex(bucket, 't');
    expect(index!.index.blocks.map((block) => block.ulid)).not.toContain(second!.ulid);
    expect(index!.index.blocks).toHaveLength(3);
  });

  it('reports a merge that fails and leaves its group alone for an hour', async () => {
    const bucket = new FaultyBucket();
    await putHours(bucket, 0);
    await putHours(bucket, 0);
    let nowMs = START_MS;
    let merges = 0;
    const compactor = await compactorOf(bucket, {
      nowMs: () => nowMs,
      merge: () => {
        merges++;
        throw new CorruptError('chunk: checksum differs');
      },
    });
    expect(await compactor.compact('t', signal, OWNS_ALL)).toBe(false);
    expect(await compactor.compact('t', signal, OWNS_ALL)).toBe(false);
    expect(merges).toBe(1);
    nowMs += HOUR_MS;
    expect(await compactor.compact('t', signal, OWNS_ALL)).toBe(false);
    expect(merges).toBe(2);
    expect(await metasOf(bucket)).toHaveLength(2);
  });

  it('leaves a damaged block out for good and merges the others', async () => {
    const bucket = new FaultyBucket();
    const metas: BlockMeta[] = [];
    for (let k = 0; k < 8; k++) metas.push(await putHours(bucket, k));
    const bad = metas[2]!.ulid;
    const index = await bucket.get(`t/${bad}/index`);
    await bucket.put(
      `t/${bad}/index`,
      index.map((byte, i) => (i === index.length - 1 ? byte ^ 1 : byte)),
    );
    const compactor = await compactorOf(bucket);
    await compactor.compact('t', signal, OWNS_ALL);
    expect(await bucket.keys('t/markers/')).toEqual([`t/markers/${bad}-no-compact-mark.json`]);
    expect(await bucket.keys(`t/${bad}/`)).toContain(`t/${bad}/no-compact-mark.json`);
    await compactAll(await compactorOf(bucket));
    const live = (await metasOf(bucket)).filter(({ ulid }) => ulid !== bad);
    expect(live.map(({ compaction }) => compaction.level)).toContain(2);
    expect(live.length).toBeLessThan(7);
  });

  it('does not replace blocks by one that holds less', async () => {
    const bucket = new FaultyBucket();
    for (let k = 0; k < 8; k++) await putHours(bucket, k);
    const compactor = await compactorOf(bucket, {
      merge: async (request) => {
        const merged = await mergeBlockFolders(request, () => undefined);
        return merged.map((meta) => ({ ...meta!, stats: { ...meta!.stats, numSamples: meta!.stats.numSamples! - 1 } }));
      },
    });
    expect(await compactor.compact('t', signal, OWNS_ALL)).toBe(false);
    expect(await metasOf(bucket)).toHaveLength(8);
  });

  it('empties its working folder, and works on files of a bucket on disk in place', async () => {
    const workFolder = path.join(await temporaryFolder(), 'work');
    await mkdir(workFolder);
    await writeFile(path.join(workFolder, 'left-over'), 'x');
    const bucket = await FilesystemBucket.open(path.join(await temporaryFolder(), 'bucket'));
    for (let k = 0; k < 8; k++) await putHours(bucket, k);
    const before = await visible(bucket);
    const folderOf = (prefix: string): string => bucket.pathOf(prefix.slice(0, -1));
    const compactor = await compactorOf(bucket, { workFolder, folderOf });
    expect(await compactor.compact('t', signal, OWNS_ALL)).toBe(true);
    expect(await readdir(path.join(workFolder, 't'))).toEqual([]);
    expect(await readdir(workFolder)).toEqual(['t']);
    expect(await visible(bucket)).toBe(before);
  });

  it.skipIf(!isRecordedPresent)('compacts a recorded bucket of Cortex without changing answers', async () => {
    const bucket = new FaultyBucket();
    await copyBlock(bucket, path.join(RECORDED, 'cortex/bucket/tenant-a'), 't/');
    // As its compactor found it: nothing is marked, and its own results are not there.
    for (const key of await bucket.keys('t/')) if (key.includes('deletion-mark')) await bucket.delete(key);
    for (const { ulid, compaction } of await metasOf(bucket)) {
      if (compaction.level > 1) for (const key of await bucket.keys(`t/${ulid}/`)) await bucket.delete(key);
    }
    const before = await visible(bucket);
    expect((await metasOf(bucket)).length).toBeGreaterThan(7);
    await compactAll(await compactorOf(bucket));
    const live = await metasOf(bucket);
    expect(live.map((meta) => (meta.maxTime - meta.minTime) / HOUR_MS)[0]).toBe(12);
    expect(await visible(bucket)).toBe(before);
  });
});

describe('BucketCompactor.clean', () => {
  it('completes a marking that was interrupted, for peers that look into the block', async () => {
    const bucket = new FaultyBucket();
    const meta = await putHours(bucket, 0);
    const mark = encodeDeletionMark({ ulid: meta.ulid, details: 'x', deletionTimeS: START_MS / 1000 });
    await bucket.put(`t/markers/${meta.ulid}-deletion-mark.json`, mark);
    const compactor = await compactorOf(bucket, { nowMs: () => START_MS });
    await compactor.clean('t', signal);
    expect(await bucket.get(`t/${meta.ulid}/deletion-mark.json`)).toEqual(new Uint8Array(mark));
    const changes = bucket.changes;
    await compactor.clean('t', signal);
    expect(bucket.changes).toBe(changes);
  });

  it('writes a bucket index, and again only when something changed or it gets old', async () => {
    const bucket = new FaultyBucket();
    const meta = await putHours(bucket, 0);
    let nowMs = START_MS;
    const compactor = await compactorOf(bucket, { nowMs: () => nowMs });
    expect(await compactor.tenants(signal)).toEqual(['t']);
    await compactor.clean('t', signal);
    const first = await readBucketIndex(bucket, 't');
    expect(first!.version).toBe(2);
    expect(first!.index.updatedAtS).toBe(START_MS / 1000);
    expect(first!.index.blocks).toMatchObject([
      {
        ulid: meta.ulid,
        minTimeMs: START_MS,
        maxTimeMs: START_MS + 2 * HOUR_MS,
        segmentsFormat: '1b6d',
        segmentsCount: 1,
        source: 'receive',
      },
    ]);
    const changes = bucket.changes;
    nowMs += HOUR_MS / 2;
    await compactor.clean('t', signal);
    expect(bucket.changes).toBe(changes);
    nowMs += HOUR_MS / 2;
    await compactor.clean('t', signal);
    expect(bucket.changes).toBe(changes + 1);
    await putHours(bucket, 1);
    await compactor.clean('t', signal);
    expect((await readBucketIndex(bucket, 't'))!.index.blocks).toHaveLength(2);
  });

  it('marks by time, waits, and deletes', async () => {
    const bucket = new FaultyBucket();
    const old = await putHours(bucket, 0);
    const kept = await putHours(bucket, 1);
    let nowMs = START_MS + 26 * HOUR_MS + 1;
    const compactor = await compactorOf(bucket, { nowMs: () => nowMs, tenantLimits: { periodMs: 24 * HOUR_MS } });
    await compactor.clean('t', signal);
    expect((await metasOf(bucket)).map((meta) => meta.ulid)).toEqual([kept.ulid]);
    expect((await readBucketIndex(bucket, 't'))!.index.deletions).toEqual([
      { ulid: old.ulid, deletionTimeS: Math.floor(nowMs / 1000) },
    ]);
    expect(await bucket.exists(`t/${old.ulid}/deletion-mark.json`)).toBe(true);
    nowMs += 12 * HOUR_MS - 2000;
    await compactor.clean('t', signal);
    expect(await bucket.exists(`t/${old.ulid}/meta.json`)).toBe(true);
    nowMs += 4000;
    await compactor.clean('t', signal);
    expect((await bucket.keys('t/')).filter((key) => key.includes(old.ulid))).toEqual([]);
    nowMs += 100 * HOUR_MS;
    await compactor.clean('t', signal);
    nowMs += 100 * HOUR_MS;
    await compactor.clean('t', signal);
    // A tenant without blocks leaves nothing behind.
    expect(await bucket.keys()).toEqual([]);
  });

  it('keeps the newest blocks within the size', async () => {
    const bucket = new FaultyBucket();
    const metas: BlockMeta[] = [];
    for (let k = 0; k < 5; k++) metas.push(await putHours(bucket, k));
    let sizeBytes = 0;
    for await (const entry of bucket.list(`t/${metas[4]!.ulid}/`, { isRecursive: true })) sizeBytes += entry.sizeBytes;
    const compactor = await compactorOf(bucket, { retentionSizeBytes: Math.floor(sizeBytes * 2.5) });
    await compactor.clean('t', signal);
    expect((await metasOf(bucket)).map((meta) => meta.ulid)).toEqual(metas.slice(3).map((meta) => meta.ulid));
  });

  it('marks partial blocks that nobody works on, and leaves damaged ones and foreign files', async () => {
    const bucket = new FaultyBucket('memory', () => START_MS);
    const partial = newUlid(START_MS);
    const damaged = newUlid(START_MS);
    await bucket.put(`t/${partial}/index`, new Uint8Array(3));
    await bucket.put(`t/${damaged}/meta.json`, new Uint8Array(3));
    await bucket.put('t/notes/readme.txt', new Uint8Array(3));
    let nowMs = START_MS + 23 * HOUR_MS;
    const compactor = await compactorOf(bucket, { nowMs: () => nowMs });
    await compactor.clean('t', signal);
    expect(await bucket.keys('t/markers/')).toEqual([]);
    nowMs += 2 * HOUR_MS;
    await compactor.clean('t', signal);
    expect(await bucket.exists(`t/${partial}/index`)).toBe(true);
    nowMs += 13 * HOUR_MS;
    await compactor.clean('t', signal);
    expect((await bucket.keys('t/')).filter((key) => !key.endsWith('.gz'))).toEqual([
      `t/${damaged}/meta.json`,
      't/notes/readme.txt',
    ]);
  });

  it('completes a deletion that stopped anywhere', async () => {
    for (let failFrom = 0; failFrom < 12; failFrom++) {
      const bucket = new FaultyBucket();
      const old = await putHours(bucket, 0);
      await putHours(bucket, 1);
      const mark = { ulid: old.ulid, details: '', deletionTimeS: START_MS / 1000 };
      // Only in the block, as Thanos does it.
      await bucket.put(`t/${old.ulid}/deletion-mark.json`, encodeDeletionMark(mark));
      bucket.changes = 0;
      bucket.failFrom = failFrom;
      await (await compactorOf(bucket)).clean('t', signal).catch((error: unknown) => expect(error).toBeInstanceOf(Crash));
      const isWhole = (await bucket.keys(`t/${old.ulid}/`)).length === 5;
      expect(await bucket.exists(`t/${old.ulid}/meta.json`)).toBe(isWhole);
      bucket.failFrom = Number.POSITIVE_INFINITY;
      await (await compactorOf(bucket)).clean('t', signal);
      expect((await bucket.keys('t/')).filter((key) => key.includes(old.ulid))).toEqual([]);
      expect(await metasOf(bucket)).toHaveLength(1);
    }
  });

  it('never takes a mark of another block or a broken one for a reason to delete', async () => {
    const bucket = new FaultyBucket();
    const meta = await putHours(bucket, 0);
    const other = encodeDeletionMark({ ulid: newUlid(START_MS), details: '', deletionTimeS: 1 });
    for (const bytes of [other, new TextEncoder().encode('{}'), new Uint8Array(0)]) {
      await bucket.put(`t/markers/${meta.ulid}-deletion-mark.json`, bytes);
      await (await compactorOf(bucket)).clean('t', signal);
      expect(await bucket.exists(`t/${meta.ulid}/meta.json`)).toBe(true);
    }
  });
});
