import type { EvaluateReply, EvaluateRequest } from '../query/evaluate-request.ts';
import { type ApiHandler, type ApiReply, type ApiRequest, type FormValues, successReply } from './api-request.ts';
import { checkExpressionSize } from './expression-size.ts';
import { limitParam, lookbackParam, optionalDurationMs, optionalTimeMs } from './params.ts';
import type { QueryDeps } from './query-deps.ts';
import type { QueryFrequency } from './query-frequency.ts';
import { isAligned, limitRange, oldestTimeMs, rangeTimesOf } from './request-times.ts';

/** `GET|POST /api/v1/query`. */
export function instantQueryHandler(deps: QueryDeps, frequency: QueryFrequency): ApiHandler {
  return async (request) => {
    const { form } = request;
    const limit = limitParam(form);
    const timeMs = optionalTimeMs(form, 'time', deps.nowMs());
    const common = commonParams(deps, request, limit);
    if (timeMs < common.oldestMs) return emptyReply('vector', common.warnings);
    frequency.take(request.tenant, common.query, deps.settingsOf(request.tenant).requests.limitedQueries);
    const times = { startMs: timeMs, endMs: timeMs, stepMs: 0, isUnaligned: false };
    return await evaluate(deps, request, { ...common, kind: 'instant', ...times });
  };
}

/** `GET|POST /api/v1/query_range`. */
export function rangeQueryHandler(deps: QueryDeps, frequency: QueryFrequency): ApiHandler {
  return async (request) => {
    const { form } = request;
    const limit = limitParam(form);
    const asked = rangeTimesOf(form);
    const common = commonParams(deps, request, limit);
    const { requests } = deps.settingsOf(request.tenant);
    const times = limitRange(asked, requests, deps.nowMs());
    if (times === undefined) return emptyReply('matrix', common.warnings);
    frequency.take(request.tenant, common.query, requests.limitedQueries);
    return await evaluate(deps, request, { ...common, kind: 'range', ...times, isUnaligned: !isAligned(asked) });
  };
}

/** Answer to a query of a time that the tenant may not look at. */
function emptyReply(resultType: 'vector' | 'matrix', warnings: readonly string[]): ApiReply {
  return successReply(`{"resultType":"${resultType}","result":[]}`, warnings);
}

type CommonParams = Omit<EvaluateRequest, 'kind' | 'startMs' | 'endMs' | 'stepMs' | 'isUnaligned'>;

function commonParams(deps: QueryDeps, request: ApiRequest, limit: number): CommonParams {
  const { form, tenant } = request;
  const { lookbackMs, timeoutMs, limits, policy, requests } = deps.settingsOf(tenant);
  const askedTimeoutMs = optionalDurationMs(form, 'timeout');
  const stats = statsParam(form);
  const query = form.get('query');
  const common = {
    tenant,
    query,
    lookbackMs: lookbackParam(form, lookbackMs),
    timeoutMs: Math.max(0, Math.min(askedTimeoutMs ?? timeoutMs, timeoutMs)),
    limit,
    stats: stats.level,
    warnings: stats.warnings,
    limits,
    oldestMs: oldestTimeMs(requests, deps.nowMs()),
    policy,
  };
  checkExpressionSize(query, requests);
  return common;
}

function statsParam(form: FormValues): { level: EvaluateRequest['stats']; warnings: string[] } {
  const text = form.get('stats');
  if (text === '') return { level: 'none', warnings: [] };
  if (text === 'all') return { level: 'all', warnings: [] };
  if (text === 'true') return { level: 'sum', warnings: [] };
  const advice = 'is deprecated and will be rejected in the next major release, use "true" or "all"';
  return { level: 'sum', warnings: [`value "${text}" for parameter "stats" ${advice}`] };
}

async function evaluate(deps: QueryDeps, request: ApiRequest, evaluation: EvaluateRequest): Promise<ApiReply> {
  const reply: EvaluateReply = await deps.evaluate(evaluation, request.signal);
  return { status: reply.status, contentType: 'application/json', body: reply.body };
}

/** `GET|POST /api/v1/format_query`. */
export function formatQueryHandler(deps: QueryDeps): ApiHandler {
  return async ({ tenant, form, signal }) => successReply(await deps.formatQuery(tenant, form.get('query'), signal));
}

/** `GET|POST /api/v1/parse_query`. */
export function parseQueryHandler(deps: QueryDeps): ApiHandler {
  return async ({ tenant, form, signal }) => successReply(await deps.parseQuery(tenant, form.get('query'), signal));
}
