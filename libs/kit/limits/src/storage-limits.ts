import { type ConfigOf, type OptionGroup, options } from '@telamon/config';

const STORAGE = {
  compactorBlocksRetentionPeriodMs: {
    type: 'durationMs',
    default: '0s',
    scope: 'tenant',
    flag: 'compactor.blocks-retention-period',
    yaml: 'compactor_blocks_retention_period',
    description: 'How long data is kept: blocks that hold only older samples are deleted. 0 keeps everything.',
  },
  compactorPartialBlockDeletionDelayMs: {
    type: 'durationMs',
    default: '1d',
    scope: 'tenant',
    flag: 'compactor.partial-block-deletion-delay',
    yaml: 'compactor_partial_block_deletion_delay',
    description:
      'Incomplete blocks in the bucket, those without meta.json, are deleted after this long without a change. Less than 4h counts as 0, which is off.',
  },
  compactorSplitAndMergeShards: {
    type: 'int',
    default: 0,
    min: 0,
    max: 1024,
    unit: 'shards',
    scope: 'tenant',
    flag: 'compactor.split-and-merge-shards',
    yaml: 'compactor_split_and_merge_shards',
    description:
      'Shards that the series of fresh blocks are parted into before blocks are merged, so that no block of a large tenant becomes too large. 0 does not part them.',
  },
} as const;

/** Retention, compaction and placement of a tenant's blocks. */
export type StorageLimits = ConfigOf<typeof STORAGE>;

/** Declaration of {@link StorageLimits}. */
export const STORAGE_LIMITS: OptionGroup<typeof STORAGE> = options('limits.storage', STORAGE, { yamlSection: 'limits' });
