import { type OptionGroup, options } from '@telamon/config';

const ENTRIES = {
  syncIntervalMs: {
    type: 'durationMs',
    default: '1m',
    minMs: 10,
    description: 'Time between two looks at the blocks in the bucket.',
    category: 'advanced',
  },
} as const;

/** Options of the store-gateway's shell. */
export const STORE_GATEWAY: OptionGroup<typeof ENTRIES> = options('store-gateway', ENTRIES, { title: 'Store-gateway' });
