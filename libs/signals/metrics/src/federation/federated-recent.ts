import { splitTenantIds } from '@telamon/model';
import type { MetricMetadata } from '../head/index.ts';
import type { RecentMetrics } from '../recent-metrics.ts';
import { labelsRequestsOf } from './federated-labels.ts';
import { withTenant } from './tenant-label.ts';

/** Exemplars and metadata also of several tenants (`a|b`); cardinality is asked of one. */
export function federatedRecent(recent: RecentMetrics): RecentMetrics {
  return {
    cardinality: (tenant, limit, signal) => recent.cardinality(tenant, limit, signal),
    exemplars: async (request, signal) => {
      if (splitTenantIds(request.tenant).length === 1) return await recent.exemplars(request, signal);
      const found = await Promise.all(
        labelsRequestsOf(request).map(async (one) => {
          const all = await recent.exemplars(one, signal);
          return all.map((item) => ({ ...item, series: withTenant(item.series, one.tenant) }));
        }),
      );
      return found.flat().sort((a, b) => a.series.compare(b.series));
    },
    metadata: async (joined, metric, signal) => {
      const tenants = splitTenantIds(joined);
      if (tenants.length === 1) return await recent.metadata(joined, metric, signal);
      const united = new Map<string, MetricMetadata[]>();
      for (const one of await Promise.all(tenants.map((tenant) => recent.metadata(tenant, metric, signal)))) {
        for (const [name, entries] of one) addOnce(united, name, entries);
      }
      return united;
    },
  };
}

function addOnce(united: Map<string, MetricMetadata[]>, name: string, entries: readonly MetricMetadata[]): void {
  const held = united.get(name) ?? [];
  const isHeld = ({ type, help, unit }: MetricMetadata): boolean =>
    held.some((known) => known.type === type && known.help === help && known.unit === unit);
  united.set(name, [...held, ...entries.filter((entry) => !isHeld(entry))]);
}
