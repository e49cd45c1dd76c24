import type { QueryLimits } from '@telamon/limits';
import { EXPERIMENTAL_FUNCTIONS } from '@telamon/promql';
import type { QuerySettings } from '../api/query-deps.ts';
import type { MetricsQueryConfig } from '../options.ts';

/** What holds for the queries of one tenant: the process' options and the tenant's limits. */
export function querySettingsOf(config: MetricsQueryConfig, limits: QueryLimits): QuerySettings {
  return {
    lookbackMs: config.lookbackDeltaMs,
    timeoutMs: config.timeoutMs,
    limits: {
      maxSamples: config.maxSamples,
      maxSeries: limits.maxFetchedSeriesPerQuery,
      maxMemoryBytes: limits.maxEstimatedMemoryConsumptionPerQuery,
      maxExpressionBytes: limits.maxQueryExpressionSizeBytes,
    },
    features: featuresOf(config, limits),
  };
}

function featuresOf(config: MetricsQueryConfig, limits: QueryLimits): readonly string[] {
  const hasFunctions = limits.enabledPromqlExperimentalFunctions.length > 0;
  return hasFunctions ? [...new Set([...config.features, EXPERIMENTAL_FUNCTIONS])] : config.features;
}

/** Reads `name=value` pairs, sorted by name. */
export function externalLabelsOf(pairs: readonly string[]): (readonly [string, string])[] {
  return pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)] as const).sort();
}
