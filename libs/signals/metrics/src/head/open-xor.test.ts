import { SampleColumns } from '@telamon/model';
import { decodeChunk, ENCODING_XOR, XorAppender } from '@telamon/tsdb';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChunkSlots } from './chunk-slots.ts';
import { OpenXorChunks } from './open-xor.ts';
import { SeriesRows } from './series-rows.ts';

const word = fc.oneof(fc.integer({ min: 0, max: 0xffffffff }), fc.constantFrom(0, 1, 0x7ff00000, 0x80000000, 0x3ff00000));
const step = fc.oneof(fc.constant(15_000), fc.integer({ min: 1, max: 40_000 }), fc.integer({ min: 1, max: 2 ** 40 }));
const samples = fc.array(fc.tuple(step, word, word), { minLength: 1, maxLength: 40 });

describe('OpenXorChunks', () => {
  it('writes what XorAppender writes, for many series in turn, in memory that was used before', () => {
    fc.assert(
      fc.property(
        fc.array(samples, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: -(2 ** 45), max: 2 ** 45 }),
        (series, start) => {
          const rows = new SeriesRows();
          const slots = new ChunkSlots();
          const chunks = new OpenXorChunks(rows, slots);
          const dirty = [48, 64, 96, 128, 160, 192, 256, 320, 384, 512, 640, 768, 1024].map((size) => slots.allocate(size));
          for (const slab of slots.slabs) slab.fill(0xff);
          for (const slot of dirty) slots.free(slot);
          const refs = series.map(() => rows.allocate());
          const oracles = series.map(() => new XorAppender());
          const times = series.map(() => start);
          for (let row = 0; row < 40; row++) {
            for (let s = 0; s < series.length; s++) {
              const sample = series[s]![row];
              if (sample === undefined) continue;
              times[s]! += sample[0];
              if (row === 0) chunks.begin(refs[s]!, times[s]!, sample[1], sample[2]);
              else chunks.append(refs[s]!, times[s]!, sample[1], sample[2]);
              oracles[s]!.appendWords(times[s]!, sample[1] | 0, sample[2] | 0);
            }
          }
          for (let s = 0; s < series.length; s++) {
            expect([...chunks.view(refs[s]!)]).toEqual([...oracles[s]!.bytes()]);
            expect(chunks.sampleCount(refs[s]!)).toBe(series[s]!.length);
          }
          for (const ref of refs) chunks.drop(ref);
          expect(slots.usedBytes).toBe(0);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('survives 20,000 chunks that grow together and end, without each size staying at its peak', () => {
    const rows = new SeriesRows();
    const slots = new ChunkSlots();
    const chunks = new OpenXorChunks(rows, slots);
    const refs = Array.from({ length: 20_000 }, () => rows.allocate());
    for (let row = 0; row < 30; row++) {
      for (const ref of refs) {
        if (row === 0) chunks.begin(ref, 1000, ref, row);
        else chunks.append(ref, 1000 + row * 15_000, ref * 7919 + row, 0x40000000 + row);
      }
    }
    expect(slots.reservedBytes).toBeLessThan(slots.usedBytes * 1.5);
    const columns = new SampleColumns();
    decodeChunk(ENCODING_XOR, chunks.view(refs[777]!), 0, 2 ** 50, columns);
    expect(columns.length).toBe(30);
    expect(columns.words[2 * 29 + 1]).toBe(0x40000000 + 29);
    for (const ref of refs) chunks.drop(ref);
    expect(slots.usedBytes).toBe(0);
  });
});
