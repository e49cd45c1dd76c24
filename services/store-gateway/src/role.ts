import { facetsOf, type Role } from '@telamon/host';
import { STORE_GATEWAY } from './options.ts';
import { createStoreGateway } from './store-gateway.ts';

/** The store-gateway: knows and reads the blocks in the bucket. */
export const STORE_GATEWAY_ROLE: Role = {
  name: 'store-gateway',
  options: [STORE_GATEWAY],
  needs: [],
  open: async ({ signals, config, logger }) =>
    createStoreGateway({
      blocks: await facetsOf(signals, (signal) => signal.blocks()),
      syncIntervalMs: config.of(STORE_GATEWAY).syncIntervalMs,
      logger: logger.child('store-gateway'),
    }),
};
