import type { StoreFacet } from '@telamon/contract';
import { createService, type Service } from '@telamon/lifecycle';
import type { Logger } from '@telamon/telemetry';

/** What the ingester needs to know. */
export interface IngesterOptions {
  /** Stores of the signals by name. */
  readonly stores: ReadonlyMap<string, StoreFacet>;
  /** Time between two looks at what is due to be cut and shipped, ms. */
  readonly maintainIntervalMs: number;
  readonly logger: Logger;
}

/**
 * Keeps what was written lately. Starting replays the logs of all signals; running cuts and ships blocks on schedule;
 * stopping syncs and closes. A store that fails to open fails the ingester; a failing maintenance is tried again.
 */
export function createIngester({ stores, logger, maintainIntervalMs }: IngesterOptions): Service {
  return createService({
    name: 'ingester',
    start: async (signal, scope) => {
      for (const store of stores.values()) await store.open(signal);
      for (const store of stores.values()) scope.every(maintainIntervalMs, (stop) => store.maintain(stop));
    },
    stop: async () => {
      for (const store of stores.values()) await store.close();
    },
    onTaskError: (error) => logger.error('cutting or shipping blocks failed, it is tried again', { error }),
  });
}
