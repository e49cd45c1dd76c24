import { EXPERIMENTAL_FUNCTIONS, type Expr, type FeatureFlags, type ParserOptions, walkExpr } from '@telamon/promql';
import type { QueryPolicy } from './evaluate-request.ts';

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

/** Aggregations that count as experimental functions. */
const EXPERIMENTAL_AGGREGATIONS: ReadonlySet<string> = new Set(['limitk', 'limit_ratio']);

/** Engine flags of a tenant's policy; names of features that we don't know were refused with the configuration. */
export function featureFlagsOf(policy: Pick<QueryPolicy, 'features' | 'experimentalFunctions'>): FeatureFlags {
  const flags: { -readonly [K in keyof FeatureFlags]: FeatureFlags[K] } = { durationExpressions: true };
  for (const name of featuresOf(policy)) {
    const flag = FLAG_BY_NAME.get(name);
    if (flag !== undefined) flags[flag] = true;
  }
  return flags;
}

/** Parser options of a tenant's policy. What parses with them may still hold a function that the tenant may not use. */
export function parserOptionsOf(policy: Pick<QueryPolicy, 'features' | 'experimentalFunctions'>): ParserOptions {
  return { features: new Set(featuresOf(policy)) };
}

/** Name of the first experimental function or aggregation of a query that the tenant may not use; undefined when there is none. */
export function forbiddenFunction(
  expr: Expr,
  policy: Pick<QueryPolicy, 'features' | 'experimentalFunctions'>,
): string | undefined {
  const { features, experimentalFunctions: allowed } = policy;
  if (features.includes(EXPERIMENTAL_FUNCTIONS) || allowed.includes('all')) return undefined;
  let forbidden: string | undefined;
  walkExpr(expr, (inner) => {
    const name = experimentalName(inner);
    if (name !== undefined && !allowed.includes(name)) forbidden ??= name;
  });
  return forbidden;
}

function experimentalName(expr: Expr): string | undefined {
  if (expr.kind === 'call') return expr.func.isExperimental ? expr.func.name : undefined;
  return expr.kind === 'aggregate' && EXPERIMENTAL_AGGREGATIONS.has(expr.op) ? expr.op : undefined;
}

/** The parser knows experimental functions all together or not at all. */
function featuresOf({ features, experimentalFunctions }: Pick<QueryPolicy, 'features' | 'experimentalFunctions'>): string[] {
  return experimentalFunctions.length === 0 ? [...features] : [...features, EXPERIMENTAL_FUNCTIONS];
}
