import type { RoleShare, SignalCalls, StoreFacet } from '@telamon/contract';
import { type Cluster, facetsOf, joinCalls, type Role, type RoleHost } from '@telamon/host';
import { createIngester } from './ingester.ts';
import { IngesterPlace } from './ingester-place.ts';
import { mountFlush, mountMode, mountPrepareShutdown, mountTenants } from './ingester-routes.ts';
import { INGESTER } from './options.ts';
import { ServingGate } from './serving-gate.ts';
import { ShutdownMarker } from './shutdown-marker.ts';

/** Time to close everything after the hand-over, ms. */
const CLOSE_MS = 30_000;
const SHAPE = { isReplicated: true } as const;

/** The ingester: keeps what was written lately, and turns it into blocks. */
export const INGESTER_ROLE: Role = {
  name: 'ingester',
  options: [INGESTER],
  needs: [],
  open: async (host) => {
    const stores = await facetsOf(host.signals, (signal) => signal.store());
    mountFlush(host, [...stores.values()]);
    mountTenants(host);
    for (const store of stores.values()) host.notReadyWhile(() => diskComplaint(store));
    const { maintainIntervalMs, leaveTimeoutMs } = host.config.of(INGESTER);
    const place = host.cluster === undefined ? undefined : await openPlace(host, host.cluster);
    if (place !== undefined) host.mayDrainFor(() => (place.isLeavingForGood ? leaveTimeoutMs + CLOSE_MS : 0));
    return createIngester({ stores, maintainIntervalMs, leaveTimeoutMs, logger: host.logger.child('ingester'), place });
  },
};

/** Others have what it holds, and it takes nothing that is new. */
function diskComplaint(store: StoreFacet): string {
  const failure = store.diskFailure();
  return failure === undefined ? '' : `ingester: the disk is broken (${failure}); writes are refused, queries are answered`;
}

/** Its calls, its routes and its seat in the ring. */
async function openPlace(host: RoleHost, cluster: Cluster): Promise<IngesterPlace> {
  const gate = new ServingGate();
  const shareOf = cluster.shareOf('ingester', SHAPE);
  const share = (tenant: string): RoleShare =>
    shareOf({ tenant, size: host.overrides.forTenant(tenant).ingestionTenantShardSize });
  const calls: SignalCalls[] = [];
  for (const signal of host.signals) calls.push(gate.guard(await signal.storeCalls({ share })));
  cluster.serve({ name: 'telamon.v1.Ingester', ...joinCalls(calls) });
  const lifecycler = cluster.join({ role: 'ingester', hasTokens: true, holdsData: true, ...SHAPE });
  const marker = new ShutdownMarker(host.dataDir);
  mountPrepareShutdown(host, marker);
  mountMode(host, lifecycler);
  return new IngesterPlace({ lifecycler, gate, marker });
}
