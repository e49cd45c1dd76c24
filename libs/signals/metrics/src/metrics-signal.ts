import { join } from 'node:path';
import type {
  BlocksFacet,
  CompactionFacet,
  FrontendFacet,
  PushFacet,
  PushPeers,
  QueryFacet,
  QueryPeers,
  Signal,
  SignalCalls,
  SignalDeps,
  SignalPlugin,
  StoreFacet,
  StorePeers,
  TenantOverview,
} from '@telamon/contract';
import type { Service } from '@telamon/lifecycle';
import type { Bucket } from '@telamon/objstore';
import { SYSTEM_CLOCK } from '@telamon/telemetry';
import { DiskWatch } from '@telamon/wal';
import { IngestionRates } from './api/ingestion-rates.ts';
import { type BlockParts, createBucketCompactor, createCatalog, HeadBlocks } from './block-making.ts';
import { createFrontendFacet } from './frontend-side.ts';
import { HeadStore } from './head-store.ts';
import { MetricsPools } from './metrics-pools.ts';
import { METRICS_INSTANCE, METRICS_OPTIONS, METRICS_QUERY } from './options.ts';
import { createQueryObserver, type QueryObserver } from './query/query-observer.ts';
import { createReadFacet, type OwnFacets, ownSources, peerSources, type ReadSources } from './read-side.ts';
import { blockCalls, gatewayLimitsOf, PoolBlocks, queryPeersSource } from './remote/index.ts';
import { bucketSettingsOf, METRICS_STORAGE } from './storage-options.ts';
import { type BlockCatalog, type BucketSettings, METRICS_BLOCKS, openBucket, QueryGate } from './store/index.ts';
import { createStoreCalls } from './store-calls.ts';
import { createWriteFacet, ownTarget, peerTarget } from './write-side.ts';

/** The metrics signal. */
export const METRICS: SignalPlugin = {
  name: 'metrics',
  options: METRICS_OPTIONS,
  open: (deps) => new MetricsSignal(deps),
};

/** Metrics in one process; parts are made when the first facet needs them. */
class MetricsSignal implements Signal {
  readonly name = 'metrics';
  readonly #deps: SignalDeps;
  readonly #bucketSettings: BucketSettings;
  readonly #pools: MetricsPools;
  readonly #gate = new QueryGate(SYSTEM_CLOCK);
  readonly #rates = new IngestionRates(() => performance.now());
  #bucket: Promise<Bucket> | undefined;
  #store: { readonly store: HeadStore; readonly blocks: HeadBlocks } | undefined;
  #catalog: BlockCatalog | undefined;
  #observer: QueryObserver | undefined;

