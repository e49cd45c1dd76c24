import type { Expr, SubqueryExpr, VectorSelector } from '@telamon/promql';
import { childrenOf } from '@telamon/promql';

/** Which samples a step of a query looks at. Times in ms. */
export interface QueryReach {
  /** How far before the step; may be negative. */
  readonly backMs: number;
  /** How far behind the step, -Infinity when nothing depends on it. */
  readonly forwardMs: number;
  /** Latest sample that is looked at whatever the step (`@`); -Infinity when there is none. */
  readonly fixedUntilMs: number;
}

interface Window {
  readonly fromMs: number;
  readonly toMs: number;
  /** Times are since 1970 and not relative to the step. */
  readonly isFixed: boolean;
}

/**
 * The reach of a query whose times are all literal. undefined when they are not: `@ start()`, `@ end()` and durations that are computed
 * depend on the range of the query. Cost: linear in the expression.
 */
export function reachOf(expr: Expr, lookbackMs: number): QueryReach | undefined {
  const windows: Window[] = [];
  if (!collect(expr, { fromMs: 0, toMs: 0, isFixed: false }, { lookbackMs, windows })) return undefined;
  const relative = windows.filter(({ isFixed }) => !isFixed);
  return {
    backMs: Math.max(0, ...relative.map(({ fromMs }) => -fromMs)),
    forwardMs: Math.max(Number.NEGATIVE_INFINITY, ...relative.map(({ toMs }) => toMs)),
    fixedUntilMs: Math.max(Number.NEGATIVE_INFINITY, ...windows.filter(({ isFixed }) => isFixed).map(({ toMs }) => toMs)),
  };
}

interface Collection {
  readonly lookbackMs: number;
  readonly windows: Window[];
}

/** False when some time depends on the range of the query. */
function collect(expr: Expr, window: Window, into: Collection): boolean {
  switch (expr.kind) {
    case 'vectorSelector':
      return collectSelector(expr, 0, window, into);
    case 'matrixSelector':
      return expr.rangeExpr === undefined && collectSelector(expr.vectorSelector, expr.rangeMs, window, into);
    case 'subquery':
      return collectSubquery(expr, window, into);
    default:
      return childrenOf(expr).every((child) => collect(child, window, into));
  }
}

function collectSelector(selector: VectorSelector, rangeMs: number, window: Window, into: Collection): boolean {
  if (selector.offsetExpr !== undefined || selector.startOrEnd !== undefined) return false;
  const base = moved(window, selector);
  const looksBack = rangeMs === 0 || selector.isAnchored || selector.isSmoothed;
  into.windows.push({
    fromMs: base.fromMs - rangeMs - (looksBack ? into.lookbackMs : 0),
    toMs: base.toMs + (selector.isSmoothed ? into.lookbackMs : 0),
    isFixed: base.isFixed,
  });
  return true;
}

function collectSubquery(subquery: SubqueryExpr, window: Window, into: Collection): boolean {
  const { offsetExpr, startOrEnd, rangeExpr, stepExpr } = subquery;
  if (offsetExpr !== undefined || startOrEnd !== undefined || rangeExpr !== undefined || stepExpr !== undefined) return false;
  const base = moved(window, subquery);
  return collect(subquery.expr, { ...base, fromMs: base.fromMs - subquery.rangeMs }, into);
}

function moved(
  window: Window,
  { timestampMs, originalOffsetMs }: Pick<VectorSelector, 'timestampMs' | 'originalOffsetMs'>,
): Window {
  const { fromMs, toMs, isFixed } =
    timestampMs === undefined ? window : { fromMs: timestampMs, toMs: timestampMs, isFixed: true };
  return { fromMs: fromMs - originalOffsetMs, toMs: toMs - originalOffsetMs, isFixed };
}
