import { AT_UNSAFE_FUNCTIONS } from '../engine/functions/at-unsafe.ts';
import type { Expr } from '../parser/ast.ts';
import { formatExpr } from '../parser/format-expr.ts';

/** A query pinned to a time, and a time at which it is evaluated. */
export interface PinnedQuery {
  readonly query: string;
  readonly evalMs: number;
}

/**
 * The same query with `@` at its evaluation time on every selector and subquery that has none (not inside pinned
 * subqueries), at several evaluation times: the answer must not change. Empty when a function depends on the time itself.
 * The tree is changed.
 */
export function pinnedVariants(expr: Expr, timeMs: number): PinnedQuery[] {
  if (!pin(expr, timeMs)) return [];
  const query = formatExpr(expr);
  const times = timeMs === 0 ? [-1000, 0, 1000] : [-10 * timeMs, 0, Math.trunc(timeMs / 5), timeMs, 10 * timeMs];
  return times.map((evalMs) => ({ query, evalMs }));
}

/** Pins a tree; false when it holds a function that must not be pinned. */
function pin(expr: Expr, timeMs: number): boolean {
  switch (expr.kind) {
    case 'vectorSelector':
      // What is written as `@ start()` has its time set as well, and keeps its spelling.
      expr.timestampMs ??= timeMs;
      return true;
    case 'matrixSelector':
      return pin(expr.vectorSelector, timeMs);
    case 'subquery':
      // Pinned, it pins what is inside; functions in there see the subquery's own times.
      expr.timestampMs ??= timeMs;
      return true;
    case 'call':
      return !AT_UNSAFE_FUNCTIONS.has(expr.func.name) && expr.args.map((arg) => pin(arg, timeMs)).every(Boolean);
    case 'aggregate':
      return (expr.param === undefined || pin(expr.param, timeMs)) && pin(expr.expr, timeMs);
    case 'binary':
      return pin(expr.lhs, timeMs) && pin(expr.rhs, timeMs);
    case 'unary':
    case 'paren':
    case 'stepInvariant':
      return pin(expr.expr, timeMs);
    default:
      return true;
  }
}
