import type { QueryFacet, QueryPeers, SignalDeps } from '@telamon/contract';
import { userLimits } from '@telamon/limits';
import type { WorkerPool } from '@telamon/workers';
import { apiRoutes } from './api/api-route.ts';
import type { IngestionRates } from './api/ingestion-rates.ts';
import type { QueryDeps } from './api/query-deps.ts';
import { queryRoutes } from './api/query-routes.ts';
import type { HeadBlocks } from './block-making.ts';
import { HeadSource } from './head/index.ts';
import type { HeadStore } from './head-store.ts';
import { METRICS_QUERY } from './options.ts';
import { createQueryObserver } from './query/query-observer.ts';
import { QueryPool } from './query/query-pool.ts';
import { externalLabelsOf, querySettingsOf } from './query/query-settings.ts';
import { recentMetricsOf } from './recent-metrics.ts';
import type { BlockCatalog, QueryGate } from './store/index.ts';

/** What queries read from. */
export interface ReadSide {
  readonly pool: WorkerPool;
  readonly store: HeadStore;
  readonly catalog: BlockCatalog;
  readonly blocks: HeadBlocks;
  readonly gate: QueryGate;
  readonly rates: IngestionRates;
  readonly peers: QueryPeers | undefined;
}

/** The query API of metrics. */
export function createReadFacet(deps: SignalDeps, { pool, store, catalog, blocks, gate, rates }: ReadSide): QueryFacet {
  const config = deps.config.of(METRICS_QUERY);
  const settingsOf = (tenant: string) => querySettingsOf(config, deps.overrides.forTenant(tenant));
  const observer = createQueryObserver({
    registry: deps.registry,
    logger: deps.logger.child('query'),
    logLongerThanMs: config.logQueriesLongerThanMs,
    nowMs: () => performance.now(),
  });
  const queries = new QueryPool({
    pool,
    heads: new HeadSource(store.find),
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
  return { routes: apiRoutes(queryRoutes(api), api) };
}
