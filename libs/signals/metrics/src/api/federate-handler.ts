import { ApiError } from './api-error.ts';
import type { ApiHandler } from './api-request.ts';
import type { QueryDeps } from './query-deps.ts';
import { oldestTimeMs } from './request-times.ts';
import { readSelectors } from './selectors.ts';

/** Media type of the answer: the classic text format, which is what Prometheus sends whatever text form is asked for. */
const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8; escaping=underscores';

/** `GET /federate`: the newest float sample within the lookback of every selected series. */
export function federateHandler(deps: QueryDeps): ApiHandler {
  return async ({ tenant, form, signal }) => {
    const selectors = form.getAll('match[]').filter((text) => !isEmptySelector(text));
    try {
      readSelectors(selectors);
    } catch (error) {
      if (error instanceof ApiError) return { status: 400, contentType: 'text/plain; charset=utf-8', body: `${error.message}\n` };
      throw error;
    }
    const { lookbackMs, requests } = deps.settingsOf(tenant);
    const nowMs = deps.nowMs();
    const oldestMs = oldestTimeMs(requests, nowMs);
    const request = { tenant, selectors, nowMs, lookbackMs, oldestMs, externalLabels: deps.externalLabels };
    return { status: 200, contentType: CONTENT_TYPE, body: await deps.federate(request, signal) };
  };
}

/** Selectors that every series would pass are not refused here; only `{}` selects nothing, as recorded. */
function isEmptySelector(text: string): boolean {
  return /^\s*\{\s*\}\s*$/.test(text);
}
