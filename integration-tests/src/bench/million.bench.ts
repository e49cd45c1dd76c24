/**
 * `npm run bench -- million`: a million series x 10 scrapes into the built process and the peers, as `ingest` sends them, then how
 * long two queries over all of them take.
 */
import { askSeries } from '../harness/telamon-client.ts';
import { contenders, table } from './contenders.ts';
import { ScrapeLoad } from './scrape-load.ts';
import { sendLoad } from './send-load.ts';

const QUERIES = ['count({__name__=~".+"})', 'sum by (job) (http_requests_total)'];

const load = new ScrapeLoad({ seriesCount: 1_000_000, scrapeCount: 10, requestSeries: 2000 }, Date.now());
const rows: string[][] = [];
for await (const { name, target, usage, dispose } of contenders()) {
  const figures = await sendLoad({ target, usage }, load);
  const took: string[] = [];
  for (const query of QUERIES) {
    const startedMs = performance.now();
    const isAnswered = await askSeries(target, 'query', { query, time: String(load.endMs / 1000) }).then(
      () => true,
      // VictoriaMetrics looks at 300,000 series at the most unless it is told otherwise.
      () => false,
    );
    took.push(isAnswered ? (performance.now() - startedMs).toFixed(0) : 'refused');
  }
  rows.push([
    name,
    figures.samplesPerSecond.toFixed(0),
    figures.cpuUsPerSample.toFixed(2),
    figures.residentBytesPerSeries.toFixed(0),
    (usage().residentBytes / 2 ** 20).toFixed(0),
    ...took,
  ]);
  await dispose();
}
const head = [
  'server',
  'samples/s',
  'CPU us/sample',
  'bytes/series',
  'MiB after queries',
  ...QUERIES.map((query) => `${query}, ms`),
];
process.stdout.write(`${table([head, ...rows])}\n`);
process.exit(0);
