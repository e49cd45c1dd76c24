import { Session } from 'node:inspector/promises';
import type { Signal } from '@telamon/contract';
import { TelamonError } from '@telamon/model';
import type { HttpListener } from '@telamon/rpc';
import type { Logger } from '@telamon/telemetry';

/** Longest profile, s. */
const PROFILE_SECONDS_MAX = 120;

/** What the admin routes act on. */
export interface AdminDeps {
  readonly signals: readonly Signal[];
  /** Begins the drain of the process. */
  readonly askStop: () => void;
  readonly logger: Logger;
}

/** Adds what only administrators may do. All of it changes something or costs a lot, so it stands on this listener alone. */
export function mountAdmin(listener: HttpListener, deps: AdminDeps): void {
  const open = { tenant: 'none' } as const;
  listener.route(
    'POST',
    '/ingester/flush',
    async (context) => {
      const tenant = context.query.get('tenant');
      for (const signal of deps.signals) await signal.store.flush(tenant, context.signal);
      await context.empty(204);
    },
    open,
  );
  listener.route(
    'POST',
    '/ingester/shutdown',
    async (context) => {
      for (const signal of deps.signals) await signal.store.flush('', context.signal);
      await context.empty(204);
      deps.askStop();
    },
    open,
  );
  listener.route(
    'GET',
    '/debug/cpuprofile',
    async (context) => {
      const seconds = Number(context.query.get('seconds') || '10');
      if (!(seconds > 0 && seconds <= PROFILE_SECONDS_MAX)) {
        throw new TelamonError(`seconds must be between 0 and ${PROFILE_SECONDS_MAX}`, { status: 400 });
      }
      await context.json(200, await cpuProfile(seconds * 1000, context.signal));
    },
    open,
  );
}

/** Profiles the main thread and returns the text of a `.cpuprofile`. */
async function cpuProfile(durationMs: number, signal: AbortSignal): Promise<string> {
  const session = new Session();
  session.connect();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.start');
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, durationMs);
      signal.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
    });
    const { profile } = await session.post('Profiler.stop');
    return JSON.stringify(profile);
  } finally {
    session.disconnect();
  }
}
