import path from 'node:path';
import { newUlid } from '@telamon/algo';
import { TelamonError } from '@telamon/model';
import { FilesystemBucket } from '@telamon/objstore';
import { v1 } from '@telamon/proto';
import type { PeerStreamHandler } from '@telamon/rpc';
import { createSilentLogger } from '@telamon/telemetry';
import { WorkerPool } from '@telamon/workers';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { FetchLimits } from '../query/fetch-budget.ts';
import { BlockCatalog } from '../store/block-catalog.ts';
import { putBlock, readAll, temporaryFolder } from '../store/blocks.fixture.ts';
import { blockCalls } from './block-calls.ts';
import { PoolBlocks } from './pool-blocks.ts';
import { labelsMessage, selectMessage } from './select-message.ts';

const signal = new AbortController().signal;
const NO_LIMITS: FetchLimits = { maxSeries: 0, maxChunks: 0, maxChunkBytes: 0, maxSelectorLengthMs: 0 };
const TIMES = { fromMs: 0, toMs: 1_000_000 };

interface Gateway {
  readonly bucket: FilesystemBucket;
  readonly catalog: BlockCatalog;
  readonly select: (blocks: readonly string[], stop?: AbortSignal) => Promise<Answer>;
  readonly values: (name: string, blocks: readonly string[]) => Promise<Answer>;
  readonly handlers: Readonly<Record<string, PeerStreamHandler>>;
}

interface Answer {
  readonly samples: Record<string, string[]>;
  readonly texts: string[];
  readonly read: string[];
  readonly error: TelamonError | undefined;
}

async function startGateway(limits: Partial<FetchLimits> = {}): Promise<Gateway> {
  const folder = await temporaryFolder();
  const bucketPath = path.join(folder, 'bucket');
  const bucket = await FilesystemBucket.open(bucketPath);
  const entry = new URL('./block-pool-entry.fixture.ts', import.meta.url);
  const pool = new WorkerPool({ entry, size: 2, name: 'blocks', workerData: bucketPath });
  onTestFinished(() => pool.close());
  const catalog = new BlockCatalog({
    bucket,
    indexHeaderFolder: path.join(folder, 'headers'),
    ignoreMarkedAfterMs: 3_600_000,
    concurrency: 4,
    nowMs: Date.now,
    logger: createSilentLogger(),
  });
  const calls = blockCalls({ catalog, reader: new PoolBlocks(pool), limitsOf: () => ({ ...NO_LIMITS, ...limits }) });
  const handlers = calls.streams!;
  return {
    bucket,
    catalog,
    handlers,
    select: async (blocks, stop = signal) => {
      const select = selectMessage({ tenant: 't', matchers: [], ...TIMES });
      return await answerOf(
        handlers.MetricsBlocksSelect!(
          v1.MetricsBlocksSelectRequest.encode({ select, blocks: [...blocks] }).finish(),
          callOf(stop),
        ),
      );
    },
    values: async (name, blocks) => {
      const labels = labelsMessage({ name, labels: { tenant: 't', matcherSets: [], ...TIMES } });
      const message = v1.MetricsBlocksLabelsRequest.encode({ labels, blocks: [...blocks] }).finish();
      return await answerOf(handlers.MetricsBlocksLabelValues!(message, callOf(signal)));
    },
  };
}

function callOf(stop: AbortSignal): Parameters<PeerStreamHandler>[1] {
  return { path: '', tenant: 't', peer: '', signal: stop };
}

async function answerOf(replies: AsyncIterable<Uint8Array>): Promise<Answer> {
  const frames: Uint8Array[] = [];
  const texts: string[] = [];
  const read: string[] = [];
  let error: TelamonError | undefined;
  try {
    for await (const reply of replies) {
      const part = v1.MetricsBlocksPart.decode(reply);
      if (part.frame.length > 0) frames.push(part.frame);
      texts.push(...part.texts);
      read.push(...part.blocksRead);
    }
  } catch (thrown) {
    if (!(thrown instanceof TelamonError)) throw thrown;
    error = thrown;
  }
  async function* all(): AsyncIterable<Uint8Array> {
    yield* frames;
  }
  return { samples: await readAll(all()), texts, read: read.sort(), error };
}

const block = (job: string, values: readonly number[]) => ({
  minTimeMs: 0,
  maxTimeMs: 100_000,
  series: { [`__name__="m",job="${job}"`]: values.map((value, i) => [i * 1000, value] as const) },
});

async function flip(bucket: FilesystemBucket, key: string, at: number): Promise<Uint8Array> {
  const { sizeBytes } = await bucket.head(key);
  const bytes = Buffer.from(await bucket.getRange(key, { offset: 0, length: sizeBytes }));
  const before = Uint8Array.from(bytes);
  bytes[at < 0 ? bytes.length + at : at]! ^= 0xff;
  await bucket.put(key, bytes);
  return before;
}

