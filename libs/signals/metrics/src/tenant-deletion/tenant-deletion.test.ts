import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { newUlid } from '@telamon/algo';
import type { SignalRoute } from '@telamon/contract';
import { MemoryBucket } from '@telamon/objstore';
import type { HttpContext } from '@telamon/rpc';
import { createSilentLogger } from '@telamon/telemetry';
import { beforeEach, describe, expect, it } from 'vitest';
import { dumpHead } from '../head/dump-head.ts';
import { requestOf } from '../head/fake-cursor.ts';
import { Heads } from '../head/index.ts';
import { neverAborted, temporaryFolder } from '../store/blocks.fixture.ts';
import { LocalBlocks } from '../store/local-blocks.ts';
import { BucketEraser } from './bucket-eraser.ts';
import { deleteTenantRoutes } from './delete-tenant-routes.ts';
import { HeadEraser } from './head-eraser.ts';
import { readTenantDeletionMark } from './tenant-deletion-mark-file.ts';

const HOUR = 3_600_000;
const signal = neverAborted();
const logger = createSilentLogger();

let bucket: MemoryBucket;
let nowMs: number;

beforeEach(() => {
  bucket = new MemoryBucket();
  nowMs = 1_793_491_200_000;
});

async function keys(): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of bucket.list('', { isRecursive: true, signal })) found.push(key);
  return found.sort();
}

async function addBlock(tenant: string): Promise<string> {
  const ulid = newUlid(nowMs);
  for (const name of ['meta.json', 'index', 'chunks/000001']) {
    await bucket.put(`${tenant}/${ulid}/${name}`, Buffer.from('x'), signal);
  }
  return ulid;
}

/** Calls a route as a listener would, and gives what it replies. */
async function call(method: string, pattern: string, tenant: string): Promise<{ status: number; body: unknown }> {
  const routes: SignalRoute[] = deleteTenantRoutes({ bucket, nowMs: () => nowMs, logger });
  const route = routes.find((each) => each.pattern === pattern && each.methods.includes(method))!;
  expect(route.tenancy).toBe('one');
  let reply = { status: 0, body: undefined as unknown };
  const context = {
    tenant,
    signal,
    empty: async (status: number) => {
      reply = { status, body: undefined };
    },
    json: async (status: number, text: string) => {
      reply = { status, body: JSON.parse(text) };
    },
  };
  await route.handler(context as unknown as HttpContext);
  return reply;
}

const ask = (tenant: string) => call('POST', '/compactor/delete_tenant', tenant);
const status = (tenant: string) => call('GET', '/compactor/delete_tenant_status', tenant);
const eraser = () => new BucketEraser({ bucket, concurrency: 2, nowMs: () => nowMs, logger });