  constructor(deps: SignalDeps) {
    const { config, registry, logger } = deps;
    this.#deps = deps;
    this.#bucketSettings = bucketSettingsOf(config.of(METRICS_STORAGE), join(deps.dataDir, 'bucket', 'metrics'));
    this.#pools = new MetricsPools({
      registry,
      logger,
      workerData: { bucket: this.#bucketSettings, cacheBytes: config.of(METRICS_BLOCKS).rangeCacheBytes },
      maxConcurrentQueries: config.of(METRICS_QUERY).maxConcurrent,
      maxConcurrentReads: config.of(METRICS_BLOCKS).maxConcurrentReads,
    });
  }

  get workers(): Service {
    return this.#pools.service;
  }

  async push(peers?: PushPeers): Promise<PushFacet> {
    const target = peers === undefined ? ownTarget((await this.#ownStore()).store, this.#rates) : peerTarget(this.#deps, peers);
    return createWriteFacet(this.#deps, target, this.#rates);
  }

  async store(): Promise<StoreFacet> {
    return (await this.#ownStore()).store;
  }

  async storeCalls({ share }: StorePeers): Promise<SignalCalls> {
    const { store, blocks } = await this.#ownStore();
    const facets = { store, blocks, rates: this.#rates, reader: new PoolBlocks(this.#pools.reads), gate: this.#gate };
    return createStoreCalls(this.#deps, facets, share);
  }

  async query(peers?: QueryPeers): Promise<QueryFacet> {
    const sources = peers === undefined ? ownSources(await this.#ownFacets()) : await this.#peerSources(peers);
    return createReadFacet(this.#deps, {
      sources,
      pool: this.#pools.queries,
      gate: this.#gate,
      observer: this.#observeQueries(),
    });
  }

  frontend(isCaching: boolean): FrontendFacet {
    return createFrontendFacet(this.#deps, isCaching, this.#observeQueries().refused);
  }

  blocks(): Promise<BlocksFacet> {
    return this.#ownCatalog();
  }

  async blocksCalls(): Promise<SignalCalls> {
    const catalog = await this.#ownCatalog();
    const limitsOf = (tenant: string) => gatewayLimitsOf(this.#deps.overrides.forTenant(tenant));
    return blockCalls({ catalog, reader: new PoolBlocks(this.#pools.reads), limitsOf });
  }

  async compaction(): Promise<CompactionFacet> {
    return createBucketCompactor(await this.#blockParts());
  }

  overview(): TenantOverview[] {
    const heads = this.#store?.store.tenants() ?? [];
    const stored = this.#catalog?.tenants() ?? [];
    return [...new Set([...heads, ...stored])].sort().map((tenant) => this.#tenantOverview(tenant));
  }

  async release(): Promise<void> {
    await (await this.#bucket)?.close();
  }

  #tenantOverview(tenant: string): TenantOverview {
    const head = this.#store?.store.find(tenant);
    return {
      signal: 'metrics',
      tenant,
      activeSeries: head?.state.rows.liveCount ?? 0,
      headMinTimeMs: head?.oldestMs,
      headMaxTimeMs: head?.newestMs,
      localBlocks: this.#store?.blocks.localCount(tenant) ?? 0,
      bucketBlocks: this.#catalog?.blocks(tenant).length ?? 0,
    };
  }

  async #ownStore(): Promise<{ readonly store: HeadStore; readonly blocks: HeadBlocks }> {
    const parts = await this.#blockParts();
    this.#store ??= this.#makeStore(parts);
    return this.#store;
  }

  #makeStore(parts: BlockParts): { readonly store: HeadStore; readonly blocks: HeadBlocks } {
    const { config, dataDir, logger } = this.#deps;
    const blocks = new HeadBlocks(parts);
    const logDirectory = join(dataDir, 'wal', 'metrics');
    const options = {
      logDirectory,
      chunkDirectory: join(dataDir, 'head', 'metrics'),
      rangeMs: config.of(METRICS_BLOCKS).blockRangeMs,
      ...config.of(METRICS_INSTANCE),
    };
    const log = logger.child('ingester');
    const onChange = (failure: string | undefined): void => {
      if (failure === undefined) log.info('the disk takes writes again');
      else log.error('the disk is broken, writes are refused', { failure });
    };
    return { blocks, store: new HeadStore(options, blocks, new DiskWatch({ directory: logDirectory, onChange })) };
  }

  #observeQueries(): QueryObserver {
    const { registry, logger, config } = this.#deps;
    this.#observer ??= createQueryObserver({
      registry,
      logger: logger.child('query'),
      logLongerThanMs: config.of(METRICS_QUERY).logQueriesLongerThanMs,
      nowMs: () => performance.now(),
    });
    return this.#observer;
  }

  async #ownFacets(): Promise<OwnFacets> {
    return { ...(await this.#ownStore()), catalog: await this.#ownCatalog(), rates: this.#rates };
  }

  async #peerSources(peers: QueryPeers): Promise<ReadSources> {
    const { bucket } = await this.#blockParts();
    return peerSources(queryPeersSource(this.#deps, peers, bucket));
  }

  async #ownCatalog(): Promise<BlockCatalog> {
    const parts = await this.#blockParts();
    this.#catalog ??= createCatalog(parts);
    return this.#catalog;
  }

  async #blockParts(): Promise<BlockParts> {
    this.#bucket ??= openBucket(this.#bucketSettings);
    return { ...this.#deps, bucket: await this.#bucket, pool: this.#pools.longWork, gate: this.#gate };
  }
}
