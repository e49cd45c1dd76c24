import { type ConfigOf, type OptionGroup, options } from '@telamon/config';
import { METRICS_FRONTEND } from './frontend/index.ts';
import { FEATURE_NAMES } from './query/features.ts';
import { METRICS_BUCKET_INDEX, METRICS_SOURCES } from './remote/index.ts';
import { METRICS_STORAGE } from './storage-options.ts';
import { METRICS_BLOCKS, METRICS_COMPACTION } from './store/index.ts';

const WRITE_ENTRIES = {
  maxRecvMsgSizeBytes: {
    type: 'bytes',
    default: '100MiB',
    description: 'Largest remote-write request, compressed and decompressed alike; larger ones are refused with 413.',
    flag: 'distributor.max-recv-msg-size',
    yaml: 'max_recv_msg_size',
  },
  maxOtlpRequestSizeBytes: {
    type: 'bytes',
    default: '100MiB',
    description: 'Largest OTLP metrics request, compressed and decompressed alike; larger ones are refused with 413.',
    flag: 'distributor.max-otlp-request-size',
    yaml: 'max_otlp_request_size',
  },
  haFailoverTimeoutMs: {
    type: 'durationMs',
    default: '30s',
    description: 'A replica of a highly available pair that sent nothing for so long is replaced by the other.',
    category: 'advanced',
    flag: 'distributor.ha-tracker.failover-timeout',
    yaml: 'ha_tracker.ha_tracker_failover_timeout',
  },
  accumulatesDeltas: {
    type: 'boolean',
    default: false,
    description:
      'Whether a cluster takes OTLP points of delta temporality and adds them up. Every replica does so for itself: one that missed a write holds lower sums from then on, which look like counter resets. One process always takes them.',
    category: 'experimental',
    flag: 'distributor.otel-accumulate-deltas-in-cluster',
    yaml: 'otel_accumulate_deltas_in_cluster',
  },
} as const;

/** Options of the write path of metrics. */
export const METRICS_WRITE: OptionGroup<typeof WRITE_ENTRIES> = options('metrics-write', WRITE_ENTRIES, {
  yamlSection: 'distributor',
  title: 'Receiving metrics',
});

const INSTANCE_ENTRIES = {
  maxTenants: {
    type: 'int',
    default: 0,
    min: 0,
    unit: 'tenants',
    description: 'Most tenants that one ingester holds; a write of another one is refused. 0 = any number.',
    category: 'advanced',
  },
  maxSeries: {
    type: 'int',
    default: 0,
    min: 0,
    unit: 'series',
    description: 'Most series that one ingester holds in memory; a write that needs more is refused. 0 = any number.',
    category: 'advanced',
  },
} as const;

/** Bounds of one ingester, whoever its tenants are. */
export const METRICS_INSTANCE: OptionGroup<typeof INSTANCE_ENTRIES> = options('ingester.instance-limits', INSTANCE_ENTRIES, {
  title: 'Bounds of an ingester',
});

const QUERY_ENTRIES = {
  lookbackDeltaMs: {
    type: 'durationMs',
    default: '5m',
    description: 'How far an instant selector looks back for the newest sample of a series.',
    category: 'advanced',
    flag: 'querier.lookback-delta',
    yaml: 'lookback_delta',
  },
  timeoutMs: {
    type: 'durationMs',
    default: '2m',
    minMs: 1,
    description: 'Longest time that a query may take; a request may ask for less.',
    flag: 'querier.timeout',
    yaml: 'timeout',
  },
  maxSamples: {
    type: 'int',
    default: 50_000_000,
    min: 1,
    unit: 'samples',
    description: 'Most samples that one query may hold in memory.',
    category: 'advanced',
    flag: 'querier.max-samples',
    yaml: 'max_samples',
  },
  maxConcurrent: {
    type: 'int',
    default: 20,
    min: 1,
    unit: 'queries',
    description: 'Most queries that are worked on at one time, spread over worker threads; others wait, tenants taking turns.',
    flag: 'querier.max-concurrent',
    yaml: 'max_concurrent',
  },
  logQueriesLongerThanMs: {
    type: 'durationMs',
    default: '0s',
    description: 'Queries that take longer are logged with what they read. 0 is off.',
    flag: 'querier.log-queries-longer-than',
    yaml: 'log_queries_longer_than',
  },
  features: {
    type: 'list',
    default: [],
    description: "Experimental behaviour of PromQL to switch on, by Prometheus' names, e.g. promql-experimental-functions.",
    category: 'experimental',
    flag: 'enable-feature',
    yaml: 'features',
  },
  externalLabels: {
    type: 'list',
    default: [],
    description: 'Labels (`name=value`) added to series that /federate hands out and that do not have them.',
    category: 'advanced',
    flag: 'querier.external-labels',
    yaml: 'external_labels',
  },
} as const;

/** Options of PromQL. */
export const METRICS_QUERY: OptionGroup<typeof QUERY_ENTRIES> = options('metrics-query', QUERY_ENTRIES, {
  yamlSection: 'querier',
  title: 'Querying metrics',
  validate: ({ features, externalLabels }) => [
    ...features
      .filter((name) => !FEATURE_NAMES.includes(name))
      .map((name) => `--enable-feature: unknown feature ${name}; there are ${FEATURE_NAMES.join(', ')}`),
    ...externalLabels
      .filter((pair) => !/^[^=]+=/.test(pair))
      .map((pair) => `--querier.external-labels: ${pair} is not name=value`),
  ],
});

/** Parsed values of {@link METRICS_QUERY}. */
export type MetricsQueryConfig = ConfigOf<typeof QUERY_ENTRIES>;

/** All options of metrics, in the order of the reference. */
export const METRICS_OPTIONS: readonly OptionGroup[] = [
  METRICS_WRITE,
  METRICS_INSTANCE,
  METRICS_QUERY,
  METRICS_STORAGE,
  METRICS_BLOCKS,
  METRICS_SOURCES,
  METRICS_FRONTEND,
  METRICS_BUCKET_INDEX,
  METRICS_COMPACTION,
] as unknown as readonly OptionGroup[];
