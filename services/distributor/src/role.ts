import { mountWrites, type Role } from '@telamon/host';
import { Admission } from './admission.ts';
import { createDistributor } from './distributor.ts';
import { DISTRIBUTOR } from './options.ts';
import { DISTRIBUTORS, pushPeersOf } from './push-peers.ts';

/** The distributor: takes data in and writes it to the ingesters that hold it. */
export const DISTRIBUTOR_ROLE: Role = {
  name: 'distributor',
  options: [DISTRIBUTOR],
  needs: ['ingester'],
  takesOtlp: true,
  open: async (host) => {
    const { listeners, config, signals, cluster } = host;
    const peers = cluster === undefined ? undefined : pushPeersOf(cluster, host);
    // The routes are there before the listeners are bound.
    const admission = new Admission(config.of(DISTRIBUTOR));
    for (const signal of signals) mountWrites(listeners, admission.guard(await signal.push(peers)));
    if (cluster === undefined) return undefined;
    return createDistributor(cluster.join({ role: 'distributor', hasTokens: false, holdsData: false, ...DISTRIBUTORS }));
  },
};
