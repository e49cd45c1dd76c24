import { type OptionGroup, options } from '@telamon/config';
import { parseOptionDurationMs } from '@telamon/model';

const BLOCK_ENTRIES = {
  blockRangeMs: {
    type: 'durationMs',
    default: '2h',
    minMs: 1000,
    description: 'Time that a fresh block covers; blocks begin at multiples of it.',
    category: 'advanced',
    flag: 'blocks-storage.tsdb.block-ranges-period',
    yaml: 'tsdb.block_ranges_period',
  },
  keepShippedMs: {
    type: 'durationMs',
    default: '13h',
    description: 'How long a block stays on the local disk after it was shipped to the bucket.',
    category: 'advanced',
    flag: 'blocks-storage.tsdb.retention-period',
    yaml: 'tsdb.retention_period',
  },
  ignoreDeletionMarksDelayMs: {
    type: 'durationMs',
    default: '1h',
    description:
      'Blocks that were marked for deletion longer ago are queried no more. Must be shorter than compactor.deletion-delay.',
    category: 'advanced',
    flag: 'blocks-storage.bucket-store.ignore-deletion-marks-delay',
    yaml: 'bucket_store.ignore_deletion_mark_delay',
  },
  syncConcurrency: {
    type: 'int',
    default: 20,
    min: 1,
    max: 1000,
    unit: 'requests',
    description: 'Requests to the bucket at once, for each tenant, while it is looked over.',
    category: 'advanced',
    flag: 'blocks-storage.bucket-store.meta-sync-concurrency',
    yaml: 'bucket_store.meta_sync_concurrency',
  },
  maxConcurrentReads: {
    type: 'int',
    default: 16,
    min: 1,
    description: 'Calls of other processes that read blocks at one time, in an ingester or a store-gateway; others wait.',
    category: 'advanced',
    flag: 'blocks-storage.bucket-store.max-concurrent',
    yaml: 'bucket_store.max_concurrent',
  },
  rangeCacheBytes: {
    type: 'bytes',
    default: '64MiB',
    description: 'Parts of blocks in a remote bucket that each query thread keeps in memory.',
    category: 'advanced',
    flag: 'blocks-storage.bucket-store.range-cache-size',
    yaml: 'bucket_store.range_cache_size',
  },
} as const;

/** Options of cutting, shipping and reading blocks. */
export const METRICS_BLOCKS: OptionGroup<typeof BLOCK_ENTRIES> = options('metrics-blocks', BLOCK_ENTRIES, {
  yamlSection: 'blocks_storage',
  title: 'Blocks of metrics',
});

const COMPACTOR_ENTRIES = {
  blockRanges: {
    type: 'list',
    default: ['2h', '12h', '24h'],
    description:
      'Times that blocks of the levels cover, ascending; each a multiple of the one before, the first that of a fresh block.',
    category: 'advanced',
    flag: 'compactor.block-ranges',
    yaml: 'block_ranges',
  },
  retentionSizeBytes: {
    type: 'bytes',
    default: 0,
    description:
      'The oldest blocks of a tenant are deleted when its blocks take more than this in the bucket. 0 keeps everything.',
    flag: 'compactor.blocks-retention-size',
    yaml: 'blocks_retention_size',
  },
  deletionDelayMs: {
    type: 'durationMs',
    default: '12h',
    description: 'Time between marking a block for deletion and deleting it.',
    category: 'advanced',
    flag: 'compactor.deletion-delay',
    yaml: 'deletion_delay',
  },
  indexRefreshMs: {
    type: 'durationMs',
    default: '15m',
    description:
      "A tenant's bucket index is written at least so often, even when nothing changed; readers refuse one that is older than an hour.",
    category: 'advanced',
    flag: 'compactor.bucket-index-refresh-interval',
    yaml: 'bucket_index_refresh_interval',
  },
  requestConcurrency: {
    type: 'int',
    default: 8,
    min: 1,
    max: 1000,
    unit: 'requests',
    description: 'Requests to the bucket at once, for each tenant that is tidied.',
    category: 'advanced',
    flag: 'compactor.block-sync-concurrency',
    yaml: 'block_sync_concurrency',
  },
  mergeConcurrency: {
    type: 'int',
    default: 1,
    min: 1,
    max: 64,
    unit: 'merges',
    description: 'Merges of blocks at once.',
    category: 'advanced',
    flag: 'compactor.compaction-concurrency',
    yaml: 'compaction_concurrency',
  },
} as const;

/** Options of retention and merging. */
export const METRICS_COMPACTION: OptionGroup<typeof COMPACTOR_ENTRIES> = options('metrics-compaction', COMPACTOR_ENTRIES, {
  yamlSection: 'compactor',
  title: 'Compaction of metrics',
  validate: ({ blockRanges }) => {
    const problem = problemOfRanges(blockRanges);
    return problem === undefined ? [] : [`compactor.block-ranges: ${problem}`];
  },
});

/** Block ranges in ms. They have passed the group's validation. */
export function blockRangesMs(blockRanges: readonly string[]): number[] {
  return blockRanges.map((text) => {
    const rangeMs = parseOptionDurationMs(text);
    if (rangeMs === undefined) throw new Error(`block range ${text} was not validated`);
    return rangeMs;
  });
}

function problemOfRanges(blockRanges: readonly string[]): string | undefined {
  if (blockRanges.length === 0) return 'needs at least one range';
  let beforeMs = 0;
  for (const text of blockRanges) {
    const rangeMs = parseOptionDurationMs(text);
    if (rangeMs === undefined || rangeMs < 1000) return `${JSON.stringify(text)} is not a duration of a second or more, e.g. 2h`;
    if (beforeMs > 0 && (rangeMs <= beforeMs || rangeMs % beforeMs !== 0))
      return `${text} is not a multiple of the range before it`;
    beforeMs = rangeMs;
  }
  return undefined;
}
