/**
 * `npm run bench -- capacity`: what one unit of work costs each role, for `docs/capacity.md`. A million series (of 8 to 11 labels) with
 * twelve scrapes go into a cluster of processes on this machine, each ingester holding all of them; then everything is flushed and merged.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClusterMember } from '../cluster/cluster-member.ts';
import { post } from '../harness/http-exchange.ts';
import { telamonTarget } from '../harness/telamon-client.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { startBenchCluster } from './bench-cluster.ts';
import { medianQueryMs } from './cluster-query.ts';
import { table } from './contenders.ts';
import { bytesBelow } from './disk-usage.ts';
import { loadCluster } from './load-cluster.ts';
import { mergeReplicas } from './merge-replicas.ts';
import { type RoleCosts, roleCosts } from './role-costs.ts';
import { ScrapeLoad } from './scrape-load.ts';

const SETTLE_MS = 10_000;
/** Making series costs more than their samples; the first scrape stands for it. */
const WARM_SCRAPES = 2;
const FLUSH_TIMEOUT_MS = 300_000;

const load = new ScrapeLoad({ seriesCount: 1_000_000, scrapeCount: 12, requestSeries: 2000 }, Date.now());
const { seriesCount, scrapeCount } = load.size;
const steadySamples = seriesCount * (scrapeCount - WARM_SCRAPES);
const cluster = await startBenchCluster();
await settle();
const { idle, warm, loaded } = await loadCluster(cluster, load, WARM_SCRAPES);
const ingester = cluster.ofRole('ingester')[0]!;
const gateway = cluster.ofRole('store-gateway')[0]!;
const rows: string[][] = [];
const row = (what: string, value: number, unit: string, digits = 2): void => void rows.push([what, value.toFixed(digits), unit]);

const grown = (role: string, read: (costs: RoleCosts) => number, from: readonly RoleCosts[], to: readonly RoleCosts[]): number =>
  read(of(to, role)) - read(of(from, role));
row('distributor, CPU', (grown('distributor', cpuMs, warm, loaded) * 1000) / steadySamples, 'us/sample');
row('distributor, read', grown('distributor', ({ readBytes }) => readBytes, warm, loaded) / steadySamples, 'bytes/sample', 0);
row(
  'distributor, written',
  grown('distributor', ({ writtenBytes }) => writtenBytes, warm, loaded) / steadySamples,
  'bytes/sample',
  0,
);
row('ingester, CPU', (grown('ingester', cpuMs, warm, loaded) * 1000) / steadySamples / 3, 'us/sample of one replica');
row(
  'ingester, CPU of new series',
  (grown('ingester', cpuMs, idle, warm) * 1000) / seriesCount / 3,
  'us/series of one replica, two samples included',
);
row('ingester, memory', grown('ingester', resident, idle, loaded) / seriesCount / 3, 'bytes/series of one replica', 0);
row('ingester, log', bytesBelow(join(ingester.dataDir, 'wal')) / load.sampleCount, 'bytes/sample of one replica');

const queried = telamonTarget(cluster.ofRole('query-frontend')[0]!.url('metrics'));
row('query of 600,000 series, 61 steps', await medianQueryMs(queried, load), 'ms', 0);
const beforeFlush = roleCosts(cluster);
await Promise.all(cluster.ofRole('ingester').map((member) => post(member.url('admin'), '/ingester/flush')));
await waitUntil('the store-gateway to hold headers', async () => headersOf(gateway) > 0, { timeoutMs: FLUSH_TIMEOUT_MS });
await settle();
const flushed = roleCosts(cluster);
row(
  'ingester, CPU of cutting and shipping a block',
  (grown('ingester', cpuMs, beforeFlush, flushed) * 1000) / seriesCount / 3,
  'us/series of one replica',
);
const head = join(ingester.dataDir, 'head');
row('block, index', bytesBelow(head, (path) => path.endsWith('/index')) / seriesCount, 'bytes/series', 0);
row('block, chunks', bytesBelow(head, (path) => path.includes('/chunks/')) / load.sampleCount, 'bytes/sample');
row('store-gateway, index headers on disk', headersOf(gateway) / seriesCount / 3, 'bytes/series of a block', 0);
row('store-gateway, memory with three blocks', resident(of(flushed, 'store-gateway')) / 2 ** 20, 'MiB', 0);
await mergeReplicas(cluster);
await settle();
const compactor = cluster.ofRole('compactor')[0]!;
row(
  'compactor, CPU of merging three replicas',
  (cpuMs(of(roleCosts(cluster), 'compactor')) * 1000) / seriesCount,
  'us/series, start included',
);
row('compactor, peak memory', peakOf(compactor) / 2 ** 20, 'MiB', 0);
await cluster.dispose();
process.stdout.write(`${table([['what', 'measured', 'unit'], ...rows])}\n`);
process.exit(0);

function of(costs: readonly RoleCosts[], role: string): RoleCosts {
  return costs.find((one) => one.role === role)!;
}

function cpuMs(costs: RoleCosts): number {
  return costs.cpuMs;
}

function resident(costs: RoleCosts): number {
  return costs.residentBytes;
}

function headersOf(member: ClusterMember): number {
  const folder = join(member.dataDir, 'index-header');
  return existsSync(folder) ? bytesBelow(folder) : 0;
}

function peakOf({ pid }: ClusterMember): number {
  return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
}

async function settle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
}
