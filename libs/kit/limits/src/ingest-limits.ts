import { type ConfigOf, type OptionGroup, options } from '@telamon/config';
import { parseRelabelConfigs, type RelabelConfig } from './relabel-config.ts';

const RATES = {
  ingestionTenantShardSize: {
    type: 'int',
    default: 0,
    min: 0,
    unit: 'ingesters',
    scope: 'tenant',
    flag: 'distributor.ingestion-tenant-shard-size',
    yaml: 'ingestion_tenant_shard_size',
    description: "Ingesters that a tenant's data is spread over, rounded up to a multiple of the zones. 0 is all of them.",
  },
  requestRate: {
    type: 'float',
    default: 0,
    min: 0,
    unit: 'requests/s',
    scope: 'tenant',
    flag: 'distributor.request-rate-limit',
    yaml: 'request_rate',
    description: 'Write requests that a tenant may send per second. 0 is off.',
  },
  requestBurstSize: {
    type: 'int',
    default: 0,
    min: 0,
    unit: 'requests',
    scope: 'tenant',
    flag: 'distributor.request-burst-size',
    yaml: 'request_burst_size',
    description: 'Write requests that a tenant may send at once, above the rate. Needed with a request rate limit.',
  },
  ingestionRate: {
    type: 'float',
    default: 0,
    min: 0,
    unit: 'items/s',
    scope: 'tenant',
    flag: 'distributor.ingestion-rate-limit',
    yaml: 'ingestion_rate',
    description: 'Samples, exemplars and metadata that a tenant may send per second. 0 is off.',
  },
  ingestionBurstSize: {
    type: 'int',
    default: 200000,
    min: 0,
    unit: 'items',
    scope: 'tenant',
    flag: 'distributor.ingestion-burst-size',
    yaml: 'ingestion_burst_size',
    description:
      'Samples, exemplars and metadata that a tenant may send at once, above the rate; also the most in one request while there is a rate limit.',
  },
  ingestionBurstFactor: {
    type: 'float',
    default: 0,
    min: 0,
    category: 'experimental',
    scope: 'tenant',
    flag: 'distributor.ingestion-burst-factor',
    yaml: 'ingestion_burst_factor',
    description: 'If at least 1, the burst is the ingestion rate times this, whatever the burst size says.',
  },
  serviceOverloadStatusCodeOnRateLimitEnabled: {
    type: 'boolean',
    default: false,
    category: 'experimental',
    scope: 'tenant',
    flag: 'distributor.service-overload-status-code-on-rate-limit-enabled',
    yaml: 'service_overload_status_code_on_rate_limit_enabled',
    description: 'Answers 529 instead of 429 when a rate limit is exceeded.',
  },
} as const;