describe('deleting a tenant from the bucket', () => {
  it('takes its blocks at once, the rest after a while, and nothing of others', async () => {
    await addBlock('gone');
    const marked = await addBlock('gone');
    await bucket.put(`gone/markers/${marked}-deletion-mark.json`, Buffer.from('{}'), signal);
    await bucket.put('gone/bucket-index.json.gz', Buffer.from('x'), signal);
    await bucket.put('gone/debug/metas/x.json', Buffer.from('x'), signal);
    await addBlock('gone2');
    const others = (await keys()).filter((key) => !key.startsWith('gone/'));

    expect(await eraser().erase('gone', signal)).toBe(false);
    expect(await status('gone')).toEqual({ status: 200, body: { tenant_id: 'gone', blocks_deleted: false } });
    expect(await ask('gone')).toEqual({ status: 200, body: undefined });
    expect(await eraser().isMarked('gone', signal)).toBe(true);
    expect(await eraser().isMarked('gone2', signal)).toBe(false);

    expect(await eraser().erase('gone', signal)).toBe(true);
    const mark = 'gone/markers/tenant-deletion-mark.json';
    expect(await keys()).toEqual(['gone/debug/metas/x.json', mark, ...others]);
    expect(await status('gone')).toEqual({ status: 200, body: { tenant_id: 'gone', blocks_deleted: true } });
    expect(await readTenantDeletionMark(bucket, 'gone', signal)).toEqual({
      deletionTimeS: nowMs / 1000,
      finishedTimeS: nowMs / 1000,
    });

    nowMs += 5 * HOUR;
    await addBlock('gone');
    await eraser().erase('gone', signal);
    expect(await keys()).toEqual(['gone/debug/metas/x.json', mark, ...others]);
    nowMs += 5 * HOUR;
    await eraser().erase('gone', signal);
    expect(await keys()).toContain(mark);
    nowMs += HOUR;
    expect(await eraser().erase('gone', signal)).toBe(true);
    expect(await keys()).toEqual(others);
    expect(await eraser().erase('gone', signal)).toBe(false);
  });

  it('keeps the time of the first request', async () => {
    await ask('a');
    const first = await readTenantDeletionMark(bucket, 'a', signal);
    nowMs += HOUR;
    await call('POST', '/purger/delete_tenant', 'a');
    expect(await readTenantDeletionMark(bucket, 'a', signal)).toEqual(first);
  });

  it('deletes nothing on a damaged mark', async () => {
    await addBlock('a');
    await bucket.put('a/markers/tenant-deletion-mark.json', Buffer.from('{'), signal);
    const before = await keys();
    await expect(eraser().erase('a', signal)).rejects.toThrow();
    expect(await keys()).toEqual(before);
  });

  it('goes on after a failure', async () => {
    const ulid = await addBlock('a');
    await ask('a');
    const { deleteMany } = bucket;
    bucket.deleteMany = () => Promise.reject(new Error('the store is away'));
    await expect(eraser().erase('a', signal)).rejects.toThrow('away');
    bucket.deleteMany = deleteMany;
    expect((await keys()).some((key) => key.includes(ulid))).toBe(true);
    await eraser().erase('a', signal);
    expect(await keys()).toEqual(['a/markers/tenant-deletion-mark.json']);
  });
});

describe('deleting a tenant from an ingester', () => {
  it('drops head and log once for each mark, also after a restart, and nothing of others', async () => {
    const root = await temporaryFolder();
    const open = () => Heads.open({ logDirectory: join(root, 'wal'), chunkDirectory: join(root, 'head'), now: () => nowMs });
    const erase = async (heads: Heads): Promise<void> => {
      const local = await LocalBlocks.open(join(root, 'head'), logger);
      await new HeadEraser({ bucket, heads, local, folder: join(root, 'head'), nowMs: () => nowMs, logger }).maintain(signal);
    };
    const write = (heads: Heads, tenant: string, value: number) =>
      heads.append(tenant, requestOf([{ labels: ['__name__', 'm'], samples: [[nowMs, value]] }]));
    const namesOf = async (heads: Heads, tenant: string) =>
      heads.find(tenant) === undefined ? [] : [...(await dumpHead(heads.find(tenant)!)).keys()];

    let heads = await open();
    await write(heads, 'gone', 1);
    await write(heads, 'kept', 1);
    await erase(heads);
    expect(await namesOf(heads, 'gone')).toHaveLength(1);
    await ask('gone');
    await erase(heads);
    expect([await namesOf(heads, 'gone'), await namesOf(heads, 'kept')]).toEqual([[], ['{__name__="m"}']]);
    expect(await readdir(join(root, 'wal', 'gone'))).toEqual([]);

    // A new beginning, which the same mark does not take, be it after a restart.
    await write(heads, 'gone', 2);
    await erase(heads);
    await heads.close();
    heads = await open();
    await erase(heads);
    expect(await namesOf(heads, 'gone')).toHaveLength(1);

    nowMs += 20_000;
    await bucket.delete('gone/markers/tenant-deletion-mark.json', signal);
    await ask('gone');
    await erase(heads);
    expect(await namesOf(heads, 'gone')).toEqual([]);
    await heads.close();
  });

  it('lets a request that is at work end, and the next one begin anew', async () => {
    const root = await temporaryFolder();
    const heads = await Heads.open({ logDirectory: join(root, 'wal'), chunkDirectory: join(root, 'head'), now: () => nowMs });
    const write = (value: number) =>
      heads.append('a', requestOf([{ labels: ['__name__', 'm', 'v', String(value)], samples: [[nowMs, value]] }]));
    await write(1);
    const before = write(2);
    const erased = heads.erase('a');
    const after = write(3);
    await Promise.all([before, erased, after]);
    expect([...(await dumpHead(heads.find('a')!)).keys()]).toEqual(['{__name__="m", v="3"}']);
    await heads.close();
  });
});
