import { compareUtf8, jsonStringHtml } from '@telamon/model';
import type { MetricMetadata } from '../head/index.ts';
import { ApiError } from './api-error.ts';
import { type ApiHandler, type FormValues, successReply } from './api-request.ts';
import { atoi } from './params.ts';
import type { QueryDeps } from './query-deps.ts';

/** `GET /api/v1/metadata`. Metrics are sorted by name; Prometheus' order is that of a Go map. */
export function metadataHandler(deps: QueryDeps): ApiHandler {
  return async ({ tenant, form, signal }) => {
    const limit = numberParam(form, 'limit');
    const perMetric = numberParam(form, 'limit_per_metric');
    const byMetric = await deps.recent.metadata(tenant, form.get('metric'), signal);
    const names = [...byMetric.keys()].sort(compareUtf8);
    const shown = limit >= 0 ? names.slice(0, limit) : names;
    const items = shown.map((name) => `${jsonStringHtml(name)}:${metadataJson(byMetric.get(name)!, perMetric)}`);
    return successReply(`{${items.join(',')}}`);
  };
}

function metadataJson(entries: readonly MetricMetadata[], perMetric: number): string {
  const shown = perMetric > 0 ? entries.slice(0, perMetric) : entries;
  const items = shown.map(({ type, unit, help }) => {
    return `{"type":${jsonStringHtml(type)},"unit":${jsonStringHtml(unit)},"help":${jsonStringHtml(help)}}`;
  });
  return `[${items.join(',')}]`;
}

/** -1 when absent or negative: no limit. */
function numberParam(form: FormValues, name: string): number {
  const text = form.get(name);
  if (text === '') return -1;
  const parsed = atoi(text);
  if ('error' in parsed) throw new ApiError('bad_data', `${name} must be a number`);
  return parsed.value;
}
