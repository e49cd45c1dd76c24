import { formatTimestampMs, formatValue, MAX_TIME_MS, type MatcherSpec, MIN_TIME_MS } from '@telamon/model';
import { parseExpr, walkExpr } from '@telamon/promql';
import type { ExemplarSeries } from '../head/index.ts';
import { labelsJson } from '../query/result-json.ts';
import { ApiError } from './api-error.ts';
import { type ApiHandler, successReply } from './api-request.ts';
import { optionalTimeMs } from './params.ts';
import type { QueryDeps } from './query-deps.ts';
import { specsOf } from './selectors.ts';

/** `GET|POST /api/v1/query_exemplars`: exemplars of every selector in the query. 204 when it has none, as Prometheus. */
export function exemplarsHandler(deps: QueryDeps): ApiHandler {
  return async ({ tenant, form, signal }) => {
    const fromMs = optionalTimeMs(form, 'start', MIN_TIME_MS);
    const toMs = optionalTimeMs(form, 'end', MAX_TIME_MS);
    if (toMs < fromMs) throw new ApiError('bad_data', 'end timestamp must not be before start timestamp');
    const sets = selectorsOf(form.get('query'), deps.settingsOf(tenant).features);
    if (sets.length === 0) return { status: 204, contentType: '', body: '' };
    const found = await deps.recent.exemplars({ tenant, matcherSets: sets, fromMs, toMs }, signal);
    return successReply(`[${found.map(seriesJson).join(',')}]`);
  };
}

function selectorsOf(query: string, features: readonly string[]): MatcherSpec[][] {
  const sets: MatcherSpec[][] = [];
  try {
    walkExpr(parseExpr(query, { features: new Set(features) }), (expr) => {
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
