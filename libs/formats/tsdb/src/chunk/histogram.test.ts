import {
  HINT_GAUGE,
  HINT_NOT_RESET,
  HINT_RESET,
  HINT_UNKNOWN,
  type IntHistogram,
  isStaleAt,
  SampleColumns,
  type Span,
  toDeltas,
  toFloatHistogram,
} from '@telamon/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CorruptError } from '../format-error.ts';
import { BitReader } from './bit-reader.ts';
import { BitWriter } from './bit-writer.ts';
import { bucketIndexes, spansOf } from './bucket-inserts.ts';
import { decodeChunk } from './decode-chunk.ts';
import { createFloatHistogramAppender, createHistogramAppender } from './histogram-appender.ts';
import { readVarbitInt, readVarbitUint, writeVarbitInt, writeVarbitUint } from './varbit.ts';

function intHistogram(buckets: Record<number, number>, extra: Partial<IntHistogram> = {}): IntHistogram {
  const indexes = Object.keys(buckets)
    .map(Number)
    .sort((a, b) => a - b);
  const counts = Float64Array.from(indexes, (index) => buckets[index]!);
  return {
    counterResetHint: HINT_UNKNOWN,
    schema: 1,
    zeroThreshold: 1e-128,
    zeroCount: 2,
    count: counts.reduce((a, b) => a + b, 2),
    sum: 18.4,
    positiveSpans: spansOf(indexes),
    negativeSpans: [],
    positiveDeltas: toDeltas(counts),
    negativeDeltas: new Float64Array(0),
    customValues: new Float64Array(0),
    ...extra,
  };
}

function bucketMap(spans: readonly Span[], counts: Float64Array): Record<number, number> {
  const map: Record<number, number> = {};
  bucketIndexes(spans).forEach((index, i) => {
    if (counts[i] !== 0) map[index] = counts[i]!;
  });
  return map;
}

function decode(encoding: number, data: Uint8Array): SampleColumns {
  const columns = new SampleColumns();
  decodeChunk(encoding, data, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, columns);
  return columns;
}

describe('varbit numbers', () => {
  it('round-trip at every class border', () => {
    const borders = [3, 6, 9, 12, 18, 25].flatMap((bits) => [2 ** (bits - 1), 2 ** bits]);
    const values = [0, 1, ...borders.flatMap((b) => [b - 1, b, b + 1]), 2 ** 33, 2 ** 52, Number.MAX_SAFE_INTEGER];
    const writer = new BitWriter(0);
    for (const value of values) {
      writeVarbitInt(writer, value);
      writeVarbitInt(writer, -value);
      writeVarbitUint(writer, value);
    }
    const reader = new BitReader(writer.bytes(), 0);
    for (const value of values) {
      expect(readVarbitInt(reader)).toBe(value);
      expect(readVarbitInt(reader) + 0).toBe(0 - value);
      expect(readVarbitUint(reader)).toBe(value);
    }
  });

  it('use the sizes of the format', () => {
    const size = (value: number): number => {
      const writer = new BitWriter(0);
      for (let i = 0; i < 8; i++) writeVarbitInt(writer, value);
      return writer.sizeBytes;
    };
    expect([0, 4, -3, 5, -4, 32, 33, 256, 257, 2048, 2049, 131072, 131073, 16777216, 16777217].map(size)).toEqual([
      1, 5, 5, 9, 9, 9, 13, 13, 17, 17, 24, 24, 32, 32, 64,
    ]);
    expect(size(-(2 ** 53) + 1)).toBe(64);
  });
});

