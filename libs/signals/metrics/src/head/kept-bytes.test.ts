import fc from 'fast-check';
import { expect, it } from 'vitest';
import { KeptBytes } from './kept-bytes.ts';

it('gives copies back as they were, however much is kept after them', () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.nat(90_000), { maxLength: 12 }), { maxLength: 4 }), (rounds) => {
      const kept = new KeptBytes();
      for (const sizes of rounds) {
        const source = new Uint8Array(90_000);
        const copies = sizes.map((size, i) => {
          source.fill(i + 1, 0, size);
          return kept.keep(source.subarray(0, size));
        });
        source.fill(0);
        copies.forEach((copy, i) => {
          expect(copy.length).toBe(sizes[i]);
          expect(copy.every((byte) => byte === i + 1)).toBe(true);
        });
        kept.clear();
      }
    }),
    { numRuns: 30 },
  );
});

it('uses its memory again once it was cleared', () => {
  const kept = new KeptBytes();
  const { buffer } = kept.keep(Uint8Array.of(1, 2, 3));
  expect(kept.keep(Uint8Array.of(4)).buffer).toBe(buffer);
  kept.clear();
  const copy = kept.keep(Uint8Array.of(5));
  expect([copy.buffer === buffer, copy.byteOffset]).toEqual([true, 0]);
});
