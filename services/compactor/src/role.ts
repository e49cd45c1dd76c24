import type { Owns } from '@telamon/contract';
import { type Cluster, facetsOf, mountRoutes, type Role } from '@telamon/host';
import { type Lifecycler, tokenOfKey } from '@telamon/ring';
import { createCompactor } from './compactor.ts';
import { COMPACTOR } from './options.ts';

const SHAPE = { isReplicated: false } as const;
/** Without a ring there is no one else to own anything. */
const OWNS_ALL: Owns = () => true;

/** The compactor: merges, retains and deletes blocks in the bucket. */
export const COMPACTOR_ROLE: Role = {
  name: 'compactor',
  options: [COMPACTOR],
  needs: [],
  open: async ({ signals, config, logger, cluster, listeners }) => {
    const lifecycler = cluster?.join({ role: 'compactor', hasTokens: true, holdsData: false, ...SHAPE });
    const facets = await facetsOf(signals, (signal) => signal.compaction());
    for (const { adminRoutes } of facets.values()) mountRoutes(listeners.admin, adminRoutes);
    return createCompactor({
      ...config.of(COMPACTOR),
      signals: facets,
      logger: logger.child('compactor'),
      owns: cluster === undefined || lifecycler === undefined ? OWNS_ALL : ownsByRing(cluster, lifecycler),
      lifecycler,
    });
  },
};

/** One compactor owns each tenant and each job: the one that the ring names for it. */
function ownsByRing(cluster: Cluster, lifecycler: Lifecycler): Owns {
  const ring = cluster.ring('compactor', SHAPE);
  return (key) => ring.view().replicasOf(tokenOfKey(key), 'own').instances[0]?.id === lifecycler.instance.id;
}
