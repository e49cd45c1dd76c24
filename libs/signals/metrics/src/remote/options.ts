import { type OptionGroup, options } from '@telamon/config';

const SOURCE_ENTRIES = {
  queryStoreAfterMs: {
    type: 'durationMs',
    default: '0s',
    description: 'Only samples older than this are read from store-gateways. 0: all are, so that no gap can be between both.',
    category: 'advanced',
    flag: 'querier.query-store-after',
    yaml: 'query_store_after',
  },
  queryIngestersWithinMs: {
    type: 'durationMs',
    default: '0s',
    description:
      'Queries that end longer ago than this are not sent to ingesters. 0: all are. Must not be less than the age that samples may have when they are written.',
    category: 'advanced',
    flag: 'querier.query-ingesters-within',
    yaml: 'query_ingesters_within',
  },
} as const;

/** Options of what queries read from ingesters and store-gateways of other processes. */
export const METRICS_SOURCES: OptionGroup<typeof SOURCE_ENTRIES> = options('metrics-sources', SOURCE_ENTRIES, {
  yamlSection: 'querier',
  title: 'Querying ingesters and store-gateways',
});

const INDEX_ENTRIES = {
  refreshMs: {
    type: 'durationMs',
    default: '1m',
    minMs: 100,
    description: "How long queriers use a tenant's bucket index before they read it again.",
    category: 'advanced',
    flag: 'blocks-storage.bucket-store.bucket-index.refresh-interval',
    yaml: 'bucket_store.bucket_index.refresh_interval',
  },
  maxStaleMs: {
    type: 'durationMs',
    default: '1h',
    minMs: 1000,
    description:
      'Queries fail when the bucket index of the tenant is older than this: then the compactor does not work, and answers could silently be short.',
    category: 'advanced',
    flag: 'blocks-storage.bucket-store.bucket-index.max-stale-period',
    yaml: 'bucket_store.bucket_index.max_stale_period',
  },
  ignoreMarkedAfterMs: {
    type: 'durationMs',
    default: '50m',
    description:
      'Queriers ask for blocks no more that were marked for deletion longer ago. Must be shorter than ignore-deletion-marks-delay, by which store-gateways drop them.',
    category: 'advanced',
    flag: 'blocks-storage.bucket-store.ignore-deletion-marks-while-querying-delay',
    yaml: 'bucket_store.ignore_deletion_mark_while_querying_delay',
  },
} as const;

/** Options of how queriers find the blocks of the bucket. */
export const METRICS_BUCKET_INDEX: OptionGroup<typeof INDEX_ENTRIES> = options('metrics-bucket-index', INDEX_ENTRIES, {
  yamlSection: 'blocks_storage',
  title: 'Bucket index for queries of metrics',
});
