import { bucketBlockOf } from '@telamon/bucketindex';
import { MemoryBucket } from '@telamon/objstore';
import type { BlockMeta } from '@telamon/tsdb';
import { expect, it } from 'vitest';
import { writeBucketIndex } from '../store/bucket-index-file.ts';
import { untilListed } from './until-listed.ts';

const [A, B] = ['01M00000000000000000000000', '01M00000000000000000000001'];
const REFRESH_MS = 60_000;
const POLL_MS = 5_000;

async function bucketWith(...keys: readonly string[]): Promise<MemoryBucket> {
  const bucket = new MemoryBucket();
  for (const key of keys) await bucket.put(key, new Uint8Array(1));
  return bucket;
}

async function list(bucket: MemoryBucket, tenant: string, ...ulids: readonly string[]): Promise<void> {
  const meta = (ulid: string): BlockMeta => ({
    ulid,
    minTime: 0,
    maxTime: 1,
    stats: { numSamples: 1, numSeries: 1, numChunks: 1 },
    compaction: { level: 1, sources: [ulid] },
    version: 1,
  });
  await writeBucketIndex(bucket, tenant, {
    blocks: ulids.map((ulid) => bucketBlockOf(meta(ulid), 1)),
    deletions: [],
    updatedAtS: 1,
  });
}

/** A clock that does something at each wait. */
function waits(onWait: (count: number) => Promise<unknown> | undefined): {
  readonly ms: number[];
  readonly delay: (ms: number, signal: AbortSignal) => Promise<void>;
} {
  const ms: number[] = [];
  return {
    ms,
    delay: async (some, signal) => {
      signal.throwIfAborted();
      ms.push(some);
      await onWait(ms.length);
    },
  };
}

it('looks until every index has the blocks, then waits until no older index is in use', async () => {
  const bucket = await bucketWith(`x/${A}/meta.json`, `x/${B}/meta.json`, `y/${A}/meta.json`);
  await list(bucket, 'x', A);
  const { ms, delay } = waits((count) =>
    count === 1 ? list(bucket, 'y', A) : count === 2 ? list(bucket, 'x', A, B) : undefined,
  );
  const blocks = new Map([
    ['x', [A, B]],
    ['y', [A]],
  ]);
  await untilListed({ bucket, refreshMs: REFRESH_MS, pollMs: POLL_MS, delay }, blocks, new AbortController().signal);
  expect(ms).toEqual([POLL_MS, POLL_MS, 3 * REFRESH_MS]);
});

it('does not wait for what somebody deleted', async () => {
  const { ms, delay } = waits(() => undefined);
  const options = { bucket: await bucketWith(), refreshMs: REFRESH_MS, pollMs: POLL_MS, delay };
  await untilListed(options, new Map([['x', [A]]]), new AbortController().signal);
  expect(ms).toEqual([3 * REFRESH_MS]);
});

it('tries again what cannot be read, and says in the end who is not listed', async () => {
  const bucket = await bucketWith(`x/${A}/meta.json`);
  await bucket.put('x/bucket-index.json.gz', new Uint8Array(9));
  const stop = new AbortController();
  const { ms, delay } = waits(async (count) => (count === 4 ? stop.abort() : undefined));
  const waited = untilListed({ bucket, refreshMs: REFRESH_MS, pollMs: POLL_MS, delay }, new Map([['x', [A]]]), stop.signal);
  await expect(waited).rejects.toMatchObject({
    message: 'everything was shipped, but blocks of 1 tenant (x) are not in the bucket index, which the compactor writes',
    cause: { message: expect.stringContaining('cannot be decompressed') },
  });
  expect(ms).toEqual([POLL_MS, POLL_MS, POLL_MS, POLL_MS]);
});

it('fails when the time ends before the last index is out of use', async () => {
  const stop = new AbortController();
  const delay = (): Promise<never> => Promise.reject(new Error('aborted'));
  const waited = untilListed({ bucket: await bucketWith(), refreshMs: 1, pollMs: 1, delay }, new Map([['x', [A]]]), stop.signal);
  await expect(waited).rejects.toThrow('queriers may still use bucket indexes without the last blocks');
});
