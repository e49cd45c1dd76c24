import type { SignalRoute } from '@telamon/contract';
import { compareUtf8 } from '@telamon/model';
import type { TenantUsage } from './query-deps.ts';

/** Finds what each tenant with recent data writes and holds. */
export type FindUsages = (signal: AbortSignal) => Promise<ReadonlyMap<string, TenantUsage>>;

/** `GET /distributor/all_user_stats`: what each tenant writes and holds, with the keys of Mimir and Cortex; by tenant. */
export function allUserStatsRoute(findUsages: FindUsages): SignalRoute {
  return {
    methods: ['GET'],
    pattern: '/distributor/all_user_stats',
    tenancy: 'none',
    handler: async (context) => {
      const usages = [...(await findUsages(context.signal))].sort(([a], [b]) => compareUtf8(a, b));
      const rows = usages.map(([userID, { ingestionRate, seriesCount }]) => {
        const rates = { ingestionRate, APIIngestionRate: ingestionRate, RuleIngestionRate: 0 };
        return { userID, ...rates, numSeries: seriesCount, activeSeries: seriesCount };
      });
      await context.json(200, JSON.stringify(rows));
    },
  };
}
