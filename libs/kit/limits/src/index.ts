export {
  CatalogueError,
  catalogueError,
  cut200,
  ERROR_ID_PREFIX,
  ERROR_IDS,
  type ErrorId,
  type MessageParts,
  reasonOf,
  withId,
} from './error-id.ts';
export { HA_LIMITS, type HaLimits } from './ha-limits.ts';
export {
  type ExemplarPlace,
  exemplarSeriesMissing,
  exemplarTooFarInFuture,
  exemplarTooFarInPast,
  goTime,
  type HistogramErrorId,
  ingestedTooFarInFuture,
  invalidHistogram,
  maxMetadataPerMetric,
  maxMetadataPerUser,
  maxSeriesPerMetric,
  maxSeriesPerUser,
  sampleBeyondWindow,
  sampleDuplicateTimestamp,
  sampleOutOfOrder,
  sampleTooOld,
} from './ingest-errors.ts';
export {
  CARDINALITY_LIMITS,
  type CardinalityLimits,
  type IngestLimits,
  ingestionBurst,
  LABEL_LIMITS,
  type LabelLimits,
  RATE_LIMITS,
  type RateLimits,
  SAMPLE_LIMITS,
  type SampleLimits,
} from './ingest-limits.ts';
export {
  distributorMaxInflightPushRequests,
  distributorMaxInflightPushRequestsBytes,
  distributorMaxIngestionRate,
  ingesterMaxInflightPushRequests,
  ingesterMaxInflightPushRequestsBytes,
  ingesterMaxInflightReadRequests,
  ingesterMaxIngestionRate,
  ingesterMaxSeries,
  ingesterMaxTenants,
  otlpRequestTooLarge,
  type RequestSize,
  writeMessageTooLarge,
} from './instance-errors.ts';
export { OTLP_LIMITS, type OtlpLimits, type OtlpTranslationStrategy, otlpTranslationStrategy } from './otlp-limits.ts';
export { type LimitsProvider, Overrides } from './overrides.ts';
export {
  bucketIndexTooOld,
  goDuration,
  maxChunkBytesPerQuery,
  maxChunksPerQuery,
  maxEstimatedChunksPerQuery,
  maxMemoryPerQuery,
  maxQueryExpressionSize,
  maxQueryLength,
  maxSeriesPerQuery,
  maxTotalQueryLength,
  queryBlocked,
  queryLimited,
  requestBlocked,
  storeConsistencyCheckFailed,
} from './query-errors.ts';
export {
  FETCH_LIMITS,
  type FetchLimits,
  FRONTEND_LIMITS,
  type FrontendLimits,
  type QueryLimits,
} from './query-limits.ts';
export { parseRelabelConfigs, type RelabelConfig } from './relabel-config.ts';
export {
  RUNTIME_CONFIG,
  RuntimeConfig,
  type RuntimeConfigDeps,
  type RuntimeConfigOptions,
  type RuntimeFiles,
} from './runtime-config.ts';
export { mergeRuntimeValues, parseRuntimeFile, type RuntimeValues } from './runtime-file.ts';
export { STORAGE_LIMITS, type StorageLimits } from './storage-limits.ts';
export {
  type BlockedQuery,
  type BlockedRequest,
  type LimitedQuery,
  parseBlockedQueries,
  parseBlockedRequests,
  parseLimitedQueries,
} from './structured-limits.ts';
export {
  defaultLimits,
  LIMITS,
  type LimitsSource,
  type PlainValue,
  plainLimits,
  type TenantLimits,
  userLimits,
} from './tenant-limits.ts';
export { TenantRateLimiter, type TenantRateLimiterOptions } from './tenant-rate-limiter.ts';
export { type RateLimit, TokenBucket } from './token-bucket.ts';
export {
  activeSeriesLimited,
  duplicateLabelName,
  EXEMPLAR_LABELS_CHARS_MAX,
  exemplarLabelsMissing,
  exemplarLabelsTooLong,
  exemplarTimestampInvalid,
  formatSeries,
  type HistogramSize,
  ingestionBurstLimited,
  ingestionRateLimited,
  invalidHistogramSchema,
  invalidLabel,
  invalidLabelValue,
  invalidMetricName,
  labelNameTooLong,
  labelsNotSorted,
  labelValueTooLong,
  metadataMetricNameTooLong,
  metadataMissingMetricName,
  metadataUnitTooLong,
  missingMetricName,
  notReducibleCustomBuckets,
  notReducibleHistogram,
  requestRateLimited,
  sampleTooFarInFuture,
  sampleTooFarInPast,
  tooManyHaClusters,
  tooManyHistogramBuckets,
  tooManyLabels,
} from './write-errors.ts';