const LABELS = {
  maxLabelNameLength: {
    type: 'int',
    default: 1024,
    min: 0,
    unit: 'bytes',
    scope: 'tenant',
    flag: 'validation.max-length-label-name',
    yaml: 'max_label_name_length',
    description: 'Longest label name; series with longer ones are refused.',
  },
  maxLabelValueLength: {
    type: 'int',
    default: 2048,
    min: 0,
    unit: 'bytes',
    scope: 'tenant',
    flag: 'validation.max-length-label-value',
    yaml: 'max_label_value_length',
    description: 'Longest label value; series with longer ones are refused. Holds for the metric name too.',
  },
  maxLabelNamesPerSeries: {
    type: 'int',
    default: 30,
    min: 0,
    unit: 'labels',
    scope: 'tenant',
    flag: 'validation.max-label-names-per-series',
    yaml: 'max_label_names_per_series',
    description: 'Most labels of a series, its name included; series with more are refused.',
  },
  maxLabelNamesPerInfoSeries: {
    type: 'int',
    default: 80,
    min: 0,
    unit: 'labels',
    scope: 'tenant',
    flag: 'validation.max-label-names-per-info-series',
    yaml: 'max_label_names_per_info_series',
    description: 'Most labels of a series whose name ends in _info, if that is more than for other series.',
  },
  nameValidationScheme: {
    type: 'choice',
    choices: ['utf8', 'legacy'],
    default: 'utf8',
    scope: 'tenant',
    flag: 'validation.name-validation-scheme',
    yaml: 'name_validation_scheme',
    description: 'Which metric and label names are accepted: any UTF-8 text, or [a-zA-Z_:][a-zA-Z0-9_:]*.',
  },
  maxMetadataLength: {
    type: 'int',
    default: 1024,
    min: 0,
    unit: 'bytes',
    scope: 'tenant',
    flag: 'validation.max-metadata-length',
    yaml: 'max_metadata_length',
    description: 'Longest metric name, help and unit of metadata. Longer help is cut, the others are refused.',
  },
  enforceMetadataMetricName: {
    type: 'boolean',
    default: true,
    category: 'advanced',
    scope: 'tenant',
    flag: 'validation.enforce-metadata-metric-name',
    yaml: 'enforce_metadata_metric_name',
    description: 'Refuses metadata without a metric name.',
  },
  dropLabels: {
    type: 'list',
    default: [],
    category: 'advanced',
    scope: 'tenant',
    flag: 'distributor.drop-label',
    yaml: 'drop_labels',
    description: 'Labels that are removed from every series.',
  },
  metricRelabelConfigs: {
    type: 'structured',
    default: [],
    category: 'experimental',
    scope: 'tenant',
    flag: 'distributor.metric-relabel-configs',
    yaml: 'metric_relabel_configs',
    description: 'Relabel rules, as in a Prometheus configuration, that every received series goes through.',
    parse: parseRelabelConfigs as (value: unknown) => readonly RelabelConfig[],
  },
  metricRelabelingEnabled: {
    type: 'boolean',
    default: true,
    category: 'experimental',
    scope: 'tenant',
    flag: 'distributor.metric-relabeling-enabled',
    yaml: 'metric_relabeling_enabled',
    description: 'Whether the metric relabel rules are applied.',
  },
} as const;

const SAMPLES = {
  creationGracePeriodMs: {
    type: 'durationMs',
    default: '10m',
    category: 'advanced',
    scope: 'tenant',
    flag: 'validation.create-grace-period',
    yaml: 'creation_grace_period',
    description: 'How far in the future a sample may lie; later ones are refused.',
  },
  pastGracePeriodMs: {
    type: 'durationMs',
    default: '0s',
    category: 'advanced',
    scope: 'tenant',
    flag: 'validation.past-grace-period',
    yaml: 'past_grace_period',
    description: 'How far in the past a sample may lie, beyond the out-of-order window. 0 is off.',
  },
  outOfOrderTimeWindowMs: {
    type: 'durationMs',
    default: '0s',
    scope: 'tenant',
    flag: 'ingester.out-of-order-time-window',
    yaml: 'out_of_order_time_window',
    description: "How much older than the tenant's newest sample a sample may be and still be taken out of order. 0 is off.",
  },
  createdTimestampZeroIngestionEnabled: {
    type: 'boolean',
    default: false,
    category: 'experimental',
    scope: 'tenant',
    flag: 'distributor.created-timestamp-zero-ingestion-enabled',
    yaml: 'created_timestamp_zero_ingestion_enabled',
    description: 'Writes a zero sample at the start times of samples and histograms of remote write 2.0.',
  },
  nativeHistogramsIngestionEnabled: {
    type: 'boolean',
    default: true,
    scope: 'tenant',
    flag: 'ingester.native-histograms-ingestion-enabled',
    yaml: 'native_histograms_ingestion_enabled',
    description: 'Takes native histograms; otherwise they are ignored without an error.',
  },
  maxNativeHistogramBuckets: {
    type: 'int',
    default: 0,
    min: 0,
    unit: 'buckets',
    scope: 'tenant',
    flag: 'validation.max-native-histogram-buckets',
    yaml: 'max_native_histogram_buckets',
    description: 'Most buckets of a native histogram. 0 is off.',
  },
  reduceNativeHistogramOverMaxBuckets: {
    type: 'boolean',
    default: true,
    scope: 'tenant',
    flag: 'validation.reduce-native-histogram-over-max-buckets',
    yaml: 'reduce_native_histogram_over_max_buckets',
    description: 'Lowers the resolution of a native histogram with too many buckets instead of refusing it.',
  },
} as const;

