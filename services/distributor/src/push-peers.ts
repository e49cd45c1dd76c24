import type { PushPeers } from '@telamon/contract';
import type { Cluster, RoleHost } from '@telamon/host';
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
      shardSizeOf: (tenant) => overrides.forTenant(tenant).ingestionTenantShardSize,
      registry,
    }),
    share: cluster.shareOf('distributor', DISTRIBUTORS),
    kv: cluster.kv,
  };
}
