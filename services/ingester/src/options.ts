import { type OptionGroup, options } from '@telamon/config';

const ENTRIES = {
  maintainIntervalMs: {
    type: 'durationMs',
    default: '1m',
    minMs: 10,
    description: 'Time between two looks at which blocks are due to be cut, shipped or dropped locally.',
    category: 'advanced',
  },
  leaveTimeoutMs: {
    type: 'durationMs',
    default: '20m',
    minMs: 1000,
    description:
      'Time that an ingester which leaves for good (prepare-shutdown) has, instead of the shutdown timeout, to ship everything and to see that queriers know of it. When it passes the data stay on disk, and the ring shows the ingester as leaving.',
    category: 'advanced',
  },
} as const;

/** Options of the ingester's shell. */
export const INGESTER: OptionGroup<typeof ENTRIES> = options('ingester', ENTRIES, { title: 'Ingester' });
