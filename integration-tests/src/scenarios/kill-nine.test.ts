import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../harness/child-server.ts';
import { compareWithLedger, Ledger, ledgerBatch } from '../harness/ledger.ts';
import { type RealServer, startNodeExporter, startPrometheus } from '../harness/real-servers.ts';
import { encodeV1, encodeV2, snappyBlock, V1_HEADERS, V2_HEADERS } from '../harness/remote-write-body.ts';
import { askSeries, prometheusTarget, pushBody, telamonTarget } from '../harness/telamon-client.ts';
import { TelamonProcess } from '../harness/telamon-process.ts';
import { findTool } from '../harness/test-tool.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { readAllSamples } from '../replay/recorded-blocks.ts';
import { scrapingConfig } from './scraping-config.ts';

const KILLS = 10;
const WRITERS = 4;
const SERIES_PER_WRITER = 100;
/** Pause of a writer between two requests: bounds how much there is to read back. */
const PAUSE_MS = 15;
const prometheus = findTool('prometheus');
const exporter = findTool('node-exporter');

describe('kill -9 under load', () => {
  let telamon: TelamonProcess;
  let node: RealServer | undefined;
  let peer: RealServer | undefined;

  beforeAll(async () => {
    // The port must stay over restarts, because Prometheus keeps sending to it.
    telamon = await TelamonProcess.start({ name: 'kill-nine', flags: [`--http.metrics-listen-port=${await freePort()}`] });
    if (prometheus.path === undefined || exporter.path === undefined) return;
    node = await startNodeExporter(exporter.path);
    peer = await startPrometheus(prometheus.path, scrapingConfig({ node: node.base, remoteWrite: telamon.metrics }));
  });
  afterAll(async () => {
    await peer?.dispose();
    await node?.dispose();
    await telamon?.dispose();
  });

  it('loses no acknowledged sample and doubles none', async () => {
    const seed = Number(process.env.TELAMON_TEST_SEED ?? Date.now() % 100_000);
    process.stdout.write(`kill -9: TELAMON_TEST_SEED=${seed}, load of a real Prometheus: ${peer === undefined ? 'no' : 'yes'}\n`);
    const ledger = new Ledger(join(telamon.dataDir, '..', 'ledger.jsonl'));
    const startMs = Math.floor(Date.now() / 1000) * 1000;
    const stopping = new AbortController();
    const writers = Array.from({ length: WRITERS }, (_item, index) =>
      writeUntil({ telamon, ledger, index, startMs, signal: stopping.signal }),
    );
    let state = seed;
    for (let kill = 0; kill < KILLS; kill++) {
      const before = ledger.sampleCount();
      await waitUntil('acknowledgements since the restart', () => ledger.sampleCount() > before + 2 * SERIES_PER_WRITER);
      state = (state * 1103515245 + 12345) % 2147483648;
      await delay(state % 700);
      await telamon.crash();
      await telamon.restart();
    }
    stopping.abort();
    await Promise.all(writers);
    const range = [startMs, startMs + Math.max(...ledger.batches().map(({ timeMs }) => timeMs - startMs)) + 1000] as const;
    const stored = (await readAllSamples(telamonTarget(telamon.metrics), range)).filter(({ series }) =>
      series.includes('"__name__":"ledger"'),
    );
    const difference = compareWithLedger(ledger, stored);
    process.stdout.write(`kill -9: ${ledger.sampleCount()} samples acknowledged, ${JSON.stringify(difference)}\n`);
    expect(difference).toMatchObject({ missing: 0, doubled: 0, wrong: 0 });
  });

  it.skipIf(prometheus.path === undefined || exporter.path === undefined)(
    'leaves no hole in what the real Prometheus sent',
    async () => {
      const theirs = prometheusTarget(peer!.base);
      const ours = telamonTarget(telamon.metrics);
      const names = ['up', 'node_load1', 'node_cpu_seconds_total', 'node_memory_MemFree_bytes', 'node_filesystem_size_bytes'];
      // Each name alone, because counting drops the name.
      const query = names
        .map((name) => `label_replace(sum(count_over_time(${name}{job="node"}[10m])), "name", "${name}", "", "")`)
        .join(' or ');
      const nowS = Math.floor(Date.now() / 1000) + 0.5;
      const counts = async (target: typeof ours): Promise<unknown> =>
        Object.fromEntries(
          (await askSeries(target, 'query', { query, time: String(nowS) })).map(({ metric, value }) => [
            metric.__name__,
            value![1],
          ]),
        );
      const want = await waitUntil('scrapes up to the time asked for', async () => {
        const up = await askSeries(theirs, 'query', { query: 'min(timestamp(up))', time: String(nowS + 2) });
        return Number(up[0]?.value?.[1]) > nowS ? await counts(theirs) : undefined;
      });
      await waitUntil('all of it to arrive', async () => JSON.stringify(await counts(ours)) === JSON.stringify(want), {
        pollMs: 500,
      }).catch(async () => {
        expect(await counts(ours)).toEqual(want);
      });
    },
  );
});

interface WriterOptions {
  readonly telamon: TelamonProcess;
  readonly ledger: Ledger;
  readonly index: number;
  readonly startMs: number;
  readonly signal: AbortSignal;
}

/** Sends batch after batch, every other writer by remote write 2.0, each again and again until it is acknowledged, as Prometheus does; then notes it. */
async function writeUntil({ telamon, ledger, index, startMs, signal }: WriterOptions): Promise<void> {
  const firstSeries = index * SERIES_PER_WRITER;
  for (let round = 0; !signal.aborted; round++) {
    const timeMs = startMs + round * PAUSE_MS;
    const batch = ledgerBatch(firstSeries, SERIES_PER_WRITER, timeMs);
    const [body, headers] = index % 2 === 0 ? [encodeV1(batch), V1_HEADERS] : [encodeV2(batch), V2_HEADERS];
    await waitUntil(
      'an acknowledgement',
      async () => {
        const { status, text } = await pushBody(telamonTarget(telamon.metrics), snappyBlock(body), headers);
        if (status >= 400 && status < 500 && status !== 429) throw new Error(`refused for good with ${status}: ${text}`);
        return status < 300;
      },
      { timeoutMs: 60_000 },
    );
    ledger.acknowledge({ firstSeries, count: SERIES_PER_WRITER, timeMs });
    await delay(PAUSE_MS);
  }
}
