import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { LoadedConfig } from '@telamon/config';
import type { Signal } from '@telamon/contract';
import { createService, type Service } from '@telamon/lifecycle';
import type { Overrides } from '@telamon/limits';
import { type Bucket, FilesystemBucket } from '@telamon/objstore';
import { type Logger, type MetricRegistry, SYSTEM_CLOCK } from '@telamon/telemetry';
import { WorkerPool } from '@telamon/workers';
import { apiRoute } from './api/api-route.ts';
import { queryRoutes } from './api/query-routes.ts';
import { HeadSource } from './head/index.ts';
import { HeadStore } from './head-store.ts';
import type { MetricsSource } from './metrics-source.ts';
import { METRICS_QUERY, METRICS_WRITE } from './options.ts';
import { QueryPool } from './query/query-pool.ts';
import { externalLabelsOf, querySettingsOf } from './query/query-settings.ts';
import { HaTracker } from './receive/ha-tracker.ts';
import { SeriesPreparers } from './receive/series-preparers.ts';
import { writeHandler } from './receive/write-handler.ts';
import { createWriteMetrics } from './receive/write-metrics.ts';
import { WriteRates } from './receive/write-rates.ts';
import { recentMetricsOf } from './recent-metrics.ts';
import { bucketSettingsOf, METRICS_STORAGE } from './storage-options.ts';
import { BlockCatalog } from './store/block-catalog.ts';
import { openBucket } from './store/open-bucket.ts';
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

/** Bytes of remote blocks that one worker keeps in memory. */
const WORKER_CACHE_BYTES = 64 << 20;

/** Makes the metrics signal. Opens the bucket; throws TelamonErrors that say what to change. */
export async function createMetricsSignal(deps: MetricsSignalDeps): Promise<MetricsSignal> {
  const bucketSettings = bucketSettingsOf(deps.config.of(METRICS_STORAGE), join(deps.dataDir, 'bucket', 'metrics'));
  const bucket = await openBucket(bucketSettings);
  const pool = new WorkerPool({
    entry: new URL('./worker-entry.ts', import.meta.url),
    size: Math.max(1, availableParallelism()),
    name: 'metrics',
    workerData: { bucket: bucketSettings, cacheBytes: WORKER_CACHE_BYTES } satisfies MetricsWorkerData,
    onCrash: (error) => deps.logger.error('a worker thread died and is replaced', { error }),
  });
  const catalog = createCatalog(deps, bucket);
  const store = createHeadStore(deps);
  const signal: Signal = {
    name: 'metrics',
    push: { routes: writeRoutes(deps, store), otlpRoutes: [], otlpMethods: [] },
    store,
    query: { routes: readRoutes(deps, { pool, store, catalog }) },
    blocks: catalog,
    compaction: { tenants: async () => [], clean: async () => {}, compact: async () => false },
  };
  return {
    signal,
    workers: createService({ name: 'workers', stop: () => pool.close(5_000) }),
    overview: async () => overviewOf(store, catalog),
    release: () => bucket.close(),
  };
}

function createCatalog(deps: MetricsSignalDeps, bucket: Bucket): BlockCatalog {
  return new BlockCatalog({
    bucket,
    ...(bucket instanceof FilesystemBucket ? { folderOf: (prefix: string) => bucket.pathOf(prefix) } : {}),
    indexHeaderFolder: join(deps.dataDir, 'index-header', 'metrics'),
    ignoreMarkedAfterMs: 3_600_000,
    concurrency: 16,
    nowMs: Date.now,
    logger: deps.logger,
  });
}

function createHeadStore(deps: MetricsSignalDeps): HeadStore {
  const options = {
    logDirectory: join(deps.dataDir, 'wal', 'metrics'),
    chunkDirectory: join(deps.dataDir, 'head', 'metrics'),
  };
  return new HeadStore(options, { open: async () => {}, maintain: async () => {}, flush: async () => {} });
}

function writeRoutes(deps: MetricsSignalDeps, store: HeadStore): Signal['push']['routes'] {
  const { overrides } = deps;
  const config = deps.config.of(METRICS_WRITE);
  const limitsOf = (tenant: string) => overrides.forTenant(tenant);
  const write = {
    limitsOf,
    appender: store,
    preparers: new SeriesPreparers(),
    ha: new HaTracker({ failoverTimeoutMs: config.haFailoverTimeoutMs, nowMs: Date.now }),
    rates: new WriteRates(limitsOf, SYSTEM_CLOCK),
    metrics: createWriteMetrics(deps.registry),
    maxRecvMsgSizeBytes: config.maxRecvMsgSizeBytes,
  };
  const route = (pattern: string, okStatus: 200 | 204) =>
    ({ methods: ['POST'], pattern, tenancy: 'one', handler: writeHandler(write, okStatus) }) as const;
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
}

function readRoutes(deps: MetricsSignalDeps, { pool, store, catalog }: ReadParts): Signal['query']['routes'] {
  const config = deps.config.of(METRICS_QUERY);
  const settingsOf = (tenant: string) => querySettingsOf(config, deps.overrides.forTenant(tenant));
  const heads: MetricsSource = new HeadSource(store.find);
  const queries = new QueryPool({
    pool,
    heads,
    blocksOf: (tenant) => catalog.blocks(tenant),
    featuresOf: (tenant) => settingsOf(tenant).features,
  });
  const { evaluate, formatQuery, parseQuery, federate, labelNames, labelValues, series } = queries;
  const handlers = queryRoutes({
    nowMs: Date.now,
    settingsOf,
    evaluate,
    formatQuery,
    parseQuery,
    federate,
    labelNames,
    labelValues,
    series,
    recent: recentMetricsOf(store.find),
    externalLabels: externalLabelsOf(config.externalLabels),
  });
  // The root's /api/v1/alerts belongs to the configuration of the Alertmanager.
  const atRoot = handlers.filter(({ path }) => path !== '/api/v1/alerts');
  return [...handlers.map((route) => apiRoute(route, '/prometheus')), ...atRoot.map((route) => apiRoute(route, ''))];
}

function overviewOf(store: HeadStore, catalog: BlockCatalog): MetricsTenantOverview[] {
  const tenants = [...new Set([...store.tenants(), ...catalog.tenants()])].sort();
  return tenants.map((tenant) => {
    const head = store.find(tenant);
    return {
      signal: 'metrics',
      tenant,
      activeSeries: head?.state.rows.liveCount ?? 0,
      headMinTimeMs: head?.oldestMs,
      headMaxTimeMs: head?.newestMs,
      localBlocks: 0,
      bucketBlocks: catalog.blocks(tenant).length,
    };
  });
}
