import { isValidUtf8Label, jsonStringHtml, MAX_TIME_MS, MIN_TIME_MS, quoteGo, unescapeName } from '@telamon/model';
import type { LabelsRequest } from '../metrics-source.ts';
import { ApiError, invalidParameter } from './api-error.ts';
import { type ApiHandler, type ApiReply, type ApiRequest, type FormValues, successReply } from './api-request.ts';
import { limitParam, optionalTimeMs } from './params.ts';
import type { QueryDeps } from './query-deps.ts';
import { limitLabelsRange, smallerLimit } from './request-times.ts';
import { parseSelectors, specsOf } from './selectors.ts';

const TRUNCATED = ['results truncated due to limit'];

/** `GET|POST /api/v1/labels`. */
export function labelNamesHandler(deps: QueryDeps): ApiHandler {
  return async (request) => {
    const limit = smallerLimit(limitParam(request.form), deps.settingsOf(request.tenant).requests.maxLabelNames);
    const labelsRequest = labelsRequestOf(deps, request);
    const names = isEmpty(labelsRequest) ? [] : await deps.labelNames(labelsRequest, request.signal);
    return listReply(names, limit);
  };
}

/** `GET /api/v1/label/{name}/values`. */
export function labelValuesHandler(deps: QueryDeps): ApiHandler {
  return async (request) => {
    const escaped = request.pathValue('name');
    const name = escaped.startsWith('U__') ? unescapeName(escaped) : escaped;
    if (!isValidUtf8Label(name)) throw new ApiError('bad_data', `invalid label name: ${quoteAny(name)}`);
    const limit = smallerLimit(limitParam(request.form), deps.settingsOf(request.tenant).requests.maxLabelValues);
    const labelsRequest = labelsRequestOf(deps, request);
    const values = isEmpty(labelsRequest) ? [] : await deps.labelValues(name, labelsRequest, request.signal);
    return listReply(values, limit);
  };
}

/** Whether nothing is left of a time range. */
function isEmpty({ fromMs, toMs }: Pick<LabelsRequest, 'fromMs' | 'toMs'>): boolean {
  return fromMs > toMs;
}

/** Quotes as Go does; a byte that was not UTF-8, here a lone surrogate, becomes `\\xNN`. */
function quoteAny(name: string): string {
  const parts = name.split(/([\u{dc80}-\u{dcff}])/u);
  const quoted = parts.map((part, i) =>
    i % 2 === 0 ? quoteGo(part).slice(1, -1) : `\\x${(part.charCodeAt(0) - 0xdc00).toString(16)}`,
  );
  return `"${quoted.join('')}"`;
}

function labelsRequestOf(deps: QueryDeps, { tenant, form }: ApiRequest): LabelsRequest {
  const range = labelsRange(deps, tenant, form);
  return { tenant, matcherSets: parseSelectors(form.getAll('match[]')).map(specsOf), ...range };
}

function labelsRange(deps: QueryDeps, tenant: string, form: FormValues): Pick<LabelsRequest, 'fromMs' | 'toMs'> {
  const fromMs = optionalTimeMs(form, 'start', MIN_TIME_MS);
  const toMs = optionalTimeMs(form, 'end', MAX_TIME_MS);
  return limitLabelsRange({ fromMs, toMs }, deps.settingsOf(tenant).requests, deps.nowMs());
}

function listReply(values: readonly string[], limit: number): ApiReply {
  const isCut = limit > 0 && values.length > limit;
  const shown = isCut ? values.slice(0, limit) : values;
  return successReply(`[${shown.map(jsonStringHtml).join(',')}]`, isCut ? TRUNCATED : []);
}

/** `GET|POST /api/v1/series`. */
export function seriesHandler(deps: QueryDeps): ApiHandler {
  return async (request) => {
    const { form, tenant } = request;
    const selectors = form.getAll('match[]');
    if (selectors.length === 0) throw new ApiError('bad_data', 'no match[] parameter provided');
    const limit = smallerLimit(limitParam(form), deps.settingsOf(tenant).requests.maxSeries);
    const range = labelsRange(deps, tenant, form);
    const sets = parseSelectors(selectors, (message) => invalidParameter('match[]', message));
    const labelsRequest = { tenant, matcherSets: sets.map(specsOf), ...range, limit };
    if (isEmpty(range)) return successReply('[]');
    const { json, isCut } = await deps.series(labelsRequest, request.signal);
    return successReply(json, isCut ? TRUNCATED : []);
  };
}
