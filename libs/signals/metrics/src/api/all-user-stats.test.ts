import type { HttpContext } from '@telamon/rpc';
import { expect, it } from 'vitest';
import { absentRuleGroupsHandler } from './absent-rule-groups.ts';
import { allUserStatsRoute } from './all-user-stats.ts';

it('lists what each tenant writes and holds, by tenant', async () => {
  const usage = (rate: number) => ({ ingestionRate: rate, seriesCount: rate * 10 });
  const route = allUserStatsRoute(async () => new Map(Object.entries({ b: usage(2), a: usage(1) })));
  expect([route.methods, route.pattern, route.tenancy]).toEqual([['GET'], '/distributor/all_user_stats', 'none']);
  let reply: unknown;
  const context = {
    signal: new AbortController().signal,
    json: async (status: number, body: string) => {
      reply = [status, JSON.parse(body)];
    },
  };
  await route.handler(context as unknown as HttpContext);
  const of = (userID: string, rate: number) => {
    const stats = { ingestionRate: rate, APIIngestionRate: rate, RuleIngestionRate: 0 };
    return { userID, ...stats, numSeries: rate * 10, activeSeries: rate * 10 };
  };
  expect(reply).toEqual([200, [of('a', 1), of('b', 2)]]);
});

it('has no rule groups', async () => {
  expect(await absentRuleGroupsHandler({} as never)).toMatchObject({ status: 404, body: 'no rule groups found\n' });
});
