import { type OptionGroup, options } from '@telamon/config';

const ENTRIES = {
  maintainIntervalMs: {
    type: 'durationMs',
    default: '1m',
    minMs: 10,
    description: 'Time between two looks at which blocks are due to be cut, shipped or dropped locally.',
    category: 'advanced',
  },
} as const;

/** Options of the ingester's shell. */
export const INGESTER: OptionGroup<typeof ENTRIES> = options('ingester', ENTRIES, { title: 'Ingester' });
