import {
  compareUtf8,
  isValidUtf8Label,
  jsonStringHtml,
  Labels,
  MAX_TIME_MS,
  type MatcherSpec,
  MIN_TIME_MS,
  quoteGo,
  unescapeName,
} from '@telamon/model';
import { readSeriesFrame } from '../frame/series-frame.ts';
import type { LabelsRequest, MetricsSource } from '../metrics-source.ts';
import { labelsJson } from '../query/result-json.ts';
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
    const names = await unionOf(deps.sources, (source) => source.labelNames(labelsRequest, request.signal));
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
    const values = await unionOf(deps.sources, (source) => source.labelValues(name, labelsRequest, request.signal));
    return listReply(values, limit);
  };
}

function labelsRequestOf({ tenant, form }: ApiRequest): LabelsRequest {
  const fromMs = optionalTimeMs(form, 'start', MIN_TIME_MS);
  const toMs = optionalTimeMs(form, 'end', MAX_TIME_MS);
  return { tenant, matcherSets: parseSelectors(form.getAll('match[]')).map(specsOf), fromMs, toMs };
}

async function unionOf(sources: readonly MetricsSource[], ask: (source: MetricsSource) => Promise<string[]>): Promise<string[]> {
  const lists = await Promise.all(sources.map(ask));
  if (lists.length === 1) return lists[0]!;
  return [...new Set(lists.flat())].sort(compareUtf8);
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
    const found = await collectSeries(deps, request, { sets: sets.map(specsOf), fromMs, toMs });
    const isCut = limit > 0 && found.length > limit;
    const shown = isCut ? found.slice(0, limit) : found;
    return successReply(`[${shown.map(labelsJson).join(',')}]`, isCut ? TRUNCATED : []);
  };
}

interface SeriesQuery {
  readonly sets: readonly (readonly MatcherSpec[])[];
  readonly fromMs: number;
  readonly toMs: number;
}

async function collectSeries(deps: QueryDeps, request: ApiRequest, query: SeriesQuery): Promise<Labels[]> {
  const found = new Map<string, Labels>();
  for (const matchers of query.sets) {
    const select = { tenant: request.tenant, matchers, fromMs: query.fromMs, toMs: query.toMs, isLabelsOnly: true };
    for (const source of deps.sources) {
      for await (const frame of source.select(select, request.signal)) {
        for (const series of readSeriesFrame(frame)) {
          found.set(Buffer.from(series.labels).toString('latin1'), Labels.fromBytes(series.labels));
        }
      }
    }
  }
  return [...found.values()].sort((a, b) => a.compare(b));
}
