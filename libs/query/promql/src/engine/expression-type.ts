import type { Expr, PositionRange, ValueType } from '../parser/ast.ts';

/** Type of an expression's value. Cost: O(depth). */
export function typeOfExpression(expr: Expr): ValueType {
  switch (expr.kind) {
    case 'number':
    case 'duration':
      return 'scalar';
    case 'string':
      return 'string';
    case 'vectorSelector':
    case 'aggregate':
      return 'vector';
    case 'matrixSelector':
    case 'subquery':
      return 'matrix';
    case 'call':
      return expr.func.returnType;
    case 'binary':
      return typeOfExpression(expr.lhs) === 'scalar' && typeOfExpression(expr.rhs) === 'scalar' ? 'scalar' : 'vector';
    case 'unary':
    case 'paren':
    case 'stepInvariant':
      return typeOfExpression(expr.expr);
  }
}

/** Name of a value type as Prometheus' error texts have it. */
export function documentedTypeName(type: ValueType): string {
  if (type === 'vector') return 'instant vector';
  return type === 'matrix' ? 'range vector' : type;
}

/** Where an argument stands, for annotations. A materialised subquery has lost its position in Prometheus, so it has here. */
export function argumentPosition(arg: Expr): PositionRange {
  return arg.kind === 'subquery' ? { start: 0, end: 0 } : arg.pos;
}

/** The expression inside parentheses and step-invariant wrappers. */
export function unwrapExpression(expr: Expr): Expr {
  let inner = expr;
  while (inner.kind === 'paren' || inner.kind === 'stepInvariant') inner = inner.expr;
  return inner;
}
