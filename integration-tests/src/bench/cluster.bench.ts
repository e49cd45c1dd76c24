/**
 * `npm run bench -- cluster`: the load of `ingest` into a cluster of processes on this machine (one distributor, an ingester in each of
 * three zones, so that each holds everything), the queries of `query` from its ingesters, and again when half of the data
 * is in the bucket; beside one process with the same data. CPU is that of all processes of a role.
 */
import { Cluster } from '../cluster/cluster.ts';
import { post } from '../harness/http-exchange.ts';
import { ask, telamonTarget } from '../harness/telamon-client.ts';
import { findTool } from '../harness/test-tool.ts';
import { type Contender, startTelamon, table } from './contenders.ts';
import { ScrapeLoad, STANDARD_LOAD } from './scrape-load.ts';
import { sendLoad } from './send-load.ts';

const ROLES = ['distributor', 'ingester', 'querier', 'query-frontend', 'store-gateway', 'compactor'];
const QUERY = 'sum by (job) (rate(http_requests_total[5m]))';
const ROUNDS = 5;
const STEPS = 60;
const SETTLE_MS = 20_000;

const [nats, seaweed] = [findTool('nats-server'), findTool('seaweedfs')];
if (nats.path === undefined || seaweed.path === undefined) {
  process.stderr.write(`nats-server: ${nats.reason ?? 'found'}; SeaweedFS: ${seaweed.reason ?? 'found'}\n`);
  process.exit(1);
}
const load = new ScrapeLoad(STANDARD_LOAD, Date.now());
const cluster = await Cluster.start({
  name: 'bench',
  natsProgram: nats.path,
  seaweedProgram: seaweed.path,
  isDirect: true,
  layout: {
    distributors: 1,
    ingestersPerZone: 1,
    zones: ['a', 'b', 'c'],
    queriers: 1,
    queryFrontends: 1,
    storeGateways: 1,
    compactors: 1,
    natsServers: 1,
  },
  flags: ['--ring.zone-awareness-enabled=true', '--ring.min-ready-duration=0s', '--store-gateway.sync-interval=2s'],
});
await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
const idle = new Map(ROLES.map((role) => [role, cluster.usage(role)]));
const contender: Contender = {
  name: 'cluster',
  target: telamonTarget(cluster.ofRole('distributor')[0]!.url('metrics')),
  usage: () => cluster.usage(),
  dispose: () => cluster.dispose(),
};
const figures = await sendLoad(contender, load);
const samples = load.sampleCount;
const rows = ROLES.map((role) => {
  const [before, after] = [idle.get(role)!, cluster.usage(role)];
  const members = cluster.ofRole(role).length;
  return [
    role,
    String(members),
    (((after.cpuMs - before.cpuMs) * 1000) / samples).toFixed(2),
    (before.residentBytes / members / 2 ** 20).toFixed(0),
    (after.residentBytes / members / 2 ** 20).toFixed(0),
  ];
});
rows.push(['all', '', figures.cpuUsPerSample.toFixed(2), '', '']);
process.stdout.write(`${table([['role', 'processes', 'CPU us/sample', 'MiB each, idle', 'MiB each, loaded'], ...rows])}\n\n`);

const queried = telamonTarget(cluster.ofRole('query-frontend')[0]!.url('metrics'));
const fromIngesters = await medianMs(queried);
await Promise.all(cluster.ofRole('ingester').map((member) => post(member.url('admin'), '/ingester/flush')));
await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
const fromBoth = await medianMs(queried);
await cluster.dispose();
const alone = await startTelamon();
await sendLoad(alone, load);
const inOneProcess = await medianMs(alone.target);
await alone.dispose();
process.stdout.write(
  `${table([
    [QUERY, 'ms', 'of one process'],
    ['one process', inOneProcess.toFixed(0), '1.00'],
    ['cluster, from ingesters', fromIngesters.toFixed(0), (fromIngesters / inOneProcess).toFixed(2)],
    ['cluster, after a flush', fromBoth.toFixed(0), (fromBoth / inOneProcess).toFixed(2)],
  ])}\n`,
);
process.exit(0);

async function medianMs(target: Contender['target']): Promise<number> {
  const stepS = Math.floor((load.endMs - load.startMs) / 1000 / STEPS);
  const endS = load.endMs / 1000;
  const params = { query: QUERY, start: String(endS - STEPS * stepS), end: String(endS), step: String(stepS) };
  const times: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const startedMs = performance.now();
    const answer = await ask(target, 'query_range', params);
    if (answer.status !== 'success' || answer.data.result.length === 0) throw new Error(`${QUERY}: ${answer.error ?? 'nothing'}`);
    times.push(performance.now() - startedMs);
  }
  return times.slice(1).sort((a, b) => a - b)[Math.floor(ROUNDS / 2)]!;
}
