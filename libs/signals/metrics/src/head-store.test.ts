import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DiskWatch, MemoryLogFiles } from '@telamon/wal';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dumpHead } from './head/dump-head.ts';
import { requestOf } from './head/fake-cursor.ts';
import { type BlockMaking, HeadStore } from './head-store.ts';

const T0 = 1_793_491_200_000;
const signal = new AbortController().signal;
const broken = Object.assign(new Error('EIO: i/o error, write'), { code: 'EIO' });
const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });

let folder: string;
let files: MemoryLogFiles;
let store: HeadStore;
let blockError: Error | undefined;
/** What waits for its time: retries of logs and tries of the disk. */
let due: (() => void)[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'telamon-head-store-'));
  files = new MemoryLogFiles();
  due = [];
  blockError = undefined;
  const schedule = (_delayMs: number, run: () => void): (() => void) => {
    due.push(run);
    return () => undefined;
  };
  const work = async (): Promise<void> => {
    if (blockError !== undefined) throw blockError;
  };
  const blocks: BlockMaking = { open: work, maintain: work, flush: work, untilReadElsewhere: work };
  const logDirectory = join(folder, 'wal');
  const options = { logDirectory, chunkDirectory: join(folder, 'head'), now: () => T0, log: { files, schedule } };
  store = new HeadStore(options, blocks, new DiskWatch({ directory: logDirectory, files, schedule }));
  await store.open(signal);
  await store.append('a', requestOf([{ labels: ['__name__', 'm'], samples: [[T0, 1]] }]));
});
afterEach(async () => {
  files.faults.writeError = undefined;
  await store.close().catch(() => undefined);
  rmSync(folder, { recursive: true, force: true });
});

const more = (tenant: string, timeMs: number) =>
  store.append(tenant, requestOf([{ labels: ['__name__', 'm'], samples: [[timeMs, 2]] }]));

/** Lets time pass, again and again, until a condition holds. */
async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isTrue())) {
    for (const run of due.splice(0)) run();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('a broken disk', () => {
  it('refuses writes, answers queries, is told, and is well again by itself', async () => {
    files.faults.writeError = broken;
    await expect(more('a', T0 + 1)).rejects.toMatchObject({ status: 503, isRetryable: true });
    expect(store.diskFailure()).toBe('EIO: i/o error, write');
    expect([...(await dumpHead(store.find('a')!)).keys()]).toEqual(['{__name__="m"}']);
    files.faults.writeError = undefined;
    await until(() => store.diskFailure() === undefined);
    await until(() =>
      more('a', T0 + 2).then(
        () => true,
        () => false,
      ),
    );
  });

  it('is told by a tenant whose first write fails', async () => {
    files.faults.writeError = broken;
    await expect(more('new', T0)).rejects.toThrow();
    expect(store.diskFailure()).toBe('EIO: i/o error, write');
  });

  it.each(['maintain', 'flush'] as const)('is told by blocks that cannot be written, when %s fails', async (what) => {
    blockError = new Error('cutting failed', {
      cause: Object.assign(new Error('EROFS: read-only file system'), { code: 'EROFS' }),
    });
    await expect(what === 'flush' ? store.flush('', signal) : store.maintain(signal)).rejects.toBe(blockError);
    expect(store.diskFailure()).toBe('EROFS: read-only file system');
  });
});

it('a full disk refuses writes and is not broken', async () => {
  files.faults.writeError = full;
  await expect(more('a', T0 + 1)).rejects.toMatchObject({ status: 503 });
  expect(store.diskFailure()).toBeUndefined();
});