const CARDINALITY = {
  maxGlobalSeriesPerUser: {
    type: 'int',
    default: 0,
    min: 0,
    unit: 'series',
    scope: 'tenant',
    flag: 'ingester.max-global-series-per-user',
    yaml: 'max_global_series_per_user',
    description: 'Most series that a tenant may have in memory; further ones are refused. 0 is off.',
  },
  maxGlobalSeriesPerMetric: {
    type: 'int',
    default: 0,
    min: 0,
    unit: 'series',
    scope: 'tenant',
    flag: 'ingester.max-global-series-per-metric',
    yaml: 'max_global_series_per_metric',
    description: 'Most series that one metric of a tenant may have in memory; further ones are refused. 0 is off.',
  },
  maxGlobalMetadataPerUser: {
    type: 'int',
    default: 0,
    min: 0,
    unit: 'metrics',
    scope: 'tenant',
    flag: 'ingester.max-global-metadata-per-user',
    yaml: 'max_global_metadata_per_user',
    description: 'Most metrics of a tenant whose metadata (type, unit, help) is kept. 0 is off.',
  },
  maxGlobalMetadataPerMetric: {
    type: 'int',
    default: 0,
    min: 0,
    scope: 'tenant',
    flag: 'ingester.max-global-metadata-per-metric',
    yaml: 'max_global_metadata_per_metric',
    description: 'Most different metadata (type, unit, help) that is kept of one metric. 0 is off.',
  },
  maxGlobalExemplarsPerUser: {
    type: 'int',
    default: 100000,
    min: 0,
    unit: 'exemplars',
    scope: 'tenant',
    flag: 'ingester.max-global-exemplars-per-user',
    yaml: 'max_global_exemplars_per_user',
    description: 'Exemplars that are kept of a tenant; the oldest make room for new ones. 0 keeps none.',
  },
} as const;

/** Rates and request bursts of writers. */
export type RateLimits = ConfigOf<typeof RATES>;
/** What labels, names and metadata may look like. */
export type LabelLimits = ConfigOf<typeof LABELS>;
/** Which samples, histograms and exemplars are taken. */
export type SampleLimits = ConfigOf<typeof SAMPLES>;
/** How many series, metadata and exemplars a tenant may hold. */
export type CardinalityLimits = ConfigOf<typeof CARDINALITY>;
/** Everything that the write path asks of a tenant's limits, but HA and OTLP. */
export type IngestLimits = RateLimits & LabelLimits & SampleLimits & CardinalityLimits;

/** Declaration of {@link RateLimits}. */
export const RATE_LIMITS: OptionGroup<typeof RATES> = options('limits.rates', RATES, { yamlSection: 'limits' });
/** Declaration of {@link LabelLimits}. */
export const LABEL_LIMITS: OptionGroup<typeof LABELS> = options('limits.labels', LABELS, { yamlSection: 'limits' });
/** Declaration of {@link SampleLimits}. */
export const SAMPLE_LIMITS: OptionGroup<typeof SAMPLES> = options('limits.samples', SAMPLES, { yamlSection: 'limits' });
/** Declaration of {@link CardinalityLimits}. */
export const CARDINALITY_LIMITS: OptionGroup<typeof CARDINALITY> = options('limits.cardinality', CARDINALITY, {
  yamlSection: 'limits',
});

/** Largest burst of items: the burst factor times the rate where it is set, else the burst size. */
export function ingestionBurst(
  limits: Pick<RateLimits, 'ingestionRate' | 'ingestionBurstFactor' | 'ingestionBurstSize'>,
): number {
  return limits.ingestionBurstFactor >= 1
    ? Math.floor(limits.ingestionRate * limits.ingestionBurstFactor)
    : limits.ingestionBurstSize;
}
