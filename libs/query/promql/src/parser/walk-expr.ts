import type { Expr } from './ast.ts';
import { unrollBinary } from './value-type.ts';

/**
 * Calls `visit` for every expression in a tree, parents before children, the operands of a chain of operators behind all
 * its links. Selectors inside of range selectors are visited too, durations are not. Cost: O(size).
 */
export function walkExpr(expr: Expr, visit: (expr: Expr) => void): void {
  if (expr.kind === 'binary') {
    const { first, links } = unrollBinary(expr);
    for (let i = links.length - 1; i >= 0; i--) visit(links[i]!);
    walkExpr(first, visit);
    for (const link of links) walkExpr(link.rhs, visit);
    return;
  }
  visit(expr);
  for (const child of childrenOf(expr)) walkExpr(child, visit);
}

/** The direct parts of an expression: of an aggregation its expression before its parameter. */
export function childrenOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'aggregate':
      return expr.param === undefined ? [expr.expr] : [expr.expr, expr.param];
    case 'binary':
      return [expr.lhs, expr.rhs];
    case 'call':
      return expr.args;
    case 'matrixSelector':
      return [expr.vectorSelector];
    case 'subquery':
    case 'paren':
    case 'unary':
    case 'stepInvariant':
      return [expr.expr];
    default:
      return [];
  }
}
