import { request as httpRequest } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { ClusterMember } from '../cluster/cluster-member.ts';
import { encodeParams } from '../harness/http-exchange.ts';
import { ledgerBatch } from '../harness/ledger.ts';
import { encodeV1, snappyBlock } from '../harness/remote-write-body.ts';
import { ask, pushBody, telamonTarget } from '../harness/telamon-client.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { type FaultRig, type FaultRow, UNNOTICED } from './fault-row.ts';
import { limitTenants, metricOf } from './runtime-limits.ts';

/** Time in which work that nobody waits for must have ended, ms. */
const CANCEL_MS = 1000;
/** Longer than the window after whose end a process tells how long its event loop was held, ms. */
const LOOP_WINDOW_MS = 31_000;
/** Growth of a process that is no leak, bytes: workers keep some of the memory that they needed once. */
const GROWTH_BYTES = 384 << 20;
/** A p99 below this is good whatever it was before: on a busy machine it is noise. */
const GOOD_P99_MS = 250;
/** Pairs of a calm and a flooded time that are compared at most; most of them decide. */
const FLOOD_ROUNDS = 3;

/** Of the writes acknowledged in a time of the process: the time that 99 of 100 stayed below, ms. */
function p99Ms({ load }: FaultRig, [fromMs, toMs]: readonly [number, number]): number {
  const took = load.report.writes.filter(({ atMs }) => atMs >= fromMs && atMs < toMs).map(({ tookMs }) => tookMs);
  if (took.length < 20) throw new Error(`only ${took.length} writes to judge by`);
  return took.sort((a, b) => a - b)[Math.floor(took.length * 0.99)]!;
}

