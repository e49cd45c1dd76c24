import type { StoreFacet } from '@telamon/contract';
import { facetsOf, type Role, type RoleHost } from '@telamon/host';
import { createIngester } from './ingester.ts';
import { INGESTER } from './options.ts';

/** The ingester: keeps what was written lately, and turns it into blocks. */
export const INGESTER_ROLE: Role = {
  name: 'ingester',
  options: [INGESTER],
  needs: [],
  open: async (host) => {
    const stores = await facetsOf(host.signals, (signal) => signal.store());
    mountAdmin(host, [...stores.values()]);
    const { maintainIntervalMs } = host.config.of(INGESTER);
    return createIngester({ stores, maintainIntervalMs, logger: host.logger.child('ingester') });
  },
};

/** What changes much stands on the admin listener alone. */
function mountAdmin({ listeners, askStop }: RoleHost, stores: readonly StoreFacet[]): void {
  const open = { tenant: 'none' } as const;
  const { admin } = listeners;
  admin.route(
    'POST',
    '/ingester/flush',
    async (context) => {
      for (const store of stores) await store.flush(context.query.get('tenant'), context.signal);
      await context.empty(204);
    },
    open,
  );
  admin.route(
    'POST',
    '/ingester/shutdown',
    async (context) => {
      for (const store of stores) await store.flush('', context.signal);
      await context.empty(204);
      askStop();
    },
    open,
  );
}
