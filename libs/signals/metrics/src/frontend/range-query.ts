import { type Expr, parseExpr } from '@telamon/promql';
import type { PeerHttpRequest, QueryValues } from '@telamon/rpc';
import { checkExpressionSize } from '../api/expression-size.ts';
import { limitParam, lookbackParam } from '../api/params.ts';
import type { QuerySettings } from '../api/query-settings.ts';
import { isAligned, limitRange, type RangeTimes, rangeTimesOf } from '../api/request-times.ts';
import { forbiddenFunction, parserOptionsOf } from '../query/features.ts';

/** A request to `query_range` that makes sense. */
export interface RangeQuery {
  readonly request: PeerHttpRequest;
  readonly form: QueryValues;
  readonly settings: QuerySettings;
  readonly query: string;
  readonly expr: Expr;
  /** As asked. */
  readonly asked: RangeTimes;
  /** What the tenant's limits leave of it. */
  readonly times: RangeTimes;
  /** Series that the answer may have; 0: all. */
  readonly limit: number;
  readonly lookbackMs: number;
  readonly isUnaligned: boolean;
}

/** Longer queries are not looked at: parsing them would hold up others. */
const MAX_QUERY_CHARS = 65_536;

/**
 * Reads a request to `query_range`; undefined when something is wrong with it, or nothing is left of its range: then a querier answers.
 *
 * @throws CatalogueError when a limit of the tenant refuses it.
 */
export function readRangeQuery(
  request: PeerHttpRequest,
  form: QueryValues,
  settings: QuerySettings,
  nowMs: number,
): RangeQuery | undefined {
  const query = form.get('query');
  checkExpressionSize(query, settings.requests);
  const read = quietly(() => ({
    limit: limitParam(form),
    asked: rangeTimesOf(form),
    lookbackMs: lookbackParam(form, settings.lookbackMs),
    expr: exprOf(query, settings),
  }));
  if (read?.expr === undefined) return undefined;
  const times = limitRange(read.asked, settings.requests, nowMs);
  if (times === undefined) return undefined;
  const { limit, asked, lookbackMs, expr } = read;
  return { request, form, settings, query, expr, asked, times, limit, lookbackMs, isUnaligned: !isAligned(asked) };
}

/** The expression of a query that a tenant may ask; undefined when it is none or too long to be looked at. */
export function exprOf(query: string, { policy }: Pick<QuerySettings, 'policy'>): Expr | undefined {
  if (query.length > MAX_QUERY_CHARS) return undefined;
  const expr = quietly(() => parseExpr(query, parserOptionsOf(policy)));
  return expr === undefined || forbiddenFunction(expr, policy) !== undefined ? undefined : expr;
}

function quietly<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
