import { splitTenantIds } from '@telamon/model';
import type { QuerySettings } from '../api/query-settings.ts';

/** Settings of one tenant or of several (`a|b`): of several the strictest of each, as with Mimir. */
export function federatedSettings(settingsOf: (tenant: string) => QuerySettings): (joined: string) => QuerySettings {
  return (joined) => {
    const tenants = splitTenantIds(joined);
    return tenants.length === 1 ? settingsOf(joined) : tenants.map(settingsOf).reduce(stricter);
  };
}

function stricter(a: QuerySettings, b: QuerySettings): QuerySettings {
  return {
    lookbackMs: a.lookbackMs,
    timeoutMs: Math.min(a.timeoutMs, b.timeoutMs),
    limits: {
      maxSamples: smaller(a.limits.maxSamples, b.limits.maxSamples),
      maxSeries: smaller(a.limits.maxSeries, b.limits.maxSeries),
      maxChunks: smaller(a.limits.maxChunks, b.limits.maxChunks),
      maxChunkBytes: smaller(a.limits.maxChunkBytes, b.limits.maxChunkBytes),
      maxMemoryBytes: smaller(a.limits.maxMemoryBytes, b.limits.maxMemoryBytes),
      maxSelectorLengthMs: smaller(a.limits.maxSelectorLengthMs, b.limits.maxSelectorLengthMs),
    },
    policy: {
      features: a.policy.features,
      experimentalFunctions: allowedByBoth(a.policy.experimentalFunctions, b.policy.experimentalFunctions),
      blockedQueries: [...a.policy.blockedQueries, ...b.policy.blockedQueries],
    },
    requests: {
      maxExpressionBytes: smaller(a.requests.maxExpressionBytes, b.requests.maxExpressionBytes),
      maxLookbackMs: smaller(a.requests.maxLookbackMs, b.requests.maxLookbackMs),
      maxTotalLengthMs: smaller(a.requests.maxTotalLengthMs, b.requests.maxTotalLengthMs),
      maxLabelsLengthMs: smaller(a.requests.maxLabelsLengthMs, b.requests.maxLabelsLengthMs),
      maxSeries: smaller(a.requests.maxSeries, b.requests.maxSeries),
      maxLabelNames: smaller(a.requests.maxLabelNames, b.requests.maxLabelNames),
      maxLabelValues: smaller(a.requests.maxLabelValues, b.requests.maxLabelValues),
      isAlignedWithStep: a.requests.isAlignedWithStep && b.requests.isAlignedWithStep,
      limitedQueries: [...a.requests.limitedQueries, ...b.requests.limitedQueries],
      blockedRequests: [...a.requests.blockedRequests, ...b.requests.blockedRequests],
    },
  };
}

/** 0 is no limit. */
function smaller(a: number, b: number): number {
  return a === 0 || b === 0 ? a + b : Math.min(a, b);
}

/** `all` stands for every function. */
function allowedByBoth(a: readonly string[], b: readonly string[]): readonly string[] {
  if (a.includes('all')) return b;
  return b.includes('all') ? a : a.filter((name) => b.includes(name));
}
