import type { QueryFacet, SignalDeps } from '@telamon/contract';
import { userLimits } from '@telamon/limits';
import type { WorkerPool } from '@telamon/workers';
import { apiRoutes } from './api/api-route.ts';
import type { IngestionRates } from './api/ingestion-rates.ts';
import type { QueryDeps } from './api/query-deps.ts';
import { queryRoutes } from './api/query-routes.ts';
import type { HeadBlocks } from './block-making.ts';
import { federatedRecent, federatedSettings } from './federation/index.ts';
import { QUERY_SHARD_FEATURE } from './frontend/query-shard.ts';
import { HeadSource } from './head/index.ts';
import type { HeadStore } from './head-store.ts';
import type { MetricsSource } from './metrics-source.ts';
import { METRICS_QUERY } from './options.ts';
import { ownUsage } from './own-usage.ts';
import type { QueryObserver } from './query/query-observer.ts';
import { QueryPool } from './query/query-pool.ts';
import { externalLabelsOf, querySettingsOf } from './query/query-settings.ts';
import { recentMetricsOf } from './recent-metrics.ts';
import type { PeersSource } from './remote/index.ts';
import { remoteReadRoutes } from './remote-read/index.ts';
import type { BlockCatalog, BlockRef, QueryGate } from './store/index.ts';

/** What queries read from. */
export interface ReadSources extends Pick<QueryDeps, 'recent' | 'usageOf'> {
  readonly source: MetricsSource;
  /** Blocks that query workers read themselves, beside the source. */
  readonly blocksOf: (tenant: string) => readonly BlockRef[];
}

/** What the query API stands on. */
export interface ReadSide {
  readonly sources: ReadSources;
  readonly pool: WorkerPool;
  readonly gate: QueryGate;
  readonly observer: QueryObserver;
}

/** Facets of the same process. */
export interface OwnFacets {
  readonly store: HeadStore;
  readonly blocks: HeadBlocks;
  readonly catalog: BlockCatalog;
  readonly rates: IngestionRates;
}

/** Heads and blocks of this process. */
export function ownSources({ store, blocks, catalog, rates }: OwnFacets): ReadSources {
  return {
    source: new HeadSource(store.find),
    blocksOf: (tenant) => [...catalog.blocks(tenant), ...blocks.blocks(tenant, (ulid) => catalog.hasBlock(tenant, ulid))],
    recent: recentMetricsOf(store.find),
    usageOf: ownUsage(store, rates).usageOf,
  };
}

/** Ingesters and store-gateways of other processes. */
export function peerSources(peers: PeersSource): ReadSources {
  return { ...peers, blocksOf: () => [] };
}

/** The query API of metrics. */
export function createReadFacet(deps: SignalDeps, { sources, pool, gate, observer }: ReadSide): QueryFacet {
  const config = deps.config.of(METRICS_QUERY);
  const settingsOf = federatedSettings((tenant) => querySettingsOf(config, deps.overrides.forTenant(tenant)));
  const queries = new QueryPool({ pool, heads: sources.source, blocksOf: sources.blocksOf, settingsOf, observer });
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
    recent: federatedRecent(sources.recent),
    externalLabels: externalLabelsOf(config.externalLabels),
    usageOf: sources.usageOf,
    userLimitsOf: (tenant) => userLimits(deps.overrides.forTenant(tenant)),
    onRefused: observer.refused,
  };
  const { nowMs, externalLabels } = api;
  const read: typeof queries.remoteRead = (...asked) => gate.run(() => queries.remoteRead(...asked));
  const remoteRead = remoteReadRoutes({ nowMs, settingsOf, externalLabels, read });
  return { routes: [...apiRoutes(queryRoutes(api), api), ...remoteRead], features: [QUERY_SHARD_FEATURE] };
}
