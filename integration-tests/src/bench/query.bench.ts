/**
 * `npm run bench -- query`: a dozen range queries of 61 steps over what `ingest` loads, each asked once to warm up and
 * then five times; the median in milliseconds, ours and the peers'.
 */
import { ask } from '../harness/telamon-client.ts';
import { type Contender, contenders, table } from './contenders.ts';
import { ScrapeLoad, STANDARD_LOAD } from './scrape-load.ts';
import { sendLoad } from './send-load.ts';

const ROUNDS = 5;
const STEPS = 60;
const QUERIES: readonly string[] = [
  'sum by (job) (rate(http_requests_total[5m]))',
  'sum by (namespace) (rate(http_requests_total{status=~"5.."}[5m])) / sum by (namespace) (rate(http_requests_total[5m]))',
  'count({__name__=~".+"})',
  'sum(rate(http_requests_total{job="service-7"}[1m]))',
  'topk(5, sum by (pod) (rate(http_requests_total[5m])))',
  'avg by (namespace, job) (container_metric_13)',
  'max_over_time(container_metric_2{namespace="team-3"}[5m])',
  'quantile by (job) (0.9, container_metric_5)',
  'sum by (status) (increase(http_requests_total{method="GET"}[5m])) > 100',
  'count by (node) (http_requests_total)',
  'avg_over_time(sum(container_metric_7)[5m:15s])',
  'sum without (instance, pod, node) (irate(http_requests_total{namespace=~"team-[1-3]"}[1m]))',
];

const load = new ScrapeLoad(STANDARD_LOAD, Date.now());
const columns: [string, number[]][] = [];
for await (const contender of contenders()) {
  await sendLoad(contender, load);
  const medians: number[] = [];
  for (const query of QUERIES) medians.push(await medianMs(contender, query));
  columns.push([contender.name, medians]);
  await contender.dispose();
}
const own = columns[0]![1];
const heading = [
  'query',
  ...columns.map(([name]) => `${name} ms`),
  ...columns.slice(1).map(([name]) => `${name.split(' ')[0]} / ours`),
];
const rows = QUERIES.map((query, index) => [
  query,
  ...columns.map(([, medians]) => medians[index]!.toFixed(0)),
  ...columns.slice(1).map(([, medians]) => (medians[index]! / own[index]!).toFixed(1)),
]);
process.stdout.write(`${table([heading, ...rows])}\n`);
process.exit(0);

async function medianMs({ target, name }: Contender, query: string): Promise<number> {
  const stepS = Math.floor((load.endMs - load.startMs) / 1000 / STEPS);
  const endS = load.endMs / 1000;
  // nocache keeps VictoriaMetrics from answering out of its cache of results; the others don't know it.
  const params = { query, start: String(endS - STEPS * stepS), end: String(endS), step: String(stepS), nocache: '1' };
  const times: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const startedMs = performance.now();
    const answer = await ask(target, 'query_range', params);
    if (answer.status !== 'success') throw new Error(`${name}: ${query}: ${answer.error}`);
    times.push(performance.now() - startedMs);
  }
  return times.slice(1).sort((a, b) => a - b)[Math.floor(ROUNDS / 2)]!;
}
