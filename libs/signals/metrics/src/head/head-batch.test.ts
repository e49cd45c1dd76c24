import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BatchVisitor, HeadBatch, readBatch } from './head-batch.ts';
import { tagHistogram } from './histogram-bytes.ts';

const ref = fc.integer({ min: 1, max: 2 ** 31 });
const timeMs = fc.oneof(fc.integer({ min: 0, max: 2 ** 41 }), fc.integer({ min: -(2 ** 50), max: 2 ** 50 }));
const word = fc.integer({ min: 0, max: 0xffffffff });
const sample = fc.tuple(ref, timeMs, word, word);
const spans = fc.array(fc.record({ offset: fc.integer({ min: -9, max: 9 }), length: fc.integer({ min: 0, max: 9 }) }), {
  maxLength: 3,
});
const numbers = fc.array(fc.integer({ min: -(2 ** 40), max: 2 ** 40 }), { maxLength: 5 }).map((list) => Float64Array.from(list));
const shape = {
  counterResetHint: fc.constantFrom(0 as const, 1 as const, 2 as const, 3 as const),
  schema: fc.constantFrom(-53, -4, 0, 8),
  zeroThreshold: fc.double({ noNaN: true }),
  zeroCount: fc.nat(),
  count: fc.nat(),
  sum: fc.double({ noNaN: true }),
  positiveSpans: spans,
  negativeSpans: spans,
};
const live = fc.oneof(
  fc.record({ ...shape, customValues: fc.constant(new Float64Array(0)), positiveDeltas: numbers, negativeDeltas: numbers }),
  fc.record({ ...shape, schema: fc.constant(-53), customValues: numbers, positiveBuckets: numbers, negativeBuckets: numbers }),
);
const ended = live.map((one) => ({ ...one, isStale: true as const, sum: Number.NaN }));
const histogram = fc.oneof({ weight: 4, arbitrary: live }, { weight: 1, arbitrary: ended });
const bytes = fc.uint8Array({ maxLength: 40 });
const contents = fc.record({
  series: fc.array(fc.tuple(ref, bytes), { maxLength: 4 }),
  samples: fc.array(sample, { maxLength: 300 }),
  late: fc.array(sample, { maxLength: 5 }),
  histograms: fc.array(fc.tuple(ref, timeMs, histogram), { maxLength: 3 }),
  exemplars: fc.array(fc.tuple(ref, timeMs, word, word, bytes), { maxLength: 3 }),
  metadata: fc.array(fc.tuple(fc.string(), fc.string(), fc.string(), fc.string()), { maxLength: 3 }),
  chunks: fc.array(fc.record({ ref, flags: fc.nat(3), encoding: fc.nat(6), minTimeMs: timeMs, maxTimeMs: timeMs, bytes }), {
    maxLength: 3,
  }),
});

function recorder(): { log: unknown[]; visitor: BatchVisitor } {
  const log: unknown[] = [];
  const note =
    (kind: string) =>
    (...parts: unknown[]): void => {
      log.push([kind, ...parts.map((part) => (part instanceof Uint8Array ? [...part] : part))]);
    };
  const visitor: BatchVisitor = {
    series: note('series'),
    sample: note('sample'),
    lateSample: note('late'),
    histogram: note('histogram'),
    lateHistogram: note('late histogram'),
    exemplar: note('exemplar'),
    metadata: note('metadata'),
    state: note('state'),
    chunk: (chunk) => note('chunk')({ ...chunk, bytes: [...chunk.bytes] }),
  };
  return { log, visitor };
}

describe('HeadBatch', () => {
  it('gives back what was put in, and never reads beyond a cut', () => {
    fc.assert(
      fc.property(contents, fc.nat(), (held, cut) => {
        const batch = new HeadBatch();
        for (let round = 0; round < 2; round++) {
          batch.clear();
          const expected: unknown[] = [['state', 5, Number.NEGATIVE_INFINITY]];
          batch.state(5, Number.NEGATIVE_INFINITY);
          for (const [r, labels] of held.series) batch.series(r, labels);
          for (const [r, labels] of held.series) expected.push(['series', r, [...labels]]);
          for (const chunk of held.chunks) batch.chunk(chunk);
          for (const chunk of held.chunks) expected.push(['chunk', { ...chunk, bytes: [...chunk.bytes] }]);
          for (const item of held.samples) batch.sample(...item);
          for (const item of held.samples) expected.push(['sample', ...item]);
          for (const item of held.late) batch.lateSample(...item);
          for (const item of held.late) expected.push(['late', ...item]);
          for (const [r, t, h] of held.histograms) batch.histogram(r, t, tagHistogram(h));
          for (const [r, t, h] of held.histograms) expected.push(['histogram', r, t, tagHistogram(h)]);
          for (const [r, t, low, high, labels] of held.exemplars) batch.exemplar(r, t, [low, high], labels);
          for (const [r, t, low, high, labels] of held.exemplars) expected.push(['exemplar', r, t, [low, high], [...labels]]);
          for (const [name, type, help, unit] of held.metadata) batch.metadata(name, { type, help, unit });
          for (const [name, type, help, unit] of held.metadata) expected.push(['metadata', name, { type, help, unit }]);
          const record = Buffer.concat(batch.parts());
          const { log, visitor } = recorder();
          readBatch(record, visitor);
          expect(log).toEqual(expected);
          const size = cut % record.length;
          const shorter = recorder();
          try {
            readBatch(record.subarray(0, size), shorter.visitor);
          } catch {
            // The log's checksum keeps such records away; here it only matters that nothing wrong comes out.
          }
          expect(shorter.log.length).toBeLessThanOrEqual(expected.length);
        }
      }),
      { numRuns: 150 },
    );
  });
});
