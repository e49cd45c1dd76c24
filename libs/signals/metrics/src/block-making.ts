import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { LoadedConfig } from '@telamon/config';
import type { Overrides } from '@telamon/limits';
import { type Bucket, FilesystemBucket, MemoryBucket } from '@telamon/objstore';
import type { Logger, MetricRegistry } from '@telamon/telemetry';
import type { WorkerPool } from '@telamon/workers';
import type { Heads } from './head/index.ts';
import type { BlockMaking } from './head-store.ts';
import { METRICS_QUERY } from './options.ts';
import { leftToStore, METRICS_BUCKET_INDEX, type ShippedBlock, untilListed } from './remote/index.ts';
import {
  BlockCatalog,
  BlockCutter,
  type BlockRef,
  BucketCompactor,
  blockRangesMs,
  buildInPool,
  createCompactionMetrics,
  createCuttingMetrics,
  LocalBlocks,
  METRICS_BLOCKS,
  METRICS_COMPACTION,
  mergeInPool,
  type QueryGate,
  registerCatalogMetrics,
  Shipper,
} from './store/index.ts';
import { BucketEraser, deleteTenantRoutes, HeadEraser } from './tenant-deletion/index.ts';

/** Time that a query may take beyond its own limit to end, ms. */
const QUERY_SLACK_MS = 5_000;

/** Longest time between two looks at a bucket index for blocks that were shipped, ms. */
const LIST_POLL_MS = 5_000;

/** What blocks are made, found and tidied with. */
export interface BlockParts {
  readonly config: LoadedConfig;
  readonly logger: Logger;
  readonly registry: MetricRegistry;
  readonly overrides: Overrides;
  /** Absolute. */
  readonly dataDir: string;
  readonly bucket: Bucket;
  /** For building and merging, which take long. */
  readonly pool: WorkerPool;
  /** Queries run inside. */
  readonly gate: QueryGate;
}

/** Blocks in the bucket, as the store-gateway knows them. */
export function createCatalog({ config, bucket, dataDir, registry, logger }: BlockParts): BlockCatalog {
  const { ignoreDeletionMarksDelayMs, syncConcurrency } = config.of(METRICS_BLOCKS);
  const catalog = new BlockCatalog({
    bucket,
    ...folderOfBlocks(bucket),
    // Worker threads cannot look into this thread's memory, so blocks are copied to disk for them.
    isMirrored: bucket instanceof MemoryBucket,
    indexHeaderFolder: join(dataDir, 'index-header', 'metrics'),
    ignoreMarkedAfterMs: ignoreDeletionMarksDelayMs,
    concurrency: syncConcurrency,
    nowMs: Date.now,
    logger: logger.child('store-gateway'),
  });
  registerCatalogMetrics(registry, catalog);
  return catalog;
}

/** The compactor of the bucket. */
export function createBucketCompactor({
  config,
  bucket,
  dataDir,
  registry,
  logger,
  overrides,
  pool,
}: BlockParts): BucketCompactor {
  const { blockRanges, mergeConcurrency, requestConcurrency, ...settings } = config.of(METRICS_COMPACTION);
  const log = logger.child('compactor');
  const events = createCompactionMetrics(registry);
  const shared = { bucket, nowMs: Date.now, logger: log };
  return new BucketCompactor({
    eraser: new BucketEraser({ ...shared, concurrency: requestConcurrency, onDeleted: events.onDeleted }),
    adminRoutes: deleteTenantRoutes(shared),
    ...settings,
    bucket,
    ...folderOfBlocks(bucket),
    workFolder: join(dataDir, 'compactor', 'metrics'),
    merge: mergeInPool(pool),
    limits: overrides,
    rangesMs: blockRangesMs(blockRanges),
    concurrency: requestConcurrency,
    mergeConcurrency,
    nowMs: Date.now,
    logger: log,
    events,
  });
}

/** A bucket on this machine's disk is read in place. */
function folderOfBlocks(bucket: Bucket): { folderOf?: (prefix: string) => string } {
  return bucket instanceof FilesystemBucket ? { folderOf: (prefix) => bucket.pathOf(prefix.replace(/\/$/, '')) } : {};
}

/** Cuts blocks from heads and keeps them here until the store-gateway has them. */
export class HeadBlocks implements BlockMaking {
  readonly #parts: BlockParts;
  readonly #folder: string;
  #local: LocalBlocks | undefined;
  #cutter: BlockCutter | undefined;
  #eraser: HeadEraser | undefined;
  #shipper: Shipper | undefined;

