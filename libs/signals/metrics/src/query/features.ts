import type { FeatureFlags, ParserOptions } from '@telamon/promql';
import type { EvaluateRequest } from './evaluate-request.ts';

/** Prometheus' feature names and the flags of our parser and engine. */
const FLAG_BY_NAME: ReadonlyMap<string, keyof FeatureFlags> = new Map([
  ['promql-experimental-functions', 'experimentalFunctions'],
  ['promql-delayed-name-removal', 'delayedNameRemoval'],
  ['promql-extended-range-selectors', 'extendedRangeSelectors'],
  ['promql-binop-fill-modifiers', 'binopFillModifiers'],
  ['promql-duration-expr', 'durationExpressions'],
  ['promql-per-step-stats', 'perStepStats'],
  ['use-start-timestamps', 'useStartTimestamps'],
  ['type-and-unit-labels', 'typeAndUnitLabels'],
]);

/** Feature names that a user may turn on. */
export const FEATURE_NAMES: readonly string[] = [...FLAG_BY_NAME.keys()];

/** Engine flags of a list of feature names; names that we don't know were refused with the configuration. */
export function featureFlagsOf(features: readonly string[]): FeatureFlags {
  const flags: { -readonly [K in keyof FeatureFlags]: FeatureFlags[K] } = { durationExpressions: true };
  for (const name of features) {
    const flag = FLAG_BY_NAME.get(name);
    if (flag !== undefined) flags[flag] = true;
  }
  return flags;
}

/** Parser options of a request. */
export function parserOptionsOf(request: Pick<EvaluateRequest, 'features' | 'limits'>): ParserOptions {
  const { maxExpressionBytes } = request.limits;
  const features = new Set(request.features);
  return maxExpressionBytes > 0 ? { features, maxLengthBytes: maxExpressionBytes } : { features };
}
