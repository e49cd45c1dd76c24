import { mountRoutes, type Role } from '@telamon/host';
import { createFrontendWorker } from './frontend-worker.ts';
import { QUERIER } from './options.ts';
import { createQuerier } from './querier.ts';
import { queryPeersOf } from './query-peers.ts';

/** The querier: answers the signals' APIs from ingesters and the store. */
export const QUERIER_ROLE: Role = {
  name: 'querier',
  options: [QUERIER],
  needs: ['ingester', 'store-gateway'],
  open: async (host) => {
    const { listeners, signals, cluster, running } = host;
    const peers = cluster === undefined ? undefined : queryPeersOf(cluster, host);
    const facets = await Promise.all(signals.map((signal) => signal.query(peers)));
    const routes = facets.flatMap((facet) => facet.routes);
    const querier = createQuerier(cluster === undefined ? undefined : createFrontendWorker(host, cluster, facets));
    // A frontend in the same process takes the queries of its listener.
    if (cluster === undefined || !running.includes('query-frontend')) mountRoutes(listeners.metrics, querier.guard(routes));
    return querier.service;
  },
};
