import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FloatHistogram, IntHistogram, Span } from '../histogram.ts';
import { addHistogram, divideHistogram, multiplyHistogram, subtractHistogram } from './arithmetic.ts';
import { exponentialBound } from './bucket-bounds.ts';
import { allBuckets } from './buckets.ts';
import { formatHistogram, formatHistogramExpression, histogramJson } from './histogram-text.ts';
import { detectReset } from './reset.ts';
import { compactHistogram, copyFloatHistogram, equalHistograms, reduceResolution, toDeltas, toFloatHistogram } from './shape.ts';
import { validateHistogram } from './validate.ts';

const spans = (...pairs: [number, number][]): Span[] => pairs.map(([offset, length]) => ({ offset, length }));

function make(parts: Partial<FloatHistogram> = {}): FloatHistogram {
  return {
    counterResetHint: 0,
    schema: 0,
    zeroThreshold: 0.001,
    zeroCount: 0,
    count: 0,
    sum: 0,
    positiveSpans: [],
    negativeSpans: [],
    positiveBuckets: new Float64Array(0),
    negativeBuckets: new Float64Array(0),
    customValues: new Float64Array(0),
    ...parts,
  };
}

function makeInt(parts: Partial<IntHistogram> = {}): IntHistogram {
  return {
    counterResetHint: 0,
    schema: 0,
    zeroThreshold: 0.001,
    zeroCount: 0,
    count: 0,
    sum: 0,
    positiveSpans: [],
    negativeSpans: [],
    positiveDeltas: new Float64Array(0),
    negativeDeltas: new Float64Array(0),
    customValues: new Float64Array(0),
    ...parts,
  };
}

/** Valid exponential histograms of small integers, so that all sums are exact. */
const side = fc.array(fc.tuple(fc.nat(4), fc.array(fc.nat(5), { maxLength: 4 })), { maxLength: 4 }).map((runs) => ({
  spans: runs.map(([offset, counts], i) => ({ offset: i === 0 ? offset - 2 : offset, length: counts.length })),
  buckets: Float64Array.from(runs.flatMap(([, counts]) => counts)),
}));
const histogramOf = (schema: number) =>
  fc
    .record({
      zeroCount: fc.nat(4),
      threshold: fc.constantFrom(0, 1e-128, 0.3, 1, 3),
      positive: side,
      negative: side,
      sum: fc.integer(),
    })
    .map(({ zeroCount, threshold, positive, negative, sum }) => {
      const total = (counts: Float64Array) => counts.reduce((a, b) => a + b, 0);
      const h = make({
        schema,
        zeroCount,
        zeroThreshold: 0,
        sum,
        positiveSpans: positive.spans,
        positiveBuckets: positive.buckets,
        negativeSpans: negative.spans,
        negativeBuckets: negative.buckets,
        count: zeroCount + total(positive.buckets) + total(negative.buckets),
      });
      // Buckets inside the zero bucket are not valid: widen it by adding.
      addHistogram(h, make({ schema, zeroThreshold: threshold }));
      return h;
    });
const histogram = fc.integer({ min: -4, max: 8 }).chain(histogramOf);
/** Of one schema: a threshold that a finer schema has as a bound may cut a bucket of a coarser one. */
const pair = fc.integer({ min: -4, max: 8 }).chain((schema) => fc.tuple(histogramOf(schema), histogramOf(schema)));
const inBuckets = (h: FloatHistogram) => allBuckets(h).reduce((sum, bucket) => sum + bucket.count, 0);

describe('bucket bounds', () => {
  it('have the values of the format', () => {
    expect([-1, 0, 1, 2].map((index) => exponentialBound(index, 0))).toEqual([0.5, 1, 2, 4]);
    expect([0, 1, 2, 3, 4].map((index) => exponentialBound(index, 2))).toEqual([
      1, 1.189207115002721, 1.414213562373095, 1.6817928305074288, 2,
    ]);
    expect([-1, 0, 1, 64].map((index) => exponentialBound(index, -4))).toEqual([2 ** -16, 1, 65536, Number.MAX_VALUE]);
    expect([exponentialBound(1024, 0), exponentialBound(1025, 0), exponentialBound(1024 * 256, 8)]).toEqual([
      Number.MAX_VALUE,
      Number.POSITIVE_INFINITY,
      Number.MAX_VALUE,
    ]);
    expect([exponentialBound(-1074, 0), exponentialBound(-1076, 0), exponentialBound(-100_000, 0)]).toEqual([5e-324, 0, 0]);
  });

  it('are rounded once where they are subnormal', () => {
    expect([exponentialBound(-4099, 2), exponentialBound(-8199, 3)]).toEqual([3.307592079929154e-309, 3.03307531056678e-309]);
  });

  it('grow with the index', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -4, max: 8 }),
        fc.integer({ min: -900, max: 900 }),
        (schema, index) => exponentialBound(index, schema) < exponentialBound(index + 1, schema) || schema < 0,
      ),
    );
  });
});