/** Begins a query and leaves after a time, whether it is answered or not; gives the status of an answer that came before. */
function askAndLeave(base: string, tenant: string, query: string, leaveMs: number): Promise<number | undefined> {
  const nowSeconds = Date.now() / 1000;
  const body = encodeParams([
    ['query', query],
    ['start', (nowSeconds - 3000).toFixed(0)],
    ['end', nowSeconds.toFixed(0)],
    ['step', '1'],
  ]);
  const { port } = new URL(base);
  return new Promise((resolve) => {
    const request = httpRequest({
      host: '127.0.0.1',
      port,
      method: 'POST',
      path: '/prometheus/api/v1/query_range',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'content-length': String(body.length),
        'x-scope-orgid': tenant,
      },
      agent: false,
    });
    request.on('response', (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.on('error', () => resolve(undefined));
    request.end(body);
    setTimeout(() => request.destroy(), leaveMs);
  });
}

/** Queries that queriers and frontends work on or keep waiting, the load's own among them. */
async function queriesAtWork({ cluster }: FaultRig): Promise<number> {
  let sum = 0;
  for (const querier of cluster.ofRole('querier'))
    sum += (await metricOf(querier.url('metrics'), 'telamon_querier_queries_in_flight')) ?? 0;
  for (const frontend of cluster.ofRole('query-frontend'))
    sum += (await metricOf(frontend.url('metrics'), 'telamon_query_scheduler_queue_length')) ?? 0;
  return sum;
}

async function cancelledCount({ cluster }: FaultRig): Promise<number> {
  let sum = 0;
  for (const frontend of cluster.ofRole('query-frontend'))
    sum += (await metricOf(frontend.url('metrics'), 'telamon_query_frontend_requests_total{code="499"}')) ?? 0;
  return sum;
}

/** A calm time, then a flooded one: p99 of the others' writes in each. Adds the answers that the flood got to `statuses`. */
async function floodRound(
  rig: FaultRig,
  statuses: Map<number, number>,
): Promise<{ readonly calmMs: number; readonly floodedMs: number }> {
  const lengthMs = Math.max(8000, rig.scaled(60_000));
  const startMs = performance.now();
  await delay(lengthMs);
  const floodMs = performance.now();
  await flood(rig, 'flood', floodMs + lengthMs, statuses);
  return { calmMs: p99Ms(rig, [startMs, floodMs]), floodedMs: p99Ms(rig, [floodMs, performance.now()]) };
}

async function flood(rig: FaultRig, tenant: string, untilMs: number, statuses: Map<number, number>): Promise<void> {
  const target = telamonTarget(rig.cluster.writeBase, tenant);
  const startMs = Date.now();
  // Always the same: making it here takes time in which others' answers would wait to be seen.
  const body = snappyBlock(encodeV1(ledgerBatch(0, 1000, startMs)));
  // 50 times what a tenant of the load sends: 4 requests a second of 100 samples.
  for (let round = 0; performance.now() < untilMs; round++) {
    const { status } = await pushBody(target, body).catch(() => ({ status: 0 }));
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    await delay(Math.max(0, startMs + round * 50 - Date.now()));
  }
}

/** Faults of too much. */
export const OVERLOAD_FAULTS: readonly FaultRow[] = [
  {
    id: 'F52',
    title: 'a tenant sends 50 times what others send',
    isQuick: true,
    tolerance: UNNOTICED,
    run: async (rig) => {
      await limitTenants(rig, { flood: { ingestion_rate: 400, ingestion_burst_size: 1000 } });
      const statuses = new Map<number, number>();
      const rounds: { readonly calmMs: number; readonly floodedMs: number }[] = [];
      const isGood = ({ calmMs, floodedMs }: (typeof rounds)[number]): boolean => floodedMs <= Math.max(2 * calmMs, GOOD_P99_MS);
      const need = Math.ceil(FLOOD_ROUNDS / 2);
      const good = (): number => rounds.filter(isGood).length;
      // One p99 of a hundred writes is the slowest but one: a sync that the disk kept waiting makes it, flood or not.
      while (good() < need && rounds.length - good() < need) rounds.push(await floodRound(rig, statuses));
      const seen = [...statuses].map(([status, count]) => `${count} x ${status}`).join(', ');
      const figures = rounds.map(({ calmMs, floodedMs }) => `${Math.round(calmMs)} and ${Math.round(floodedMs)} ms`).join(', ');
      rig.say(`the flood was answered ${seen}; p99 of the others before and then: ${figures}`);
      if ((statuses.get(429) ?? 0) === 0) throw new Error(`the flood was not refused with 429: ${seen}`);
      if (good() < need) throw new Error(`the others waited more than twice as long: ${figures}`);
    },
  },
  {
    id: 'F53',
    title: 'a tenant makes a million new series in a minute',
    isQuick: false,
    tolerance: UNNOTICED,
    run: async (rig) => {
      await limitTenants(rig, { bomb: { max_global_series_per_user: 10_000 } });
      const before = rig.cluster.usage('ingester').residentBytes;
      const total = Math.min(1_000_000, Math.round(rig.scaled(1_000_000)));
      const target = telamonTarget(rig.cluster.writeBase, 'bomb');
      const statuses = new Map<number, number>();
      for (let first = 0; first < total; first += 1000) {
        const { status } = await pushBody(target, snappyBlock(encodeV1(ledgerBatch(first, 1000, Date.now()))));
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
      const grown = (rig.cluster.usage('ingester').residentBytes - before) / rig.cluster.ofRole('ingester').length;
      const seen = [...statuses].map(([status, count]) => `${count} x ${status}`).join(', ');
      rig.say(`${total} series were answered ${seen}; each ingester grew by ${(grown / 2 ** 20).toFixed(0)} MiB`);
      if ((statuses.get(400) ?? 0) + (statuses.get(429) ?? 0) === 0 && total > 20_000) throw new Error(`no refusal: ${seen}`);
      if (grown > GROWTH_BYTES) throw new Error('ingesters grew too much');
    },
  },
  {
    id: 'F54',
    title: 'a query for everything of 30 days',
    isQuick: false,
    tolerance: UNNOTICED,
    run: async (rig) => {
      const target = telamonTarget(rig.cluster.queryBase, rig.tenants[0]!);
      const nowSeconds = Date.now() / 1000;
      const heavy = { start: String(nowSeconds - 30 * 86_400), end: String(nowSeconds), step: '300' };
      const query = 'count by (series) ({__name__=~".+"})';
      const answers = await Promise.all(Array.from({ length: 10 }, () => ask(target, 'query_range', { query, ...heavy })));
      rig.say(`answered: ${[...new Set(answers.map(({ status, error }) => error ?? status))].join(', ')}`);
    },
  },
  {
    id: 'F55',
    title: '200 slow queries whose clients leave',
    isQuick: true,
    tolerance: { writes: [], queryErrorShare: 0.1 },
    run: async (rig) => {
      const { cluster, tenants } = rig;
      const memory = new Map(cluster.ofRole('querier').map((member) => [member, member.usage().residentBytes]));
      const cancelled = await cancelledCount(rig);
      const slow = 'sum by (series) (quantile_over_time(0.5, ledger[45m:1s]))';
      const left = Array.from({ length: 200 }, (_x, i) => askAndLeave(cluster.queryBase, tenants[i % 3]!, slow, 1500));
      let atWork = 0;
      await waitUntil('the queries to be at work', async () => {
        atWork = Math.max(atWork, await queriesAtWork(rig));
        return atWork >= 20;
      });
      const statuses = (await Promise.all(left)).filter((status) => status !== undefined);
      const leftMs = performance.now();
      // The load has at most one query a tenant.
      await waitUntil('the work to end', async () => (await queriesAtWork(rig)) <= tenants.length, {
        timeoutMs: 20_000,
        pollMs: 20,
      });
      const tookMs = performance.now() - leftMs;
      const counted = (await cancelledCount(rig)) - cancelled;
      rig.say(
        `up to ${atWork} at work, ${statuses.length} answered before, work ended ${Math.round(tookMs)} ms later, ${counted} x 499`,
      );
      if (tookMs > CANCEL_MS) throw new Error(`the work of clients that left ended only after ${Math.round(tookMs)} ms`);
      if (counted === 0) throw new Error('no 499 was counted');
      for (const [member, before] of memory) {
        const grown = (): number => member.usage().residentBytes - before;
        await waitUntil(`the memory of ${member.name} to return`, () => grown() < GROWTH_BYTES, { timeoutMs: 30_000 });
        rig.say(`${member.name} has grown by ${Math.round(grown() / 2 ** 20)} MiB`);
      }
    },
  },
  {
    id: 'F56',
    title: 'queries made to crash the parser or the engine',
    isQuick: false,
    tolerance: UNNOTICED,
    run: async (rig) => {
      const pids = rig.cluster.ofRole('querier').map(({ pid }) => pid);
      const target = telamonTarget(rig.cluster.queryBase, rig.tenants[0]!);
      for (const query of deadlyQueries(rig)) await ask(target, 'query', { query }).catch(() => undefined);
      const now = rig.cluster.ofRole('querier').map((member) => (member.isRunning() ? member.pid : -1));
      if (now.join() !== pids.join()) throw new Error('a querier ended');
    },
  },
  {
    id: 'F57',
    title: 'bodies and expressions of 10 MB and more that take long to read',
    isQuick: false,
    tolerance: UNNOTICED,
    run: async (rig) => {
      const { cluster, tenants } = rig;
      const members = ['distributor', 'query-frontend', 'querier'].flatMap((role) => cluster.ofRole(role));
      const target = telamonTarget(cluster.queryBase, tenants[0]!);
      // What starting took is not meant: a new window begins.
      await longestHeld(members);
      await delay(LOOP_WINDOW_MS);
      await longestHeld(members);
      const expression = `ledger{series=~"${'a|'.repeat(5_000_000)}b"}`;
      await ask(target, 'query', { query: expression }).catch(() => undefined);
      await ask(target, 'query', { query: `{${'x="y",'.repeat(500_000)}z="1"}` }).catch(() => undefined);
      const write = { ...telamonTarget(cluster.writeBase, 'f57'), pushPath: '/otlp/v1/metrics' };
      const json = `{"resourceMetrics":[${'{"scopeMetrics":[{"metrics":[{"name":"m"}]}]},'.repeat(800_000)}{}]}`;
      await pushBody(write, Buffer.from(json), { 'content-type': 'application/json' }).catch(() => undefined);
      await delay(LOOP_WINDOW_MS);
      const worst = await longestHeld(members);
      rig.say(`the loop of ${worst.name} was held longest: ${Math.round(worst.ms)} ms`);
      if (worst.ms > 200) throw new Error(`the event loop of ${worst.name} was held for ${Math.round(worst.ms)} ms`);
    },
  },
];

/** The member whose event loop was held longest within the last window. */
async function longestHeld(members: readonly ClusterMember[]): Promise<{ readonly name: string; readonly ms: number }> {
  const held = await Promise.all(
    members.map(async (member) => {
      const start = 'telamon_event_loop_delay_seconds{statistic="max"}';
      return { name: member.name, ms: ((await metricOf(member.url('metrics'), start)) ?? 0) * 1000 };
    }),
  );
  return held.sort((a, b) => b.ms - a.ms)[0]!;
}

/** Deep, long and odd expressions, and some by chance. */
function deadlyQueries({ random }: FaultRig): string[] {
  const deep = (open: string, close: string, times: number): string => `${open.repeat(times)}ledger${close.repeat(times)}`;
  const alphabet = 'ledger(){}[]"=~!+-*/^%<>,.:@ 0123456789eEinfNaNbywithoutoffsetboolsum';
  const odd = Array.from({ length: 300 }, () =>
    Array.from({ length: 1 + Math.floor(random() * 60) }, () => alphabet[Math.floor(random() * alphabet.length)]).join(''),
  );
  return [
    deep('(', ')', 20_000),
    deep('-', '', 20_000),
    deep('sum(', ')', 5000),
    deep('abs(', ')', 20_000),
    `ledger${'[1m:1s]'.repeat(2000)}`,
    Array.from({ length: 5000 }, () => 'ledger').join('+'),
    `ledger{series=~"${'(a|b)*'.repeat(2000)}"}`,
    `ledger{series=~"${'('.repeat(5000)}"}`,
    'ledger offset 292277024626y',
    'rate(ledger[9999999999y])',
    'sum_over_time(ledger[100y:1ms])',
    'topk(99999999999999999999, ledger)',
    'label_replace(ledger, "a", "$1$1$1$1$1", "series", "(.*)(.*)(.*)(.*)(.*)")',
    ...odd,
  ];
}
