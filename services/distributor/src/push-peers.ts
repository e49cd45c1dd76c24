import type { AllIngesters, PushPeers } from '@telamon/contract';
import type { Cluster, RoleHost } from '@telamon/host';
import { gatherFromReplicas } from '@telamon/ring';
import { createReplicaWriter } from './create-replica-writer.ts';
import { DISTRIBUTOR } from './options.ts';

/** Who shares the work of distributors; one owns nothing that another does not. */
export const DISTRIBUTORS = { isReplicated: false } as const;
const INGESTERS = { isReplicated: true } as const;
/** Longest time of a call that is no write, ms. */
const READ_TIMEOUT_MS = 30_000;

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
    ingesters: allIngesters(cluster),
  };
}

function allIngesters(cluster: Cluster): AllIngesters {
  const ring = cluster.ring('ingester', INGESTERS);
  return {
    gather: async (method, message, signal) =>
      await gatherFromReplicas({
        replicas: ring.view().allFor('read'),
        signal,
        call: ({ address }, stop) => {
          const options = { tenant: '', signal: stop, timeoutMs: READ_TIMEOUT_MS };
          return cluster.transport.client(address).unary(`/telamon.v1.Ingester/${method}`, message, options);
        },
      }),
    share: cluster.shareOf('ingester', INGESTERS),
  };
}
