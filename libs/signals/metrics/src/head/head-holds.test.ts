import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryLogFiles } from '@telamon/wal';
import { expect, it } from 'vitest';
import { DEFAULT_APPEND_LIMITS } from './append-contract.ts';
import { FakeCursor, OPEN_HOOKS, type SampleSeries } from './fake-cursor.ts';
import { holdBoundMs, withLongestHold } from './longest-hold.fixture.ts';
import { TenantHead } from './tenant-head.ts';

const T0 = 1_793_491_200_000;
const SERIES = 10_000;
const SAMPLES = 40;

/** Series of one request: many samples each, so that records would be large. */
function someSeries(from: number, count: number): SampleSeries[] {
  const samples = Array.from({ length: SAMPLES }, (_, k) => [T0 + k * 15_000, k * 1.1] as const);
  return Array.from({ length: count }, (_, i) => ({
    labels: ['__name__', 'm', 'instance', `host-${(from + i) % 1000}:9100`, 'path', `/a/b/c/${from + i}`],
    samples,
  }));
}

it('opening a large log and a large checkpoint lets others work', { retry: 2, timeout: 60_000 }, async () => {
  const root = await mkdtemp(join(tmpdir(), 'head-'));
  let files = new MemoryLogFiles();
  const open = (): Promise<TenantHead> =>
    TenantHead.open({
      tenant: 't',
      log: { directory: '/log', files },
      chunkDirectory: join(root, 'chunks'),
      now: () => T0 + 3_600_000,
    });
  let head = await open();
  for (let from = 0; from < SERIES; from += 5000) {
    const cursor = new FakeCursor(someSeries(from, 5000), 2 ** 31);
    await head.push({ cursor, hooks: OPEN_HOOKS, limits: DEFAULT_APPEND_LIMITS });
  }
  for (const kind of ['log', 'checkpoint'] as const) {
    const truncated = await withLongestHold(async () => (kind === 'log' ? undefined : await head.truncate(T0 + 1)));
    await head.close();
    files = files.afterPowerLoss();
    const opened = await withLongestHold(open);
    head = opened.result;
    expect(Math.max(opened.holdMs, truncated.holdMs), kind).toBeLessThan(await holdBoundMs());
    expect(head.state.rows.liveCount).toBe(SERIES);
    // A record is replayed in one go.
    const { records, payloadBytes } = head.replayed;
    expect(payloadBytes / records, kind).toBeLessThan(160 << 10);
  }
  await head.close();
  await rm(root, { recursive: true });
});
