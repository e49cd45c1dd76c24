import { type ConfigOf, type OptionGroup, options } from '@telamon/config';

const ENTRIES = {
  splitIntervalMs: {
    type: 'durationMs',
    default: '24h',
    description: 'Range queries are taken apart at multiples of this time, and the parts asked at the same time. 0 is off.',
    flag: 'query-frontend.split-queries-by-interval',
    yaml: 'split_queries_by_interval',
  },
  maxCacheFreshnessMs: {
    type: 'durationMs',
    default: '10m',
    description: 'Answers for times that are not older than this are not kept, because samples for them may still arrive.',
    flag: 'query-frontend.max-cache-freshness',
    yaml: 'max_cache_freshness',
    category: 'advanced',
  },
  resultsCacheTtlMs: {
    type: 'durationMs',
    default: '7d',
    minMs: 1,
    description: 'How long answers are kept.',
    flag: 'query-frontend.results-cache-ttl',
    yaml: 'results_cache_ttl',
    category: 'advanced',
  },
  outOfOrderTtlMs: {
    type: 'durationMs',
    default: '10m',
    description: "How long answers are kept that reach into the tenant's out-of-order time window. 0: not at all.",
    flag: 'query-frontend.results-cache-ttl-for-out-of-order-time-window',
    yaml: 'results_cache_ttl_for_out_of_order_time_window',
    category: 'advanced',
  },
  parallelizeShardableQueries: {
    type: 'boolean',
    default: false,
    description:
      'Ask aggregations in shards of their series at the same time where the query allows. Sums of fractions may differ in the last digit.',
    flag: 'query-frontend.parallelize-shardable-queries',
    yaml: 'parallelize_shardable_queries',
  },
  shardCount: {
    type: 'int',
    default: 16,
    min: 0,
    max: 128,
    unit: 'shards',
    description: 'Shards of one aggregation; `Sharding-Control` of a request overrides it. 0 and 1 are off.',
    flag: 'query-frontend.query-sharding-total-shards',
    yaml: 'query_sharding_total_shards',
    category: 'advanced',
  },
} as const;

/** Options of how queries of metrics are taken apart and kept. */
export const METRICS_FRONTEND: OptionGroup<typeof ENTRIES> = options('metrics-frontend', ENTRIES, {
  yamlSection: 'frontend',
  title: 'Taking queries of metrics apart',
});

/** Parsed values of {@link METRICS_FRONTEND}. */
export type MetricsFrontendConfig = ConfigOf<typeof ENTRIES>;
