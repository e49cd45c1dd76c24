import { type ByteSource, ByteWriter, crc32c, MemorySource } from '@telamon/bytes';
import { compileMatcher, Labels, type MatcherSpec, matchesAll } from '@telamon/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CorruptError } from '../format-error.ts';
import { IndexHeader, writeIndexHeader } from './index-header.ts';
import { IndexReader } from './index-reader.ts';
import { encodeIndexToc } from './index-toc.ts';
import { IndexWriter } from './index-writer.ts';
import { decodePostings, intersectPostings, subtractPostings, unionPostings } from './postings.ts';
import { evaluatePlan, planPostings, rangesOfPlan } from './postings-plan.ts';
import { decodeSeries, type SeriesEntry, seriesSize } from './series-entry.ts';
import { compareBytes } from './symbol-arena.ts';

const encoder = new TextEncoder();

function writeIndex(series: readonly Labels[]): Uint8Array {
  const symbols = new Set(['', ...series.flatMap((labels) => labels.flat())]);
  const pieces: Uint8Array[] = [];
  const writer = new IndexWriter((bytes) => pieces.push(bytes));
  writer.writeSymbols([...symbols].map((symbol) => encoder.encode(symbol)).sort(compareBytes));
  [...series]
    .sort((a, b) => a.compare(b))
    .forEach((labels, i) => {
      writer.addLabels(labels.bytes(), [
        { minTimeMs: -5 * i, maxTimeMs: 10 * i, segment: i >> 3, offset: 8 + 100 * i },
        { minTimeMs: 10 * i + 1, maxTimeMs: 10 * i + 7, segment: i >> 3, offset: 8 + 100 * i + 50 },
      ]);
    });
  writer.finish();
  return Buffer.concat(pieces);
}

/** A source that refuses to be read as a whole and hands out copies, as a file does. */
function fileLike(bytes: Uint8Array): ByteSource {
  const memory = new MemorySource(bytes);
  return { sizeBytes: bytes.length, read: (offset, length) => memory.read(offset, length).slice() };
}

const label = fc.constantFrom('a', 'b', 'job', 'ß', '__name__');
const value = fc.oneof(fc.constantFrom('x', 'y', 'xy', 'z', '\u{1f600}', '\uffee'), fc.string({ maxLength: 3 }));
const seriesSet = fc
  .array(fc.dictionary(label, value), { maxLength: 40 })
  .map((list) => [...new Map(list.map((record) => Labels.fromRecord(record)).map((l) => [l.key(), l])).values()])
  .map((list) => list.filter((labels) => labels.size > 0));
const matcher = fc.record({
  operator: fc.constantFrom('=', '!=', '=~', '!~'),
  name: fc.constantFrom('a', 'b', 'job', 'none'),
  value: fc.constantFrom('', 'x', 'y', 'x|y', 'x.*', '.*', '.+', '|x', '[xz]', 'x|', 'x.+', 'xy?z*'),
}) as fc.Arbitrary<MatcherSpec>;

function labelsOf(header: IndexHeader, { symbolRefs }: SeriesEntry): Uint8Array {
  return header.labelEncoder().encode(Uint32Array.from(symbolRefs), 0, symbolRefs.length);
}

