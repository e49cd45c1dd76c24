import { MemorySource } from '@telamon/bytes';
import { Labels } from '@telamon/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CorruptError } from '../format-error.ts';
import { IndexReader } from './index-reader.ts';
import { IndexWriter } from './index-writer.ts';
import { LabelEncoder } from './label-encoder.ts';
import { SeriesColumns } from './series-columns.ts';
import { type ChunkMeta, decodeSeries, seriesSize } from './series-entry.ts';
import { compareBytes } from './symbol-arena.ts';

const encoder = new TextEncoder();

/** An index in which series i has chunks [10 i, 10 i + 4] and [10 i + 5, 10 i + 9]. */
function writeIndex(series: readonly Labels[]): { readonly bytes: Uint8Array; readonly index: IndexReader } {
  const symbols = new Set(['', ...series.flatMap((labels) => labels.flat())]);
  const pieces: Uint8Array[] = [];
  const writer = new IndexWriter((bytes) => pieces.push(bytes));
  writer.writeSymbols([...symbols].map((symbol) => encoder.encode(symbol)).sort(compareBytes));
  const sorted = [...series].sort((a, b) => a.compare(b));
  for (const [i, labels] of sorted.entries()) {
    writer.addLabels(labels.bytes(), [
      { minTimeMs: 10 * i, maxTimeMs: 10 * i + 4, segment: i >> 1, offset: 8 + 100 * i },
      { minTimeMs: 10 * i + 5, maxTimeMs: 10 * i + 9, segment: (i + 1) >> 1, offset: 58 + 100 * i },
    ]);
  }
  writer.finish();
  const bytes = Buffer.concat(pieces);
  return { bytes, index: new IndexReader(new MemorySource(bytes)) };
}

function columnsOf(index: IndexReader, bytes: Uint8Array, refs: readonly number[]): SeriesColumns {
  const columns = new SeriesColumns(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
  for (const ref of refs) expect(columns.add(ref, bytes, ref * 16)).toBe(true);
  expect(columns.count).toBe(refs.length);
  expect(index.version).toBe(2);
  return columns;
}

const text = fc.oneof(
  fc.constantFrom('x', 'y', 'xy', 'xyz'),
  fc.nat(3).map((i) => 'l'.repeat(i * 60 + 1)),
  fc.string({ maxLength: 9 }),
);
const seriesSet = fc
  .array(fc.dictionary(fc.constantFrom('__name__', 'a', 'b', 'c', 'job'), text, { minKeys: 1 }), { minLength: 1, maxLength: 30 })
  .map((list) => [...new Map(list.map((record) => Labels.fromRecord(record)).map((l) => [l.key(), l])).values()])
  .map((list) => list.filter((labels) => labels.size > 0))
  .filter((list) => list.length > 0);

describe('series in columns', () => {
  it('have the labels and chunks of the index, whatever was encoded before', () => {
    fc.assert(
      fc.property(seriesSet, fc.array(fc.nat(), { maxLength: 60 }), (series, picks) => {
        const { bytes, index } = writeIndex(series);
        const all = [...index.select([])];
        const refs = [...all, ...picks.map((pick) => all[pick % all.length]!)];
        const columns = columnsOf(index, bytes, refs);
        const labels = new LabelEncoder(index.symbols);
        for (const [i, ref] of refs.entries()) {
          const wanted = index.series(ref);
          const { symbolRefs, symbolEnds } = columns;
          expect(Buffer.compare(labels.encode(symbolRefs, columns.symbolStart(i), symbolEnds[i]!), wanted.labels)).toBe(0);
          expect(chunksOf(columns, i)).toEqual(wanted.chunks);
          expect(columns.refs[i]).toBe(ref);
        }
      }),
    );
  });

  it('are encoded rightly after one that has unknown symbols, and with very many labels', () => {
    const names = Array.from({ length: 100 }, (_, i) => [`name${i}`, `value${i}`] as const);
    const { bytes, index } = writeIndex([Labels.fromRecord({ a: 'x', b: 'y' }), Labels.fromPairs(names)]);
    const refs = [...index.select([])];
    const columns = columnsOf(index, bytes, refs);
    const labels = new LabelEncoder(index.symbols);
    for (const i of [0, 1, 0]) {
      expect(() => labels.encode(Uint32Array.of(1, 0xffffffff), 0, 2)).toThrow(CorruptError);
      const found = labels.encode(columns.symbolRefs, columns.symbolStart(i), columns.symbolEnds[i]!);
      expect(Labels.fromBytes(found).flat()).toEqual(Labels.fromBytes(index.series(refs[i]!).labels).flat());
    }
  });

  it('are those with chunks in the time that are not deleted', () => {
    const { bytes, index } = writeIndex(['p', 'q', 'r'].map((job) => Labels.fromRecord({ job })));
    const refs = [...index.select([])];
    const columns = new SeriesColumns(9, 15);
    for (const ref of refs) columns.add(ref, bytes, ref * 16);
    const starts = (): number[][] =>
      Array.from({ length: columns.count }, (_, i) => chunksOf(columns, i).map((chunk) => chunk.minTimeMs));
    expect([columns.chunkCount, starts()]).toEqual([3, [[5], [10, 15]]]);
    columns.clear();
    const deleted = [
      { minTimeMs: 0, maxTimeMs: 13 },
      { minTimeMs: 15, maxTimeMs: 19 },
    ];
    for (const ref of refs) columns.add(ref, bytes, ref * 16, deleted);
    expect([[...columns.refs.subarray(0, columns.count)], starts()]).toEqual([[refs[1]], [[10]]]);
  });

  it('are refused when a byte is wrong, and not taken when one is missing', () => {
    const { bytes, index } = writeIndex([Labels.fromRecord({ job: 'x', zone: 'a' })]);
    const [ref] = index.select([]);
    const at = ref! * 16;
    const size = seriesSize(bytes, at)!;
    const columns = new SeriesColumns(0, 100);
    for (let cut = 0; cut < size; cut++) {
      expect(columns.add(ref!, bytes.subarray(0, at + cut), at)).toBe(false);
      expect(decodeSeries(bytes.subarray(0, at + cut), at)).toBeUndefined();
    }
    for (let i = 1; i < size; i++) {
      const damaged = Uint8Array.from(bytes);
      damaged[at + i]! ^= 0x40;
      expect(() => columns.add(ref!, damaged, at)).toThrow(CorruptError);
    }
    expect(columns.count).toBe(0);
  });
});

function chunksOf(columns: SeriesColumns, i: number): ChunkMeta[] {
  const chunks: ChunkMeta[] = [];
  for (let c = columns.chunkStart(i); c < columns.chunkEnds[i]!; c++) {
    chunks.push({
      minTimeMs: columns.minTimesMs[c]!,
      maxTimeMs: columns.maxTimesMs[c]!,
      segment: columns.segments[c]!,
      offset: columns.offsets[c]!,
    });
  }
  return chunks;
}
