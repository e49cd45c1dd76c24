import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { canonical, sameNumber } from '../harness/compare-answers.ts';
import { PendingList } from '../harness/pending-list.ts';
import { recorded, suiteName } from '../harness/repository.ts';
import { askSeries, pushBody, type ResultSeries, type Target, telamonTarget } from '../harness/telamon-client.ts';
import { TelamonProcess } from '../harness/telamon-process.ts';
import { expectSettled, readJsonLines, runCases } from './recorded-lines.ts';

interface TrafficBody {
  readonly id: string;
  readonly protocol: 'v1' | 'v2';
  readonly capture: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly decoded: string;
}

interface DecodedSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly samples?: readonly (readonly [number, string])[];
  readonly histograms?: readonly { readonly t: number }[];
}

const folder = recorded('conformance/prometheus/rw');
const OWN_HEADERS = /^(content-type|content-encoding|x-prometheus-remote-write-version|user-agent)$/;

/** Stale markers end a series: a range selector doesn't return them. */
const STALE = /stale/i;

describe.skipIf(folder === undefined)(suiteName('remote write as a real Prometheus sent it', folder), () => {
  const bodies = folder === undefined ? [] : readJsonLines<TrafficBody>(join(folder, 'requests.jsonl'));
  let server: TelamonProcess;

  beforeAll(async () => {
    server = await TelamonProcess.start({ name: 'traffic', isMultitenant: true });
  });
  afterAll(() => server?.dispose());

  it('is taken and comes back sample by sample', async () => {
    const run = async (item: TrafficBody): Promise<string | undefined> => {
      const target = telamonTarget(server.metrics, `${item.protocol}-${item.capture}`);
      const headers = Object.fromEntries(Object.entries(item.headers).filter(([name]) => OWN_HEADERS.test(name)));
      const answer = await pushBody(target, readFileSync(join(folder!, item.body)), headers);
      // A body sent again after an answer that was lost holds older samples beside newer ones of one series: those are out of
      // order, for Prometheus too. All of it must be there none the less.
      const isRefusedAgain = answer.status === 400 && item.headers['retry-attempt'] !== undefined;
      if (answer.status >= 300 && !isRefusedAgain) return `refused with ${answer.status}: ${answer.text.slice(0, 200)}`;
      const { series = [] } = JSON.parse(readFileSync(join(folder!, item.decoded), 'utf8')) as { series?: DecodedSeries[] };
      return await missingSample(target, series);
    };
    expectSettled('prometheus-rw', new PendingList('prometheus-rw'), await runCases(bodies, run, 1));
  });
});

async function missingSample(target: Target, series: readonly DecodedSeries[]): Promise<string | undefined> {
  const times = series.flatMap(({ samples = [], histograms = [] }) => [
    ...samples.map(([timeMs]) => timeMs),
    ...histograms.map(({ t }) => t),
  ]);
  if (times.length === 0) return undefined;
  const range = Math.ceil((Math.max(...times) - Math.min(...times)) / 1000) + 1;
  const found = await askSeries(target, 'query', {
    query: `{__name__=~".+"}[${range}s]`,
    time: String(Math.max(...times) / 1000),
  });
  const byLabels = new Map<string, ResultSeries>(found.map((item) => [canonical(item.metric), item]));
  for (const { labels, samples = [], histograms = [] } of series) {
    const histogramTimes = new Set((byLabels.get(canonical(labels))?.histograms ?? []).map(([time]) => Math.round(time * 1000)));
    for (const { t } of histograms) if (!histogramTimes.has(t)) return `${canonical(labels)} @${t}: no histogram`;
    const values = new Map(
      (byLabels.get(canonical(labels))?.values ?? []).map(([time, value]) => [Math.round(time * 1000), value]),
    );
    for (const [timeMs, value] of samples) {
      if (STALE.test(value)) continue;
      const got = values.get(timeMs);
      if (got === undefined || !sameNumber(value, got, 0)) return `${canonical(labels)} @${timeMs}: want ${value}, got ${got}`;
    }
  }
  return undefined;
}
