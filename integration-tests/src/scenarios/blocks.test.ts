import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BlockStore, storeChoices } from '../harness/block-store.ts';
import { exchange } from '../harness/http-exchange.ts';
import { compareWithLedger, Ledger, ledgerBatch, type StoredSample } from '../harness/ledger.ts';
import { startPrometheus } from '../harness/real-servers.ts';
import { scratchFolder } from '../harness/repository.ts';
import { prometheusTarget, pushSeries, telamonTarget } from '../harness/telamon-client.ts';
import { QUICK_BUCKET, TelamonProcess } from '../harness/telamon-process.ts';
import { findTool } from '../harness/test-tool.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { blocksRange, parseDumpLine, readAllSamples } from '../replay/recorded-blocks.ts';

const HOUR_MS = 3600_000;
const TENANT = 'anonymous';
const SERIES = 200;
const SPAN_MS = 7 * HOUR_MS;
const STEP_MS = 60_000;
const promtool = findTool('promtool');
const prometheus = findTool('prometheus');

for (const { name, reason, open } of storeChoices()) {
  describe.skipIf(reason !== undefined)(`blocks on ${name}${reason === undefined ? '' : ` (${reason})`}`, () => {
    let telamon: TelamonProcess;
    let store: BlockStore;
    let ledger: Ledger;
    // A whole block range, three days ago.
    const startMs = Math.floor((Date.now() - 72 * HOUR_MS) / (2 * HOUR_MS)) * 2 * HOUR_MS;

    beforeAll(async () => {
      store = await open(() => telamon.bucketDir);
      telamon = TelamonProcess.prepare({ name: 'blocks', flags: [...store.flags, ...QUICK_BUCKET], env: store.env });
      await telamon.restart();
      ledger = new Ledger(join(telamon.dataDir, '..', 'ledger.jsonl'));
      const target = telamonTarget(telamon.metrics);
      for (let timeMs = startMs; timeMs < startMs + SPAN_MS; timeMs += STEP_MS) {
        await pushSeries(target, ledgerBatch(0, SERIES, timeMs));
        ledger.acknowledge({ firstSeries: 0, count: SERIES, timeMs });
      }
    });
    afterAll(async () => {
      await telamon?.dispose();
      await store?.dispose();
    });

    it.skipIf(promtool.path === undefined)('promtool opens ours, and the dump equals what was acknowledged', async () => {
      const flush = await exchange({
        method: 'POST',
        base: telamon.listeners.admin,
        path: '/ingester/flush?wait=true',
        timeoutMs: 120_000,
      });
      expect(flush.status, flush.text).toBeLessThan(300);
      const folder = await waitUntil(
        'blocks up to the last sample',
        async () => {
          const copy = scratchFolder('ours');
          await store.download(TENANT, copy);
          const [minTimeMs, maxTimeMs] = blocksRange(copy);
          return minTimeMs <= startMs && maxTimeMs > startMs + SPAN_MS - STEP_MS ? copy : undefined;
        },
        { timeoutMs: 120_000, pollMs: 2000 },
      );
      mkdirSync(join(folder, 'wal'));
      const run = (...args: string[]): string =>
        execFileSync(promtool.path!, ['tsdb', ...args], { maxBuffer: 1 << 30 }).toString();
      const ids = readdirSync(folder).filter((id) => id !== 'wal');
      const list = run('list', folder);
      for (const id of ids) {
        expect(list).toContain(id);
        expect(run('analyze', folder, id)).toContain(`Block ID: ${id}`);
      }
      const dump = run('dump', folder)
        .split('\n')
        .filter((line) => line !== '');
      const difference = compareWithLedger(ledger, dump.map(parseDumpLine));
      expect(difference).toMatchObject({ missing: 0, doubled: 0, wrong: 0, unacknowledged: 0 });
    });

    it('queries answer from them after a restart', async () => {
      await telamon.restart();
      const stored = await readAllSamples(telamonTarget(telamon.metrics), [startMs, startMs + SPAN_MS], 'ledger');
      expect(compareWithLedger(ledger, stored)).toMatchObject({ missing: 0, doubled: 0, wrong: 0, unacknowledged: 0 });
    });

    it.skipIf(prometheus.path === undefined)(
      'a block of a real Prometheus is queried within two minutes',
      { timeout: 240_000 },
      async () => {
        const fromMs = startMs - 24 * HOUR_MS;
        const { folder, id, samples } = await blockOfPrometheus(prometheus.path!, fromMs);
        await store.upload(TENANT, join(folder, id), id);
        const target = telamonTarget(telamon.metrics);
        const found = await waitUntil(
          'the block to be seen',
          async () => {
            const got = await readAllSamples(target, [fromMs, fromMs + HOUR_MS], 'ledger');
            return got.length > 0 ? got : undefined;
          },
          { timeoutMs: 120_000, pollMs: 1000 },
        );
        const byText = (list: readonly StoredSample[]): string[] =>
          list.map(({ series, timeMs, value }) => `${series} ${timeMs} ${Number(value)}`).sort();
        expect(byText(found)).toEqual(byText(samples));
      },
    );
  });
}

/** Lets a real Prometheus write a block of one hour of the ledger's series, and reads back what it holds. */
async function blockOfPrometheus(
  program: string,
  fromMs: number,
): Promise<{ folder: string; id: string; samples: StoredSample[] }> {
  const server = await startPrometheus(program, 'global: {}\n', ['--storage.tsdb.retention.time=100y']);
  try {
    const target = prometheusTarget(server.base);
    for (let timeMs = fromMs; timeMs < fromMs + HOUR_MS; timeMs += STEP_MS) await pushSeries(target, ledgerBatch(0, 20, timeMs));
    const samples = await readAllSamples(target, [fromMs, fromMs + HOUR_MS], 'ledger');
    expect(samples.length).toBe(20 * 60);
    const answer = await exchange({ method: 'POST', base: server.base, path: '/api/v1/admin/tsdb/snapshot' });
    const { name } = (JSON.parse(answer.text) as { data: { name: string } }).data;
    const snapshot = join(server.folder, 'data', 'snapshots', name);
    const id = readdirSync(snapshot).find((entry) => /^[0-9A-Z]{26}$/.test(entry))!;
    const folder = scratchFolder('prometheus-block');
    execFileSync('cp', ['-r', join(snapshot, id), folder]);
    return { folder, id, samples };
  } finally {
    await server.dispose();
  }
}
