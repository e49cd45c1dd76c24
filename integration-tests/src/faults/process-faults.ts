import { exchange, post } from '../harness/http-exchange.ts';
import { ask, telamonTarget } from '../harness/telamon-client.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { type FaultRig, type FaultRow, MAY_REFUSE, READS_MAY_STUMBLE, UNNOTICED } from './fault-row.ts';
import { metricOf } from './runtime-limits.ts';
import { checkStoreTenant, makeStoreTenant } from './store-tenant.ts';
import { restart } from './zero-loss.ts';

/** A query that takes some seconds. */
const SLOW = 'sum(quantile_over_time(0.5, ledger[30m:1s]))';

function askSlowly({ cluster, tenants }: FaultRig): Promise<string> {
  const end = Date.now() / 1000;
  const range = { start: String(end - 600), end: String(end), step: '1' };
  return ask(telamonTarget(cluster.queryBase, tenants[0]!), 'query_range', { query: SLOW, ...range }).then(
    ({ status, data }) => (status === 'success' ? `success with ${data.result.length} series` : status),
    () => 'connection failed',
  );
}

/** Kills a member of a role while it works on a slow query, and gives what the client got; its request is under way elsewhere or failed. */
async function killMidQuery(rig: FaultRig, role: 'querier' | 'query-frontend'): Promise<string> {
  const answer = askSlowly(rig);
  const metric = role === 'querier' ? 'telamon_querier_queries_in_flight' : 'telamon_query_scheduler_inflight_requests';
  const busy = await waitUntil(`a busy ${role}`, async () => {
    for (const member of rig.cluster.ofRole(role)) if (((await metricOf(member.url('metrics'), metric)) ?? 0) > 0) return member;
    return undefined;
  });
  await busy.kill();
  const got = await answer;
  await restart([busy]);
  return got;
}

/** Faults of the processes without data. */
export const PROCESS_FAULTS: readonly FaultRow[] = [
  {
    id: 'F06',
    title: 'rolling restart of distributors, queriers and frontends',
    isQuick: false,
    // A request that comes in the moment in which a listener closes is sent again.
    tolerance: { writes: [0, 502, 503], queryErrorShare: 0.05 },
    run: async (rig) => {
      for (const role of ['distributor', 'querier', 'query-frontend']) {
        for (const member of rig.cluster.ofRole(role)) {
          const code = await member.stop();
          if (code !== 0) throw new Error(`${member.name} ended with ${code}`);
          await restart([member]);
        }
      }
      const refused = [...rig.load.report.refusals.values()].reduce((sum, count) => sum + count, 0);
      rig.say(`${refused} writes were sent again`);
      if (refused > 6) throw new Error(`${refused} writes were refused in 6 restarts`);
    },
  },
  {
    id: 'F07',
    title: 'kill -9 of a querier in the middle of a query',
    isQuick: false,
    tolerance: READS_MAY_STUMBLE,
    run: async (rig) => {
      const got = await killMidQuery(rig, 'querier');
      rig.say(`the client got ${got}`);
      if (got !== 'success with 1 series') throw new Error('the query was not given to another querier');
    },
  },
  {
    id: 'F08',
    title: 'kill -9 of a query-frontend in the middle of a query',
    isQuick: false,
    tolerance: READS_MAY_STUMBLE,
    run: async (rig) => rig.say(`the client got ${await killMidQuery(rig, 'query-frontend')}`),
  },
  {
    id: 'F09',
    title: 'kill -9 of a store-gateway in the middle of queries',
    isQuick: false,
    tolerance: READS_MAY_STUMBLE,
    run: async (rig) => {
      const old = await makeStoreTenant(rig, 'f09-old');
      const [gateway] = rig.cluster.ofRole('store-gateway');
      const asked = Promise.all(Array.from({ length: 10 }, () => checkStoreTenant(old, { mayFail: true })));
      await gateway!.kill();
      const errors = (await asked).flat();
      for (let i = 0; i < 5; i++) errors.push(...(await checkStoreTenant(old, { mayFail: true })));
      rig.say(`${errors.length} queries failed${errors[0] === undefined ? '' : `: ${errors[0].slice(0, 120)}`}`);
      await restart([gateway!]);
      await waitUntil('queries of blocks', async () => (await checkStoreTenant(old, { mayFail: true })).length === 0);
    },
  },
  {
    id: 'F58',
    title: 'the gateway has no distributor and no frontend',
    isQuick: false,
    tolerance: MAY_REFUSE,
    run: async (rig) => {
      const { cluster, load } = rig;
      const gone = [...cluster.ofRole('distributor'), ...cluster.ofRole('query-frontend')];
      await Promise.all(gone.map((member) => member.stop()));
      const before = load.report.acknowledged;
      await rig.wait(60_000);
      // Those that were under way may have been answered.
      if (load.report.acknowledged > before + rig.tenants.length) throw new Error('writes were acknowledged by nobody');
      rig.say(`writes were answered ${[...load.report.refusals.keys()].join(', ')} (${cluster.gatewayNote})`);
      const readiness = async (): Promise<number> => (await exchange({ base: cluster.writeBase, path: '/ready' })).status;
      if (cluster.hasGateway) {
        const others = [...load.report.refusals.keys()].filter((status) => status !== 503);
        if (others.length > 0) throw new Error(`the gateway answered ${others.join(', ')}`);
        const status = await readiness();
        if (status !== 503) throw new Error(`/ready of the gateway answers ${status}`);
      }
      await restart(gone);
      if (cluster.hasGateway) await waitUntil('the gateway to be ready', async () => (await readiness()) === 200);
    },
  },
  {
    id: 'F62',
    title: 'the data of one tenant is deleted',
    isQuick: false,
    tolerance: UNNOTICED,
    run: async (rig) => {
      const gone = await makeStoreTenant(rig, 'f62-gone');
      const kept = await makeStoreTenant(rig, 'f62-kept');
      const [compactor] = rig.cluster.ofRole('compactor');
      await post(compactor!.url('admin'), '/compactor/delete_tenant', { 'x-scope-orgid': gone.name });
      await waitUntil(
        'the blocks to be gone',
        async () => (await rig.bucket.keys(`${gone.name}/`)).filter((key) => key.endsWith('/meta.json')).length === 0,
        { timeoutMs: 120_000, pollMs: 500 },
      );
      await checkStoreTenant(kept, { mayFail: false });
    },
  },
];
