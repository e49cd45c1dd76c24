import type { StoreFacet } from '@telamon/contract';
import { createService, type Service } from '@telamon/lifecycle';
import type { Logger } from '@telamon/telemetry';
import type { IngesterPlace } from './ingester-place.ts';

/** What the ingester needs to know. */
export interface IngesterOptions {
  /** Stores of the signals by name. */
  readonly stores: ReadonlyMap<string, StoreFacet>;
  /** Time between two looks at what is due to be cut and shipped, ms. */
  readonly maintainIntervalMs: number;
  /** Time for shipping everything, and for others to know of it, when it leaves for good, ms. */
  readonly leaveTimeoutMs: number;
  readonly logger: Logger;
  /** Its place among the others; undefined when it is the only one. */
  readonly place?: IngesterPlace | undefined;
}

/**
 * Keeps what was written lately. Starting replays the logs of all signals and only then takes writes; running cuts and ships blocks on
 * schedule; stopping takes no more writes, syncs and closes. If the stop is for good it ships everything before, and answers until queriers
 * read that from the store: until then another replica may lack some of it. A store that fails to open fails the ingester; a failing
 * maintenance is tried again.
 */
export function createIngester({ stores, logger, maintainIntervalMs, leaveTimeoutMs, place }: IngesterOptions): Service {
  return createService({
    name: 'ingester',
    start: async (signal, scope) => {
      await place?.register(signal);
      for (const store of stores.values()) await store.open(signal);
      await place?.serve();
      for (const store of stores.values()) scope.every(maintainIntervalMs, (stop) => store.maintain(stop));
    },
    stop: async () => {
      const isForGood = (await place?.leave()) ?? false;
      const failure = isForGood ? await handOver(stores, AbortSignal.timeout(leaveTimeoutMs)) : undefined;
      await place?.stopServing();
      for (const store of stores.values()) await store.close();
      await place?.unregister({ isForGood: isForGood && failure === undefined });
      if (failure !== undefined) throw failure.error;
    },
    onTaskError: (error) => logger.error('cutting or shipping blocks failed, it is tried again', { error }),
  });
}

/** Ships everything; a failure is given back, because what could not be handed over must still be closed and kept. */
async function handOver(
  stores: IngesterOptions['stores'],
  signal: AbortSignal,
): Promise<{ readonly error: unknown } | undefined> {
  try {
    for (const store of stores.values()) await store.flush('', signal);
    for (const store of stores.values()) await store.untilReadElsewhere(signal);
    return undefined;
  } catch (error) {
    return { error };
  }
}
