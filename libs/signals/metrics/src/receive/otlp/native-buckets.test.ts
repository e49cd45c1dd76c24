import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nativeBuckets, type SparseBuckets } from './native-buckets.ts';

/** Populated buckets by index. */
function counts({ spans, deltas }: SparseBuckets): Record<number, number> {
  const found: Record<number, number> = {};
  let index = 0;
  let at = 0;
  let count = 0;
  for (const { offset, length } of spans) {
    index += offset;
    for (let i = 0; i < length; i++, index++) {
      count += deltas[at++]!;
      if (count !== 0) found[index] = count;
    }
  }
  expect(at).toBe(deltas.length);
  return found;
}

describe('nativeBuckets', () => {
  it('fills short gaps and begins spans behind long ones', () => {
    expect(nativeBuckets({ offset: 0, counts: [0, 1, 0, 0, 2, 0, 0, 0, 3, 0], scaleDown: 0, shift: 1 })).toEqual({
      spans: [
        { offset: 2, length: 4 },
        { offset: 3, length: 1 },
      ],
      deltas: Float64Array.of(1, -1, 0, 2, 1),
    });
    expect(nativeBuckets({ offset: 5, counts: [], scaleDown: 0, shift: 1 })).toEqual({ spans: [], deltas: new Float64Array(0) });
  });

  it('merges neighbours, below zero too', () => {
    expect(counts(nativeBuckets({ offset: -3, counts: [1, 2, 4, 8], scaleDown: 1, shift: 1 }))).toEqual({ '-1': 1, 0: 6, 1: 8 });
    expect(counts(nativeBuckets({ offset: -3, counts: [1, 2, 4, 8], scaleDown: 1000, shift: 1 }))).toEqual({ 0: 7, 1: 8 });
  });

  it('refuses indexes beyond 32 bits', () => {
    expect(() => nativeBuckets({ offset: 2 ** 31 - 1, counts: [1], scaleDown: 0, shift: 1 })).toThrow('out of range');
  });

  it('loses no count', () => {
    const dense = fc.record({
      offset: fc.integer({ min: -50, max: 50 }),
      counts: fc.array(fc.oneof(fc.constant(0), fc.nat(9)), { maxLength: 40 }),
      scaleDown: fc.nat(4),
      shift: fc.constantFrom(0 as const, 1 as const),
    });
    fc.assert(
      fc.property(dense, (buckets) => {
        const want: Record<number, number> = {};
        for (const [i, count] of buckets.counts.entries()) {
          const index = Math.floor((buckets.offset + i) / 2 ** buckets.scaleDown) + buckets.shift;
          if (count > 0) want[index] = (want[index] ?? 0) + count;
        }
        expect(counts(nativeBuckets(buckets))).toEqual(want);
      }),
    );
  });
});
