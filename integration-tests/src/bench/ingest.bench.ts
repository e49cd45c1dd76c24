/**
 * `npm run bench -- ingest`: 50,000 series x 60 scrapes by remote write 1.0, 2,000 series a request, four at a time,
 * into the built process with its log on, and into the peers that can be had. Bytes per series are resident bytes of
 * the process tree at the end less those at ready.
 */
import { contenders, table } from './contenders.ts';
import { ScrapeLoad, STANDARD_LOAD } from './scrape-load.ts';
import { type IngestFigures, sendLoad } from './send-load.ts';

const load = new ScrapeLoad(STANDARD_LOAD, Date.now());
const results: [string, IngestFigures][] = [];
for await (const contender of contenders()) {
  results.push([contender.name, await sendLoad(contender, load)]);
  await contender.dispose();
}
const [, own] = results[0]!;
const rows = results.map(([name, figures]) => [
  name,
  figures.samplesPerSecond.toFixed(0),
  figures.cpuUsPerSample.toFixed(2),
  (figures.cpuUsPerSample / own.cpuUsPerSample).toFixed(2),
  figures.residentBytesPerSeries.toFixed(0),
  (figures.residentBytesPerSeries / own.residentBytesPerSeries).toFixed(2),
]);
process.stdout.write(`${table([['server', 'samples/s', 'CPU us/sample', 'of ours', 'bytes/series', 'of ours'], ...rows])}\n`);
process.exit(0);
