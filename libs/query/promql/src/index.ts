export { Engine } from './engine/engine.ts';
export type { EngineOptions, FeatureFlags, QueryOptions } from './engine/engine-options.ts';
export type { QueryTimes } from './engine/preprocess.ts';
export { QueryError } from './engine/query-error.ts';
export type * from './engine/queryable.ts';
export type * from './engine/result.ts';
export type * from './parser/ast.ts';
export { formatDurationLiteral, parseDurationLiteral } from './parser/duration-literal.ts';
export { exprToJson, type JsonObject, type JsonValue } from './parser/expr-json.ts';
export { formatExpr, formatMatcher } from './parser/format-expr.ts';
export { FUNCTIONS } from './parser/functions.ts';
export { describePosition, ParseErrors, type ParseProblem } from './parser/parse-errors.ts';
export { parseExpr, parseMetricSelector } from './parser/parse-expr.ts';
export { type MetricPrefix, parseMetricPrefix } from './parser/parse-metric.ts';
export {
  BINOP_FILL_MODIFIERS,
  DEFAULT_MAX_DEPTH,
  DEFAULT_MAX_LENGTH_BYTES,
  EXPERIMENTAL_FUNCTIONS,
  EXTENDED_RANGE_SELECTORS,
  type ParserOptions,
} from './parser/parser-options.ts';
export { prettify } from './parser/prettify.ts';
export { type BinaryChain, documentedType, unrollBinary, valueTypeOf } from './parser/value-type.ts';
export { childrenOf, walkExpr } from './parser/walk-expr.ts';
export { type CaseOutcome, makeTestEngine, runScript } from './promqltest/run-script.ts';
export { ScriptError } from './promqltest/script-error.ts';
