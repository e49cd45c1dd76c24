import { v1 } from '@telamon/proto';
import type { TenantUsage } from '../api/query-deps.ts';
import { factorOf, type ReplyShare } from './cardinality-reply.ts';
import { decodeMessage } from './decode-message.ts';

/** What each tenant writes to an ingester and holds there, as `MetricsUsageByTenantReply`. */
export function encodeTenantUsages(usages: ReadonlyMap<string, TenantUsage>): Uint8Array {
  const tenants = [...usages].map(([tenant, usage]) => ({ tenant, usage }));
  return v1.MetricsUsageByTenantReply.encode({ tenants }).finish();
}

/**
 * What each tenant writes and holds over all ingesters, each sample and series counted once: sums over the replies, taken to all
 * ingesters and divided by the replication. An estimate unless every ingester, or every one of a zone, answered.
 */
export function uniteTenantUsages(replies: readonly Uint8Array[], share: ReplyShare): Map<string, TenantUsage> {
  const sums = new Map<string, { ingestionRate: number; seriesCount: number }>();
  for (const reply of replies) {
    for (const { tenant, usage } of decodeMessage(v1.MetricsUsageByTenantReply, reply).tenants) {
      const sum = sums.get(tenant ?? '') ?? { ingestionRate: 0, seriesCount: 0 };
      sum.ingestionRate += usage?.ingestionRate ?? 0;
      sum.seriesCount += usage?.seriesCount ?? 0;
      sums.set(tenant ?? '', sum);
    }
  }
  const factor = factorOf(replies.length, share);
  for (const sum of sums.values()) {
    sum.ingestionRate *= factor;
    sum.seriesCount = Math.round(sum.seriesCount * factor);
  }
  return sums;
}
