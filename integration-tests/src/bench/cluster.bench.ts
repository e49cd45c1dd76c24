/**
 * `npm run bench -- cluster`: ten million samples of the load of `ingest` into a cluster of processes on this machine, and a query of
 * `query` from its ingesters, after a flush, after the compactor merged the blocks of the three replicas, and half from there and half from
 * the ingesters again; each beside one process with the same data in the same place. CPU is that of all processes of a role; steady leaves
 * out the first scrapes, in which series are made and code is compiled.
 */
import type { Usage } from '../harness/child-server.ts';
import { post } from '../harness/http-exchange.ts';
import { type Target, telamonTarget } from '../harness/telamon-client.ts';
import { QUICK_BUCKET, TelamonProcess } from '../harness/telamon-process.ts';
import { ROLES, startBenchCluster } from './bench-cluster.ts';
import { medianQueryMs, QUERY } from './cluster-query.ts';
import { table } from './contenders.ts';
import { loadCluster } from './load-cluster.ts';
import { mergeReplicas } from './merge-replicas.ts';
import { SCRAPE_INTERVAL_MS, ScrapeLoad, STANDARD_LOAD } from './scrape-load.ts';
import { sendLoad } from './send-load.ts';

const SETTLE_MS = 20_000;
/** Until processes have given back what their start took. */
const IDLE_MS = 45_000;
const SCRAPES = 200;
const WARM_SCRAPES = 10;
/** Half of what the query reads. */
const LATER_SCRAPES = STANDARD_LOAD.scrapeCount / 2;

const load = new ScrapeLoad({ ...STANDARD_LOAD, scrapeCount: SCRAPES }, Date.now());
const { seriesCount, scrapeCount } = load.size;
const cluster = await startBenchCluster();
await settle(IDLE_MS);
const { idle, warm, loaded } = await loadCluster(cluster, load, WARM_SCRAPES);

const usPerSample = (ms: number, scrapes: number): string => ((ms * 1000) / (seriesCount * scrapes)).toFixed(2);
const mib = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);
const rows = ROLES.map((role, i) => {
  const [at0, at1, at2] = [idle[i]!, warm[i]!, loaded[i]!];
  const bytesPerSample = (read: (costs: typeof at0) => number): string =>
    ((read(at2) - read(at1)) / (seriesCount * (scrapeCount - WARM_SCRAPES))).toFixed(0);
  return [
    role,
    String(at0.processes),
    usPerSample(at2.cpuMs - at0.cpuMs, scrapeCount),
    usPerSample(at2.cpuMs - at1.cpuMs, scrapeCount - WARM_SCRAPES),
    bytesPerSample(({ readBytes }) => readBytes),
    bytesPerSample(({ writtenBytes }) => writtenBytes),
    mib(at0.residentBytes / at0.processes),
    mib(at2.residentBytes / at0.processes),
  ];
});
const total = (costs: typeof idle): number => costs.reduce((sum, { cpuMs }) => sum + cpuMs, 0);
rows.push([
  'all',
  '',
  usPerSample(total(loaded) - total(idle), scrapeCount),
  usPerSample(total(loaded) - total(warm), scrapeCount - WARM_SCRAPES),
  ...['', '', '', ''],
]);
const heading = ['role', 'processes', 'us/sample', 'steady', 'bytes read', 'written', 'MiB each, idle', 'MiB each, loaded'];
process.stdout.write(`${table([heading, ...rows])}\n\n`);

const queried = telamonTarget(cluster.ofRole('query-frontend')[0]!.url('metrics'));
const clusterMs = [await medianQueryMs(queried, load)];
await Promise.all(cluster.ofRole('ingester').map((member) => post(member.url('admin'), '/ingester/flush')));
await settle();
clusterMs.push(await medianQueryMs(queried, load));
await mergeReplicas(cluster);
await settle();
clusterMs.push(await medianQueryMs(queried, load));
const written = telamonTarget(cluster.ofRole('distributor')[0]!.url('metrics'));
const laterMs = await sendLater(written, () => cluster.usage());
clusterMs.push(await medianQueryMs(queried, load, laterMs));
await cluster.dispose();

const alone = await TelamonProcess.start({ name: 'bench', flags: QUICK_BUCKET });
await sendLoad({ target: telamonTarget(alone.metrics), usage: () => alone.usage() }, load);
const inHeadMs = await medianQueryMs(telamonTarget(alone.metrics), load);
await post(alone.listeners.admin, '/ingester/flush');
await settle();
const inBlockMs = await medianQueryMs(telamonTarget(alone.metrics), load);
await sendLater(telamonTarget(alone.metrics), () => alone.usage());
const inBothMs = await medianQueryMs(telamonTarget(alone.metrics), load, laterMs);
await alone.dispose();
const names = [
  'in the head',
  'flushed, three blocks of replicas',
  'flushed, one merged block',
  'half in the merged block, half in the head',
];
const lines = clusterMs.map((ms, i) => {
  const aloneMs = [inHeadMs, inBlockMs, inBlockMs, inBothMs][i]!;
  return [names[i]!, aloneMs.toFixed(0), ms.toFixed(0), (ms / aloneMs).toFixed(2)];
});
process.stdout.write(`${QUERY}\n${table([['the data is', 'one process ms', 'cluster ms', 'ratio'], ...lines])}\n`);
process.exit(0);

/** Sends the scrapes that follow; gives the time of the last one. */
async function sendLater(target: Target, usage: () => Usage): Promise<number> {
  await sendLoad({ target, usage }, load, { from: SCRAPES, to: SCRAPES + LATER_SCRAPES });
  return load.endMs + LATER_SCRAPES * SCRAPE_INTERVAL_MS;
}

async function settle(settleMs = SETTLE_MS): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, settleMs));
}
