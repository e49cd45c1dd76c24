import { expect, it, vi } from 'vitest';
import type { ResultsCache } from './results-cache.ts';

/** A cache of a test and its clock. */
export interface CacheUnderTest {
  readonly cache: ResultsCache;
  /** Lets so much time pass, ms. */
  readonly pass: (durationMs: number) => Promise<void>;
}

/** What every results cache must do. Declares tests; `open` makes a cache that is ready and empty, and sees to its end. */
export function describeResultsCache(open: () => Promise<CacheUnderTest>): void {
  it('gives back what was kept', async () => {
    const { cache } = await open();
    expect(await cache.get('a')).toBeUndefined();
    const every = Uint8Array.from({ length: 256 }, (_, i) => i);
    await cache.set('a', every, 60_000);
    await cache.set('b', new Uint8Array(0), 60_000);
    expect(Uint8Array.from((await cache.get('a'))!)).toEqual(every);
    expect((await cache.get('b'))?.length).toBe(0);
    expect(await cache.get('c')).toBeUndefined();
  });

  it('keeps the newest value of a key', async () => {
    const { cache } = await open();
    await cache.set('a', Buffer.from('first'), 60_000);
    await cache.set('a', Buffer.from('second'), 60_000);
    expect(Buffer.from((await cache.get('a'))!).toString()).toBe('second');
  });

  it('keeps what it was given, not the memory behind it', async () => {
    const { cache } = await open();
    const memory = Buffer.from('..value..');
    await cache.set('a', memory.subarray(2, 7), 60_000);
    memory.fill(0);
    expect(Buffer.from((await cache.get('a'))!).toString()).toBe('value');
  });

  it('takes keys with any text', async () => {
    const { cache } = await open();
    for (const key of ['', ' ', 'a b\r\nSET x y', 'ключ', '\0']) {
      await cache.set(key, Buffer.from(`of ${key}`), 60_000);
      expect(Buffer.from((await cache.get(key))!).toString()).toBe(`of ${key}`);
    }
  });

  it('forgets in time', async () => {
    const { cache, pass } = await open();
    await cache.set('short', Buffer.from('x'), 40);
    await cache.set('long', Buffer.from('x'), 600_000);
    await pass(80);
    await vi.waitFor(async () => expect(await cache.get('short')).toBeUndefined());
    expect(await cache.get('long')).toBeDefined();
  });

  it('works for many at one time', async () => {
    const { cache } = await open();
    const keys = Array.from({ length: 200 }, (_, i) => `key-${i}`);
    await Promise.all(keys.map((key) => cache.set(key, Buffer.from(key), 60_000)));
    const values = await Promise.all(keys.map((key) => cache.get(key)));
    expect(values.map((value) => Buffer.from(value!).toString())).toEqual(keys);
  });

  it('finds nothing after its end, and does not fail', async () => {
    const { cache } = await open();
    await cache.set('a', Buffer.from('x'), 60_000);
    await cache.close();
    expect(await cache.get('a')).toBeUndefined();
    await cache.close();
  });
}