describe('an index that was written', () => {
  it('gives back series, labels and selections', () => {
    fc.assert(
      fc.property(seriesSet, fc.array(matcher, { maxLength: 3 }), (series, specs) => {
        const bytes = writeIndex(series);
        const index = new IndexReader(fileLike(bytes));
        const sorted = [...series].sort((a, b) => a.compare(b));
        const read = Array.from(index.select([]), (ref) => index.series(ref));
        expect(read.map((s) => Labels.fromBytes(s.labels).toString())).toEqual(sorted.map(String));
        read.forEach((s, i) => {
          expect(s.chunks[0]).toEqual({ minTimeMs: -5 * i + 0, maxTimeMs: 10 * i, segment: i >> 3, offset: 8 + 100 * i });
        });
        expect([...index.seriesRefs()]).toEqual([...index.select([])]);
        const matchers = specs.map((spec) => compileMatcher(spec));
        const got = Array.from(index.select(matchers), (ref) => Labels.fromBytes(index.series(ref).labels).toString());
        expect(got).toEqual(sorted.filter((labels) => matchesAll(matchers, labels)).map(String));
        for (const name of index.labelNames()) {
          const values = new Set(sorted.filter((l) => l.has(name)).map((l) => l.get(name)));
          expect(new Set(index.labelValues(name))).toEqual(values);
        }
        expect(new Set(index.labelNames())).toEqual(new Set(sorted.flatMap((l) => l.flat().filter((_, i) => i % 2 === 0))));
      }),
    );
  });

  it('is found the same through its header, reading only the planned ranges', () => {
    fc.assert(
      fc.property(seriesSet, fc.array(matcher, { maxLength: 3 }), (series, specs) => {
        const bytes = writeIndex(series);
        const index = new IndexReader(new MemorySource(bytes));
        const pieces: Uint8Array[] = [];
        writeIndexHeader(new MemorySource(bytes), (piece) => pieces.push(piece));
        const header = new IndexHeader(fileLike(Buffer.concat(pieces)));
        expect(header.labelNames()).toEqual(index.labelNames());
        const plan = planPostings(
          header,
          specs.map((spec) => compileMatcher(spec)),
        );
        const fetched = new Map(rangesOfPlan(plan).map((r) => [r.offset, bytes.slice(r.offset, r.offset + r.sizeBytes)]));
        const refs = evaluatePlan(plan, (range) => decodePostings(fetched.get(range.offset)!));
        expect([...refs]).toEqual([...index.select(specs.map((spec) => compileMatcher(spec)))]);
        const ranges = header.seriesRanges(refs, 64);
        for (const ref of refs) {
          const range = ranges.find((r) => r.offset <= ref * 16 && ref * 16 < r.offset + r.sizeBytes)!;
          const window = bytes.slice(range.offset, range.offset + range.sizeBytes);
          const entry = decodeSeries(window, ref * 16 - range.offset)!;
          expect(labelsOf(header, entry)).toEqual(index.series(ref).labels);
        }
      }),
    );
  });

  it('with many values and symbols is found through sampled tables', () => {
    const series = Array.from({ length: 70_000 }, (_, i) => Labels.fromRecord({ id: `v${i}`, mod: `m${i % 7}` }));
    const index = new IndexReader(fileLike(writeIndex(series)));
    expect(index.postingsTable.valueCount('id')).toBe(70_000);
    for (const i of [0, 1, 31, 32, 33, 4095, 69_998, 69_999]) {
      const [ref, ...others] = index.postings('id', `v${i}`);
      expect(others).toEqual([]);
      expect(Labels.fromBytes(index.series(ref!).labels).toString()).toBe(`{id="v${i}", mod="m${i % 7}"}`);
    }
    for (const missing of ['v', 'v70000', 'w', 'a', 'v69999x']) expect(index.postings('id', missing).length).toBe(0);
    const some = index.ranges('id', ['v5', 'nope', 'v69999', 'v5']);
    expect(some.map((range) => range.value)).toEqual(['v5', 'v69999']);
    expect(index.select([compileMatcher({ operator: '=~', name: 'id', value: 'v123.*' })]).length).toBe(111);
    expect(index.select([compileMatcher({ operator: '=~', name: 'id', value: 'v.*9999' })]).length).toBe(7);
    expect(index.select([compileMatcher({ operator: '=~', name: 'id', value: 'w.*' })]).length).toBe(0);
    expect(index.postings('mod', 'm3').length).toBe(10_000);
    expect(index.labelValues('id').length).toBe(70_000);
  });

  it('is refused when anything in it is cut off or flipped, and read right otherwise', () => {
    const series = ['x', 'y', 'zz'].map((job, i) => Labels.fromRecord({ job, n: String(i) }));
    const good = writeIndex(series);
    const readAll = (bytes: Uint8Array): string => {
      const index = new IndexReader(fileLike(bytes));
      const rows = Array.from(index.select([]), (ref) => JSON.stringify(index.series(ref)));
      for (const name of index.labelNames()) for (const v of index.labelValues(name)) rows.push(String(index.postings(name, v)));
      return rows.join();
    };
    const expected = readAll(good);
    for (let size = 0; size < good.length; size++) expect(() => readAll(good.subarray(0, size))).toThrow(CorruptError);
    for (let bit = 0; bit < good.length * 8; bit++) {
      const bad = good.slice();
      bad[bit >> 3]! ^= 1 << (bit & 7);
      let got: string | undefined;
      try {
        got = readAll(bad);
      } catch (error) {
        expect(error).toBeInstanceOf(CorruptError);
      }
      // Versions 2 and 3 read alike, and padding carries nothing.
      if (got !== undefined) expect(got).toBe(expected);
    }
  });
});

describe('IndexWriter', () => {
  it('refuses what would make a broken index', () => {
    const fresh = (): IndexWriter => {
      const writer = new IndexWriter(() => undefined);
      writer.writeSymbols(['', 'a', 'b'].map((s) => encoder.encode(s)));
      return writer;
    };
    const chunk = { minTimeMs: 0, maxTimeMs: 10, segment: 0, offset: 8 };
    expect(() => fresh().addSeries([1, 7], [])).toThrow(/symbol/);
    expect(() => fresh().addLabels(Labels.fromRecord({ a: 'zzz' }).bytes(), [])).toThrow(/symbol/);
    expect(() => fresh().addSeries([1, 2], [chunk, { ...chunk, offset: 90 }])).toThrow(/overlap/);
    expect(() => fresh().addSeries([1, 2], [chunk, { ...chunk, minTimeMs: 11, maxTimeMs: 12, offset: 7 }])).toThrow(/refs/);
    const writer = fresh();
    writer.addSeries([1, 2], []);
    expect(() => writer.addSeries([1, 2], [])).toThrow(/order/);
    expect(() => writer.addSeries([1, 1], [])).toThrow(/order/);
    expect(() => new IndexWriter(() => undefined).writeSymbols(['b', 'a'].map((s) => encoder.encode(s)))).toThrow(/order/);
  });
});

