import type { SignalRoute } from '@telamon/contract';
import { createService, type Service } from '@telamon/lifecycle';
import { TelamonError } from '@telamon/model';

/** The querier: a service, and the gate before the routes that it serves. */
export interface Querier {
  readonly service: Service;
  /** The same routes; they answer 503 unless the querier runs. */
  guard(routes: readonly SignalRoute[]): SignalRoute[];
}

/**
 * Answers queries from ingesters and the store. It depends on both, so it runs only when logs are replayed and the bucket was
 * looked over; until then, and while it stops, queries are refused, because their answers would silently be short. In a cluster the
 * `worker` that answers query-frontends is the service.
 */
export function createQuerier(worker?: Service): Querier {
  const service = worker ?? createService({ name: 'querier' });
  const guardRoute = (route: SignalRoute): SignalRoute => ({
    ...route,
    handler: async (context) => {
      if (service.state !== 'running') throw new TelamonError(`the querier is ${service.state}, try again`, { status: 503 });
      await route.handler(context);
    },
  });
  return { service, guard: (routes) => routes.map(guardRoute) };
}