describe('histogram arithmetic', () => {
  it('keeps the number of observations through every operation', () => {
    fc.assert(
      fc.property(pair, ([a, b]) => {
        const sum = copyFloatHistogram(a);
        expect(addHistogram(sum, b)).toEqual({ isResetCollision: false, isBoundsReconciled: false });
        expect(inBuckets(sum)).toBe(a.count + b.count);
        expect(sum.count).toBe(a.count + b.count);
        const other = copyFloatHistogram(b);
        addHistogram(other, a);
        expect(equalHistograms(compactHistogram(copyFloatHistogram(sum)), compactHistogram(other))).toBe(true);
        const back = copyFloatHistogram(sum);
        subtractHistogram(back, b);
        expect(back.count).toBe(a.count);
        for (const gap of [0, 1, 3]) expect(inBuckets(compactHistogram(copyFloatHistogram(a), gap))).toBe(a.count);
        if (a.schema > -4) expect(inBuckets(reduceResolution(copyFloatHistogram(a), a.schema - 1))).toBe(a.count);
        expect(() => validateHistogram(sum)).not.toThrow();
        expect([detectReset(sum, a), detectReset(sum, b)]).toEqual([false, false]);
      }),
    );
  });

  it('keeps the total of histograms of any two schemas', () => {
    fc.assert(
      fc.property(histogram, histogram, (a, b) => {
        const [bBefore, sum] = [copyFloatHistogram(b), copyFloatHistogram(a)];
        addHistogram(sum, b);
        expect([sum.count, sum.schema]).toEqual([a.count + b.count, Math.min(a.schema, b.schema)]);
        expect(equalHistograms(b, bBefore)).toBe(true);
      }),
    );
  });

  it('adds with a wider zero bucket and a coarser schema', () => {
    const a = make({
      schema: 2,
      zeroThreshold: 0,
      count: 38.75,
      positiveSpans: spans([-2, 1], [2, 3]),
      positiveBuckets: Float64Array.of(3, 14.75, 0, 3),
      negativeSpans: spans([-2, 1]),
      negativeBuckets: Float64Array.of(18),
    });
    const b = make({ zeroThreshold: 2, zeroCount: 2, count: 2 });
    addHistogram(a, b);
    expect(compactHistogram(a)).toMatchObject({
      schema: 0,
      zeroThreshold: 2,
      zeroCount: 40.75,
      count: 40.75,
      positiveSpans: [],
      negativeSpans: [],
    });
  });

  it('adds custom buckets, on common bounds where they differ', () => {
    const custom = (bounds: number[], counts: number[]) =>
      make({
        schema: -53,
        zeroThreshold: 0,
        count: counts.reduce((x, y) => x + y, 0),
        customValues: Float64Array.from(bounds),
        positiveSpans: spans([0, counts.length]),
        positiveBuckets: Float64Array.from(counts),
      });
    const a = custom([1, 2, 4], [1, 2, 3, 4]);
    expect(addHistogram(a, custom([1, 2, 4], [1, 1, 1, 1]))).toEqual({ isResetCollision: false, isBoundsReconciled: false });
    expect([...a.positiveBuckets]).toEqual([2, 3, 4, 5]);
    expect(addHistogram(a, custom([1, 3, 4], [1, 1, 1, 1]))).toEqual({ isResetCollision: false, isBoundsReconciled: true });
    expect([[...a.customValues], [...a.positiveBuckets]]).toEqual([
      [1, 4],
      [3, 9, 6],
    ]);
    expect(addHistogram(a, make())).toBeUndefined();
  });

  it('merges reset hints', () => {
    const outcome = (mine: 0 | 1 | 2 | 3, theirs: 0 | 1 | 2 | 3) => {
      const h = make({ counterResetHint: mine });
      return [addHistogram(h, make({ counterResetHint: theirs }))!.isResetCollision, h.counterResetHint];
    };
    expect([outcome(1, 2), outcome(1, 1), outcome(0, 2), outcome(2, 0), outcome(3, 1), outcome(2, 3)]).toEqual([
      [true, 0],
      [false, 1],
      [false, 0],
      [false, 0],
      [false, 3],
      [false, 3],
    ]);
  });

  it('scales', () => {
    const h = make({ count: 4, sum: 2, zeroCount: 1, positiveSpans: spans([0, 1]), positiveBuckets: Float64Array.of(3) });
    expect(multiplyHistogram(copyFloatHistogram(h), -2)).toMatchObject({
      count: -8,
      sum: -4,
      zeroCount: -2,
      counterResetHint: 3,
    });
    expect(divideHistogram(copyFloatHistogram(h), 2)).toMatchObject({ count: 2, sum: 1, zeroCount: 0.5, counterResetHint: 0 });
    expect(divideHistogram(h, 0)).toMatchObject({ count: Number.POSITIVE_INFINITY, positiveSpans: [] });
  });
});

