import { compileMatcher, METRIC_NAME } from '@telamon/model';
import {
  type AggregateExpr,
  type AggregateOperator,
  type Call,
  type Expr,
  formatExpr,
  parseExpr,
  type VectorSelector,
  valueTypeOf,
  walkExpr,
} from '@telamon/promql';
import { QUERY_SHARD_LABEL, QueryShard } from './query-shard.ts';

/** Label of the selectors that stand for what shards have answered. */
export const EMBEDDED_LABEL = '__telamon_embedded__';

/** A query in shards. */
export interface ShardedQuery {
  /** The query with a selector `{__telamon_embedded__="k"}` in place of the k-th aggregation, and an aggregation of shards around it. */
  readonly outer: Expr;
  /** For each embedded aggregation its query for each shard. */
  readonly embedded: readonly (readonly string[])[];
  /** Answer with something where the sum of the shards' sums is so small beside them that digits are lost. */
  readonly lossChecks: readonly Expr[];
}

/** How the answers of shards to an aggregation are put together; the others can't be. */
const OUTER_OPERATOR: ReadonlyMap<AggregateOperator, AggregateOperator> = new Map([
  ['sum', 'sum'],
  ['count', 'sum'],
  ['min', 'min'],
  ['max', 'max'],
  ['group', 'group'],
]);
/** Functions of one vector whose answer for a series depends on that series alone, and keeps it apart from others of the same metric. */
const SERIESWISE_EXCEPTIONS: ReadonlySet<string> = new Set([
  ...['absent', 'absent_over_time', 'scalar', 'vector', 'info', 'label_replace', 'label_join', 'sort', 'sort_desc'],
  ...['sort_by_label', 'sort_by_label_desc', 'histogram_quantile', 'histogram_quantiles', 'histogram_fraction'],
]);
/** What depends on the order of series, which is another one after aggregations of shards, or makes much of a last digit. */
const ORDERED: ReadonlySet<string> = new Set(['topk', 'bottomk', 'limitk', 'limit_ratio', 'stddev', 'stdvar', 'count_values']);

/**
 * Takes a query apart by series: its aggregations are asked of each shard, and put together by what stands around them. undefined when some
 * selector is not within an aggregation that allows it. Sums of floats may differ from those of one evaluation in their last digits,
 * because they are added in another order; nothing else may. Cost: linear in the expression, times shards.
 */
export function shardQuery(expr: Expr, shardCount: number): ShardedQuery | undefined {
  const embedded: string[][] = [];
  const lossChecks: Expr[] = [];
  const outer = rewrite(expr, { shardCount, embedded, lossChecks });
  return outer === undefined || embedded.length === 0 ? undefined : { outer, embedded, lossChecks };
}

interface Rewriting {
  readonly shardCount: number;
  readonly embedded: string[][];
  readonly lossChecks: Expr[];
}

/** The expression over what shards answer; undefined when part of it needs series that no shard has. */
function rewrite(expr: Expr, into: Rewriting): Expr | undefined {
  switch (expr.kind) {
    case 'number':
    case 'string':
      return expr;
    case 'aggregate':
      return rewriteAggregate(expr, into);
    case 'call':
      return rewriteCall(expr, into);
    case 'binary': {
      const lhs = rewrite(expr.lhs, into);
      const rhs = lhs && rewrite(expr.rhs, into);
      return lhs && rhs && { ...expr, lhs, rhs };
    }
    case 'paren':
    case 'unary': {
      const inner = rewrite(expr.expr, into);
      return inner && { ...expr, expr: inner };
    }
    default:
      // Selectors outside of aggregations; and subqueries, whose steps are none that shards were asked for.
      return undefined;
  }
}

function rewriteCall(call: Call, into: Rewriting): Expr | undefined {
  const args: Expr[] = [];
  for (const arg of call.args) {
    const rewritten = rewrite(arg, into);
    if (rewritten === undefined) return undefined;
    args.push(rewritten);
  }
  return { ...call, args };
}

function rewriteAggregate(aggregate: AggregateExpr, into: Rewriting): Expr | undefined {
  if (isShardable(aggregate)) return shardAggregate(aggregate, into);
  if (ORDERED.has(aggregate.op) || (aggregate.param !== undefined && hasSelectors(aggregate.param))) return undefined;
  const inner = rewrite(aggregate.expr, into);
  return inner && { ...aggregate, expr: inner };
}

function isShardable({ op, expr, grouping }: AggregateExpr): boolean {
  const isAllowed = OUTER_OPERATOR.has(op) || (op === 'avg' && !grouping.includes(METRIC_NAME));
  return isAllowed && hasSelectors(expr) && isSerieswise(expr);
}

/** An average is the sum by the count, each of them in shards. */
function shardAggregate(aggregate: AggregateExpr, into: Rewriting): Expr {
  const outerOp = OUTER_OPERATOR.get(aggregate.op);
  if (outerOp !== undefined) return embed(aggregate, outerOp, into);
  const { pos } = aggregate;
  const lhs = embed({ ...aggregate, op: 'sum' }, 'sum', into);
  const rhs = embed({ ...aggregate, op: 'count' }, 'sum', into);
  const matching = {
    card: 'one-to-one',
    matchingLabels: [],
    isOn: false,
    include: [],
    fillLeft: undefined,
    fillRight: undefined,
  } as const;
  const quotient: Expr = {
    kind: 'binary',
    op: '/',
    lhs,
    rhs,
    matching: { ...matching, matchingLabels: [], include: [] },
    returnBool: false,
    pos,
  };
  return { kind: 'paren', expr: quotient, pos };
}

