import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { MatcherSpec } from '@telamon/model';
import { MemoryBucket } from '@telamon/objstore';
import { createSilentLogger } from '@telamon/telemetry';
import { MemoryLogFiles } from '@telamon/wal';
import { WorkerPool } from '@telamon/workers';
import { afterEach, describe, expect, it } from 'vitest';
import { requestOf, type SampleSeries } from '../head/fake-cursor.ts';
import { HeadSource, Heads } from '../head/index.ts';
import { BlockCutter } from './block-cutter.ts';
import { neverAborted, putBlock, readAll, temporaryFolder } from './blocks.fixture.ts';
import { BucketCompactor } from './bucket-compactor.ts';
import { LocalBlocks } from './local-blocks.ts';
import { OpenBlocks } from './open-blocks.ts';
import { selectFrames } from './select-blocks.ts';
import { Shipper } from './shipper.ts';
import { buildInPool, mergeInPool } from './store-jobs.ts';

const HOUR_MS = 3_600_000;
const START_MS = Date.parse('2026-11-01T00:00:00Z');
const logger = createSilentLogger();
const signal = neverAborted();
const everything: MatcherSpec = { operator: '=~', name: '__name__', value: '.+' };

const pools: WorkerPool[] = [];
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

function startPool(): WorkerPool {
  const pool = new WorkerPool({ entry: new URL('./store-pool-entry.fixture.ts', import.meta.url), size: 1, name: 'store' });
  pools.push(pool);
  return pool;
}

interface Ingester {
  readonly heads: Heads;
  readonly local: LocalBlocks;
  readonly cutter: BlockCutter;
  readonly bucket: MemoryBucket;
}

async function startIngester(nowMs: () => number): Promise<Ingester> {
  const folder = await temporaryFolder();
  const log = { files: new MemoryLogFiles() };
  const heads = await Heads.open({ logDirectory: '/log', chunkDirectory: path.join(folder, 'chunks'), log, now: nowMs });
  const local = await LocalBlocks.open(path.join(folder, 'blocks'), logger);
  const bucket = new MemoryBucket();
  const shipper = new Shipper({ bucket, local, folder: path.join(folder, 'blocks'), nowMs, logger });
  const build = buildInPool(startPool());
  const cutter = new BlockCutter({ source: heads, local, shipper, build, keepShippedMs: 13 * HOUR_MS, nowMs, logger });
  return { heads, local, cutter, bucket };
}

async function visible({ heads, local }: Ingester): Promise<string> {
  const request = { tenant: 't', matchers: [everything], fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };
  const selection = { blocks: local.blocks('t', () => false), matchers: [], fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };
  async function* both(): AsyncIterable<Uint8Array> {
    yield* new HeadSource(heads.find).select(request, signal);
    yield* selectFrames(selection, new OpenBlocks(), () => undefined);
  }
  return JSON.stringify(await readAll(both()));
}

function scrape(timeMs: number): SampleSeries[] {
  return Array.from({ length: 50 }, (_, i) => ({
    labels: ['__name__', i % 2 === 0 ? 'up' : 'requests_total', 'instance', `h${(i * 7919) % 50}`],
    samples: [[timeMs + i, timeMs / 1000 + i] as const],
  }));
}

describe('heads, workers and blocks together', () => {
  it('turn five hours of samples into blocks while more come, without changing an answer', async () => {
    let nowMs = START_MS;
    const ingester = await startIngester(() => nowMs);
    const { heads, cutter, local, bucket } = ingester;
    for (let minute = 0; minute < 300; minute += 2) {
      nowMs = START_MS + minute * 60_000;
      await heads.append('t', requestOf(scrape(nowMs)));
    }
    const before = await visible(ingester);
    const cutting = cutter.maintain('t', signal);
    nowMs += 60_000;
    await heads.append('t', requestOf([{ labels: ['__name__', 'late'], samples: [[nowMs, 1]] }]));
    await cutting;
    const metas = [...local.metas('t').values()];
    expect(metas.map((meta) => [(meta.minTime - START_MS) / HOUR_MS, (meta.maxTime - START_MS) / HOUR_MS])).toEqual([[0, 2]]);
    expect(metas[0]!.stats).toMatchObject({ numSamples: 3000, numSeries: 50 });
    const after = await visible(ingester);
    expect(after).toBe(before.replace('{', `{"[\\"__name__\\",\\"late\\"]":["${nowMs} 1"],`));
    await cutter.flush('t', signal);
    expect(local.metas('t').size).toBe(3);
    expect(await visible(ingester)).toBe(after);
    expect(heads.find('t')!.oldestMs).toBeUndefined();
    const keys: string[] = [];
    for await (const entry of bucket.list('', { isRecursive: true })) keys.push(entry.key);
    expect(keys.filter((key) => key.endsWith('/meta.json'))).toHaveLength(3);
    await heads.close();
  });

  it('keep the head when a block cannot be written', async () => {
    let nowMs = START_MS;
    const ingester = await startIngester(() => nowMs);
    const { heads, cutter, local } = ingester;
    for (let hour = 0; hour < 5; hour++) {
      nowMs = START_MS + hour * HOUR_MS;
      await heads.append('t', requestOf(scrape(nowMs)));
    }
    const before = await visible(ingester);
    const begin = local.begin.bind(local);
    local.begin = async () => '/nowhere/at/all';
    await expect(cutter.maintain('t', signal)).rejects.toThrow(/ENOENT/);
    expect(await visible(ingester)).toBe(before);
    local.begin = begin;
    await cutter.maintain('t', signal);
    expect(local.metas('t').size).toBe(1);
    expect(await visible(ingester)).toBe(before);
    await heads.close();
  });

  it('merge in a worker, and stop when asked to', async () => {
    const bucket = new MemoryBucket();
    for (let k = 0; k < 2; k++) {
      const samples = Array.from({ length: 100 }, (_, i) => [START_MS + i * 1000, i] as const);
      await putBlock(bucket, 't', { minTimeMs: START_MS, maxTimeMs: START_MS + 2 * HOUR_MS, series: { 'a="b"': samples } });
    }
    const workFolder = path.join(await temporaryFolder(), 'work');
    const compactor = new BucketCompactor({
      bucket,
      workFolder,
      merge: mergeInPool(startPool()),
      limits: {
        forTenant: () => ({
          compactorBlocksRetentionPeriodMs: 0,
          compactorPartialBlockDeletionDelayMs: 0,
          compactorSplitAndMergeShards: 0,
        }),
      },
      rangesMs: [2 * HOUR_MS],
      retentionSizeBytes: 0,
      deletionDelayMs: HOUR_MS,
      indexRefreshMs: HOUR_MS,
      concurrency: 2,
      mergeConcurrency: 1,
      nowMs: () => START_MS,
      logger,
    });
    const stopped = AbortSignal.abort(new Error('stopping'));
    await expect(compactor.compact('t', stopped, () => true)).rejects.toThrow();
    expect(await compactor.compact('t', signal, () => true)).toBe(true);
    expect(await compactor.compact('t', signal, () => true)).toBe(false);
    expect(await readdir(path.join(workFolder, 't'))).toEqual([]);
  });
});
