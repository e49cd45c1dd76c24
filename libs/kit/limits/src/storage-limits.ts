import { type ConfigOf, type OptionGroup, options } from '@telamon/config';

const STORAGE = {
  compactorBlocksRetentionPeriodMs: {
    type: 'durationMs',
    default: '0s',
    scope: 'tenant',
    flag: 'compactor.blocks-retention-period',
    yaml: 'compactor_blocks_retention_period',
    description: 'Blocks with only older samples are deleted. 0 keeps everything.',
  },
  compactorSplitAndMergeShards: {
    type: 'int',
    default: 0,
    min: 0,
    unit: 'shards',
    scope: 'tenant',
    flag: 'compactor.split-and-merge-shards',
    yaml: 'compactor_split_and_merge_shards',
    description: 'Shards that blocks are split into. 0 is off.',
  },
  compactorSplitGroups: {
    type: 'int',
    default: 1,
    min: 0,
    unit: 'groups',
    scope: 'tenant',
    flag: 'compactor.split-groups',
    yaml: 'compactor_split_groups',
    description: 'Groups of blocks that are split apart.',
  },
  compactorTenantShardSize: {
    type: 'int',
    default: 0,
    min: 0,
    unit: 'instances',
    scope: 'tenant',
    flag: 'compactor.compactor-tenant-shard-size',
    yaml: 'compactor_tenant_shard_size',
    description: "Compactors that work on a tenant's blocks. 0 is all of them.",
  },
  compactorPartialBlockDeletionDelayMs: {
    type: 'durationMs',
    default: '1d',
    scope: 'tenant',
    flag: 'compactor.partial-block-deletion-delay',
    yaml: 'compactor_partial_block_deletion_delay',
    description: 'Blocks without meta.json are deleted after this long without a change. Less than 4h counts as 0, which is off.',
  },
  compactorBlockUploadEnabled: {
    type: 'boolean',
    default: false,
    scope: 'tenant',
    flag: 'compactor.block-upload-enabled',
    yaml: 'compactor_block_upload_enabled',
    description: 'Takes blocks by upload.',
  },
  compactorBlockUploadValidationEnabled: {
    type: 'boolean',
    default: true,
    scope: 'tenant',
    flag: 'compactor.block-upload-validation-enabled',
    yaml: 'compactor_block_upload_validation_enabled',
    description: 'Checks uploaded blocks.',
  },
  compactorBlockUploadVerifyChunks: {
    type: 'boolean',
    default: true,
    scope: 'tenant',
    flag: 'compactor.block-upload-verify-chunks',
    yaml: 'compactor_block_upload_verify_chunks',
    description: 'Checks the chunks of uploaded blocks too.',
  },
  compactorBlockUploadMaxBlockSizeBytes: {
    type: 'bytes',
    default: 0,
    category: 'advanced',
    scope: 'tenant',
    flag: 'compactor.block-upload-max-block-size-bytes',
    yaml: 'compactor_block_upload_max_block_size_bytes',
    description: 'Largest block that can be uploaded. 0 is off.',
  },
  storeGatewayTenantShardSize: {
    type: 'int',
    default: 0,
    min: 0,
    unit: 'instances',
    scope: 'tenant',
    flag: 'store-gateway.tenant-shard-size',
    yaml: 'store_gateway_tenant_shard_size',
    description: "Store-gateways that serve a tenant's blocks. 0 is all of them.",
  },
} as const;

/** Retention, compaction and placement of a tenant's blocks. */
export type StorageLimits = ConfigOf<typeof STORAGE>;

/** Declaration of {@link StorageLimits}. */
export const STORAGE_LIMITS: OptionGroup<typeof STORAGE> = options('limits.storage', STORAGE, { yamlSection: 'limits' });
