import type { PushFacet, PushPeers, SignalDeps, SignalRoute } from '@telamon/contract';
import type { KvStore } from '@telamon/kv';
import { v1 } from '@telamon/proto';
import { SYSTEM_CLOCK } from '@telamon/telemetry';
import { allUserStatsRoute, type FindUsages } from './api/all-user-stats.ts';
import type { IngestionRates } from './api/ingestion-rates.ts';
import type { HeadStore } from './head-store.ts';
import { METRICS_QUERY, METRICS_WRITE } from './options.ts';
import { ownUsage } from './own-usage.ts';
import { HaTracker } from './receive/ha-tracker.ts';
import type { MetricsAppender } from './receive/metrics-appender.ts';
import { headLastSample, otlpMethods, otlpRoutes } from './receive/otlp/index.ts';
import type { LastSampleOf } from './receive/otlp/last-sample.ts';
import { SeriesPreparers } from './receive/series-preparers.ts';
import { type WriteDeps, writeHandler } from './receive/write-handler.ts';
import { createWriteMetrics, type WriteMetrics } from './receive/write-metrics.ts';
import { WriteRates } from './receive/write-rates.ts';
import { uniteTenantUsages } from './remote/index.ts';
import { RingAppender } from './replicate/ring-appender.ts';

/** What receivers write to. */
export interface WriteTarget {
  readonly appender: MetricsAppender;
  /** Newest samples of a tenant, where they are at hand. */
  readonly lastSamplesOf: (tenant: string) => LastSampleOf;
  /** Where elections among senders are kept, when others elect, too. */
  readonly elections: { readonly kv?: KvStore };
  /** Distributors that a tenant's rate is divided among. */
  readonly instanceCount: () => number;
  readonly findUsages: FindUsages;
}

/** The heads of this process. */
export function ownTarget(store: HeadStore, rates: IngestionRates): WriteTarget {
  return {
    appender: store,
    lastSamplesOf: (tenant) => headLastSample(store.find(tenant)),
    elections: {},
    instanceCount: () => 1,
    findUsages: async () => ownUsage(store, rates).usageByTenant(),
  };
}

/** The ingesters of other processes, which look for newest samples themselves. */
export function peerTarget({ config, overrides }: SignalDeps, { writer, kv, share, ingesters }: PushPeers): WriteTarget {
  const { accumulatesDeltas } = config.of(METRICS_WRITE);
  return {
    appender: new RingAppender({ writer, limitsOf: (tenant) => overrides.forTenant(tenant), accumulatesDeltas }),
    lastSamplesOf: () => headLastSample(undefined),
    elections: { kv },
    instanceCount: () => share().instanceCount,
    findUsages: async (signal) => {
      const message = v1.MetricsUsageRequest.encode({}).finish();
      return uniteTenantUsages(await ingesters.gather('MetricsUsageByTenant', message, signal), ingesters.share());
    },
  };
}

/** The receivers of metrics. */
export function createWriteFacet(deps: SignalDeps, target: WriteTarget, rates: IngestionRates): PushFacet {
  const { overrides } = deps;
  const config = deps.config.of(METRICS_WRITE);
  const limitsOf = (tenant: string) => overrides.forTenant(tenant);
  const shared = {
    limitsOf,
    appender: target.appender,
    preparers: new SeriesPreparers(),
    ha: new HaTracker({ failoverTimeoutMs: config.haFailoverTimeoutMs, nowMs: Date.now, ...target.elections }),
    rates: new WriteRates(limitsOf, SYSTEM_CLOCK, target.instanceCount),
    metrics: withRates(createWriteMetrics(deps.registry), rates),
  };
  const otlp = {
    ...shared,
    lastSamplesOf: target.lastSamplesOf,
    maxRequestSizeBytes: config.maxOtlpRequestSizeBytes,
    lookbackDeltaMs: deps.config.of(METRICS_QUERY).lookbackDeltaMs,
    log: deps.logger.child('otlp'),
  };
  const routes = otlpRoutes(otlp);
  return {
    routes: [
      ...remoteWriteRoutes({ ...shared, maxRecvMsgSizeBytes: config.maxRecvMsgSizeBytes }),
      ...routes,
      allUserStatsRoute(target.findUsages),
    ],
    otlpRoutes: routes,
    otlpMethods: otlpMethods(otlp),
  };
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
