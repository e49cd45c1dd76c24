import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { firstDifference, inFixedOrder, RELATIVE_TOLERANCE } from '../harness/compare-answers.ts';
import { type RealServer, startNodeExporter, startPrometheus } from '../harness/real-servers.ts';
import { type ApiAnswer, ask, askSeries, prometheusTarget, type Target, telamonTarget } from '../harness/telamon-client.ts';
import { TelamonProcess } from '../harness/telamon-process.ts';
import { findTool } from '../harness/test-tool.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { PEER_QUERIES } from './peer-queries.ts';
import { scrapingConfig } from './scraping-config.ts';

/** How long Prometheus scrapes and sends before we compare. */
const LOAD_MS = Number(process.env.TELAMON_TEST_LOAD_S ?? 120) * 1000;
const prometheus = findTool('prometheus');
const exporter = findTool('node-exporter');
const missing = [prometheus, exporter].find(({ path }) => path === undefined);

describe.skipIf(missing !== undefined)(
  `a real Prometheus sends what it scrapes${missing ? ` (no ${missing.name}: ${missing.reason})` : ''}`,
  () => {
    let telamon: TelamonProcess;
    let node: RealServer;
    let peer: RealServer;

    beforeAll(async () => {
      telamon = await TelamonProcess.start({ name: 'real-prometheus' });
      node = await startNodeExporter(exporter.path!);
      peer = await startPrometheus(prometheus.path!, scrapingConfig({ node: node.base, remoteWrite: telamon.metrics }));
    });
    afterAll(async () => {
      await peer?.dispose();
      await node?.dispose();
      await telamon?.dispose();
    });

    it(
      'and both answer alike',
      async () => {
        const theirs = prometheusTarget(peer.base);
        const ours = telamonTarget(telamon.metrics);
        const endS = await offGridTime(theirs, ours);
        await waitUntil('the last samples to arrive', async () => (await oldestUp(ours, endS + 3)) > endS, {
          timeoutMs: 60_000,
          pollMs: 500,
        });
        const differences: string[] = [];
        let [asked, withData] = [0, 0];
        for (const { query, isOrdered = false } of PEER_QUERIES) {
          for (const [route, params] of [
            ['query', { query, time: endS.toFixed(3) }],
            ['query_range', { query, start: (endS - 60).toFixed(3), end: endS.toFixed(3), step: '7' }],
          ] as const) {
            asked++;
            const [want, got] = await Promise.all([ask(theirs, route, params), ask(ours, route, params)]);
            if (want.status === 'success' && want.data.result.length > 0) withData++;
            const difference = answerDifference(want, got, isOrdered && route === 'query');
            if (difference !== undefined) differences.push(`${route} ${query}: ${difference}`);
          }
        }
        process.stdout.write(
          `real Prometheus: ${asked - differences.length} of ${asked} queries answered alike, ${withData} with data\n`,
        );
        expect(differences).toEqual([]);
        expect(withData, 'answers that hold something').toBeGreaterThanOrEqual(100);
        telamon.requireRunning();
      },
      LOAD_MS + 180_000,
    );
  },
);

/**
 * A time that lies after the load and between the scrapes, so that a range closed on the left (as in older
 * versions) and one that is open there hold the same samples. The load begins when ours has a sample of both targets, because
 * what Prometheus scraped before it looked at its queue was never sent.
 */
async function offGridTime(theirs: Target, ours: Target): Promise<number> {
  const firstS = await waitUntil(
    'the first scrape of both',
    async () => {
      const up = await askSeries(ours, 'query', { query: 'timestamp(up == 1)' });
      return up.length === 2 ? Math.max(...up.map(({ value }) => Number(value![1]))) : undefined;
    },
    { timeoutMs: 60_000 },
  );
  const untilS = firstS + LOAD_MS / 1000;
  const latest = async (): Promise<number[]> =>
    (await askSeries(theirs, 'query', { query: 'timestamp(up)' })).map(({ value }) => Number(value![1]));
  await waitUntil('the load to run its time', async () => Math.min(...(await latest())) > untilS + 3, {
    timeoutMs: LOAD_MS + 30_000,
    pollMs: 1000,
  });
  const [a = 0, b = 0] = (await latest()).map((time) => time % 1).sort((x, y) => x - y);
  // The middle of the larger of the two gaps between the scrape times of the two targets.
  const middle = b - a > 0.5 ? (a + b) / 2 : ((a + b + 1) / 2) % 1;
  return Math.floor(untilS) + middle;
}

/** Time of the newest sample of that target whose newest sample is oldest. */
async function oldestUp(target: Target, atS: number): Promise<number> {
  const up = await askSeries(target, 'query', { query: 'timestamp(up)', time: String(atS) });
  return up.length < 2 ? 0 : Math.min(...up.map(({ value }) => Number(value![1])));
}

function answerDifference(want: ApiAnswer, got: ApiAnswer, isOrdered: boolean): string | undefined {
  if (want.status !== got.status) return `want ${want.status} ${want.error ?? ''}, got ${got.status} ${got.error ?? ''}`;
  if (want.status === 'error') return undefined;
  if (want.data.resultType === 'scalar') return firstDifference(want.data, got.data, RELATIVE_TOLERANCE);
  const order = isOrdered ? (list: readonly unknown[]): readonly unknown[] => list : inFixedOrder;
  return (
    firstDifference(want.data.resultType, got.data.resultType, 0) ??
    firstDifference(order(want.data.result), order(got.data.result), RELATIVE_TOLERANCE, '$.result')
  );
}
