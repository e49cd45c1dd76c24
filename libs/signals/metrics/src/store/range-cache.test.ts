import { MemoryBucket } from '@telamon/objstore';
import { FakeClock } from '@telamon/telemetry';
import { describe, expect, it } from 'vitest';
import { HedgedReader } from './hedged-reader.ts';
import { RangeCache } from './range-cache.ts';

const NEVER = new AbortController().signal;
const PAGE = 64 * 1024;

/** A bucket that answers when it is told to, and counts. */
class SlowBucket extends MemoryBucket {
  readonly asked: number[] = [];
  readonly aborted: number[] = [];
  readonly #answers: ((error?: Error) => void)[] = [];

  override async getRange(...[key, range, signal]: Parameters<MemoryBucket['getRange']>): Promise<Uint8Array> {
    this.asked.push(range.offset / PAGE);
    await new Promise<void>((resolve, reject) => {
      this.#answers.push((error) => (error === undefined ? resolve() : reject(error)));
      signal?.addEventListener('abort', () => {
        this.aborted.push(range.offset / PAGE);
        reject(signal.reason as Error);
      });
    });
    return await super.getRange(key, range);
  }

  /** Answers the n-th request. */
  answer(at: number, error?: Error): void {
    this.#answers[at]!(error);
  }
}

async function slowBucket(pages = 10): Promise<SlowBucket> {
  const bucket = new SlowBucket();
  const bytes = new Uint8Array(pages * PAGE);
  for (let i = 0; i < pages; i++) bytes.fill(i, i * PAGE, (i + 1) * PAGE);
  await bucket.put('x', bytes);
  return bucket;
}

const page = (at: number) => ({ offset: at * PAGE, sizeBytes: 10 });
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('pages of objects', () => {
  it('that are being fetched are not asked for again', async () => {
    const bucket = await slowBucket();
    const cache = new RangeCache(bucket, 1 << 20);
    const one = cache.load('x', [page(1), page(2)], NEVER);
    const two = cache.load('x', [page(2), page(7)], NEVER);
    await settle();
    expect(bucket.asked).toEqual([1, 7]);
    bucket.answer(0);
    bucket.answer(1);
    expect((await one).read(2 * PAGE, 1)[0]).toBe(2);
    const pages = await two;
    expect([pages.read(2 * PAGE, 1)[0], pages.read(7 * PAGE, 1)[0]]).toEqual([2, 7]);
    await cache.load('x', [page(1), page(2), page(7)], NEVER);
    expect(bucket.asked).toHaveLength(2);
  });

  it('go on for one who waits when another leaves, and end when all have left', async () => {
    const bucket = await slowBucket();
    const cache = new RangeCache(bucket, 1 << 20);
    const leave = new AbortController();
    const one = cache.load('x', [page(1)], leave.signal);
    const two = cache.load('x', [page(1)], NEVER);
    const failing = expect(one).rejects.toThrow('left');
    leave.abort(new Error('left'));
    await failing;
    expect(bucket.aborted).toEqual([]);
    bucket.answer(0);
    expect((await two).read(PAGE, 1)[0]).toBe(1);

    const both = new AbortController();
    const gone = Promise.allSettled([cache.load('x', [page(5)], both.signal), cache.load('x', [page(5)], both.signal)]);
    both.abort(new Error('left'));
    expect((await gone).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(bucket.aborted).toEqual([5]);
    const again = cache.load('x', [page(5)], NEVER);
    await settle();
    expect(bucket.asked).toEqual([1, 5, 5]);
    bucket.answer(2);
    expect((await again).read(5 * PAGE, 1)[0]).toBe(5);
  });

  it('fail for all who wait, and are tried again by the next', async () => {
    const bucket = await slowBucket();
    const cache = new RangeCache(bucket, 1 << 20);
    const both = Promise.allSettled([cache.load('x', [page(1)], NEVER), cache.load('x', [page(1)], NEVER)]);
    await settle();
    bucket.answer(0, new Error('away'));
    expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const again = cache.load('x', [page(1)], NEVER);
    await settle();
    bucket.answer(1);
    expect((await again).read(PAGE, 1)[0]).toBe(1);
  });

  it('are forgotten by the beginning of the key', async () => {
    const bucket = new MemoryBucket();
    for (const key of ['t/a/index', 't/b/index']) await bucket.put(key, Buffer.from(key));
    const cache = new RangeCache(bucket, 1 << 20);
    const read = async (key: string): Promise<string> =>
      Buffer.from((await cache.load(key, [page(0)], NEVER)).read(0, 20)).toString();
    await Promise.all(['t/a/index', 't/b/index'].map(read));
    for (const key of ['t/a/index', 't/b/index']) await bucket.put(key, Buffer.from('new'));
    cache.forget('t/a/');
    expect(await read('t/a/index')).toBe('new');
    expect(await read('t/b/index')).toBe('t/b/index');
  });
});

describe('hedged reads', () => {
  const range = { offset: 0, length: 5 };

  it('ask a second time when the first answer is late, and take what comes first', async () => {
    const bucket = await slowBucket();
    const clock = new FakeClock();
    const reader = new HedgedReader(bucket, { afterMs: 1000, clock });
    const reading = reader.getRange('x', range, NEVER);
    await clock.advance(999);
    expect(bucket.asked).toHaveLength(1);
    await clock.advance(1);
    expect(bucket.asked).toHaveLength(2);
    bucket.answer(1);
    expect(await reading).toHaveLength(5);
    await settle();
    expect(bucket.aborted.length).toBeGreaterThan(0);
  });

  it('fail at once when the first fails in time, and with the first failure when both do', async () => {
    const bucket = await slowBucket();
    const clock = new FakeClock();
    const reader = new HedgedReader(bucket, { afterMs: 1000, clock });
    const early = expect(reader.getRange('x', range, NEVER)).rejects.toThrow('one');
    bucket.answer(0, new Error('one'));
    await early;
    const late = reader.getRange('x', range, NEVER);
    await clock.advance(1000);
    const failing = expect(late).rejects.toThrow('two');
    bucket.answer(1, new Error('two'));
    bucket.answer(2, new Error('three'));
    await failing;
    const saved = reader.getRange('x', range, NEVER);
    await clock.advance(1000);
    bucket.answer(3, new Error('four'));
    await settle();
    bucket.answer(4);
    expect(await saved).toHaveLength(5);
  });

  it('are few when everything is slow', async () => {
    const bucket = await slowBucket();
    const clock = new FakeClock();
    const reader = new HedgedReader(bucket, { afterMs: 1000, clock });
    const readings = Array.from({ length: 100 }, () => reader.getRange('x', range, NEVER));
    await clock.advance(1000);
    expect(bucket.asked.length).toBe(110);
    for (let i = 0; i < 100; i++) bucket.answer(i);
    await Promise.all(readings);
  });
});
