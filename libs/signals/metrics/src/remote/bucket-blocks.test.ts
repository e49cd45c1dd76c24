import { newUlid } from '@telamon/algo';
import type { BucketBlock } from '@telamon/bucketindex';
import { MemoryBucket } from '@telamon/objstore';
import { createSilentLogger } from '@telamon/telemetry';
import { describe, expect, it } from 'vitest';
import { writeBucketIndex } from '../store/bucket-index-file.ts';
import { BucketBlocks } from './bucket-blocks.ts';

const HOUR_MS = 3_600_000;
const NOW_MS = Date.parse('2026-11-21T12:00:00Z');
const signal = new AbortController().signal;

class CountingBucket extends MemoryBucket {
  reads = 0;
  failure: Error | undefined;
  override async getRange(...args: Parameters<MemoryBucket['getRange']>): Promise<Uint8Array> {
    this.reads++;
    if (this.failure !== undefined) throw this.failure;
    return await super.getRange(...args);
  }
}

function block(ulid: string, minTimeMs: number, maxTimeMs: number): BucketBlock {
  const rest = { segmentsFormat: '', segmentsCount: 0, uploadedAtS: 0, compactorShardId: '', source: '', compactionLevel: 1 };
  return { ulid, minTimeMs, maxTimeMs, isOutOfOrder: false, labels: {}, ...rest };
}

function setUp() {
  const bucket = new CountingBucket();
  const clock = { nowMs: NOW_MS };
  const found = new BucketBlocks({
    bucket,
    refreshMs: 60_000,
    maxStaleMs: HOUR_MS,
    ignoreMarkedAfterMs: 3_000_000,
    nowMs: () => clock.nowMs,
    logger: createSilentLogger(),
  });
  const find = (fromMs: number, toMs: number): Promise<string[]> => found.find('t', fromMs, toMs, signal);
  const write = (blocks: readonly BucketBlock[], marks: Record<string, number> = {}, updatedMs = clock.nowMs): Promise<void> => {
    const deletions = Object.entries(marks).map(([ulid, markedMs]) => ({ ulid, deletionTimeS: markedMs / 1000 }));
    return writeBucketIndex(bucket, 't', { blocks, deletions, updatedAtS: updatedMs / 1000 });
  };
  return { bucket, clock, find, write };
}

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  const endMs = Date.now() + 5000;
  while (!(await isTrue())) {
    if (Date.now() > endMs) throw new Error('waited in vain');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('blocks of the bucket', () => {
  it('are those that overlap the time and were not given up', async () => {
    const { find, write } = setUp();
    const [a, b, c, d] = [1, 2, 3, 4].map((i) => newUlid(i)) as [string, string, string, string];
    const blocks = [block(a, 0, 100), block(b, 100, 200), block(c, 100, 200), block(d, 100, 200)];
    await write(blocks, { [c]: NOW_MS - 2_900_000, [d]: NOW_MS - 3_000_000 });
    expect(await find(0, 99)).toEqual([a]);
    expect(await find(0, 100)).toEqual([a, b, c]);
    expect(await find(99, 100)).toEqual([a, b, c]);
    expect(await find(100, 100)).toEqual([b, c]);
    expect(await find(200, 300)).toEqual([]);
    expect(await find(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)).toEqual([a, b, c]);
  });

  it('are read once, then renewed behind the back of queries, then by a query that waits', async () => {
    const { bucket, clock, find, write } = setUp();
    const [a, b, c] = [1, 2, 3].map((i) => newUlid(i)) as [string, string, string];
    await write([block(a, 0, 100)]);
    expect(await Promise.all([find(0, 1), find(0, 1)])).toEqual([[a], [a]]);
    expect(bucket.reads).toBe(1);
    clock.nowMs += 59_000;
    await write([block(b, 0, 100)]);
    expect(await find(0, 1)).toEqual([a]);
    expect(bucket.reads).toBe(1);
    clock.nowMs += 2_000;
    expect(await find(0, 1)).toEqual([a]);
    await until(async () => (await find(0, 1))[0] === b);
    expect(bucket.reads).toBe(2);
    await write([block(c, 0, 100)]);
    clock.nowMs += 30 * 60_000;
    expect(await find(0, 1)).toEqual([c]);
  });

  it('stay known while the bucket is away, not for ever', async () => {
    const { bucket, clock, find, write } = setUp();
    const a = newUlid(1);
    await write([block(a, 0, 100)]);
    await find(0, 1);
    bucket.failure = new Error('away');
    clock.nowMs += 10 * 60_000;
    expect(await find(0, 1)).toEqual([a]);
    const { reads } = bucket;
    expect(await find(0, 1)).toEqual([a]);
    expect(bucket.reads).toBe(reads);
    clock.nowMs += HOUR_MS;
    await expect(find(0, 1)).rejects.toThrow('away');
    bucket.failure = undefined;
    await write([block(a, 0, 100)]);
    expect(await find(0, 1)).toEqual([a]);
  });

  it('are not answered from an index that is too old, and are as soon as it is renewed', async () => {
    const { clock, find, write } = setUp();
    const a = newUlid(1);
    await write([block(a, 0, 100)], {}, NOW_MS - HOUR_MS - 1000);
    await expect(find(0, 1)).rejects.toMatchObject({ status: 500, id: 'err-mimir-bucket-index-too-old' });
    await expect(find(0, 1)).rejects.toThrow('the bucket index is too old. It was last updated at');
    await write([block(a, 0, 100)]);
    clock.nowMs += 11_000;
    expect(await find(0, 1)).toEqual([a]);
    clock.nowMs += HOUR_MS;
    await expect(find(0, 1)).rejects.toMatchObject({ id: 'err-mimir-bucket-index-too-old' });
  });

  it('are none for a new tenant, an error for one whose old blocks no index tells of', async () => {
    const { bucket, clock, find, write } = setUp();
    expect(await find(0, 1)).toEqual([]);
    const fresh = newUlid(NOW_MS - 60_000);
    await bucket.put(`t/${fresh}/meta.json`, Buffer.from('{}'));
    clock.nowMs += 30_000;
    expect(await find(0, 1)).toEqual([]);
    clock.nowMs += 2 * HOUR_MS;
    await expect(find(0, 1)).rejects.toMatchObject({ status: 503 });
    await write([block(fresh, 0, 100)]);
    expect(await find(0, 1)).toEqual([fresh]);
  });

  it('are an error when the index is damaged', async () => {
    const { bucket, find } = setUp();
    await bucket.put('t/bucket-index.json.gz', new Uint8Array([1, 2, 3]));
    await expect(find(0, 1)).rejects.toMatchObject({ status: 500 });
  });
});
