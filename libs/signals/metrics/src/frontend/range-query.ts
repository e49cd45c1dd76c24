import { type Expr, parseExpr } from '@telamon/promql';
import type { PeerHttpRequest, QueryValues } from '@telamon/rpc';
import { checkExpressionSize } from '../api/expression-size.ts';
import { limitParam, requiredDurationMs, requiredTimeMs } from '../api/params.ts';
import type { QuerySettings } from '../api/query-settings.ts';
import { isAligned, limitRange, type RangeTimes } from '../api/request-times.ts';
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
/** Points that a range query may ask for. */
const POINTS_MAX = 11_000;

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
    asked: timesOf(form),
    lookbackMs: lookbackOf(form, settings.lookbackMs),
    expr: exprOf(query, settings),
  }));
  if (read?.asked === undefined || read.expr === undefined) return undefined;
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

function timesOf(form: QueryValues): RangeTimes | undefined {
  const startMs = requiredTimeMs(form, 'start');
  const endMs = requiredTimeMs(form, 'end');
  const stepMs = requiredDurationMs(form, 'step');
  const isSane = endMs >= startMs && stepMs > 0 && (endMs - startMs) / stepMs <= POINTS_MAX;
  return isSane ? { startMs, endMs, stepMs } : undefined;
}

function lookbackOf(form: QueryValues, defaultMs: number): number {
  return form.get('lookback_delta') === '' ? defaultMs : requiredDurationMs(form, 'lookback_delta') || defaultMs;
}

function quietly<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
