import { type Cluster, facetsOf, joinCalls, type Role, type RoleHost } from '@telamon/host';
import { STORE_GATEWAY } from './options.ts';
import { createStoreGateway, type GatewayMembership } from './store-gateway.ts';

/** Blocks are kept by several gateways each, in different zones. */
const RING = { role: 'store-gateway', isReplicated: true, hasTokens: true, holdsData: false } as const;

/** The store-gateway: knows and reads the blocks in the bucket. */
export const STORE_GATEWAY_ROLE: Role = {
  name: 'store-gateway',
  options: [STORE_GATEWAY],
  needs: [],
  open: async (host) => {
    const blocks = await facetsOf(host.signals, (signal) => signal.blocks());
    const membership = host.cluster === undefined ? undefined : await joinOthers(host, host.cluster);
    return createStoreGateway({
      blocks,
      syncIntervalMs: host.config.of(STORE_GATEWAY).syncIntervalMs,
      logger: host.logger.child('store-gateway'),
      ...(membership === undefined ? {} : { membership }),
    });
  },
};

/** Offers its calls to queriers and asks for a place in the ring. */
async function joinOthers({ signals }: RoleHost, cluster: Cluster): Promise<GatewayMembership> {
  const calls = await Promise.all(signals.map((signal) => signal.blocksCalls()));
  cluster.serve({ name: 'telamon.v1.StoreGateway', ...joinCalls(calls) });
  return { ring: cluster.ring(RING.role, RING), lifecycler: cluster.join(RING) };
}
