import { absentRuleGroupsHandler } from './absent-rule-groups.ts';
import type { ApiHandler } from './api-request.ts';
import { exemplarsHandler } from './exemplars-handler.ts';
import { federateHandler } from './federate-handler.ts';
import { labelNamesHandler, labelValuesHandler, seriesHandler } from './labels-handler.ts';
import { metadataHandler } from './metadata-handler.ts';
import type { QueryDeps } from './query-deps.ts';
import { QueryFrequency } from './query-frequency.ts';
import { formatQueryHandler, instantQueryHandler, parseQueryHandler, rangeQueryHandler } from './query-handler.ts';
import { fixedHandler, rulesHandler, targetsHandler, targetsMetadataHandler, tsdbStatusHandler } from './status-handlers.ts';
import { userLimitsHandler, userStatsHandler } from './user-handlers.ts';

/** A route of the query API below its prefix. */
export interface QueryRoute {
  readonly methods: readonly ('GET' | 'POST')[];
  /** Path with `{name}` segments. */
  readonly path: string;
  readonly handler: ApiHandler;
  /** Whether it stands under `/prometheus`, at the root, or (default) at both. */
  readonly place?: 'both' | 'prefix' | 'root';
  /** Whether it answers for several tenants at once; default `many`. */
  readonly tenancy?: 'one' | 'many';
}

const READ = ['GET'] as const;
const READ_OR_FORM = ['GET', 'POST'] as const;

/** The query API of Prometheus 3.14, relative to `/prometheus` and to the root. */
export function queryRoutes(deps: QueryDeps): QueryRoute[] {
  const frequency = new QueryFrequency(deps.nowMs);
  return [
    { methods: READ_OR_FORM, path: '/api/v1/query', handler: instantQueryHandler(deps, frequency) },
    { methods: READ_OR_FORM, path: '/api/v1/query_range', handler: rangeQueryHandler(deps, frequency) },
    { methods: READ_OR_FORM, path: '/api/v1/query_exemplars', handler: exemplarsHandler(deps) },
    { methods: READ_OR_FORM, path: '/api/v1/format_query', handler: formatQueryHandler(deps) },
    { methods: READ_OR_FORM, path: '/api/v1/parse_query', handler: parseQueryHandler(deps) },
    { methods: READ_OR_FORM, path: '/api/v1/labels', handler: labelNamesHandler(deps) },
    { methods: READ, path: '/api/v1/label/{name}/values', handler: labelValuesHandler(deps) },
    { methods: READ_OR_FORM, path: '/api/v1/series', handler: seriesHandler(deps) },
    { methods: READ, path: '/api/v1/metadata', handler: metadataHandler(deps) },
    { methods: READ, path: '/api/v1/status/tsdb', handler: tsdbStatusHandler(deps), tenancy: 'one' },
    { methods: READ, path: '/federate', handler: federateHandler(deps) },
    ...userRoutes(deps),
    ...absentFeatureRoutes(),
  ];
}

/** What a tenant may ask about itself, where Mimir and Cortex have it. */
function userRoutes(deps: QueryDeps): QueryRoute[] {
  return [
    { methods: READ, path: '/api/v1/user_stats', handler: userStatsHandler(deps), place: 'root', tenancy: 'one' },
    { methods: READ, path: '/api/prom/user_stats', handler: userStatsHandler(deps), place: 'root', tenancy: 'one' },
    { methods: READ, path: '/api/v1/user_limits', handler: userLimitsHandler(deps), place: 'root', tenancy: 'one' },
  ];
}

/** Rules, alerts and scraping are not here (yet): the answers of an instance that has none of them. */
function absentFeatureRoutes(): QueryRoute[] {
  return [
    { methods: READ, path: '/api/v1/rules', handler: rulesHandler },
    { methods: READ, path: '/api/v1/rules/{namespace}', handler: absentRuleGroupsHandler, place: 'root' },
    // The root's /api/v1/alerts belongs to the configuration of the Alertmanager.
    { methods: READ, path: '/api/v1/alerts', handler: fixedHandler('{"alerts":[]}'), place: 'prefix' },
    {
      methods: READ,
      path: '/api/v1/alertmanagers',
      handler: fixedHandler('{"activeAlertmanagers":[],"droppedAlertmanagers":[]}'),
    },
    { methods: READ, path: '/api/v1/targets', handler: targetsHandler },
    { methods: READ, path: '/api/v1/targets/metadata', handler: targetsMetadataHandler },
    { methods: READ, path: '/api/v1/scrape_pools', handler: fixedHandler('{"scrapePools":[]}') },
  ];
}
