import type { QueryFacet } from '@telamon/contract';
import type { Cluster, RoleHost } from '@telamon/host';
import { createService, type Service } from '@telamon/lifecycle';
import { instanceIdOf, RING } from '@telamon/ring';
import { QueryWorker, routesHandler } from '@telamon/rpc';
import { QUERIER } from './options.ts';

/** Time that requests under way get when the querier stops, ms. */
const DRAIN_TIMEOUT_MS = 10_000;

/** Answers what query-frontends have queued: the querier's half of their queue. */
export function createFrontendWorker({ config, logger }: RoleHost, cluster: Cluster, facets: readonly QueryFacet[]): Service {
  const log = logger.child('querier');
  const ring = cluster.ring('query-frontend', { isReplicated: false });
  const { requestsPerFrontend, disabledFeatures } = config.of(QUERIER);
  const worker = new QueryWorker({
    transport: cluster.transport,
    finder: {
      addresses: () => {
        const view = ring.view();
        return view.instances.filter((instance) => view.isUsable(instance, 'own')).map(({ address }) => address);
      },
      onChange: (listener) => ring.onChange(listener),
    },
    querierId: instanceIdOf(config.of(RING)),
    streamsPerFrontend: requestsPerFrontend,
    features: facets.flatMap(({ features }) => features).filter((feature) => !disabledFeatures.includes(feature)),
    handler: routesHandler(
      facets.flatMap(({ routes }) => routes),
      { log },
    ),
    log,
  });
  return createService({ name: 'querier', start: () => worker.start(), stop: () => worker.stop(DRAIN_TIMEOUT_MS) });
}
