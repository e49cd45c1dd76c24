import type { PushPeers } from '@telamon/contract';
import type { Cluster, RoleHost } from '@telamon/host';
import type { TenantLimits } from '@telamon/limits';
import { createReplicaWriter } from './create-replica-writer.ts';
import { DISTRIBUTOR } from './options.ts';

/** Who shares the work of distributors; one owns nothing that another does not. */
export const DISTRIBUTORS = { isReplicated: false } as const;
const INGESTERS = { isReplicated: true } as const;

/** Where a distributor of a cluster writes to, and with whom it shares limits and elections. */
export function pushPeersOf(cluster: Cluster, { config, overrides, registry }: RoleHost): PushPeers {
  return {
    writer: createReplicaWriter({
      ring: cluster.ring('ingester', INGESTERS),
      transport: cluster.transport,
      config: config.of(DISTRIBUTOR),
      shardSizeOf: (tenant) => shardSizeOf(overrides.forTenant(tenant)),
      registry,
    }),
    share: cluster.shareOf('distributor', DISTRIBUTORS),
    kv: cluster.kv,
  };
}

/** 0, the whole ring, as long as tenants have no such limit. */
function shardSizeOf(limits: TenantLimits & { readonly ingestionTenantShardSize?: number }): number {
  return limits.ingestionTenantShardSize ?? 0;
}
