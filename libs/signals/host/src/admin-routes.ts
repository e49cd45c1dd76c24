import { Session } from 'node:inspector/promises';
import { TelamonError } from '@telamon/model';
import type { HttpListener } from '@telamon/rpc';

/** Longest profile, s. */
const PROFILE_SECONDS_MAX = 120;

/** Adds what only administrators may do with any process: it costs a lot, so it stands on this listener alone. */
export function mountAdmin(listener: HttpListener): void {
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
    { tenant: 'none' },
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
