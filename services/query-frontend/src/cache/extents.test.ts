import fc from 'fast-check';
import { expect, it } from 'vitest';
import { coverRange } from './cover-range.ts';
import { decodeExtents, type Extent, encodeExtents } from './extents.ts';

const MAX_BYTES = 1 << 24;
const extent = fc.record({
  fromMs: fc.integer(),
  toMs: fc.integer(),
  expiresAtMs: fc.double({ noNaN: true }),
  body: fc.uint8Array({ maxLength: 4000 }),
});

function plain(extents: readonly Extent[]): Extent[] {
  return extents.map((one) => ({ ...one, body: Uint8Array.from(one.body) }));
}

it('reads what it wrote, for the same key only', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string(), fc.array(extent, { maxLength: 5 }), async (key, extents) => {
      const value = await encodeExtents(key, extents);
      expect(plain(await decodeExtents(key, value, MAX_BYTES))).toEqual(plain(extents));
      expect(await decodeExtents(`${key}x`, value, MAX_BYTES)).toEqual([]);
    }),
    { numRuns: 50 },
  );
});

it('makes nothing of cut and damaged values', async () => {
  for (const sizeBytes of [20, 5000]) {
    const body = Uint8Array.from({ length: sizeBytes }, (_, i) => (i * 7919) >> 3);
    const value = await encodeExtents('key', [{ fromMs: 1, toMs: 2, expiresAtMs: 3, body }]);
    for (let end = 0; end < value.length; end += 1 + (end >> 5)) {
      expect(await decodeExtents('key', value.subarray(0, end), MAX_BYTES)).toEqual([]);
    }
    for (let bit = 0; bit < value.length * 8; bit += 1 + (bit >> 6)) {
      const flipped = value.slice();
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      expect(await decodeExtents('key', flipped, MAX_BYTES)).toEqual([]);
    }
  }
});

it('does not expand what is larger than allowed', async () => {
  const value = await encodeExtents('key', [{ fromMs: 1, toMs: 2, expiresAtMs: 3, body: new Uint8Array(1 << 20) }]);
  expect(value.length).toBeLessThan(1 << 14);
  expect(await decodeExtents('key', value, 1 << 19)).toEqual([]);
});

it('covers every step of a range once, with what is known where something is known', () => {
  const stepMs = 10;
  const steps = fc.tuple(fc.integer({ min: -20, max: 20 }), fc.nat(15));
  fc.assert(
    fc.property(steps, fc.array(steps, { maxLength: 6 }), ([from, length], known) => {
      const extents = known.map(([at, size]) => ({
        fromMs: at * stepMs,
        toMs: (at + size) * stepMs,
        expiresAtMs: 0,
        body: new Uint8Array(0),
      }));
      const range = { fromMs: from * stepMs, toMs: (from + length) * stepMs, stepMs };
      let expectedMs = range.fromMs;
      for (const piece of coverRange(range, extents)) {
        expect(piece.range.fromMs).toBe(expectedMs);
        for (let atMs = piece.range.fromMs; atMs <= piece.range.toMs; atMs += stepMs) {
          const isKnown = extents.some(({ fromMs, toMs }) => fromMs <= atMs && atMs <= toMs);
          expect(piece.kind).toBe(isKnown ? 'known' : 'missing');
          if (piece.kind === 'known') expect(piece.extent.fromMs <= atMs && atMs <= piece.extent.toMs).toBe(true);
        }
        expectedMs = piece.range.toMs + stepMs;
      }
      expect(expectedMs).toBe(range.toMs + stepMs);
    }),
  );
});
