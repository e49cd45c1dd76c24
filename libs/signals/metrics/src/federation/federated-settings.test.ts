import { expect, it } from 'vitest';
import type { QuerySettings } from '../api/query-settings.ts';
import { federatedSettings } from './federated-settings.ts';

/** Settings in which every limit is `limit`. */
function settings(limit: number, functions: readonly string[], isAligned: boolean): QuerySettings {
  const evaluate = { maxSamples: limit, maxSeries: limit, maxChunks: limit, maxChunkBytes: limit, maxMemoryBytes: limit };
  const requests = { maxExpressionBytes: limit, maxLookbackMs: limit, maxTotalLengthMs: limit, maxLabelsLengthMs: limit };
  const rule = { pattern: `${limit}`, regex: false };
  return {
    lookbackMs: 5,
    timeoutMs: limit + 100,
    limits: { ...evaluate, maxSelectorLengthMs: limit },
    policy: { features: [], experimentalFunctions: functions, blockedQueries: [rule] as never },
    requests: {
      ...requests,
      ...{ maxSeries: limit, maxLabelNames: limit, maxLabelValues: limit, isAlignedWithStep: isAligned },
      limitedQueries: [],
      blockedRequests: [],
    },
  };
}

it('several tenants have the strictest settings of each', () => {
  const all: Readonly<Record<string, QuerySettings>> = {
    a: settings(7, ['all'], true),
    b: settings(0, ['limitk', 'info'], true),
    c: settings(3, ['info'], false),
  };
  const of = federatedSettings((tenant) => all[tenant]!);
  expect(of('a')).toBe(all.a);
  const both = of('a|b');
  expect([...Object.values(both.limits), both.timeoutMs]).toEqual([7, 7, 7, 7, 7, 7, 100]);
  expect(both.policy.experimentalFunctions).toEqual(['limitk', 'info']);
  const three = of('a|b|c');
  expect(Object.values(three.limits)).toEqual([3, 3, 3, 3, 3, 3]);
  expect(three.policy.experimentalFunctions).toEqual(['info']);
  expect(three.policy.blockedQueries).toHaveLength(3);
  expect(three.requests).toMatchObject({ maxLookbackMs: 3, maxSeries: 3, isAlignedWithStep: false });
});
