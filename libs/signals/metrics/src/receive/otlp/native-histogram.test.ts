import type { OtlpExponentialPoint, OtlpHistogramPoint } from '@telamon/wire';
import { describe, expect, it } from 'vitest';
import { explicitToNative, exponentialToNative } from './native-histogram.ts';

const POINT = {
  attributes: [],
  startTimeNs: 0n,
  timeNs: 0n,
  timeMs: 0,
  startTimeMs: 0,
  flags: 0,
  count: 6,
  sum: 12,
  min: undefined,
  max: undefined,
  exemplars: [],
};
const exponential = (own: Partial<OtlpExponentialPoint>): OtlpExponentialPoint => ({
  ...POINT,
  scale: 1,
  zeroCount: 1,
  zeroThreshold: 0,
  positive: { offset: 1, counts: [2, 3] },
  negative: { offset: 0, counts: [] },
  ...own,
});
const explicit = (own: Partial<OtlpHistogramPoint>): OtlpHistogramPoint => ({
  ...POINT,
  bucketCounts: [0, 2, 4],
  explicitBounds: [1, 2],
  ...own,
});

describe('exponential histograms', () => {
  it('keep their buckets, one index further', () => {
    expect(exponentialToNative(exponential({}), false)).toEqual({
      counterResetHint: 0,
      schema: 1,
      zeroThreshold: 1e-128,
      zeroCount: 1,
      count: 6,
      sum: 12,
      positiveSpans: [{ offset: 2, length: 2 }],
      positiveDeltas: Float64Array.of(2, 1),
      negativeSpans: [],
      negativeDeltas: new Float64Array(0),
      customValues: new Float64Array(0),
    });
  });

  it('are brought down to schema 8, and no lower than -4', () => {
    const fine = exponentialToNative(exponential({ scale: 10, positive: { offset: 3, counts: [1, 1, 1, 1, 1] } }), false);
    expect(fine).toMatchObject({ schema: 8, positiveSpans: [{ offset: 1, length: 2 }], positiveDeltas: Float64Array.of(1, 3) });
    expect(exponentialToNative(exponential({ scale: -4 }), false).schema).toBe(-4);
    expect(() => exponentialToNative(exponential({ scale: -5 }), false)).toThrow('Scale must be >= -4, was -5');
  });

  it('have a sum of 0 when none was sent, and are gauges when deltas are kept', () => {
    expect(exponentialToNative(exponential({ sum: undefined }), true)).toMatchObject({ sum: 0, counterResetHint: 3 });
  });

  it('are refused when they cannot be counted exactly', () => {
    expect(() => exponentialToNative(exponential({ count: 2 ** 53 }), false)).toThrow('beyond 2^53');
  });
});

describe('histograms with explicit bounds', () => {
  it('have their bounds as custom values', () => {
    expect(explicitToNative(explicit({}), false)).toMatchObject({
      schema: -53,
      zeroThreshold: 0,
      count: 6,
      positiveSpans: [{ offset: 1, length: 2 }],
      positiveDeltas: Float64Array.of(2, 2),
      customValues: Float64Array.of(1, 2),
    });
  });

  it('have all in one bucket when none was sent', () => {
    expect(explicitToNative(explicit({ bucketCounts: [], explicitBounds: [] }), false)).toMatchObject({
      positiveSpans: [{ offset: 0, length: 1 }],
      positiveDeltas: Float64Array.of(6),
      customValues: new Float64Array(0),
    });
  });
});
