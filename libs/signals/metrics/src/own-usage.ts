import type { IngestionRates } from './api/ingestion-rates.ts';
import type { TenantUsage } from './api/query-deps.ts';
import type { HeadStore } from './head-store.ts';

/** What tenants write to this process and hold in its heads. */
export interface OwnUsage {
  readonly usageOf: (tenant: string) => TenantUsage;
  /** Of every tenant with a head. */
  readonly usageByTenant: () => ReadonlyMap<string, TenantUsage>;
}

/** Reads both at every call. */
export function ownUsage(store: HeadStore, rates: IngestionRates): OwnUsage {
  const usageOf = (tenant: string): TenantUsage => ({
    ingestionRate: rates.rateOf(tenant),
    seriesCount: store.find(tenant)?.state.rows.liveCount ?? 0,
  });
  return { usageOf, usageByTenant: () => new Map(store.tenants().map((tenant) => [tenant, usageOf(tenant)])) };
}
