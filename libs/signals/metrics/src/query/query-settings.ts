import type { QueryLimits } from '@telamon/limits';
import type { QuerySettings, RequestLimits } from '../api/query-settings.ts';
import type { MetricsQueryConfig } from '../options.ts';

/** What holds for the queries of one tenant: the process' options and the tenant's limits. */
export function querySettingsOf(config: MetricsQueryConfig, limits: QueryLimits): QuerySettings {
  return {
    lookbackMs: config.lookbackDeltaMs,
    timeoutMs: config.timeoutMs,
    limits: {
      maxSamples: config.maxSamples,
      maxSeries: limits.maxFetchedSeriesPerQuery,
      maxChunks: limits.maxFetchedChunksPerQuery,
      maxChunkBytes: limits.maxFetchedChunkBytesPerQuery,
      maxMemoryBytes: limits.maxEstimatedMemoryConsumptionPerQuery,
      maxSelectorLengthMs: limits.maxPartialQueryLengthMs,
    },
    policy: {
      features: config.features,
      experimentalFunctions: limits.enabledPromqlExperimentalFunctions,
      blockedQueries: limits.blockedQueries,
    },
    requests: requestLimitsOf(limits),
  };
}

function requestLimitsOf(limits: QueryLimits): RequestLimits {
  return {
    maxExpressionBytes: limits.maxQueryExpressionSizeBytes,
    maxLookbackMs: limits.maxQueryLookbackMs,
    maxTotalLengthMs: limits.maxTotalQueryLengthMs,
    maxLabelsLengthMs: limits.maxLabelsQueryLengthMs,
    maxSeries: limits.maxSeriesQueryLimit,
    maxLabelNames: limits.maxLabelNamesLimit,
    maxLabelValues: limits.maxLabelValuesLimit,
    isAlignedWithStep: limits.alignQueriesWithStep,
    limitedQueries: limits.limitedQueries,
    blockedRequests: limits.blockedRequests,
  };
}

/** Reads `name=value` pairs, sorted by name. */
export function externalLabelsOf(pairs: readonly string[]): (readonly [string, string])[] {
  return pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)] as const).sort();
}
