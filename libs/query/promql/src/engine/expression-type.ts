import type { BinaryExpr, Expr, PositionRange, ValueType } from '../parser/ast.ts';
import { valueTypeOf } from '../parser/value-type.ts';

/** A binary expression whose type is known, so that asking for it costs nothing however long its chain is. */
export interface TypedBinaryExpr extends BinaryExpr {
  readonly valueType: 'scalar' | 'vector';
}

/** Type of an expression's value. Cost: O(depth), O(1) for operators of a preprocessed tree. */
export function typeOfExpression(expr: Expr): ValueType {
  if (expr.kind === 'binary') return (expr as Partial<TypedBinaryExpr>).valueType ?? valueTypeOf(expr);
  if (expr.kind === 'paren' || expr.kind === 'unary' || expr.kind === 'stepInvariant') return typeOfExpression(expr.expr);
  return valueTypeOf(expr);
}

/** Writes the type of a binary expression into it; its operands must be typed already. */
export function withType(expr: BinaryExpr): TypedBinaryExpr {
  const isScalar = typeOfExpression(expr.lhs) === 'scalar' && typeOfExpression(expr.rhs) === 'scalar';
  return { ...expr, valueType: isScalar ? 'scalar' : 'vector' };
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
