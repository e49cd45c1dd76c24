import { METRIC_NAME } from '@telamon/model';
import type { Call, Expr } from '../parser/ast.ts';
import { typeOfExpression } from './expression-type.ts';

/**
 * Whether all series of an expression carry the same name, so that dropping it cannot make two of them equal. A false
 * answer only costs time.
 */
export function haveOneName(expr: Expr): boolean {
  switch (expr.kind) {
    case 'vectorSelector':
      return expr.matchers.some(({ name, operator, value }) => name === METRIC_NAME && operator === '=' && value !== '');
    case 'matrixSelector':
      return haveOneName(expr.vectorSelector);
    case 'subquery':
    case 'paren':
    case 'unary':
    case 'stepInvariant':
      return haveOneName(expr.expr);
    case 'call':
      return expr.func.name !== 'label_replace' && expr.func.name !== 'label_join' && haveArgumentsOneName(expr);
    default:
      return false;
  }
}

/** Parameters have no series: `clamp_min({job="a"}, scalar(limit))` has those of all names. */
function haveArgumentsOneName({ args }: Call): boolean {
  const series = args.filter((arg) => ['vector', 'matrix'].includes(typeOfExpression(arg)));
  return series.length > 0 && series.every(haveOneName);
}
