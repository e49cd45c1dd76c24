import { type OptionGroup, options } from '@telamon/config';

const ENTRIES = {
  cleanIntervalMs: {
    type: 'durationMs',
    default: '1m',
    minMs: 10,
    description: 'Time between two rounds of retention, deletion and the bucket index.',
    category: 'advanced',
    flag: 'compactor.cleanup-interval',
    yaml: 'cleanup_interval',
  },
  compactIntervalMs: {
    type: 'durationMs',
    default: '1h',
    minMs: 10,
    description: 'Time between two rounds of merging blocks.',
    category: 'advanced',
    flag: 'compactor.compaction-interval',
    yaml: 'compaction_interval',
  },
} as const;

/** Options of the compactor's shell. */
export const COMPACTOR: OptionGroup<typeof ENTRIES> = options('compactor', ENTRIES, { title: 'Compactor' });
