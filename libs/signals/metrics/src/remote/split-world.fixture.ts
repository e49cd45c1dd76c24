import path from 'node:path';
import { fastHash } from '@telamon/algo';
import { bucketBlockOf } from '@telamon/bucketindex';
import type { BlockReader, ReplicaReader } from '@telamon/contract';
import { compareUtf8, compileMatcher } from '@telamon/model';
import { type Bucket, FilesystemBucket } from '@telamon/objstore';
import type { PeerService, PeerTransport } from '@telamon/rpc';
import { createSilentLogger, SYSTEM_CLOCK } from '@telamon/telemetry';
import type { BlockMeta } from '@telamon/tsdb';
import { MemoryLogFiles } from '@telamon/wal';
import { WorkerPool } from '@telamon/workers';
import { onTestFinished } from 'vitest';
import { requestOf } from '../head/fake-cursor.ts';
import { cardinalityOf, HeadSource, Heads } from '../head/index.ts';
import type { LabelsRequest, MetricsSource, SelectRequest } from '../metrics-source.ts';
import { recentMetricsOf } from '../recent-metrics.ts';
import { BlockCatalog } from '../store/block-catalog.ts';
import type { BlockRef } from '../store/block-ref.ts';
import { folderRef, labelsOf, type TestSeries, temporaryFolder, writeBlock } from '../store/blocks.fixture.ts';
import { writeBucketIndex } from '../store/bucket-index-file.ts';
import { OpenBlocks } from '../store/open-blocks.ts';
import { QueryGate } from '../store/query-gate.ts';
import { blockLabelNames, blockLabelValues, selectFrames } from '../store/select-blocks.ts';
import { uploadBlock } from '../store/upload-block.ts';
import { blockCalls } from './block-calls.ts';
import { BucketBlocks } from './bucket-blocks.ts';
import { ingesterReadCalls } from './ingester-calls.ts';
import { IngesterSource } from './ingester-source.ts';
import { mergeStreams } from './merge-streams.ts';
import { PoolBlocks } from './pool-blocks.ts';

/** Tenant of the world. */
export const TENANT = 't';
/** Start of its six hours, ms. */
export const START_MS: number = Date.parse('2026-11-01T00:00:00Z');
/** Length of a block, ms. */
export const RANGE_MS: number = 2 * 3_600_000;
/** Newest sample, ms. */
export const END_MS: number = START_MS + 3 * RANGE_MS - 60_000;

const logger = createSilentLogger();
const signal = new AbortController().signal;
const INGESTERS = 3;

/** Every series, with a sample a minute but for gaps. */
function worldSeries(): TestSeries {
  const series: Record<string, [number, number][]> = {};
  for (let i = 0; i < 30; i++) {
    const text = `__name__="m${i % 3}",job="j${i % 4}",instance="h${i}"${i % 5 === 0 ? ',odd="yes"' : ''}`;
    const samples: [number, number][] = [];
    for (let at = START_MS + i * 7; at <= END_MS + i * 7; at += 60_000) {
      if (fastHash(Buffer.from(`${i} ${Math.floor(at / 1_200_000)}`)) % 9 !== 0) samples.push([at, (at - START_MS) / 1000 + i]);
    }
    series[text] = samples;
  }
  return series;
}

/** The samples that `keep` keeps; series without any are left out. */
function filterSeries(series: TestSeries, keep: (text: string, timeMs: number) => boolean): TestSeries {
  const kept = Object.entries(series).map(([text, samples]) => [text, samples.filter(([at]) => keep(text, at))] as const);
  return Object.fromEntries(kept.filter(([, samples]) => samples.length > 0));
}

function within(series: TestSeries, fromMs: number, toMs: number): TestSeries {
  return filterSeries(series, (_, at) => at >= fromMs && at < toMs);
}

async function headsOf(series: TestSeries): Promise<Heads> {
  const folder = await temporaryFolder();
  const log = { files: new MemoryLogFiles() };
  const heads = await Heads.open({ logDirectory: '/log', chunkDirectory: path.join(folder, 'chunks'), log, now: () => END_MS });
  onTestFinished(() => heads.close());
  const rows = Object.entries(series).map(([text, samples]) => {
    const labels = labelsOf(text);
    const exemplars = [{ labels: ['trace_id', `${text.length}`], value: 1, timeMs: samples[0]![0] }];
    const metadata = { type: 'counter', help: `help of ${labels.metricName}`, unit: '' };
    return { labels: labels.flat(), samples, exemplars, metadata };
  });
  await heads.append(TENANT, requestOf(rows as never));
  return heads;
}

