import { formatTimestampMs, formatValue, MAX_TIME_MS, type MatcherSpec, MIN_TIME_MS } from '@telamon/model';
import { parseExpr, walkExpr } from '@telamon/promql';
import type { ExemplarSeries } from '../head/index.ts';
import type { QueryPolicy } from '../query/evaluate-request.ts';
import { parserOptionsOf } from '../query/features.ts';
import { labelsJson } from '../query/result-json.ts';
import { ApiError } from './api-error.ts';
import { type ApiHandler, successReply } from './api-request.ts';
import { checkExpressionSize } from './expression-size.ts';
import { optionalTimeMs } from './params.ts';
import type { QueryDeps } from './query-deps.ts';
import { oldestTimeMs } from './request-times.ts';
import { specsOf } from './selectors.ts';

/** `GET|POST /api/v1/query_exemplars`: exemplars of every selector in the query. 204 when it has none, as Prometheus. */
export function exemplarsHandler(deps: QueryDeps): ApiHandler {
  return async ({ tenant, form, signal }) => {
    const fromMs = optionalTimeMs(form, 'start', MIN_TIME_MS);
    const toMs = optionalTimeMs(form, 'end', MAX_TIME_MS);
    if (toMs < fromMs) throw new ApiError('bad_data', 'end timestamp must not be before start timestamp');
    const { policy, requests } = deps.settingsOf(tenant);
    checkExpressionSize(form.get('query'), requests);
    const sets = selectorsOf(form.get('query'), policy);
    if (sets.length === 0) return { status: 204, contentType: '', body: '' };
    const sinceMs = Math.max(fromMs, oldestTimeMs(requests, deps.nowMs()));
    const found = await deps.recent.exemplars({ tenant, matcherSets: sets, fromMs: sinceMs, toMs }, signal);
    return successReply(`[${found.map(seriesJson).join(',')}]`);
  };
}

function selectorsOf(query: string, policy: QueryPolicy): MatcherSpec[][] {
  const sets: MatcherSpec[][] = [];
  try {
    walkExpr(parseExpr(query, parserOptionsOf(policy)), (expr) => {
      if (expr.kind === 'vectorSelector') sets.push(specsOf(expr.matchers));
    });
  } catch (error) {
    throw new ApiError('bad_data', (error as Error).message);
  }
  return sets;
}

function seriesJson({ series, exemplars }: ExemplarSeries): string {
  const items = exemplars.map(({ labels, value, timeMs }) => {
    return `{"labels":${labelsJson(labels)},"value":"${formatValue(value)}","timestamp":${formatTimestampMs(timeMs)}}`;
  });
  return `{"seriesLabels":${labelsJson(series)},"exemplars":[${items.join(',')}]}`;
}
