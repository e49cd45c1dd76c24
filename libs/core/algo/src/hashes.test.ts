import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import xxhash from 'xxhash-wasm';
import { FastHasher, fastHash } from './fast-hash.ts';
import { xxhash64 } from './xxhash64.ts';

describe('xxhash64', () => {
  it('agrees with another implementation at every length', async () => {
    const { h64Raw } = await xxhash();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(40), (bytes, skip) => {
        const start = Math.min(skip, bytes.length);
        expect(xxhash64(bytes)).toBe(h64Raw(bytes));
        expect(xxhash64(bytes, start)).toBe(h64Raw(bytes.slice(start)));
      }),
      { numRuns: 1000 },
    );
    expect(xxhash64(new Uint8Array(0))).toBe(0xef46db3751d8e999n);
  });
});

const keys = Array.from({ length: 100_000 }, (_, i) =>
  new TextEncoder().encode(`__name__=metric_${i % 7},instance=10.0.${i >> 8}.${i & 255}:9090`),
);

/** Largest bucket when hashes are thrown at as many buckets as there are keys. */
function largestBucket(hashes: readonly number[]): number {
  const counts = new Uint32Array(65536);
  for (const hash of hashes) counts[hash & 65535]!++;
  return Math.max(...counts);
}

describe('fast hashes', () => {
  it('spread similar keys evenly over the low and the high bits', () => {
    const hasher = new FastHasher(1, 2);
    const lows: number[] = [];
    const highs: number[] = [];
    const plain: number[] = [];
    const pairs = new Set<string>();
    for (const key of keys) {
      hasher.hash(new DataView(key.buffer), 0, key.length);
      lows.push(hasher.low);
      highs.push(hasher.high >>> 16);
      plain.push(fastHash(key));
      pairs.add(`${hasher.low},${hasher.high}`);
    }
    expect(pairs.size).toBe(keys.length);
    // 1.5 keys a bucket on average: a random function stays below 15.
    for (const hashes of [lows, highs, plain, plain.map((hash) => hash >>> 16)]) expect(largestBucket(hashes)).toBeLessThan(15);
  });

  it('depend on every bit, on the length and on the seed, and not on the position', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.nat(), (bytes, pick) => {
        const flipped = Uint8Array.from(bytes);
        flipped[pick % bytes.length]! ^= 1 << (pick & 7);
        expect(fastHash(bytes)).not.toBe(fastHash(flipped));
        expect(fastHash(bytes, 0, bytes.length, 1)).not.toBe(fastHash(bytes));
        const shifted = Uint8Array.from([1, 2, 3, ...bytes, 9]);
        expect(fastHash(shifted, 3, 3 + bytes.length)).toBe(fastHash(bytes));
        const hasher = new FastHasher(7, 9);
        hasher.hash(new DataView(bytes.buffer), 0, bytes.length);
        const first = [hasher.low, hasher.high];
        hasher.hash(new DataView(shifted.buffer), 3, 3 + bytes.length);
        expect([hasher.low, hasher.high]).toEqual(first);
        hasher.hash(new DataView(flipped.buffer), 0, flipped.length);
        expect([hasher.low, hasher.high]).not.toEqual(first);
      }),
    );
    expect(fastHash(new Uint8Array(3))).not.toBe(fastHash(new Uint8Array(4)));
  });
});
