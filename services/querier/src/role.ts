import { mountRoutes, type Role } from '@telamon/host';
import { createQuerier } from './querier.ts';

/** The querier: answers the signals' APIs from ingesters and the store. */
export const QUERIER_ROLE: Role = {
  name: 'querier',
  options: [],
  needs: ['ingester', 'store-gateway'],
  open: async ({ listeners, signals }) => {
    const querier = createQuerier();
    for (const signal of signals) mountRoutes(listeners.metrics, querier.guard(await signal.query()).routes);
    return querier.service;
  },
};