describe('a store-gateway', () => {
  it('reads the blocks that it is asked for, also those that it does not own or know', async () => {
    const { bucket, catalog, select, values } = await startGateway();
    const one = await putBlock(bucket, 't', block('a', [1, 2]));
    const two = await putBlock(bucket, 't', block('b', [3]));
    await catalog.sync(signal, (ulid) => ulid === one.ulid);
    const late = await putBlock(bucket, 't', block('c', [4]));
    const ulids = [one.ulid, two.ulid, late.ulid].sort();
    const { samples, read, error } = await select(ulids);
    expect(error).toBeUndefined();
    expect(read).toEqual(ulids);
    expect(Object.values(samples)).toEqual([['0 1', '1000 2'], ['0 3'], ['0 4']]);
    expect(await values('job', ulids)).toMatchObject({ texts: ['a', 'b', 'c'], read: ulids });
    expect(Object.keys((await select([two.ulid])).samples)).toHaveLength(1);
  });

  it('does not say that it read what is not there', async () => {
    const { bucket, catalog, select } = await startGateway();
    const one = await putBlock(bucket, 't', block('a', [1]));
    const gone = await putBlock(bucket, 't', block('b', [1]));
    await catalog.sync(signal);
    for await (const entry of bucket.list(`t/${gone.ulid}/`, { isRecursive: true })) await bucket.delete(entry.key);
    const never = newUlid(1);
    const { read, error } = await select([one.ulid, gone.ulid, never]);
    expect(error).toBeUndefined();
    expect(read).toEqual([one.ulid]);
  });

  it('says which block is corrupted after it read the others, and reads it again when it is sound', async () => {
    const { bucket, catalog, select } = await startGateway();
    const one = await putBlock(bucket, 't', block('a', [1, 2, 3]));
    const bad = await putBlock(bucket, 't', block('b', [1, 2, 3]));
    // So many that two threads read them.
    const more = await Promise.all(['c', 'd'].map((job) => putBlock(bucket, 't', block(job, [1]))));
    await catalog.sync(signal);
    const segment = `t/${bad.ulid}/chunks/000001`;
    const sound = await flip(bucket, segment, -2);
    const others = [one, ...more].map(({ ulid }) => ulid);
    const first = await select([bad.ulid, ...others]);
    expect(first.read).toEqual(others.sort());
    expect(first.error).toMatchObject({ status: 500, id: 'err-telamon-block-corrupted', isRetryable: true });
    expect(first.error!.message).toContain(`block ${bad.ulid} is corrupted`);
    await bucket.put(segment, sound);
    // What was found damaged was not kept.
    expect(await select([bad.ulid])).toMatchObject({ read: [bad.ulid], error: undefined });
  });

  it('says so of a block whose index or description is damaged', async () => {
    const { bucket, select } = await startGateway();
    const index = await putBlock(bucket, 't', block('a', [1]));
    const meta = await putBlock(bucket, 't', block('b', [1]));
    await flip(bucket, `t/${index.ulid}/index`, -3);
    await flip(bucket, `t/${meta.ulid}/meta.json`, 0);
    for (const { ulid } of [index, meta]) {
      expect(await select([ulid])).toMatchObject({ read: [], error: { status: 500, id: 'err-telamon-block-corrupted' } });
    }
  });

  it('keeps to the limits of the tenant', async () => {
    const { bucket, select } = await startGateway({ maxChunks: 1 });
    const blocks = await Promise.all([block('a', [1]), block('b', [1])].map((one) => putBlock(bucket, 't', one)));
    const ulids = blocks.map(({ ulid }) => ulid);
    expect((await select(ulids.slice(0, 1))).error).toBeUndefined();
    expect((await select(ulids)).error).toMatchObject({ status: 422, id: 'err-mimir-max-chunks-per-query' });
  });

  it('refuses ids that are none', async () => {
    const { select } = await startGateway();
    expect((await select(['../../x'])).error).toMatchObject({ status: 400 });
  });

  it('stops when the caller goes', async () => {
    const { bucket, handlers, select } = await startGateway();
    const many = Object.fromEntries(
      Array.from({ length: 20_000 }, (_, i) => [`__name__="m",id="${String(i).padStart(60, '0')}"`, [[0, i]] as const]),
    );
    const { ulid } = await putBlock(bucket, 't', { minTimeMs: 0, maxTimeMs: 1000, series: many });
    const select20k = v1.MetricsBlocksSelectRequest.encode({
      select: selectMessage({ tenant: 't', matchers: [], ...TIMES }),
      blocks: [ulid],
    }).finish();
    const stop = new AbortController();
    let frames = 0;
    const reading = (async () => {
      for await (const _ of handlers.MetricsBlocksSelect!(select20k, callOf(stop.signal))) {
        frames++;
        stop.abort(new Error('gone'));
      }
    })();
    await expect(reading).rejects.toThrow('gone');
    expect(frames).toBeGreaterThan(0);
    // The worker is free for others.
    expect((await select([ulid])).read).toEqual([ulid]);
  });
});