  constructor(parts: BlockParts) {
    this.#parts = parts;
    this.#folder = join(parts.dataDir, 'head', 'metrics');
  }

  async open(heads: Heads): Promise<void> {
    const { bucket, config, registry, pool, gate } = this.#parts;
    const logger = this.#parts.logger.child('ingester');
    const events = createCuttingMetrics(registry);
    const local = await LocalBlocks.open(this.#folder, logger);
    const shared = { local, nowMs: Date.now, logger };
    const shipper = new Shipper({ ...shared, bucket, folder: this.#folder, onShipped: events.onShipped });
    this.#cutter = new BlockCutter({
      ...shared,
      source: heads,
      shipper,
      build: buildInPool(pool),
      keepShippedMs: config.of(METRICS_BLOCKS).keepShippedMs,
      untilQueriesEnd: (signal) => gate.settled(config.of(METRICS_QUERY).timeoutMs + QUERY_SLACK_MS, signal),
      onCut: events.onCut,
    });
    this.#shipper = shipper;
    this.#local = local;
    this.#eraser = new HeadEraser({ ...shared, bucket, heads, folder: this.#folder });
  }

  /** Number of a tenant's blocks on this machine. */
  localCount(tenant: string): number {
    return this.#local?.metas(tenant).size ?? 0;
  }

  /** Local blocks that the store-gateway does not have yet. */
  blocks(tenant: string, isElsewhere: (ulid: string) => boolean): readonly BlockRef[] {
    return this.#local?.blocks(tenant, isElsewhere) ?? [];
  }

  /** Local blocks, but for those that whoever asks finds in the store without fail. */
  blocksUnless(tenant: string, isLeft: (block: ShippedBlock) => boolean): readonly BlockRef[] {
    const local = this.#local;
    if (local === undefined) return [];
    const metas = local.metas(tenant);
    return local.blocks(tenant, (ulid) =>
      isLeft({ shippedMs: this.#shipper?.shippedMs(tenant, ulid), maxTimeMs: metas.get(ulid)!.maxTime }),
    );
  }

  async maintain(signal: AbortSignal): Promise<void> {
    await this.#eraser
      ?.maintain(signal)
      .catch((error) => this.#parts.logger.error('looking for tenants to delete failed, it is tried again', { error }));
    await this.#each((cutter, tenant) => cutter.maintain(tenant, signal), signal);
  }

  async flush(tenant: string, signal: AbortSignal): Promise<void> {
    if (tenant === '') await this.#each((cutter, each) => cutter.flush(each, signal), signal);
    else await this.#cutter?.flush(tenant, signal);
  }

  /** Blocks that were shipped long ago need no look. */
  async untilReadElsewhere(signal: AbortSignal): Promise<void> {
    const { bucket, config, logger } = this.#parts;
    const { refreshMs, maxStaleMs } = config.of(METRICS_BUCKET_INDEX);
    const isLeft = leftToStore({ maxStaleMs, queryStoreAfterMs: 0, nowMs: Date.now });
    const recent = new Map<string, string[]>();
    for (const tenant of this.#local?.tenants() ?? []) {
      const ulids = this.blocksUnless(tenant, isLeft).map(({ ulid }) => ulid);
      if (ulids.length > 0) recent.set(tenant, ulids);
    }
    if (recent.size === 0) return;
    logger.info('waiting until queriers know of the blocks that were shipped', { tenants: recent.size });
    await untilListed({ bucket, refreshMs, pollMs: Math.min(LIST_POLL_MS, refreshMs), delay: wait }, recent, signal);
  }

  /** A tenant that fails does not keep the others waiting; the first failure is thrown in the end. */
  async #each(work: (cutter: BlockCutter, tenant: string) => Promise<void>, signal: AbortSignal): Promise<void> {
    const cutter = this.#cutter;
    let failure: { readonly error: unknown } | undefined;
    for (const tenant of cutter?.tenants() ?? []) {
      if (signal.aborted) return;
      try {
        await work(cutter!, tenant);
      } catch (error) {
        failure ??= { error };
        this.#parts.logger.error('cutting or shipping blocks of a tenant failed', { tenant, error });
      }
    }
    if (failure !== undefined) throw failure.error;
  }
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return delay(ms, undefined, { signal });
}
