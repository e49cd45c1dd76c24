import { v1 } from '@telamon/proto';
import type { TenantUsage } from '../api/query-deps.ts';
import { factorOf, type ReplyShare } from './cardinality-reply.ts';
import { decodeMessage } from './decode-message.ts';

/** What each tenant writes to an ingester and holds there, as `MetricsUsageByTenantReply`. */
export function encodeTenantUsages(usages: ReadonlyMap<string, TenantUsage>): Uint8Array {
  const tenants = [...usages].map(([tenant, usage]) => ({ tenant, usage }));
  return v1.MetricsUsageByTenantReply.encode({ tenants }).finish();
}

/** What an ingester told of a tenant; what is missing is 0. */
type ToldUsage = { readonly [Name in keyof TenantUsage]?: number | null | undefined };

/** What a tenant writes and holds over all ingesters, by what some of them told; `factor` as of {@link factorOf}. */
export function uniteUsages(usages: readonly ToldUsage[], factor: number): TenantUsage {
  const sumOf = (of: keyof TenantUsage): number => usages.reduce((sum, usage) => sum + (usage[of] ?? 0), 0);
  return { ingestionRate: factor * sumOf('ingestionRate'), seriesCount: Math.round(factor * sumOf('seriesCount')) };
}

/**
 * What each tenant writes and holds over all ingesters, each sample and series counted once: sums over the replies, taken to all
 * ingesters and divided by the replication. An estimate unless every ingester, or every one of a zone, answered.
 */
export function uniteTenantUsages(replies: readonly Uint8Array[], share: ReplyShare): Map<string, TenantUsage> {
  const told = new Map<string, ToldUsage[]>();
  for (const reply of replies) {
    for (const { tenant, usage } of decodeMessage(v1.MetricsUsageByTenantReply, reply).tenants) {
      const usages = told.get(tenant ?? '') ?? [];
      told.set(tenant ?? '', usages);
      usages.push(usage ?? {});
    }
  }
  const factor = factorOf(replies.length, share);
  return new Map([...told].map(([tenant, usages]) => [tenant, uniteUsages(usages, factor)]));
}
