import { isValidUtf8Label, jsonStringHtml, MAX_TIME_MS, MIN_TIME_MS, quoteGo, unescapeName } from '@telamon/model';
import type { LabelsRequest } from '../metrics-source.ts';
import { ApiError, invalidParameter } from './api-error.ts';
import { type ApiHandler, type ApiReply, type ApiRequest, successReply } from './api-request.ts';
import { limitParam, optionalTimeMs } from './params.ts';
import type { QueryDeps } from './query-deps.ts';
import { parseSelectors, specsOf } from './selectors.ts';

const TRUNCATED = ['results truncated due to limit'];

/** `GET|POST /api/v1/labels`. */
export function labelNamesHandler(deps: QueryDeps): ApiHandler {
  return async (request) => {
    const limit = limitParam(request.form);
    const labelsRequest = labelsRequestOf(request);
    const names = await deps.labelNames(labelsRequest, request.signal);
    return listReply(names, limit);
  };
}

/** `GET /api/v1/label/{name}/values`. */
export function labelValuesHandler(deps: QueryDeps): ApiHandler {
  return async (request) => {
    const escaped = request.pathValue('name');
    const name = escaped.startsWith('U__') ? unescapeName(escaped) : escaped;
    if (!isValidUtf8Label(name)) throw new ApiError('bad_data', `invalid label name: ${quoteGo(name)}`);
    const limit = limitParam(request.form);
    const labelsRequest = labelsRequestOf(request);
    const values = await deps.labelValues(name, labelsRequest, request.signal);
    return listReply(values, limit);
  };
}

function labelsRequestOf({ tenant, form }: ApiRequest): LabelsRequest {
  const fromMs = optionalTimeMs(form, 'start', MIN_TIME_MS);
  const toMs = optionalTimeMs(form, 'end', MAX_TIME_MS);
  return { tenant, matcherSets: parseSelectors(form.getAll('match[]')).map(specsOf), fromMs, toMs };
}

function listReply(values: readonly string[], limit: number): ApiReply {
  const isCut = limit > 0 && values.length > limit;
  const shown = isCut ? values.slice(0, limit) : values;
  return successReply(`[${shown.map(jsonStringHtml).join(',')}]`, isCut ? TRUNCATED : []);
}

/** `GET|POST /api/v1/series`. */
export function seriesHandler(deps: QueryDeps): ApiHandler {
  return async (request) => {
    const { form } = request;
    const selectors = form.getAll('match[]');
    if (selectors.length === 0) throw new ApiError('bad_data', 'no match[] parameter provided');
    const limit = limitParam(form);
    const fromMs = optionalTimeMs(form, 'start', MIN_TIME_MS);
    const toMs = optionalTimeMs(form, 'end', MAX_TIME_MS);
    const sets = parseSelectors(selectors, (message) => invalidParameter('match[]', message));
    const labelsRequest = { tenant: request.tenant, matcherSets: sets.map(specsOf), fromMs, toMs, limit };
    const { json, isCut } = await deps.series(labelsRequest, request.signal);
    return successReply(json, isCut ? TRUNCATED : []);
  };
}