function startPool(bucketPath?: string): WorkerPool {
  const entry = new URL('./block-pool-entry.fixture.ts', import.meta.url);
  const pool = new WorkerPool({ entry, size: 2, name: 'blocks', workerData: bucketPath });
  onTestFinished(() => pool.close());
  return pool;
}

/** Everything in one process: heads, and blocks read in this thread. */
class WholeSource implements MetricsSource {
  readonly name = 'whole';
  readonly heads: HeadSource;
  readonly #blocks: readonly BlockRef[];
  readonly #open = new OpenBlocks();

  constructor(heads: Heads, blocks: readonly BlockRef[]) {
    this.heads = new HeadSource(heads.find);
    this.#blocks = blocks;
  }

  select(request: SelectRequest, stop: AbortSignal): AsyncIterable<Uint8Array<ArrayBuffer>> {
    const matchers = request.matchers.map((spec) => compileMatcher(spec));
    const selection = { ...request, blocks: this.#blocks, matchers, signal: stop };
    return mergeStreams([this.heads.select(request, stop), selectFrames(selection, this.#open, () => undefined)]);
  }

  async labelNames(request: LabelsRequest, stop: AbortSignal): Promise<string[]> {
    const inBlocks = await blockLabelNames(this.#query(request), this.#open, () => undefined);
    return unite(await this.heads.labelNames(request, stop), inBlocks);
  }

  async labelValues(name: string, request: LabelsRequest, stop: AbortSignal): Promise<string[]> {
    const inBlocks = await blockLabelValues(name, this.#query(request), this.#open, () => undefined);
    return unite(await this.heads.labelValues(name, request, stop), inBlocks);
  }

  #query(request: LabelsRequest): Parameters<typeof blockLabelNames>[0] {
    const matcherSets = request.matcherSets.map((set) => set.map((spec) => compileMatcher(spec)));
    return { ...request, blocks: this.#blocks, matcherSets };
  }
}

function unite(a: readonly string[], b: readonly string[]): string[] {
  return [...new Set([...a, ...b])].sort(compareUtf8);
}

/** The same samples in one process, and spread over the processes of a cluster. */
export interface SplitWorld {
  readonly whole: WholeSource;
  readonly wholeHeads: Heads;
  /** Reads from two of the three ingesters, other ones at each call. */
  readonly replicas: (transport: PeerTransport) => ReplicaReader;
  /** Reads each block from its gateway. */
  readonly blocks: (transport: PeerTransport) => BlockReader;
  readonly index: BucketBlocks;
  readonly bucket: Bucket;
  readonly bucketMetas: readonly BlockMeta[];
  /** Services by the name of their process. */
  readonly services: ReadonlyMap<string, readonly PeerService[]>;
}

/**
 * Makes the world: two hours in two overlapping blocks in the bucket, two in local blocks (one of them in the bucket, too), two in heads. Every sample is in at least
 * two of the three ingesters. `addressOf` says where a process listens.
 */
export async function makeSplitWorld(addressOf: (process: string) => string = (process) => process): Promise<SplitWorld> {
  const series = worldSeries();
  const folder = await temporaryFolder();
  const bucketPath = path.join(folder, 'bucket');
  const bucket = await FilesystemBucket.open(bucketPath);
  const old = within(series, START_MS, START_MS + RANGE_MS);
  const whole: BlockRef[] = [];
  const bucketMetas: BlockMeta[] = [];
  for (const part of [0, 1]) {
    const some = filterSeries(old, (text, at) => fastHash(Buffer.from(`${text} ${Math.floor(at / 600_000)}`)) % 3 !== part);
    const range = { minTimeMs: START_MS, maxTimeMs: START_MS + RANGE_MS };
    const block = await writeBlock(path.join(folder, 'old'), { ...range, series: some });
    await uploadBlock(bucket, { tenant: TENANT, ulid: block.meta.ulid, folder: block.folder }, signal);
    whole.push(folderRef(block.folder, block.meta));
    bucketMetas.push(block.meta);
  }
  const middle = { minTimeMs: START_MS + RANGE_MS, maxTimeMs: START_MS + 2 * RANGE_MS };
  const middleSeries = within(series, middle.minTimeMs, middle.maxTimeMs);
  const local = await writeBlock(path.join(folder, 'local'), { ...middle, series: middleSeries });
  whole.push(folderRef(local.folder, local.meta));
  const recent = within(series, middle.maxTimeMs, Number.POSITIVE_INFINITY);
  const wholeHeads = await headsOf(recent);

  const services = new Map<string, readonly PeerService[]>();
  for (let i = 0; i < INGESTERS; i++) {
    const hasIt = (text: string, at: number): boolean => fastHash(Buffer.from(`${text} ${Math.floor(at / 300_000)}`)) % 4 !== i;
    const block = await writeBlock(path.join(folder, `local-${i}`), { ...middle, series: filterSeries(middleSeries, hasIt) });
    const heads = await headsOf(filterSeries(recent, hasIt));
    const refs = [folderRef(block.folder, block.meta)];
    if (i === 0) {
      // Shipped, and still with the ingester.
      await uploadBlock(bucket, { tenant: TENANT, ulid: block.meta.ulid, folder: block.folder }, signal);
      bucketMetas.push(block.meta);
    }
    services.set(`ingester-${i}`, [{ name: 'telamon.v1.Ingester', ...ingesterCalls(heads, refs) }]);
  }
  const updatedAtS = Math.floor(END_MS / 1000);
  await writeBucketIndex(bucket, TENANT, {
    blocks: bucketMetas.map((meta) => bucketBlockOf(meta, updatedAtS)),
    deletions: [],
    updatedAtS,
  });
  for (const i of [0, 1]) {
    const catalog = new BlockCatalog({
      bucket,
      indexHeaderFolder: path.join(folder, `headers-${i}`),
      ignoreMarkedAfterMs: 3_600_000,
      concurrency: 4,
      nowMs: () => END_MS,
      logger,
    });
    await catalog.sync(signal, (ulid) => ulid === bucketMetas[i]!.ulid);
    const limitsOf = () => ({ maxSeries: 0, maxChunks: 0, maxChunkBytes: 0, maxSelectorLengthMs: 0 });
    const calls = blockCalls({ catalog, reader: new PoolBlocks(startPool(bucketPath)), limitsOf });
    services.set(`gateway-${i}`, [{ name: 'telamon.v1.StoreGateway', ...calls }]);
  }
  const index = new BucketBlocks({
    bucket,
    refreshMs: 60_000,
    maxStaleMs: 3_600_000,
    ignoreMarkedAfterMs: 3_000_000,
    nowMs: () => END_MS,
    logger,
  });
  return {
    whole: new WholeSource(wholeHeads, whole),
    wholeHeads,
    replicas: (transport) => twoOfThree(transport, addressOf),
    blocks: (transport) => eachItsOwn(transport, addressOf, bucketMetas),
    index,
    bucket,
    bucketMetas,
    services,
  };
}

function ingesterCalls(heads: Heads, refs: readonly BlockRef[]): ReturnType<typeof ingesterReadCalls> {
  const source = new IngesterSource({
    heads: new HeadSource(heads.find),
    blocksOf: () => refs,
    reader: new PoolBlocks(startPool()),
    gate: new QueryGate(SYSTEM_CLOCK),
  });
  const usageOf = (tenant: string) => ({ ingestionRate: 10, seriesCount: heads.find(tenant)?.state.rows.liveCount ?? 0 });
  const usageByTenant = () => new Map([[TENANT, usageOf(TENANT)]]);
  return ingesterReadCalls({ source, recent: recentMetricsOf(heads.find), usageOf, usageByTenant });
}

function twoOfThree(transport: PeerTransport, addressOf: (process: string) => string): ReplicaReader {
  let turn = 0;
  const next = (): string[] => {
    const first = turn++;
    return [first, first + 1].map((i) => addressOf(`ingester-${i % INGESTERS}`));
  };
  const pathOf = (method: string): string => `/telamon.v1.Ingester/${method}`;
  return {
    stream: (tenant, method, message, stop) =>
      mergeStreams(next().map((at) => transport.client(at).stream(pathOf(method), message, { tenant, signal: stop }))),
    gather: (tenant, method, message, stop) =>
      Promise.all(next().map((at) => transport.client(at).unary(pathOf(method), message, { tenant, signal: stop }))),
  };
}

function eachItsOwn(transport: PeerTransport, addressOf: (process: string) => string, metas: readonly BlockMeta[]): BlockReader {
  return {
    stream: async function* (tenant, request, stop) {
      const missing = new Set(request.blocks);
      for (const [i, { ulid }] of metas.entries()) {
        if (!missing.has(ulid)) continue;
        const client = transport.client(addressOf(`gateway-${i % 2}`));
        const replies = client.stream(`/telamon.v1.StoreGateway/${request.method}`, request.encode([ulid]), {
          tenant,
          signal: stop,
        });
        for await (const reply of replies) {
          for (const read of request.blocksOf(reply)) missing.delete(read);
          yield reply;
        }
      }
      if (missing.size > 0) throw new Error(`not read: ${[...missing].join(' ')}`);
    },
  };
}

/** Cardinality of the whole world's heads. */
export function wholeCardinality({ wholeHeads }: SplitWorld, limit: number): ReturnType<typeof cardinalityOf> {
  return cardinalityOf(wholeHeads.find(TENANT)!.state, limit);
}
