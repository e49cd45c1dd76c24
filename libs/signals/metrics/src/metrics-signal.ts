import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { LoadedConfig } from '@telamon/config';
import type { Signal, SignalRoute } from '@telamon/contract';
import { createService, type Service } from '@telamon/lifecycle';
import { type Overrides, userLimits } from '@telamon/limits';
import { type Logger, type MetricRegistry, SYSTEM_CLOCK } from '@telamon/telemetry';
import { registerPoolMetrics, WorkerPool, type WorkerPoolOptions } from '@telamon/workers';
import { apiRoutes } from './api/api-route.ts';
import { IngestionRates } from './api/ingestion-rates.ts';
import type { QueryDeps } from './api/query-deps.ts';
import { queryRoutes } from './api/query-routes.ts';
import { createBucketCompactor, createCatalog, HeadBlocks } from './block-making.ts';
import { HeadSource } from './head/index.ts';
import { HeadStore } from './head-store.ts';
import type { MetricsSource } from './metrics-source.ts';
import { METRICS_QUERY, METRICS_WRITE } from './options.ts';
import { createQueryObserver } from './query/query-observer.ts';
import { QueryPool } from './query/query-pool.ts';
import { externalLabelsOf, querySettingsOf } from './query/query-settings.ts';
import { HaTracker } from './receive/ha-tracker.ts';
import { headLastSample, otlpMethods, otlpRoutes } from './receive/otlp/index.ts';
import { SeriesPreparers } from './receive/series-preparers.ts';
import { type WriteDeps, writeHandler } from './receive/write-handler.ts';
import { createWriteMetrics, type WriteMetrics } from './receive/write-metrics.ts';
import { WriteRates } from './receive/write-rates.ts';
import { recentMetricsOf } from './recent-metrics.ts';
import { bucketSettingsOf, METRICS_STORAGE } from './storage-options.ts';
import { type BlockCatalog, METRICS_BLOCKS, openBucket, QueryGate } from './store/index.ts';
import type { MetricsWorkerData } from './worker-entry.ts';

/** What metrics are made of. */
export interface MetricsSignalDeps {
  readonly config: LoadedConfig;
  readonly logger: Logger;
  readonly registry: MetricRegistry;
  readonly overrides: Overrides;
  /** Absolute. */
  readonly dataDir: string;
}

/** What a tenant holds, for the status page. Times in ms. */
export interface MetricsTenantOverview {
  readonly signal: 'metrics';
  readonly tenant: string;
  readonly activeSeries: number;
  readonly headMinTimeMs: number | undefined;
  readonly headMaxTimeMs: number | undefined;
  readonly localBlocks: number;
  readonly bucketBlocks: number;
}

/** The metrics signal and what only the composition needs of it. */
export interface MetricsSignal {
  readonly signal: Signal;
  /** The worker threads as a service. */
  readonly workers: Service;
  overview(): Promise<MetricsTenantOverview[]>;
  /** Closes what outlives the services. */
  release(): Promise<void>;
}

/** Idle time after which the thread for long work is ended, ms: it is needed some minutes of a day. */
const LONG_WORK_IDLE_MS = 60_000;
/** Time that running jobs get when the process stops, ms. */
const POOL_DRAIN_MS = 5_000;

/** Makes the metrics signal. Opens the bucket; throws TelamonErrors that say what to change. */
export async function createMetricsSignal(deps: MetricsSignalDeps): Promise<MetricsSignal> {
  const settings = bucketSettingsOf(deps.config.of(METRICS_STORAGE), join(deps.dataDir, 'bucket', 'metrics'));
  const bucket = await openBucket(settings);
  const workerData: MetricsWorkerData = { bucket: settings, cacheBytes: deps.config.of(METRICS_BLOCKS).rangeCacheBytes };
  const queries = createPool(deps, {
    name: 'metrics-query',
    ...querySpread(deps.config.of(METRICS_QUERY).maxConcurrent),
    workerData,
  });
  const longWork = createPool(deps, { name: 'metrics-blocks', size: 1, workerData, idleTimeoutMs: LONG_WORK_IDLE_MS });
  registerPoolMetrics(
    deps.registry,
    new Map([
      ['metrics-query', queries],
      ['metrics-blocks', longWork],
    ]),
  );
  const gate = new QueryGate(SYSTEM_CLOCK);
  const rates = new IngestionRates(() => performance.now());
  const parts = { ...deps, bucket, pool: longWork, gate };
  const catalog = createCatalog(parts);
  const blocks = new HeadBlocks(parts);
  const store = createHeadStore(deps, blocks);
  const signal: Signal = {
    name: 'metrics',
    push: writeFacet(deps, store, rates),
    store,
    query: { routes: readRoutes(deps, { pool: queries, store, catalog, blocks, gate, rates }) },
    blocks: catalog,
    compaction: createBucketCompactor(parts),
  };
  return {
    signal,
    workers: createService({
      name: 'workers',
      stop: async () => {
        await Promise.all([queries.close(POOL_DRAIN_MS), longWork.close(POOL_DRAIN_MS)]);
      },
    }),
    overview: async () => overviewOf(store, catalog, blocks),
    release: () => bucket.close(),
  };
}

/** Threads for queries, one a core, and the queries that each interleaves. */
function querySpread(maxConcurrent: number): Pick<WorkerPoolOptions, 'size' | 'maxJobsPerWorker'> {
  const size = Math.min(availableParallelism(), maxConcurrent);
  return { size, maxJobsPerWorker: Math.floor(maxConcurrent / size) };
}

type PoolSettings = Pick<WorkerPoolOptions, 'name' | 'size' | 'idleTimeoutMs' | 'maxJobsPerWorker'> & {
  readonly workerData: MetricsWorkerData;
};