describe.each([
  ['integer', createHistogramAppender, (h: IntHistogram): never => h as never],
  ['float', createFloatHistogramAppender, (h: IntHistogram): never => toFloatHistogram(h) as never],
] as const)('%s histogram chunks', (kind, create, convert) => {
  const first = intHistogram({ 0: 3, 1: 2, 5: 7 });

  it('keep samples and give the hints of the iterators', () => {
    const appender = create();
    expect(appender.append(10, convert(first))).toBe(appender);
    expect(appender.append(20, convert(intHistogram({ 0: 4, 1: 2, 5: 9 }, { sum: 30 })))).toBe(appender);
    expect(appender.append(35, convert(intHistogram({ 0: 4, 1: 9, 5: 9 }, { sum: 31.5 })))).toBe(appender);
    const columns = decode(appender.encoding, appender.bytes());
    expect([...columns.timesMs.subarray(0, 3)]).toEqual([10, 20, 35]);
    expect(columns.histograms!.map((h) => h!.counterResetHint)).toEqual([HINT_UNKNOWN, HINT_NOT_RESET, HINT_NOT_RESET]);
    expect(columns.histograms!.map((h) => [...h!.positiveBuckets])).toEqual([
      [3, 2, 7],
      [4, 2, 9],
      [4, 9, 9],
    ]);
    expect(columns.histograms!.map((h) => h!.sum)).toEqual([18.4, 30, 31.5]);
    expect(appender.counterResetHint).toBe(HINT_UNKNOWN);
  });

  it('are written anew when buckets appear, and take histograms that lack empty ones', () => {
    const appender = create();
    appender.append(10, convert(first));
    expect(appender.append(20, convert(intHistogram({ 0: 3, 1: 2, 2: 1, 5: 7, 9: 4 })))).toBe(appender);
    expect(appender.append(30, convert(intHistogram({ 0: 3, 1: 2, 2: 1, 5: 7, 9: 4, 11: 0, 12: 1 })))).toBe(appender);
    expect(appender.append(40, convert(intHistogram({ 0: 3, 1: 2, 2: 1, 5: 7, 9: 5, 12: 1, 14: 3 })))).toBe(appender);
    const rows = decode(appender.encoding, appender.bytes()).histograms!;
    expect(rows.map((h) => bucketMap(h!.positiveSpans, h!.positiveBuckets))).toEqual([
      { 0: 3, 1: 2, 5: 7 },
      { 0: 3, 1: 2, 2: 1, 5: 7, 9: 4 },
      { 0: 3, 1: 2, 2: 1, 5: 7, 9: 4, 12: 1 },
      { 0: 3, 1: 2, 2: 1, 5: 7, 9: 5, 12: 1, 14: 3 },
    ]);
  });

  it.each([
    ['a bucket falls', intHistogram({ 0: 3, 1: 1, 5: 8 }), HINT_RESET],
    ['a used bucket is gone', intHistogram({ 0: 12 }), HINT_RESET],
    ['the count falls', intHistogram({ 0: 3, 1: 2, 5: 7 }, { count: 1 }), HINT_RESET],
    ['the zero count falls', intHistogram({ 0: 9, 1: 2, 5: 7 }, { zeroCount: 1 }), HINT_RESET],
    ['the hint says so', intHistogram({ 0: 9, 1: 2, 5: 7 }, { counterResetHint: HINT_RESET }), HINT_RESET],
    ['the schema changes', intHistogram({ 0: 9, 1: 2, 5: 7 }, { schema: 2 }), HINT_UNKNOWN],
    ['the zero threshold changes', intHistogram({ 0: 9, 1: 2, 5: 7 }, { zeroThreshold: 0.5 }), HINT_UNKNOWN],
  ])('start a new chunk when %s', (_, histogram, hint) => {
    const appender = create();
    appender.append(10, convert(first));
    const next = appender.append(20, convert(histogram));
    expect(next).not.toBe(appender);
    expect([appender.sampleCount, next.sampleCount]).toEqual([1, 1]);
    expect(next.counterResetHint).toBe(hint);
  });

  it('hold a staleness marker as its sum, after which only markers fit', () => {
    const appender = create();
    appender.append(10, convert(first));
    expect(appender.append(20, convert(intHistogram({}, { isStale: true, sum: Number.NaN })))).toBe(appender);
    expect(appender.append(30, convert(intHistogram({}, { isStale: true, sum: Number.NaN })))).toBe(appender);
    expect(appender.append(40, convert(first))).not.toBe(appender);
    const columns = decode(appender.encoding, appender.bytes());
    expect([0, 1, 2].map((i) => isStaleAt(columns.words, i))).toEqual([false, true, true]);
    expect(columns.histograms![1]).toMatchObject({ count: 0, positiveSpans: [] });
  });

  it('keep gauges apart from counters and let them fall', () => {
    const gauge = (buckets: Record<number, number>): never =>
      convert(intHistogram(buckets, { counterResetHint: HINT_GAUGE, count: 1 }));
    const appender = create();
    appender.append(10, gauge({ 0: 3, 4: 2 }));
    expect(appender.append(20, gauge({ 2: 1 }))).toBe(appender);
    expect(appender.append(30, gauge({ 0: 1, 7: 1 }))).toBe(appender);
    const rows = decode(appender.encoding, appender.bytes()).histograms!;
    expect(rows.map((h) => [bucketMap(h!.positiveSpans, h!.positiveBuckets), h!.counterResetHint])).toEqual([
      [{ 0: 3, 4: 2 }, HINT_GAUGE],
      [{ 2: 1 }, HINT_GAUGE],
      [{ 0: 1, 7: 1 }, HINT_GAUGE],
    ]);
    const counter = appender.append(40, convert(first));
    expect(counter).not.toBe(appender);
    expect(counter.counterResetHint).toBe(kind === 'integer' ? HINT_NOT_RESET : HINT_UNKNOWN);
  });

  it('tell in the header how they follow the chunk before', () => {
    const before = create();
    before.append(10, convert(first));
    const continued = create();
    continued.append(20, convert(intHistogram({ 0: 4, 1: 2, 5: 9 })), before as never);
    expect(continued.counterResetHint).toBe(HINT_NOT_RESET);
    const reset = create();
    reset.append(20, convert(intHistogram({ 0: 1 })), before as never);
    expect(reset.counterResetHint).toBe(HINT_RESET);
  });

  it('round-trip any run of growing histograms', () => {
    const step = fc.dictionary(fc.integer({ min: -20, max: 20 }).map(String), fc.nat(50), { maxKeys: 6 });
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 1, maxLength: 20 }),
        fc.constantFrom(0, 0.001, 2 ** -128, 0.7),
        (steps, zeroThreshold) => {
          const totals: Record<number, number> = {};
          const expected: Record<number, number>[] = [];
          const appender = create();
          steps.forEach((added, i) => {
            for (const [index, count] of Object.entries(added)) totals[Number(index)] = (totals[Number(index)] ?? 0) + count;
            expected.push(Object.fromEntries(Object.entries(totals).filter(([, count]) => count !== 0)));
            const sum = i * 1.5;
            expect(appender.append(1000 * i, convert(intHistogram({ ...totals }, { sum, zeroThreshold })))).toBe(appender);
          });
          const rows = decode(appender.encoding, appender.bytes()).histograms!;
          expect(rows.map((h) => bucketMap(h!.positiveSpans, h!.positiveBuckets))).toEqual(expected);
          expect(rows[0]!.zeroThreshold).toBe(zeroThreshold);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('answer every truncation with an error', () => {
    const appender = create();
    for (let i = 0; i < 20; i++) appender.append(1000 * i, convert(intHistogram({ 0: i, 3: 2 * i, 5: i * i }, { sum: i * 0.1 })));
    const data = appender.bytes();
    for (let size = 0; size < data.length - 1; size++) {
      expect(() => decode(appender.encoding, data.subarray(0, size))).toThrow(CorruptError);
    }
  });
});

describe('custom bucket histograms', () => {
  it('keep their bounds, odd ones too', () => {
    const customValues = Float64Array.from([-3, 0, 0.005, 1, 2.5, 33554.43, 33554.431, 1e9, 0.1 + 0.2]);
    const appender = createHistogramAppender();
    const histogram = intHistogram({ 0: 1, 2: 5 }, { schema: -53, customValues, zeroCount: 0, zeroThreshold: 0 });
    appender.append(1, histogram);
    expect(appender.append(2, { ...histogram, customValues: customValues.slice(1) })).not.toBe(appender);
    expect(decode(2, appender.bytes()).histograms![0]).toMatchObject({ schema: -53, customValues });
  });
});
