import { facetsOf, type Role } from '@telamon/host';
import { createCompactor } from './compactor.ts';
import { COMPACTOR } from './options.ts';

/** The compactor: merges, retains and deletes blocks in the bucket. */
export const COMPACTOR_ROLE: Role = {
  name: 'compactor',
  options: [COMPACTOR],
  needs: [],
  open: async ({ signals, config, logger }) =>
    createCompactor({
      ...config.of(COMPACTOR),
      signals: await facetsOf(signals, (signal) => signal.compaction()),
      logger: logger.child('compactor'),
    }),
};
