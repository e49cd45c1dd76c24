import { mountRoutes, type Role } from '@telamon/host';
import { QUERIER } from './options.ts';
import { createQuerier } from './querier.ts';
import { queryPeersOf } from './query-peers.ts';

/** The querier: answers the signals' APIs from ingesters and the store. */
export const QUERIER_ROLE: Role = {
  name: 'querier',
  options: [QUERIER],
  needs: ['ingester', 'store-gateway'],
  open: async ({ listeners, signals, cluster, config, registry }) => {
    const querier = createQuerier();
    const peers = cluster === undefined ? undefined : queryPeersOf(cluster, config, registry);
    for (const signal of signals) mountRoutes(listeners.metrics, querier.guard(await signal.query(peers)).routes);
    return querier.service;
  },
};
