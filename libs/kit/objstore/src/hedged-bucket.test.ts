import { TelamonError } from '@telamon/model';
import { FakeClock } from '@telamon/telemetry';
import { beforeEach, describe, expect, it } from 'vitest';
import { HedgedBucket } from './hedged-bucket.ts';
import { MemoryBucket } from './memory-bucket.ts';

/** A read that waits until the test ends it. */
interface Read {
  readonly signal: AbortSignal;
  answer(text: string): void;
  fail(error: Error): void;
}

class SlowBucket extends MemoryBucket {
  readonly reads: Read[] = [];

  override get(_key: string, signal?: AbortSignal): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      this.reads.push({ signal: signal!, answer: (text) => resolve(Buffer.from(text)), fail: reject });
    });
  }
}

const DOWN = new TelamonError('down', { status: 503, isRetryable: true });
let inner: SlowBucket;
let clock: FakeClock;
let bucket: HedgedBucket;

beforeEach(() => {
  inner = new SlowBucket();
  clock = new FakeClock();
  bucket = new HedgedBucket(inner, 500, clock);
});

describe('a read that is late', () => {
  it('is sent once more, the first answer counts, and the other request ends', async () => {
    const read = bucket.get('k');
    await clock.advance(499);
    expect(inner.reads).toHaveLength(1);
    await clock.advance(1);
    expect(inner.reads).toHaveLength(2);
    inner.reads[1]!.answer('second');
    expect(String(await read)).toBe('second');
    expect(inner.reads[0]!.signal.aborted).toBe(true);
    await clock.advance(10_000);
    expect(inner.reads).toHaveLength(2);
  });

  it('fails only when both requests did', async () => {
    const good = bucket.get('k');
    await clock.advance(500);
    inner.reads[1]!.fail(DOWN);
    inner.reads[0]!.answer('first');
    expect(String(await good)).toBe('first');
    const bad = bucket.get('k');
    await clock.advance(500);
    inner.reads[2]!.fail(new Error('one'));
    inner.reads[3]!.fail(DOWN);
    await expect(bad).rejects.toBe(DOWN);
  });
});

it('leaves a read alone that is answered or fails in time', async () => {
  const read = bucket.get('k');
  inner.reads[0]!.answer('x');
  await read;
  const failed = bucket.get('k');
  inner.reads[1]!.fail(DOWN);
  await expect(failed).rejects.toBe(DOWN);
  await clock.advance(10_000);
  expect(inner.reads).toHaveLength(2);
});

it('ends both requests with the signal of the caller', async () => {
  const controller = new AbortController();
  const read = bucket.get('k', controller.signal);
  await clock.advance(500);
  controller.abort();
  expect(inner.reads.map(({ signal }) => signal.aborted)).toEqual([true, true]);
  for (const { fail } of inner.reads) fail(new DOMException('aborted', 'AbortError'));
  await expect(read).rejects.toMatchObject({ name: 'AbortError' });
});

it('sends few of many late reads twice', async () => {
  const reads = Array.from({ length: 400 }, () => bucket.get('k'));
  await clock.advance(60_000);
  // Twenty at once, and no more while nothing else was read.
  expect(inner.reads.length).toBe(420);
  for (const { answer } of inner.reads) answer('x');
  await Promise.all(reads);
  for (let i = 0; i < 100; i++) {
    const read = bucket.get('k');
    inner.reads.at(-1)!.answer('x');
    await read;
  }
  const before = inner.reads.length;
  const late = Array.from({ length: 50 }, () => bucket.get('k'));
  await clock.advance(500);
  expect(inner.reads.length - before).toBeLessThanOrEqual(50 + 8);
  expect(inner.reads.length - before).toBeGreaterThanOrEqual(50 + 5);
  for (const { answer } of inner.reads) answer('x');
  await Promise.all(late);
});
