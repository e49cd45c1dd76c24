import type { FrontendFacet, SignalDeps } from '@telamon/contract';
import { splitTenantIds } from '@telamon/model';
import { federatedSettings } from './federation/index.ts';
import { createMetricsFrontend, METRICS_FRONTEND } from './frontend/index.ts';
import { METRICS_QUERY } from './options.ts';
import type { QueryObserver } from './query/query-observer.ts';
import { querySettingsOf } from './query/query-settings.ts';

/** How queries of metrics are taken apart before queriers answer them. */
export function createFrontendFacet(
  { config, overrides }: SignalDeps,
  isCaching: boolean,
  onRefused: QueryObserver['refused'],
): FrontendFacet {
  const query = config.of(METRICS_QUERY);
  return createMetricsFrontend({
    config: config.of(METRICS_FRONTEND),
    settingsOf: federatedSettings((tenant) => querySettingsOf(query, overrides.forTenant(tenant))),
    isCaching,
    outOfOrderWindowMsOf: (joined) =>
      Math.max(...splitTenantIds(joined).map((tenant) => overrides.forTenant(tenant).outOfOrderTimeWindowMs)),
    // Nothing but whole tenants and retention deletes what was written.
    generationOf: () => '',
    nowMs: Date.now,
    onRefused,
  });
}
