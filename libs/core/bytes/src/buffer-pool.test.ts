import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BufferPool } from './buffer-pool.ts';

it('gives the same memory again, for what fits into it', () => {
  const pool = new BufferPool();
  const first = pool.take(100_000);
  expect(first.length).toBe(100_000);
  pool.give(first);
  const smaller = pool.take(10);
  expect(smaller.length).toBe(10);
  expect(smaller.buffer).toBe(first.buffer);
  expect(pool.take(10).buffer).not.toBe(first.buffer);
  pool.give(smaller);
  expect(pool.take(first.buffer.byteLength + 1).buffer).not.toBe(first.buffer);
});

it('keeps no more than it may, and nothing large', () => {
  const pool = new BufferPool(1 << 20);
  const taken = Array.from({ length: 40 }, () => pool.take(64 << 10));
  for (const bytes of taken) pool.give(bytes);
  expect(pool.freeBytes).toBe(1 << 20);
  const large = new BufferPool(1 << 30);
  large.give(large.take((4 << 20) + 1));
  expect(large.freeBytes).toBe(0);
});

it('never gives the same memory to two at once', () => {
  const step = fc.record({ isTake: fc.boolean(), sizeBytes: fc.nat(5 << 20), which: fc.nat() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const pool = new BufferPool();
      const held: Uint8Array[] = [];
      for (const { isTake, sizeBytes, which } of steps) {
        if (isTake || held.length === 0) {
          const bytes = pool.take(sizeBytes);
          expect(bytes.length).toBe(sizeBytes);
          expect(held.every(({ buffer }) => buffer !== bytes.buffer)).toBe(true);
          held.push(bytes);
        } else pool.give(held.splice(which % held.length, 1)[0]!);
      }
    }),
    { numRuns: 50 },
  );
});
