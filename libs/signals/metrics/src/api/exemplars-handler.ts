import {
  formatTimestampMs,
  formatValue,
  jsonStringRaw,
  Labels,
  MAX_TIME_MS,
  type MatcherSpec,
  MIN_TIME_MS,
} from '@telamon/model';
import { parseExpr, walkExpr } from '@telamon/promql';
import { labelsJson } from '../query/result-json.ts';
import type { ExemplarSeries } from '../recent-metrics.ts';
import { ApiError } from './api-error.ts';
import { type ApiHandler, successReply } from './api-request.ts';
import { optionalTimeMs } from './params.ts';
import type { QueryDeps } from './query-deps.ts';
import { specsOf } from './selectors.ts';

/** `GET|POST /api/v1/query_exemplars`: exemplars of every selector in the query. 204 when it has none, as Prometheus. */
export function exemplarsHandler(deps: QueryDeps): ApiHandler {
  return async ({ tenant, form }) => {
    const fromMs = optionalTimeMs(form, 'start', MIN_TIME_MS);
    const toMs = optionalTimeMs(form, 'end', MAX_TIME_MS);
    if (toMs < fromMs) throw new ApiError('bad_data', 'end timestamp must not be before start timestamp');
    const sets = selectorsOf(form.get('query'), deps.settingsOf(tenant).features);
    if (sets.length === 0) return { status: 204, contentType: '', body: '' };
    const found = await deps.recent.exemplars(tenant, sets, fromMs, toMs);
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

function seriesJson(series: ExemplarSeries): string {
  const items = series.exemplars.map((exemplar) => {
    const pairs: string[] = [];
    for (let i = 0; i < exemplar.labels.length; i += 2) {
      pairs.push(`${jsonStringRaw(exemplar.labels[i]!)}:${jsonStringRaw(exemplar.labels[i + 1]!)}`);
    }
    return `{"labels":{${pairs.join(',')}},"value":"${formatValue(exemplar.value)}","timestamp":${formatTimestampMs(exemplar.timeMs)}}`;
  });
  return `{"seriesLabels":${labelsJson(Labels.fromBytes(series.labels))},"exemplars":[${items.join(',')}]}`;
}
