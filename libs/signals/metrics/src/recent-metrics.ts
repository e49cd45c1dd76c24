import type { ExemplarSeries, HeadCardinality, Heads, MetricMetadata } from './head/index.ts';
import { cardinalityOf, HeadSource } from './head/index.ts';
import type { LabelsRequest } from './metrics-source.ts';

/** What only ingesters know: exemplars, metadata, cardinality of what was written lately. */
export interface RecentMetrics {
  /** Exemplars of series that pass any of the matcher sets, series sorted by labels. */
  exemplars(request: LabelsRequest, signal: AbortSignal): Promise<readonly ExemplarSeries[]>;
  /** Metadata by metric name; `metric` '' means all. */
  metadata(tenant: string, metric: string, signal: AbortSignal): Promise<ReadonlyMap<string, readonly MetricMetadata[]>>;
  /** Cardinality; top lists hold at most `limit` rows. undefined for a tenant that wrote nothing. */
  cardinality(tenant: string, limit: number, signal: AbortSignal): Promise<HeadCardinality | undefined>;
}

/** The heads of this process as {@link RecentMetrics}. */
export function recentMetricsOf(find: Heads['find']): RecentMetrics {
  const source = new HeadSource(find);
  return {
    exemplars: (request, signal) => source.exemplars(request, signal),
    metadata: async (tenant, metric) => new Map(find(tenant)?.state.metadata.entries(metric === '' ? undefined : metric) ?? []),
    cardinality: async (tenant, limit, signal) => {
      const head = find(tenant);
      return head === undefined ? undefined : await head.read(() => cardinalityOf(head.state, limit, signal));
    },
  };
}
