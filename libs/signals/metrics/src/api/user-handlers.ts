import { type ApiHandler, jsonReply } from './api-request.ts';
import type { QueryDeps } from './query-deps.ts';

/** `GET /api/v1/user_stats`: what a tenant writes and holds, with Mimir's keys. Rules write nothing yet. */
export function userStatsHandler(deps: QueryDeps): ApiHandler {
  return async ({ tenant, signal }) => {
    const { ingestionRate, seriesCount } = await deps.usageOf(tenant, signal);
    const stats = { ingestionRate, numSeries: seriesCount, APIIngestionRate: ingestionRate, RuleIngestionRate: 0 };
    return jsonReply(JSON.stringify(stats));
  };
}

/** `GET /api/v1/user_limits`: the limits that hold for a tenant, with Mimir's keys. */
export function userLimitsHandler(deps: QueryDeps): ApiHandler {
  return async ({ tenant }) => jsonReply(JSON.stringify(deps.userLimitsOf(tenant)));
}
