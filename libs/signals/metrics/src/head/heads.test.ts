import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dumpFrames, dumpHead } from './dump-head.ts';
import { requestOf } from './fake-cursor.ts';
import { Heads } from './heads.ts';
import type { TenantHead } from './tenant-head.ts';

const HOUR = 3_600_000;
const T0 = 1_793_491_200_000;
const signal = new AbortController().signal;

let root: string;
let nowMs: number;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'heads-'));
  nowMs = T0 + 5 * HOUR;
});
afterEach(async () => {
  await rm(root, { recursive: true });
});

function openHeads(
  opened: TenantHead[] = [],
  bounds: { readonly maxTenants?: number; readonly maxSeries?: number } = {},
): Promise<Heads> {
  return Heads.open({
    ...bounds,
    logDirectory: join(root, 'wal/metrics'),
    chunkDirectory: join(root, 'head/metrics'),
    now: () => nowMs,
    onOpen: (head) => opened.push(head),
  });
}

const series = (name: string, fromMs: number, count: number) => ({
  labels: ['__name__', name],
  samples: Array.from({ length: count }, (_, i) => [fromMs + i * 60_000, i] as const),
});

describe('Heads', () => {
  it('takes no more tenants and series than the process may have, and keeps those that it has', async () => {
    let heads = await openHeads([], { maxTenants: 2, maxSeries: 3 });
    await heads.append('a', requestOf([series('m', T0, 1), series('n', T0, 1)]));
    const full = heads.append('b', requestOf([series('m', T0, 1), series('n', T0, 1)]));
    await expect(full).rejects.toMatchObject({ status: 503, isRetryable: true, message: expect.stringContaining('max-series') });
    await heads.append('b', requestOf([series('m', T0 + 60_000, 1)]));
    const another = heads.append('c', requestOf([series('m', T0, 1)]));
    await expect(another).rejects.toMatchObject({ status: 503, message: expect.stringContaining('max-tenants') });
    await heads.close();
    // What was acknowledged is opened whatever the limit is now.
    heads = await openHeads([], { maxTenants: 1 });
    expect(heads.activeTenants()).toEqual(['a', 'b']);
    await heads.close();
  });

  it('keeps tenants apart on disk and brings them back', async () => {
    let heads = await openHeads();
    expect(heads.find('a')).toBeUndefined();
    await Promise.all([
      heads.append('a', requestOf([series('m', T0, 3)])),
      heads.append('a', requestOf([series('n', T0, 3)])),
      heads.append('b', requestOf([series('m', T0, 1)])),
    ]);
    expect(heads.activeTenants()).toEqual(['a', 'b']);
    expect((await stat(join(root, 'wal/metrics/a'))).mode & 0o777).toBe(0o700);
    await heads.close();
    await expect(heads.append('a', requestOf([]))).rejects.toMatchObject({ status: 503 });
    const opened: TenantHead[] = [];
    heads = await openHeads(opened);
    expect(opened.map((head) => head.tenant).sort()).toEqual(['a', 'b']);
    expect([...(await dumpHead(heads.find('a')!)).keys()]).toEqual(['{__name__="m"}', '{__name__="n"}']);
    await expect(heads.obtain('../x')).rejects.toThrow(/no name/);
    await heads.close();
  });

  it('offers ranges by the newest sample, or after an hour without writes, until nothing is left', async () => {
    const heads = await openHeads();
    await heads.append('a', requestOf([series('m', T0 + HOUR, 180), series('gone', T0 + HOUR, 5)]));
    expect(heads.compactableRange('a', nowMs)).toBeUndefined();
    await heads.append('a', requestOf([series('m', T0 + 4 * HOUR, 2)]));
    const first = heads.compactableRange('a', nowMs)!;
    expect(first).toEqual({ minMs: T0, maxMs: T0 + 2 * HOUR, isLate: false });
    const block = await dumpFrames(heads.streamForBlock('a', first, signal));
    expect([...block].map(([name, samples]) => [name, samples.length])).toEqual([
      ['{__name__="gone"}', 5],
      ['{__name__="m"}', 60],
    ]);
    const logs = join(root, 'wal/metrics/a');
    expect(await readdir(logs)).toEqual(['00000000']);
    await heads.truncate('a', first);
    expect(await readdir(logs)).toEqual(['checkpoint.00000000']);
    expect(heads.compactableRange('a', nowMs)).toBeUndefined();
    expect([...(await dumpHead(heads.find('a')!))].map(([name, samples]) => [name, samples.length])).toEqual([
      ['{__name__="m"}', 122],
    ]);
    nowMs += HOUR;
    const ranges: [number, number][] = [];
    for (let range = heads.compactableRange('a', nowMs); range !== undefined; range = heads.compactableRange('a', nowMs)) {
      ranges.push([range.minMs - T0, range.maxMs - T0]);
      for await (const _frame of heads.streamForBlock('a', range, signal));
      await heads.truncate('a', range);
    }
    expect(ranges).toEqual([
      [2 * HOUR, 4 * HOUR],
      [4 * HOUR, 4 * HOUR + 60_001],
    ]);
    expect(heads.find('a')!.state).toMatchObject({ newestMs: T0 + 4 * HOUR + 60_000 });
    expect(heads.find('a')!.state.rows.liveCount).toBe(0);
    const shipped = join(root, 'head/metrics/a/01M7Y2A3GVXYZ611YX0FB64YE5');
    await mkdir(shipped);
    await writeFile(join(shipped, 'meta.json'), '{}');
    await heads.find('a')!.state.spill.flush();
    expect(await heads.closeIdle(nowMs + 1)).toEqual(['a']);
    expect(await readdir(join(root, 'head/metrics/a'))).toEqual(['01M7Y2A3GVXYZ611YX0FB64YE5']);
    expect(await readdir(shipped)).toEqual(['meta.json']);
    expect(heads.find('a')).toBeUndefined();
    const late = await heads.append('a', requestOf([series('m', T0, 1)]));
    expect(late.refusals).toMatchObject([{ reason: 'sample-timestamp-too-old' }]);
    expect((await heads.append('a', requestOf([series('m', T0 + 4 * HOUR + 120_000, 1)]))).written.samples).toBe(1);
    await heads.close();
  });

  it('reports a damaged log, keeps the rest and starts', async () => {
    let heads = await openHeads();
    await heads.append('a', requestOf([series('m', T0, 3)]));
    await heads.append('a', requestOf([series('n', T0, 3)]));
    await heads.append('a', requestOf([series('n', T0 + HOUR, 3)]));
    await heads.close();
    const path = join(root, 'wal/metrics/a/00000000');
    const bytes = await readFile(path);
    bytes[64 + 40]! ^= 4;
    await writeFile(path, bytes);
    heads = await openHeads();
    const head = heads.find('a')!;
    expect(head.replayed.damages).toMatchObject([{ kind: 'corruption', file: '00000000', offset: 64, lostRecords: 1 }]);
    expect([...(await dumpHead(head))].map(([name, samples]) => [name, samples.length])).toEqual([['{__name__="n"}', 6]]);
    await heads.close();
  });

  it('refuses a tenant directory that is a symbolic link', async () => {
    const heads = await openHeads();
    await symlink(tmpdir(), join(root, 'wal/metrics/evil'));
    await expect(heads.append('evil', requestOf([series('m', T0, 1)]))).rejects.toThrow(/symbolic link/);
    await heads.close();
  });

  it.each(['wal', 'wal/metrics', 'wal/metrics/t', 'head', 'head/metrics'])(
    'does not start with %s as a symbolic link',
    async (name) => {
      const elsewhere = join(root, 'elsewhere');
      await mkdir(elsewhere);
      await mkdir(dirname(join(root, name)), { recursive: true });
      await symlink(elsewhere, join(root, name));
      await expect(openHeads()).rejects.toThrow(`directory ${join(root, name)} is a symbolic link`);
      expect(await readdir(elsewhere)).toEqual([]);
    },
  );

  it('keeps answering queries and taking samples while blocks are cut', async () => {
    const heads = await openHeads();
    const many = Array.from({ length: 3000 }, (_, i) => ({ ...series('m', T0, 40), labels: ['__name__', 'm', 'i', String(i)] }));
    await heads.append('a', requestOf(many));
    await heads.append('a', requestOf([series('keeps', T0 + 30 * 60_000, 200)]));
    const range = heads.compactableRange('a', nowMs)!;
    for await (const _frame of heads.streamForBlock('a', range, signal));
    const head = heads.find('a')!;
    let isDone = false;
    const cutting = heads.truncate('a', range).finally(() => {
      isDone = true;
    });
    let rounds = 0;
    while (!isDone) {
      for (const samples of (await dumpHead(head, { fromMs: T0 + 2 * HOUR })).values()) expect(samples.length).toBeGreaterThan(0);
      await heads.append(
        'a',
        requestOf([{ labels: ['__name__', 'new', 'i', String(rounds)], samples: [[T0 + 4 * HOUR, rounds]] }]),
      );
      rounds++;
    }
    await cutting;
    expect(rounds).toBeGreaterThan(0);
    const dump = await dumpHead(head);
    expect(dump.size).toBe(rounds + 1);
    await heads.close();
    const again = await openHeads();
    expect(await dumpHead(again.find('a')!)).toEqual(dump);
    await again.close();
  });
});
