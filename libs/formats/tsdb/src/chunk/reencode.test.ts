import { SampleColumns } from '@telamon/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ENCODING_XOR, ENCODING_XOR2 } from './chunk-encoding.ts';
import { type ChunkView, mergeChunks } from './merge-chunks.ts';
import { reencodeOverlapping, reencodeWithout } from './reencode.ts';
import { XorAppender } from './xor-appender.ts';
import { Xor2Appender } from './xor2-appender.ts';

function chunkOf(times: readonly number[], value: number, startMs: number): ChunkView {
  const view = new Int32Array(new Float64Array([value]).buffer);
  const plain = new XorAppender();
  const started = new Xor2Appender();
  for (const t of times) {
    plain.appendWords(t, view[0]!, view[1]!);
    started.appendWords(t, view[0]!, view[1]!, startMs);
  }
  const span = { minTimeMs: times[0]!, maxTimeMs: times[times.length - 1]! };
  return startMs === 0
    ? { ...span, encoding: ENCODING_XOR, data: plain.bytes() }
    : { ...span, encoding: ENCODING_XOR2, data: started.bytes() };
}

function rows(chunks: readonly ChunkView[]): [number, number, number][] {
  const columns = new SampleColumns();
  mergeChunks(chunks, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, columns);
  return Array.from({ length: columns.length }, (_, i) => [
    columns.timesMs[i]!,
    columns.values[i]!,
    columns.startTimesMs?.[i] ?? 0,
  ]);
}

const times = fc
  .uniqueArray(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 300 })
  .map((list) => list.sort((a, b) => a - b));
const lists = fc.array(fc.tuple(times, fc.constantFrom(0, 0, 7)), { minLength: 1, maxLength: 4 });

describe('chunks that are written anew', () => {
  it('hold the same samples as the merged reading, without overlap, at most 120 each', () => {
    fc.assert(
      fc.property(lists, (input) => {
        const chunks = input.map(([list, startMs], i) => chunkOf(list, i, startMs)).sort((a, b) => a.minTimeMs - b.minTimeMs);
        const out = reencodeOverlapping(chunks);
        expect(rows(out)).toEqual(rows(chunks));
        for (let i = 1; i < out.length; i++) expect(out[i]!.minTimeMs).toBeGreaterThan(out[i - 1]!.maxTimeMs);
        for (const chunk of out) {
          const own = rows([chunk]);
          expect([own[0]![0], own[own.length - 1]![0]]).toEqual([chunk.minTimeMs, chunk.maxTimeMs]);
          expect(own.length).toBeLessThanOrEqual(120);
        }
      }),
    );
  });

  it('hold all but the deleted samples', () => {
    const interval = fc.tuple(fc.nat(900), fc.nat(100)).map(([from, length]) => ({ minTimeMs: from, maxTimeMs: from + length }));
    fc.assert(
      fc.property(times, fc.constantFrom(0, 7), fc.array(interval, { maxLength: 4 }), (list, startMs, deleted) => {
        const left = list.filter((t) => !deleted.some((d) => t >= d.minTimeMs && t <= d.maxTimeMs));
        const out = reencodeWithout(chunkOf(list, 1, startMs), deleted);
        expect(rows(out)).toEqual(left.map((t) => [t, 1, startMs]));
        expect(out.length).toBe(left.length > 0 ? 1 : 0);
      }),
    );
  });
});
