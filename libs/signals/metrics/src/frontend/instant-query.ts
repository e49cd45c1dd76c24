import type { Expr } from '@telamon/promql';
import type { PeerHttpRequest, QueryValues } from '@telamon/rpc';
import { checkExpressionSize } from '../api/expression-size.ts';
import { limitParam, optionalTimeMs } from '../api/params.ts';
import type { QuerySettings } from '../api/query-settings.ts';
import { oldestTimeMs } from '../api/request-times.ts';
import { exprOf } from './range-query.ts';

/** A request to `query` that makes sense. */
export interface InstantQuery {
  readonly request: PeerHttpRequest;
  readonly form: QueryValues;
  readonly settings: QuerySettings;
  readonly query: string;
  readonly expr: Expr;
  /** undefined when a querier must look at the request as it is, because some parameter is wrong or its time too old. */
  readonly timeMs: number | undefined;
  /** Series that the answer may have; 0: all. */
  readonly limit: number;
}

/**
 * Reads a request to `query`; undefined when it holds no query that the tenant may ask.
 *
 * @throws CatalogueError when the text is too long for the tenant.
 */
export function readInstantQuery(
  request: PeerHttpRequest,
  form: QueryValues,
  settings: QuerySettings,
  nowMs: number,
): InstantQuery | undefined {
  const query = form.get('query');
  checkExpressionSize(query, settings.requests);
  const expr = exprOf(query, settings);
  return expr && { request, form, settings, query, expr, ...timeOf(form, settings, query, nowMs) };
}

function timeOf(
  form: QueryValues,
  { requests }: QuerySettings,
  query: string,
  nowMs: number,
): Pick<InstantQuery, 'timeMs' | 'limit'> {
  try {
    const limit = limitParam(form);
    const timeMs = optionalTimeMs(form, 'time', nowMs);
    const isLimited = requests.limitedQueries.some((rule) => rule.query === query.trim());
    // Near that time, what can be seen changes from now to now.
    const isOld = timeMs < oldestTimeMs(requests, nowMs);
    return { timeMs: isOld || isLimited || !Number.isSafeInteger(timeMs) ? undefined : timeMs, limit };
  } catch {
    return { timeMs: undefined, limit: 0 };
  }
}
