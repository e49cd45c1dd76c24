import { randomInt } from 'node:crypto';
import type { RoleShare, SignalCalls, SignalDeps } from '@telamon/contract';
import type { IngestionRates } from './api/ingestion-rates.ts';
import type { HeadBlocks } from './block-making.ts';
import { HeadSource } from './head/index.ts';
import type { HeadStore } from './head-store.ts';
import { ownUsage } from './own-usage.ts';
import type { MetricsAppender } from './receive/metrics-appender.ts';
import { headLastSample } from './receive/otlp/index.ts';
import { SeriesPreparers } from './receive/series-preparers.ts';
import { recentMetricsOf } from './recent-metrics.ts';
import {
  IngesterSource,
  ingesterReadCalls,
  leftToStore,
  METRICS_BUCKET_INDEX,
  METRICS_SOURCES,
  type PoolBlocks,
} from './remote/index.ts';
import { metricsPushHandler } from './replicate/push-handler.ts';
import { METRICS_PUSH } from './replicate/ring-appender.ts';
import type { QueryGate } from './store/index.ts';

/** What an ingester's calls stand on. */
export interface StoreCallParts {
  readonly store: HeadStore;
  readonly blocks: HeadBlocks;
  readonly rates: IngestionRates;
  readonly reader: PoolBlocks;
  readonly gate: QueryGate;
}

/** What distributors and queriers of other processes call of an ingester. */
export function createStoreCalls(
  { config, overrides }: SignalDeps,
  { store, blocks, rates, reader, gate }: StoreCallParts,
  share: (tenant: string) => RoleShare,
): SignalCalls {
  const isLeft = leftToStore({
    maxStaleMs: config.of(METRICS_BUCKET_INDEX).maxStaleMs,
    queryStoreAfterMs: config.of(METRICS_SOURCES).queryStoreAfterMs,
    nowMs: Date.now,
  });
  const blocksOf = (tenant: string) => blocks.blocksUnless(tenant, isLeft);
  const reads = ingesterReadCalls({
    source: new IngesterSource({ heads: new HeadSource(store.find), blocksOf, reader, gate }),
    recent: recentMetricsOf(store.find),
    ...ownUsage(store, rates),
  });
  const push = metricsPushHandler({
    appender: counted(store, rates),
    limitsOf: (tenant) => overrides.forTenant(tenant),
    preparers: new SeriesPreparers(),
    lastSamplesOf: (tenant) => headLastSample(store.find(tenant)),
    share,
    hashSeed: randomInt(2 ** 31),
  });
  return { ...reads, unary: { ...reads.unary, [METRICS_PUSH]: push } };
}

/** Lets the rates see what distributors sent on. */
function counted(appender: MetricsAppender, rates: IngestionRates): MetricsAppender {
  return {
    append: async (tenant, input) => {
      const result = await appender.append(tenant, input);
      rates.add(tenant, result.written.samples + result.written.histograms);
      return result;
    },
  };
}
