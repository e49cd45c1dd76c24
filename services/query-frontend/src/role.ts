import { type Cluster, mountRoutes, type Role, type RoleHost } from '@telamon/host';
import { createService, type Service } from '@telamon/lifecycle';
import type { Lifecycler } from '@telamon/ring';
import { openCache } from './cache/open-cache.ts';
import { QUERY_FRONTEND, QUERY_SCHEDULER, RESULTS_CACHE } from './options.ts';
import { createQueryFrontend, type QueryFrontend } from './query-frontend.ts';

/** The query-frontend: takes queries in, queues them fairly, and has queriers answer them, in parts where that is faster. */
export const QUERY_FRONTEND_ROLE: Role = {
  name: 'query-frontend',
  options: [QUERY_FRONTEND, QUERY_SCHEDULER, RESULTS_CACHE],
  needs: [],
  open: async (host) => (host.cluster === undefined ? undefined : openFrontend(host, host.cluster)),
};

/** Without other processes the querier of this one takes queries itself. */
function openFrontend({ signals, config, logger, registry, listeners }: RoleHost, cluster: Cluster): Service {
  const [signal] = signals;
  if (signal === undefined || signals.length > 1) throw new Error('a frontend is for one signal today');
  const { cacheResults } = config.of(QUERY_FRONTEND);
  const cache = cacheResults ? openCache({ config: config.of(RESULTS_CACHE), logger, registry }) : undefined;
  const frontend = createQueryFrontend({
    facet: signal.frontend(cacheResults),
    config: config.of(QUERY_FRONTEND),
    scheduler: config.of(QUERY_SCHEDULER),
    cache,
    logger: logger.child('query-frontend'),
    registry,
  });
  mountRoutes(listeners.metrics, frontend.routes);
  cluster.serve(frontend.peerService);
  const membership = { role: 'query-frontend', hasTokens: false, holdsData: false, isReplicated: false } as const;
  return joined(frontend, cluster.join(membership));
}

/** Queriers find the frontend by the ring, so it is there before the frontend works and goes before it ends. */
function joined(frontend: QueryFrontend, lifecycler: Lifecycler): Service {
  return createService({
    name: 'query-frontend',
    start: async (signal) => {
      frontend.service.start();
      await frontend.service.untilRunning(signal);
      lifecycler.service.start();
      await lifecycler.service.untilRunning(signal);
      await lifecycler.activate(signal);
    },
    stop: async () => {
      lifecycler.service.stop();
      await lifecycler.service.untilTerminated();
      frontend.service.stop();
      await frontend.service.untilTerminated();
    },
  });
}