describe('an index of version 1', () => {
  it('is read: symbols by offset, series not aligned, tables not sorted', () => {
    const writer = new ByteWriter().u32be(0xbaaad700).u8(1);
    const section = (body: ByteWriter): void => {
      writer.u32be(body.length).bytes(body.view()).u32be(crc32c(body.view()));
    };
    const offsets = new Map<string, number>();
    const symbols = new ByteWriter().u32be(3);
    for (const symbol of ['job', 'x', 'y']) {
      offsets.set(symbol, 9 + symbols.length);
      symbols.uvarintString(symbol);
    }
    section(symbols);
    const series = writer.length;
    const refs = ['x', 'y'].map((job) => {
      const at = writer.length;
      const body = new ByteWriter().uvarint(1).uvarint(offsets.get('job')!).uvarint(offsets.get(job)!);
      body.uvarint(1).varint(5).uvarint(3).uvarint(8);
      writer.uvarint(body.length).bytes(body.view()).u32be(crc32c(body.view()));
      return at;
    });
    const labelIndices = writer.length;
    const lists = new Map<string, number>();
    const postings = writer.length;
    for (const [key, list] of [
      ['y', [refs[1]!]],
      ['x', [refs[0]!]],
      ['', refs],
    ] as [string, number[]][]) {
      lists.set(key, writer.length);
      const body = new ByteWriter().u32be(list.length);
      for (const ref of list) body.u32be(ref);
      section(body);
    }
    const labelIndicesTable = writer.length;
    section(new ByteWriter().u32be(0));
    const postingsTable = writer.length;
    const table = new ByteWriter().u32be(3);
    for (const [job, offset] of lists)
      table
        .u8(2)
        .uvarintString(job === '' ? '' : 'job')
        .uvarintString(job)
        .uvarint(offset);
    section(table);
    writer.bytes(encodeIndexToc({ symbols: 5, series, labelIndices, labelIndicesTable, postings, postingsTable }));
    const bytes = writer.finish();
    const index = new IndexReader(new MemorySource(bytes));
    const text = (list: Uint32Array): string[] =>
      Array.from(list, (ref) => Labels.fromBytes(index.series(ref).labels).toString());
    expect(text(index.select([]))).toEqual(['{job="x"}', '{job="y"}']);
    expect(text(index.postings('job', 'y'))).toEqual(['{job="y"}']);
    expect(index.labelValues('job')).toEqual(['x', 'y']);
    const pieces: Uint8Array[] = [];
    writeIndexHeader(new MemorySource(bytes), (piece) => pieces.push(piece));
    const header = new IndexHeader(new MemorySource(Buffer.concat(pieces)));
    const [range] = header.ranges('job', ['x']);
    expect([...decodePostings(bytes.slice(range!.offset, range!.offset + range!.sizeBytes))]).toEqual([refs[0]]);
    expect(seriesSize(bytes, refs[0]!)).toBe(refs[1]! - refs[0]!);
    const entry = decodeSeries(bytes, refs[1]!)!;
    expect(labelsOf(header, entry)).toEqual(index.series(refs[1]!).labels);
    const symbolRefs = Uint32Array.from(entry.symbolRefs);
    expect(header.labelEncoder().encode(symbolRefs, 0, symbolRefs.length)).toEqual(index.series(refs[1]!).labels);
  });
});

describe('postings sets', () => {
  const list = fc.uniqueArray(fc.nat(5000), { maxLength: 400 }).map((refs) => Uint32Array.from(refs).sort());
  const short = fc.uniqueArray(fc.nat(5000), { maxLength: 5 }).map((refs) => Uint32Array.from(refs).sort());

  it('are those of Set', () => {
    fc.assert(
      fc.property(fc.oneof(list, short), fc.oneof(list, short), (a, b) => {
        const inB = new Set(b);
        expect([...intersectPostings(a, b)]).toEqual([...a].filter((ref) => inB.has(ref)));
        expect([...subtractPostings(a, b)]).toEqual([...a].filter((ref) => !inB.has(ref)));
      }),
    );
    fc.assert(
      fc.property(fc.array(short, { maxLength: 40 }), (lists) => {
        expect([...unionPostings(lists)]).toEqual([...new Set(lists.flatMap((l) => [...l]))].sort((x, y) => x - y));
      }),
    );
  });
});
