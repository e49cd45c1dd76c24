import { formatTimestampMs, formatValue, Labels, type MatcherSpec, writeJsonRaw } from '@telamon/model';
import { extractSelectors, parseExpr } from '@telamon/promql';
import { labelsJson } from '../query/result-json.ts';
import type { ExemplarSeries } from '../recent-metrics.ts';
import { ApiError } from './api-error.ts';
import { type ApiHandler, successReply } from './api-request.ts';
import { MAX_TIME_MS, MIN_TIME_MS, optionalTimeMs } from './params.ts';
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
  try {
    return extractSelectors(parseExpr(query, { features: new Set(features) })).map(specsOf);
  } catch (error) {
    throw new ApiError('bad_data', (error as Error).message);
  }
}

function seriesJson(series: ExemplarSeries): string {
  const items = series.exemplars.map((exemplar) => {
    const pairs: string[] = [];
    for (let i = 0; i < exemplar.labels.length; i += 2) {
      pairs.push(`${writeJsonRaw(exemplar.labels[i]!)}:${writeJsonRaw(exemplar.labels[i + 1]!)}`);
    }
    return `{"labels":{${pairs.join(',')}},"value":"${formatValue(exemplar.value)}","timestamp":${formatTimestampMs(exemplar.timeMs)}}`;
  });
  return `{"seriesLabels":${labelsJson(Labels.fromBytes(series.labels))},"exemplars":[${items.join(',')}]}`;
}
