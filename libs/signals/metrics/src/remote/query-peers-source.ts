import type { QueryPeers, SignalDeps } from '@telamon/contract';
import type { Bucket } from '@telamon/objstore';
import type { TenantUsage } from '../api/query-deps.ts';
import type { MetricsSource } from '../metrics-source.ts';
import type { RecentMetrics } from '../recent-metrics.ts';
import { BucketBlocks } from './bucket-blocks.ts';
import { ClusterSource } from './cluster-source.ts';
import { METRICS_BUCKET_INDEX, METRICS_SOURCES } from './options.ts';
import { RemoteBlocks } from './remote-blocks.ts';
import { RemoteHeads } from './remote-heads.ts';

/** What queries of a cluster read. */
export interface PeersSource {
  /** Ingesters and store-gateways as one source: the whole of a tenant's samples. */
  readonly source: MetricsSource;
  readonly recent: RecentMetrics;
  readonly usageOf: (tenant: string, signal: AbortSignal) => Promise<TenantUsage>;
}

/** Reads from the ingesters and store-gateways of other processes; the bucket is only asked for the tenants' indexes. */
export function queryPeersSource(
  { config, logger }: Pick<SignalDeps, 'config' | 'logger'>,
  { replicas, blocks, share }: QueryPeers,
  bucket: Bucket,
): PeersSource {
  const { queryStoreAfterMs, queryIngestersWithinMs } = config.of(METRICS_SOURCES);
  const nowMs = Date.now;
  const heads = new RemoteHeads({ reader: replicas, share, queryWithinMs: queryIngestersWithinMs, nowMs });
  const index = new BucketBlocks({ ...config.of(METRICS_BUCKET_INDEX), bucket, nowMs, logger: logger.child('bucket-index') });
  const store = new RemoteBlocks({ reader: blocks, index, queryStoreAfterMs, nowMs });
  return {
    source: new ClusterSource(heads, store),
    recent: heads,
    usageOf: (tenant, signal) => heads.usage(tenant, signal),
  };
}
