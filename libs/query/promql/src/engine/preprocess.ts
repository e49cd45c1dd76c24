import type { BinaryExpr, Call, Expr, NumberLiteral, StartOrEnd, SubqueryExpr, VectorSelector } from '../parser/ast.ts';
import { unrollBinary } from '../parser/value-type.ts';
import { type DurationContext, resolveDuration } from './durations.ts';
import { withType } from './expression-type.ts';
import { AT_UNSAFE_FUNCTIONS } from './functions/at-unsafe.ts';

/** Times of a query that the tree depends on. `stepMs` is 0 for instant queries. */
export interface QueryTimes {
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

/**
 * Makes a query's tree ready for one evaluation, as a copy: `start()`, `end()`, `range()`, `step()` and durations are
 * resolved, `@` is fixed, superfluous parentheses around arguments go, and what is the same at every step is wrapped in
 * {@link StepInvariantExpr} at the highest place. Throws a bad_data QueryError for impossible durations.
 */
export function preprocess(expr: Expr, times: QueryTimes): Expr {
  const durations: DurationContext = { stepMs: times.stepMs, rangeMs: times.endMs - times.startMs };
  const copy = resolve(expr, { times, durations, fixesBounds: true });
  const found = invariance(copy);
  return found.shouldWrap ? wrap(copy) : copy;
}

interface Resolution {
  readonly times: QueryTimes;
  readonly durations: DurationContext;
  /** Whether `@ start()` and `@ end()` count: Prometheus takes no notice of them in the parameter of an aggregation. */
  readonly fixesBounds: boolean;
}

function resolve(expr: Expr, resolution: Resolution): Expr {
  const visit = (inner: Expr): Expr => resolve(inner, resolution);
  switch (expr.kind) {
    case 'number':
    case 'string':
    case 'duration':
      return expr;
    case 'vectorSelector':
      return resolveSelector(expr, resolution);
    case 'matrixSelector':
      return {
        ...expr,
        vectorSelector: resolveSelector(expr.vectorSelector, resolution),
        rangeMs: expr.rangeExpr === undefined ? expr.rangeMs : resolveDuration(expr.rangeExpr, resolution.durations, false),
      };
    case 'subquery':
      return resolveSubquery(expr, visit(expr.expr), resolution);
    case 'call':
      return foldContextFunction(expr, resolution.times) ?? { ...expr, args: expr.args.map((arg) => unwrapParens(visit(arg))) };
    case 'aggregate':
      return {
        ...expr,
        expr: unwrapParens(visit(expr.expr)),
        param: expr.param === undefined ? undefined : unwrapParens(resolve(expr.param, { ...resolution, fixesBounds: false })),
      };
    case 'binary':
      return resolveChain(expr, visit);
    case 'unary':
    case 'paren':
    case 'stepInvariant':
      return { ...expr, expr: visit(expr.expr) };
  }
}

/** A chain of operators may be a hundred thousand long, so it is not walked by recursion. */
function resolveChain(expr: BinaryExpr, visit: (inner: Expr) => Expr): Expr {
  const { first, links } = unrollBinary(expr);
  let left = visit(first);
  for (const link of links) left = withType({ ...link, lhs: left, rhs: visit(link.rhs) });
  return left;
}

function resolveSelector(selector: VectorSelector, resolution: Resolution): VectorSelector {
  const { durations } = resolution;
  return {
    ...selector,
    originalOffsetMs:
      selector.offsetExpr === undefined ? selector.originalOffsetMs : resolveDuration(selector.offsetExpr, durations, true),
    timestampMs: resolveAt(selector.timestampMs, selector.startOrEnd, resolution),
  };
}

function resolveSubquery(subquery: SubqueryExpr, inner: Expr, resolution: Resolution): SubqueryExpr {
  const { durations } = resolution;
  return {
    ...subquery,
    expr: inner,
    originalOffsetMs:
      subquery.offsetExpr === undefined ? subquery.originalOffsetMs : resolveDuration(subquery.offsetExpr, durations, true),
    stepMs: subquery.stepExpr === undefined ? subquery.stepMs : resolveDuration(subquery.stepExpr, durations, false),
    rangeMs: subquery.rangeExpr === undefined ? subquery.rangeMs : resolveDuration(subquery.rangeExpr, durations, false),
    timestampMs: resolveAt(subquery.timestampMs, subquery.startOrEnd, resolution),
  };
}

function resolveAt(at: number | undefined, startOrEnd: StartOrEnd | undefined, resolution: Resolution): number | undefined {
  const { times, fixesBounds } = resolution;
  if (startOrEnd === undefined || !fixesBounds) return at;
  return startOrEnd === 'start' ? times.startMs : times.endMs;
}

function foldContextFunction(call: Call, times: QueryTimes): NumberLiteral | undefined {
  const literal = (value: number): NumberLiteral => ({ kind: 'number', value, isDuration: false, pos: call.pos });
  switch (call.func.name) {
    case 'start':
      return literal(times.startMs / 1000);
    case 'end':
      return literal(times.endMs / 1000);
    case 'range':
      return literal((times.endMs - times.startMs) / 1000);
    case 'step':
      return literal(times.startMs === times.endMs ? 0 : times.stepMs / 1000);
    default:
      return undefined;
  }
}

function unwrapParens(expr: Expr): Expr {
  let inner = expr;
  while (inner.kind === 'paren') inner = inner.expr;
  return inner;
}

function wrap(expr: Expr): Expr {
  return { kind: 'stepInvariant', expr, pos: expr.pos };
}

interface Invariance {
  /** The value is the same at every step. */
  readonly isInvariant: boolean;
  /** The node itself gains from being wrapped; selectors of ranges and strings do not. */
  readonly shouldWrap: boolean;
}

const VARIES: Invariance = { isInvariant: false, shouldWrap: false };
const SAME: Invariance = { isInvariant: true, shouldWrap: true };

/** Wraps children where needed (in place, the tree is ours) and tells what the node itself is. */
function invariance(expr: Expr): Invariance {
  switch (expr.kind) {
    case 'number':
    case 'string':
    case 'duration':
      return { isInvariant: true, shouldWrap: false };
    case 'vectorSelector':
      return expr.timestampMs === undefined ? VARIES : SAME;
    case 'matrixSelector':
      return { isInvariant: expr.vectorSelector.timestampMs !== undefined, shouldWrap: false };
    case 'subquery':
      if (invariance(expr.expr).isInvariant) expr.expr = wrap(expr.expr);
      return { isInvariant: expr.timestampMs !== undefined, shouldWrap: false };
    case 'aggregate':
    case 'unary':
    case 'paren':
    case 'stepInvariant':
      return invariance(expr.expr);
    case 'binary':
      return invarianceOfChain(expr);
    case 'call':
      return invarianceOfCall(expr);
  }
}

function invarianceOfChain(expr: BinaryExpr): Invariance {
  const { first, links } = unrollBinary(expr);
  let left = invariance(first);
  for (const link of links) {
    const right = invariance(link.rhs);
    if (left.isInvariant && right.isInvariant) {
      left = SAME;
      continue;
    }
    if (left.shouldWrap) link.lhs = wrap(link.lhs);
    if (right.shouldWrap) link.rhs = wrap(link.rhs);
    left = VARIES;
  }
  return left;
}

function invarianceOfCall(call: Call): Invariance {
  const found = call.args.map(invariance);
  const areArgsInvariant = found.every((arg) => arg.isInvariant);
  // The time of a selected sample does not depend on the step when the selection does not.
  const isFixedTimestamp = call.func.name === 'timestamp' && call.args.every((arg) => arg.kind === 'vectorSelector');
  if (areArgsInvariant && (!AT_UNSAFE_FUNCTIONS.has(call.func.name) || isFixedTimestamp)) return SAME;
  found.forEach((arg, i) => {
    if (arg.shouldWrap) call.args[i] = wrap(call.args[i]!);
  });
  return VARIES;
}