function createPool(deps: MetricsSignalDeps, settings: PoolSettings): WorkerPool {
  return new WorkerPool({
    ...settings,
    entry: new URL('./worker-entry.ts', import.meta.url),
    onCrash: (error) => deps.logger.error('a worker thread died and is replaced', { pool: settings.name, error }),
  });
}

function createHeadStore(deps: MetricsSignalDeps, blocks: HeadBlocks): HeadStore {
  const options = {
    logDirectory: join(deps.dataDir, 'wal', 'metrics'),
    chunkDirectory: join(deps.dataDir, 'head', 'metrics'),
    rangeMs: deps.config.of(METRICS_BLOCKS).blockRangeMs,
  };
  return new HeadStore(options, blocks);
}

/** Lets the rates see what was received, too. */
function withRates(metrics: WriteMetrics, rates: IngestionRates): WriteMetrics {
  return {
    ...metrics,
    received: (tenant, totals) => {
      metrics.received(tenant, totals);
      rates.add(tenant, totals.samples + totals.histograms);
    },
  };
}

function writeFacet(deps: MetricsSignalDeps, store: HeadStore, rates: IngestionRates): Signal['push'] {
  const { overrides } = deps;
  const config = deps.config.of(METRICS_WRITE);
  const limitsOf = (tenant: string) => overrides.forTenant(tenant);
  const shared = {
    limitsOf,
    appender: store,
    preparers: new SeriesPreparers(),
    ha: new HaTracker({ failoverTimeoutMs: config.haFailoverTimeoutMs, nowMs: Date.now }),
    rates: new WriteRates(limitsOf, SYSTEM_CLOCK),
    metrics: withRates(createWriteMetrics(deps.registry), rates),
  };
  const otlp = {
    ...shared,
    lastSamplesOf: (tenant: string) => headLastSample(store.find(tenant)),
    maxRequestSizeBytes: config.maxOtlpRequestSizeBytes,
    lookbackDeltaMs: deps.config.of(METRICS_QUERY).lookbackDeltaMs,
    log: deps.logger.child('otlp'),
  };
  const routes = otlpRoutes(otlp);
  return {
    routes: [...remoteWriteRoutes({ ...shared, maxRecvMsgSizeBytes: config.maxRecvMsgSizeBytes }), ...routes],
    otlpRoutes: routes,
    otlpMethods: otlpMethods(otlp),
  };
}

/** The paths of the peers, with the status that each answers to success. */
function remoteWriteRoutes(write: WriteDeps): SignalRoute[] {
  const route = (pattern: string, okStatus: 200 | 204): SignalRoute => {
    return { methods: ['POST'], pattern, tenancy: 'one', handler: writeHandler(write, okStatus) };
  };
  return [
    route('/api/v1/push', 200),
    route('/api/v1/write', 204),
    route('/api/v1/receive', 200),
    route('/api/prom/push', 200),
    route('/prometheus/api/v1/write', 204),
  ];
}

interface ReadParts {
  readonly pool: WorkerPool;
  readonly store: HeadStore;
  readonly catalog: BlockCatalog;
  readonly blocks: HeadBlocks;
  readonly gate: QueryGate;
  readonly rates: IngestionRates;
}

function readRoutes(deps: MetricsSignalDeps, parts: ReadParts): Signal['query']['routes'] {
  const { pool, store, catalog, blocks, gate, rates } = parts;
  const config = deps.config.of(METRICS_QUERY);
  const settingsOf = (tenant: string) => querySettingsOf(config, deps.overrides.forTenant(tenant));
  const observer = createQueryObserver({
    registry: deps.registry,
    logger: deps.logger.child('query'),
    logLongerThanMs: config.logQueriesLongerThanMs,
    nowMs: () => performance.now(),
  });
  const heads: MetricsSource = new HeadSource(store.find);
  const queries = new QueryPool({
    pool,
    heads,
    blocksOf: (tenant) => [...catalog.blocks(tenant), ...blocks.blocks(tenant, (ulid) => catalog.hasBlock(tenant, ulid))],
    settingsOf,
    observer,
  });
  const api: QueryDeps = {
    nowMs: Date.now,
    settingsOf,
    formatQuery: queries.formatQuery,
    parseQuery: queries.parseQuery,
    evaluate: (request, signal) => gate.run(() => queries.evaluate(request, signal)),
    federate: (request, signal) => gate.run(() => queries.federate(request, signal)),
    labelNames: (request, signal) => gate.run(() => queries.labelNames(request, signal)),
    labelValues: (name, request, signal) => gate.run(() => queries.labelValues(name, request, signal)),
    series: (request, signal) => gate.run(() => queries.series(request, signal)),
    recent: recentMetricsOf(store.find),
    externalLabels: externalLabelsOf(config.externalLabels),
    usageOf: (tenant) => ({
      ingestionRate: rates.rateOf(tenant),
      seriesCount: store.find(tenant)?.state.rows.liveCount ?? 0,
    }),
    userLimitsOf: (tenant) => userLimits(deps.overrides.forTenant(tenant)),
    onRefused: observer.refused,
  };
  return apiRoutes(queryRoutes(api), api);
}

function overviewOf(store: HeadStore, catalog: BlockCatalog, blocks: HeadBlocks): MetricsTenantOverview[] {
  const tenants = [...new Set([...store.tenants(), ...catalog.tenants()])].sort();
  return tenants.map((tenant) => {
    const head = store.find(tenant);
    return {
      signal: 'metrics',
      tenant,
      activeSeries: head?.state.rows.liveCount ?? 0,
      headMinTimeMs: head?.oldestMs,
      headMaxTimeMs: head?.newestMs,
      localBlocks: blocks.localCount(tenant),
      bucketBlocks: catalog.blocks(tenant).length,
    };
  });
}
