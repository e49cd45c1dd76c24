import type { BinaryExpr, Expr, ValueType } from './ast.ts';

/** A chain `first op1 r1 op2 r2 ...` as operators group it to the left. */
export interface BinaryChain {
  /** The leftmost operand, no binary expression. */
  readonly first: Expr;
  /** The operators from the innermost to the outermost; the left side of each is the one before, or `first`. */
  readonly links: readonly BinaryExpr[];
}

/**
 * Unrolls the left side of a binary expression. A query may chain a hundred thousand operators: whoever walks an
 * expression must take these chains in a loop; all other nesting is bounded by `maxDepth`. Cost: O(links).
 */
export function unrollBinary(expr: BinaryExpr): BinaryChain {
  const links: BinaryExpr[] = [];
  let first: Expr = expr;
  while (first.kind === 'binary') {
    links.push(first);
    first = first.lhs;
  }
  return { first, links: links.reverse() };
}

/** The type of an expression, by its outermost node and, for operators and parentheses, its operands. */
export function valueTypeOf(expr: Expr): ValueType {
  switch (expr.kind) {
    case 'number':
    case 'duration':
      return 'scalar';
    case 'string':
      return 'string';
    case 'matrixSelector':
    case 'subquery':
      return 'matrix';
    case 'vectorSelector':
    case 'aggregate':
      return 'vector';
    case 'call':
      return expr.func.returnType;
    case 'binary':
      return binaryType(expr);
    case 'paren':
    case 'unary':
    case 'stepInvariant':
      return valueTypeOf(expr.expr);
  }
}

function binaryType(expr: BinaryExpr): ValueType {
  let lhs: Expr = expr;
  for (; lhs.kind === 'binary'; lhs = lhs.lhs) if (valueTypeOf(lhs.rhs) !== 'scalar') return 'vector';
  return valueTypeOf(lhs) === 'scalar' ? 'scalar' : 'vector';
}

/** A type as documentation and error texts call it. */
export function documentedType(type: ValueType): string {
  if (type === 'vector') return 'instant vector';
  return type === 'matrix' ? 'range vector' : type;
}
