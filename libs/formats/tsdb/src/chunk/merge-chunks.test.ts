import { HINT_NOT_RESET, HINT_UNKNOWN, SampleColumns } from '@telamon/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ENCODING_HISTOGRAM, ENCODING_XOR } from './chunk-encoding.ts';
import { createHistogramAppender } from './histogram-appender.ts';
import { type ChunkView, mergeChunks } from './merge-chunks.ts';
import { XorAppender } from './xor-appender.ts';

function floatChunk(times: readonly number[], value: number): ChunkView {
  const appender = new XorAppender();
  for (const timeMs of times) appender.append(timeMs, value);
  return { encoding: ENCODING_XOR, minTimeMs: times[0]!, maxTimeMs: times[times.length - 1]!, data: appender.bytes() };
}

function histogramChunk(times: readonly number[]): ChunkView {
  const appender = createHistogramAppender();
  for (const timeMs of times) {
    const buckets = {
      positiveSpans: [],
      negativeSpans: [],
      positiveDeltas: new Float64Array(0),
      negativeDeltas: new Float64Array(0),
    };
    const shape = {
      schema: 0,
      zeroThreshold: 1,
      zeroCount: timeMs,
      count: timeMs,
      sum: timeMs,
      customValues: new Float64Array(0),
    };
    appender.append(timeMs, { counterResetHint: HINT_UNKNOWN, ...shape, ...buckets });
  }
  return { encoding: ENCODING_HISTOGRAM, minTimeMs: times[0]!, maxTimeMs: times[times.length - 1]!, data: appender.bytes() };
}

function merge(chunks: readonly ChunkView[], fromMs = -1e15, toMs = 1e15): SampleColumns {
  const into = new SampleColumns();
  mergeChunks(chunks, fromMs, toMs, into);
  return into;
}

describe('mergeChunks', () => {
  it('merges any chunks into one ascending run, the first chunk winning', () => {
    const times = fc
      .uniqueArray(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 30 })
      .map((a) => a.sort((x, y) => x - y));
    fc.assert(
      fc.property(
        fc.array(times, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: -5, max: 205 }),
        fc.nat(210),
        (lists, fromMs, toMs) => {
          lists.sort((a, b) => a[0]! - b[0]!);
          const expected = new Map<number, number>();
          lists.forEach((list, i) => {
            for (const t of list) if (t >= fromMs && t <= toMs && !expected.has(t)) expected.set(t, i);
          });
          const into = merge(
            lists.map((list, i) => floatChunk(list, i)),
            fromMs,
            toMs,
          );
          const got = Array.from({ length: into.length }, (_, i) => [into.timesMs[i], into.values[i]]);
          expect(got).toEqual([...expected].sort((a, b) => a[0] - b[0]));
        },
      ),
    );
  });

  it('forgets hints where the neighbour in the result is not the one in the chunk', () => {
    const hints = merge([histogramChunk([10, 20, 30, 40]), histogramChunk([25, 27, 50])]).histograms!.map(
      (h) => h!.counterResetHint,
    );
    // 10 20 | 25 27 | 30 40 | 50
    expect(hints).toEqual([
      HINT_UNKNOWN,
      HINT_NOT_RESET,
      HINT_UNKNOWN,
      HINT_NOT_RESET,
      HINT_UNKNOWN,
      HINT_NOT_RESET,
      HINT_UNKNOWN,
    ]);
  });
});
