import type { BlocksFacet } from '@telamon/contract';
import { createService, type Service } from '@telamon/lifecycle';
import type { Logger } from '@telamon/telemetry';

/** Without a ring there is no one else to own a block. */
const OWNS_ALL = (): boolean => true;

/** What the store-gateway needs to know. */
export interface StoreGatewayOptions {
  /** Blocks of the signals by name. */
  readonly blocks: ReadonlyMap<string, BlocksFacet>;
  /** Time between two looks at the bucket, ms. */
  readonly syncIntervalMs: number;
  readonly logger: Logger;
}

/**
 * Keeps the list of blocks in the bucket fresh. Starting looks once; a bucket that does not answer then fails the start,
 * because queries would silently be short. Later failures keep the last list and are tried again.
 */
export function createStoreGateway({ blocks, logger, syncIntervalMs }: StoreGatewayOptions): Service {
  return createService({
    name: 'store-gateway',
    start: async (signal, scope) => {
      for (const facet of blocks.values()) await facet.sync(signal, OWNS_ALL);
      for (const facet of blocks.values()) scope.every(syncIntervalMs, (stop) => facet.sync(stop, OWNS_ALL));
    },
    stop: async () => {
      for (const facet of blocks.values()) await facet.close();
    },
    onTaskError: (error) => logger.error('looking over the bucket failed, the last list of blocks stays in use', { error }),
  });
}
