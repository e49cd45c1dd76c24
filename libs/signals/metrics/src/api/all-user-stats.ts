import type { SignalRoute } from '@telamon/contract';
import { compareUtf8 } from '@telamon/model';
import { eachBounded } from '../store/each-bounded.ts';
import type { QueryDeps } from './query-deps.ts';

/** Tenants that are asked about at once. */
const CONCURRENCY = 16;

/** What the statistics are made from. */
export interface AllUserStatsDeps {
  /** Tenants with recent data. */
  readonly tenants: (signal: AbortSignal) => Promise<readonly string[]> | readonly string[];
  readonly usageOf: QueryDeps['usageOf'];
}

/** `GET /distributor/all_user_stats`: what each tenant writes and holds, with the keys of Mimir and Cortex; by tenant. */
export function allUserStatsRoute({ tenants, usageOf }: AllUserStatsDeps): SignalRoute {
  return {
    methods: ['GET'],
    pattern: '/distributor/all_user_stats',
    tenancy: 'none',
    handler: async (context) => {
      const { signal } = context;
      const names = [...(await tenants(signal))].sort(compareUtf8);
      const found = new Map<string, object>();
      const ask = async (tenant: string): Promise<void> => {
        const { ingestionRate, seriesCount } = await usageOf(tenant, signal);
        const rates = { ingestionRate, APIIngestionRate: ingestionRate, RuleIngestionRate: 0 };
        found.set(tenant, { userID: tenant, ...rates, numSeries: seriesCount, activeSeries: seriesCount });
      };
      await eachBounded(names, CONCURRENCY, ask, signal);
      await context.json(200, JSON.stringify(names.map((tenant) => found.get(tenant))));
    },
  };
}