describe('detectReset', () => {
  const h = (counts: number[], parts: Partial<FloatHistogram> = {}) =>
    make({ count: 10, positiveSpans: spans([0, counts.length]), positiveBuckets: Float64Array.from(counts), ...parts });
  it.each([
    ['nothing changed', h([1, 2]), h([1, 2]), false],
    ['a bucket fell', h([1, 1]), h([1, 2]), true],
    ['a populated bucket vanished', h([1]), h([1, 2]), true],
    ['an empty bucket vanished', h([1]), h([1, 0]), false],
    ['the count fell', h([1], { count: 9 }), h([1]), true],
    ['the hint says no', h([0], { counterResetHint: 2 }), h([1]), false],
    ['the hint says yes', h([1], { counterResetHint: 1 }), h([1]), true],
    ['finer schema', h([1], { schema: 1 }), h([1]), true],
    [
      'coarser schema, same data',
      h([3], { schema: -1, positiveSpans: spans([1, 1]) }),
      h([1, 2], { positiveSpans: spans([1, 2]) }),
      false,
    ],
    [
      'coarser schema, less data',
      h([2], { schema: -1, positiveSpans: spans([1, 1]) }),
      h([1, 2], { positiveSpans: spans([1, 2]) }),
      true,
    ],
    ['smaller zero bucket', h([1], { zeroThreshold: 0 }), h([1]), true],
    ['wider zero bucket that took a bucket in', h([0, 2], { zeroThreshold: 1, zeroCount: 1 }), h([1, 2]), false],
    ['custom after exponential', h([1], { schema: -53 }), h([1]), true],
  ])('%s', (_, current, previous, expected) => {
    expect(detectReset(current, previous)).toBe(expected);
  });
});