function embed(aggregate: AggregateExpr, op: AggregateOperator, { shardCount, embedded, lossChecks }: Rewriting): Expr {
  const queries = Array.from({ length: shardCount }, (_, i) => {
    return formatExpr({ ...aggregate, expr: withShard(aggregate.expr, new QueryShard(i + 1, shardCount)) });
  });
  embedded.push(queries);
  const { isWithout, grouping, pos } = aggregate;
  const placeholder: VectorSelector = {
    kind: 'vectorSelector',
    name: '',
    matchers: [compileMatcher({ operator: '=', name: EMBEDDED_LABEL, value: String(embedded.length - 1) })],
    originalOffsetMs: 0,
    offsetExpr: undefined,
    timestampMs: undefined,
    startOrEnd: undefined,
    isAnchored: false,
    isSmoothed: false,
    bypassEmptyMatcherCheck: false,
    pos: aggregate.expr.pos,
  };
  const outer: AggregateExpr = {
    kind: 'aggregate',
    op,
    expr: placeholder,
    param: undefined,
    // What tells the shards' series apart goes: by a list without it, or with it in a list of what goes.
    grouping: isWithout ? [...grouping, QUERY_SHARD_LABEL] : grouping,
    isWithout,
    pos,
  };
  if (aggregate.op === 'sum') lossChecks.push(lossCheck(outer));
  return outer;
}

/** How much larger than their sum the shards' sums may be: 12 of a double's 16 digits are then certain. */
const MAX_CANCELLATION = 4096;

function lossCheck(sum: AggregateExpr): Expr {
  const sizes = formatExpr({ ...sum, expr: parseExpr(`abs(${formatExpr(sum.expr)})`) });
  return parseExpr(`${sizes} > ${MAX_CANCELLATION} * abs(${formatExpr(sum)})`);
}

/** The same expression over one shard of its series. */
function withShard(expr: Expr, shard: QueryShard): Expr {
  switch (expr.kind) {
    case 'vectorSelector':
      return selectorOf(expr, shard);
    case 'matrixSelector':
      return { ...expr, vectorSelector: selectorOf(expr.vectorSelector, shard) };
    case 'call':
      return { ...expr, args: expr.args.map((arg) => withShard(arg, shard)) };
    case 'binary':
      return { ...expr, lhs: withShard(expr.lhs, shard), rhs: withShard(expr.rhs, shard) };
    case 'paren':
    case 'unary':
    case 'subquery':
      return { ...expr, expr: withShard(expr.expr, shard) };
    default:
      return expr;
  }
}

function selectorOf(selector: VectorSelector, { value }: QueryShard): VectorSelector {
  const matcher = compileMatcher({ operator: '=', name: QUERY_SHARD_LABEL, value });
  return { ...selector, matchers: [...selector.matchers, matcher] };
}

/** Whether an expression answers for each series by itself, and can't make two of them equal. */
function isSerieswise(expr: Expr): boolean {
  switch (expr.kind) {
    case 'vectorSelector':
      return !expr.matchers.some(({ name }) => name === QUERY_SHARD_LABEL || name === EMBEDDED_LABEL);
    case 'matrixSelector':
      return isSerieswise(expr.vectorSelector);
    case 'paren':
      return isSerieswise(expr.expr);
    case 'unary':
    case 'subquery':
      return hasOneMetric(expr.expr) && isSerieswise(expr.expr);
    case 'call':
      return isCallSerieswise(expr);
    case 'binary': {
      const { lhs, rhs } = expr;
      if (isVectorLike(lhs) === isVectorLike(rhs)) return false;
      const [vector, scalar] = isVectorLike(lhs) ? [lhs, rhs] : [rhs, lhs];
      return !hasSelectors(scalar) && hasOneMetric(vector) && isSerieswise(vector);
    }
    default:
      return false;
  }
}

function isCallSerieswise(call: Call): boolean {
  if (SERIESWISE_EXCEPTIONS.has(call.func.name)) return false;
  const vectors = call.args.filter(isVectorLike);
  const others = call.args.filter((arg) => !isVectorLike(arg));
  const isOneVector = vectors.length === 1 && !others.some(hasSelectors);
  return isOneVector && hasOneMetric(vectors[0]!) && isSerieswise(vectors[0]!);
}

/** Whether the one selector of an expression names its metric: without the name its series still differ. */
function hasOneMetric(expr: Expr): boolean {
  let areNamed = true;
  walkExpr(expr, (inner) => {
    if (inner.kind !== 'vectorSelector') return;
    areNamed &&= inner.matchers.some(({ name, operator, value }) => name === METRIC_NAME && operator === '=' && value !== '');
  });
  return areNamed;
}

function hasSelectors(expr: Expr): boolean {
  let found = false;
  walkExpr(expr, ({ kind }) => {
    found ||= kind === 'vectorSelector';
  });
  return found;
}

function isVectorLike(expr: Expr): boolean {
  const type = valueTypeOf(expr);
  return type === 'vector' || type === 'matrix';
}
