import type { AggregateExpr, BinaryExpr, Call, Expr } from '@telamon/promql';
import { childrenOf, unrollBinary, valueTypeOf } from '@telamon/promql';

/** Features of the engine that tie steps of a query together. */
const TYING_FEATURES: ReadonlySet<string> = new Set(['promql-delayed-name-removal', 'type-and-unit-labels']);
/** Functions that depend on the range of the query, in their value or (sorting) in what they warn of. */
const RANGE_FUNCTIONS: ReadonlySet<string> = new Set([
  ...['start', 'end', 'range', 'step', 'info'],
  ...['sort', 'sort_desc', 'sort_by_label', 'sort_by_label_desc'],
]);
/** Aggregations whose parameter is looked at over all steps. */
const PARAMETERED: ReadonlySet<string> = new Set(['topk', 'bottomk', 'limitk', 'limit_ratio', 'quantile']);
/** Aggregations whose result depends on the order of their input, in more than what rounding errors are compensated for. */
const ORDERED: ReadonlySet<string> = new Set(['topk', 'bottomk', 'limitk', 'stddev', 'stdvar']);
/** Functions that keep names, or that answer with labels of their own. */
const NAME_KEEPERS: ReadonlySet<string> = new Set(['absent_over_time', 'last_over_time', 'first_over_time']);
/** Functions of one vector that answer series by series. */
const REGROUPING: ReadonlySet<string> = new Set([
  'label_replace',
  'label_join',
  'sort',
  'sort_desc',
  'sort_by_label',
  'sort_by_label_desc',
  'absent',
  'absent_over_time',
  'scalar',
  'vector',
  'histogram_quantile',
  'histogram_quantiles',
  'histogram_fraction',
]);

/**
 * Whether the steps of a range query can be evaluated apart: with the same result, the same annotations and the same errors as all
 * together. Steps hang together where the query's own range is asked for, where equal labels at different steps are an error, and where a
 * choice or a rounding error depends on the order of series, some of which may be there at other steps only. Times are a matter
 * of {@link reachOf}. Cost: linear in the expression times its depth.
 */
export function areStepsIndependent(expr: Expr, features: readonly string[]): boolean {
  return !features.some((name) => TYING_FEATURES.has(name)) && isIndependent(expr);
}

function isIndependent(expr: Expr): boolean {
  switch (expr.kind) {
    case 'aggregate':
      return isAggregateIndependent(expr) && isIndependent(expr.expr);
    case 'call':
      return isCallIndependent(expr) && expr.args.every(isIndependent);
    case 'binary':
      return isChainIndependent(expr);
    default:
      return childrenOf(expr).every(isIndependent);
  }
}

function isChainIndependent(expr: BinaryExpr): boolean {
  const { first, links } = unrollBinary(expr);
  return isIndependent(first) && links.every(({ rhs }) => isIndependent(rhs));
}

function isAggregateIndependent({ op, expr, param }: AggregateExpr): boolean {
  if (PARAMETERED.has(op) && !isLiteral(param)) return false;
  return !ORDERED.has(op) || isOrderFixed(expr);
}

function isLiteral(expr: Expr | undefined): boolean {
  if (expr === undefined) return true;
  if (expr.kind === 'paren' || expr.kind === 'unary') return isLiteral(expr.expr);
  return expr.kind === 'number';
}

/** Range functions refuse equal labels even when they never meet at one step. */
function isCallIndependent(call: Call): boolean {
  const { name } = call.func;
  if (RANGE_FUNCTIONS.has(name)) return false;
  const range = call.args.find((arg) => valueTypeOf(arg) === 'matrix');
  return range === undefined || NAME_KEEPERS.has(name) || hasOneName(range) || isNameless(range);
}

/** Whether all series of an expression carry the same name, or lost it one by one. */
function hasOneName(expr: Expr): boolean {
  switch (expr.kind) {
    case 'vectorSelector':
      return expr.matchers.some(({ name, operator, value }) => name === '__name__' && operator === '=' && value !== '');
    case 'matrixSelector':
      return hasOneName(expr.vectorSelector);
    case 'subquery':
    case 'paren':
    case 'unary':
      return hasOneName(expr.expr);
    case 'call':
      return !REGROUPING.has(expr.func.name) && expr.args.some(hasOneName);
    case 'binary':
      return isVectorScalar(expr) && (hasOneName(expr.lhs) || hasOneName(expr.rhs));
    default:
      return false;
  }
}

/** Whether no series of an expression carries a name, and all differ. */
function isNameless(expr: Expr): boolean {
  switch (expr.kind) {
    case 'subquery':
    case 'paren':
      return isNameless(expr.expr);
    case 'aggregate':
      return (
        !['topk', 'bottomk', 'limitk', 'limit_ratio'].includes(expr.op) && (expr.isWithout || !expr.grouping.includes('__name__'))
      );
    default:
      return false;
  }
}

/** Whether the order of an expression's series is that of their labels, whatever other series there are at other steps. */
function isOrderFixed(expr: Expr): boolean {
  switch (expr.kind) {
    case 'vectorSelector':
    case 'matrixSelector':
      return true;
    case 'paren':
      return isOrderFixed(expr.expr);
    case 'unary':
      return hasOneName(expr) && isOrderFixed(expr.expr);
    case 'call':
      return hasOneName(expr) && expr.args.every((arg) => !isVectorLike(arg) || isOrderFixed(arg));
    case 'binary':
      return isVectorScalar(expr) && hasOneName(expr) && isOrderFixed(isVectorLike(expr.lhs) ? expr.lhs : expr.rhs);
    default:
      return false;
  }
}

function isVectorScalar(expr: BinaryExpr): boolean {
  return isVectorLike(expr.lhs) !== isVectorLike(expr.rhs);
}

function isVectorLike(expr: Expr): boolean {
  const type = valueTypeOf(expr);
  return type === 'vector' || type === 'matrix';
}