describe('validateHistogram', () => {
  const refusal = (h: IntHistogram | FloatHistogram): [string, string] => {
    try {
      validateHistogram(h);
      return ['', ''];
    } catch (error) {
      return [(error as { id: string }).id.replace('err-mimir-', ''), (error as Error).message];
    }
  };
  const one = { positiveSpans: spans([0, 2]), positiveDeltas: Float64Array.of(1, 1) };
  it.each([
    [makeInt({ ...one, count: 3 }), '', ''],
    [
      makeInt({ ...one, count: 4 }),
      'native-histogram-count-mismatch',
      "3 observations found in buckets, but the Count field is 4: histogram's observation count should equal the number of observations found in the buckets (in absence of NaN)",
    ],
    [makeInt({ ...one, count: 4, sum: Number.NaN }), '', ''],
    [
      makeInt({ ...one, count: 2, sum: Number.NaN }),
      'native-histogram-count-not-big-enough',
      "3 observations found in buckets, but the Count field is 2: histogram's observation count should be at least the number of observations found in the buckets",
    ],
    [
      makeInt({ positiveSpans: spans([0, 2]), positiveDeltas: Float64Array.of(1, -2), count: 0 }),
      'native-histogram-negative-bucket-count',
      'positive side: bucket number 2 has observation count of -1: histogram has a bucket whose observation count is negative',
    ],
    [
      makeInt({ ...one, positiveSpans: spans([0, 1], [-1, 1]), count: 3 }),
      'native-histogram-span-negative-offset',
      'positive side: span number 2 with offset -1: histogram has a span whose offset is negative',
    ],
    [
      makeInt({ ...one, negativeSpans: spans([0, 1]), count: 3 }),
      'native-histogram-spans-buckets-mismatch',
      'negative side: spans need 1 buckets, have 0 buckets: histogram spans specify different number of buckets than provided',
    ],
    [
      makeInt({ schema: 127 }),
      'invalid-native-histogram-schema',
      'histogram has an invalid schema, which must be between -4 and 8 for exponential buckets, or -53 for custom buckets, got schema 127',
    ],
    [
      makeInt({
        schema: -53,
        zeroThreshold: 0,
        positiveSpans: spans([0, 3]),
        positiveDeltas: new Float64Array(3),
        customValues: Float64Array.of(1),
      }),
      'native-histogram-custom-buckets-mismatch',
      'custom buckets: only 1 custom bounds defined which is insufficient to cover total span length of 3: histogram custom bounds are too few',
    ],
    [
      makeInt({ schema: -53, customValues: Float64Array.of(2, 1) }),
      'native-histogram-custom-buckets-invalid',
      'custom buckets: previous bound is 2.000000 and current is 1.000000: histogram custom bounds must be in strictly increasing order',
    ],
    [
      makeInt({ schema: -53, customValues: Float64Array.of(1, Number.POSITIVE_INFINITY) }),
      'native-histogram-custom-buckets-infinite',
      'custom buckets: last +Inf bound must not be explicitly defined: histogram custom bounds must be finite',
    ],
    [
      make({ count: -1 }),
      'native-histogram-negative-count',
      "observation count is  -1: histogram's observation count is negative",
    ],
  ])('case %#', (h, id, message) => {
    expect(refusal(h)).toEqual([id, message]);
  });

  it('is linear and bounded for hostile spans', () => {
    const h = makeInt({ positiveSpans: spans([0, 4294967295], [2147483647, 4294967295]), positiveDeltas: new Float64Array(3) });
    expect(refusal(h)[0]).toBe('native-histogram-spans-buckets-mismatch');
    expect(allBuckets(toFloatHistogram(h)).length).toBe(3);
  });
});

describe('histogram texts', () => {
  const h = make({
    schema: 1,
    count: 12,
    sum: 5.5,
    zeroCount: 2,
    positiveSpans: spans([0, 2], [1, 1]),
    positiveBuckets: Float64Array.of(1, 0, 4),
    negativeSpans: spans([0, 2]),
    negativeBuckets: Float64Array.of(2, 3),
  });
  it('print as Prometheus does', () => {
    expect(formatHistogram(h)).toBe(
      '{count:12, sum:5.5, [-1.414213562373095,-1):3, [-1,-0.7071067811865475):2, [-0.001,0.001]:2, (0.7071067811865475,1]:1, (2,2.82842712474619]:4}',
    );
    expect(formatHistogramExpression(h)).toBe(
      '{{schema:1 count:12 sum:5.5 z_bucket:2 z_bucket_w:0.001 buckets:[1 0 0 4] n_buckets:[2 3]}}',
    );
    expect(
      formatHistogramExpression(
        make({
          schema: -53,
          zeroThreshold: 0,
          count: 1e6,
          customValues: Float64Array.of(1, 2.5),
          positiveSpans: spans([1, 1]),
          positiveBuckets: Float64Array.of(1e6),
          counterResetHint: 3,
        }),
      ),
    ).toBe('{{schema:-53 count:1e+06 custom_values:[1 2.5] counter_reset_hint:gauge offset:1 buckets:[1e+06]}}');
  });

  it('give the parts of the API', () => {
    expect(histogramJson(h)).toEqual({
      count: '12',
      sum: '5.5',
      buckets: [
        [1, '-1.414213562373095', '-1', '3'],
        [1, '-1', '-0.7071067811865475', '2'],
        [3, '-0.001', '0.001', '2'],
        [0, '0.7071067811865475', '1', '1'],
        [0, '2', '2.82842712474619', '4'],
      ],
    });
  });
});

describe('integer histograms', () => {
  it('become float ones and back', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1000), { maxLength: 8 }), (counts) => {
        const h = makeInt({ positiveSpans: spans([0, counts.length]), positiveDeltas: toDeltas(Float64Array.from(counts)) });
        expect([...toFloatHistogram(h).positiveBuckets]).toEqual(counts);
      }),
    );
  });
});
