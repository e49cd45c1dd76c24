import type { StoreFacet } from '@telamon/contract';
import type { RoleHost } from '@telamon/host';
import { TelamonError } from '@telamon/model';
import type { Lifecycler } from '@telamon/ring';
import type { ShutdownMarker } from './shutdown-marker.ts';

const OPEN = { tenant: 'none' } as const;

/** Adds what changes much, on the admin listener alone: flush, and flush with shutdown. */
export function mountFlush({ listeners, askStop }: RoleHost, stores: readonly StoreFacet[]): void {
  const { admin } = listeners;
  admin.route(
    'POST',
    '/ingester/flush',
    async (context) => {
      for (const store of stores) await store.flush(context.query.get('tenant'), context.signal);
      await context.empty(204);
    },
    OPEN,
  );
  admin.route(
    'POST',
    '/ingester/shutdown',
    async (context) => {
      for (const store of stores) await store.flush('', context.signal);
      await context.empty(204);
      askStop();
    },
    OPEN,
  );
}

/** Adds `/ingester/tenants`: who has data here. */
export function mountTenants({ listeners, signals }: RoleHost): void {
  listeners.metrics.route(
    'GET',
    '/ingester/tenants',
    async (context) => {
      const tenants = [...new Set(signals.flatMap((signal) => signal.overview().map(({ tenant }) => tenant)))].sort();
      await context.json(200, JSON.stringify({ tenants }));
    },
    OPEN,
  );
}

/**
 * Adds `/ingester/prepare-shutdown` where a rollout operator reaches it: POST makes the next stop one for good, DELETE takes that back, GET
 * tells. It changes nothing before the stop. The older spelling of Loki is there, too.
 */
export function mountPrepareShutdown({ listeners }: RoleHost, marker: ShutdownMarker): void {
  for (const path of ['/ingester/prepare-shutdown', '/ingester/prepare_shutdown']) {
    const { metrics } = listeners;
    metrics.route('GET', path, async (context) => context.text(200, marker.isSet ? 'set\n' : 'unset\n'), OPEN);
    const change = (method: string, apply: () => void): void =>
      metrics.route(
        method,
        path,
        async (context) => {
          apply();
          await context.empty(204);
        },
        OPEN,
      );
    change('POST', () => marker.set());
    change('DELETE', () => marker.unset());
  }
}

/** Adds `/ingester/mode?mode=READONLY|ACTIVE` on the admin listener: a read-only ingester takes no writes and answers reads. */
export function mountMode({ listeners }: RoleHost, lifecycler: Lifecycler): void {
  listeners.admin.route(
    'POST',
    '/ingester/mode',
    async (context) => {
      const mode = context.query.get('mode').toUpperCase();
      if (mode !== 'READONLY' && mode !== 'ACTIVE') throw new TelamonError('mode must be READONLY or ACTIVE', { status: 400 });
      await lifecycler.setReadOnly(mode === 'READONLY');
      await context.empty(204);
    },
    OPEN,
  );
}
