import { MemorySource } from '@telamon/bytes';
import { Labels } from '@telamon/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ENCODING_XOR } from '../chunk/chunk-encoding.ts';
import type { ChunkView } from '../chunk/merge-chunks.ts';
import { XorAppender } from '../chunk/xor-appender.ts';
import { dumpBlock } from '../dump/dump-block.ts';
import { CorruptError } from '../format-error.ts';
import { type BlockMeta, encodeBlockMeta, parseBlockMeta } from './block-meta.ts';
import { BlockReader } from './block-reader.ts';
import { BlockWriter } from './block-writer.ts';
import { ChunkSegment, encodeSegmentHeader } from './chunk-segment.ts';
import { ChunkWriter } from './chunk-writer.ts';
import { Tombstones } from './tombstones.ts';

const ULID = '01AN4Z07BY79KA1307SR9X4MV3';
const META: BlockMeta = {
  ulid: ULID,
  minTime: 0,
  maxTime: 1000,
  stats: {},
  compaction: { level: 1, sources: [ULID] },
  version: 1,
};

function chunk(from: number, count: number): ChunkView {
  const appender = new XorAppender();
  for (let i = 0; i < count; i++) appender.append(from + 10 * i, i * 1.25);
  return { encoding: ENCODING_XOR, minTimeMs: from, maxTimeMs: from + 10 * (count - 1), data: appender.bytes().slice() };
}

function files(): {
  create: (name: string) => { write: (bytes: Uint8Array) => void; close: () => void };
  get: (name: string) => Buffer | undefined;
  names: () => string[];
  open: string[];
} {
  const pieces = new Map<string, Uint8Array[]>();
  const open: string[] = [];
  return {
    create: (name) => {
      const list: Uint8Array[] = [];
      pieces.set(name, list);
      open.push(name);
      return { write: (bytes) => list.push(bytes), close: () => open.splice(open.indexOf(name), 1) };
    },
    get: (name) => (pieces.has(name) ? Buffer.concat(pieces.get(name)!) : undefined),
    names: () => [...pieces.keys()],
    open,
  };
}

function writeBlock(thanos?: { labels: Record<string, string>; source: string }): ReturnType<typeof files> {
  const out = files();
  const writer = new BlockWriter(out.create, { meta: META, hasTombstones: true, ...(thanos === undefined ? {} : { thanos }) });
  const encoder = new TextEncoder();
  writer.writeSymbols(['', 'a', 'b', 'x'].map((symbol) => encoder.encode(symbol)));
  writer.addLabels(Labels.fromRecord({ a: 'x' }).bytes(), [chunk(0, 20), chunk(500, 7)]);
  writer.addLabels(Labels.fromRecord({ b: 'x' }).bytes(), [chunk(0, 3)]);
  writer.finish();
  return out;
}

function openBlock(get: (name: string) => Uint8Array | undefined): BlockReader {
  return new BlockReader((name) => {
    const bytes = get(name);
    return bytes === undefined ? undefined : new MemorySource(bytes);
  });
}

describe('a block that was written', () => {
  it('closes its files, meta.json last, and tells its files in the thanos section', () => {
    const out = writeBlock({ labels: { b: '2', a: '1' }, source: 'receive' });
    expect(out.open).toEqual([]);
    expect(out.names()).toEqual(['index', 'chunks/000001', 'tombstones', 'meta.json']);
    const meta = parseBlockMeta(out.get('meta.json')!);
    expect(meta.stats).toEqual({ numSamples: 30, numFloatSamples: 30, numSeries: 2, numChunks: 3 });
    expect(meta.thanos).toEqual({
      version: 1,
      labels: { a: '1', b: '2' },
      downsample: { resolution: 0 },
      source: 'receive',
      segment_files: ['000001'],
      files: [
        { rel_path: 'chunks/000001', size_bytes: out.get('chunks/000001')!.length },
        { rel_path: 'index', size_bytes: out.get('index')!.length },
        { rel_path: 'meta.json' },
      ],
    });
  });

  it('without samples has no meta.json', () => {
    const out = files();
    const writer = new BlockWriter(out.create, { meta: META });
    writer.writeSymbols([]);
    expect(writer.finish().stats).toEqual({});
    expect(out.get('meta.json')).toBeUndefined();
    expect(out.open).toEqual([]);
  });

  it('is read whole, or refused, after any flip or cut in any file', () => {
    const out = writeBlock();
    const expected = [...dumpBlock(openBlock(out.get))].join('\n');
    const tryRead = (name: string, bytes: Uint8Array): string | undefined => {
      try {
        return [...dumpBlock(openBlock((file) => (file === name ? bytes : out.get(file))))].join('\n');
      } catch (error) {
        expect(error).toBeInstanceOf(CorruptError);
        return undefined;
      }
    };
    for (const name of ['index', 'chunks/000001', 'tombstones']) {
      const good = out.get(name)!;
      for (let size = 0; size < good.length; size++) {
        const got = tryRead(name, good.subarray(0, size));
        expect(got === undefined || got === expected).toBe(true);
      }
      for (let bit = 0; bit < good.length * 8; bit++) {
        const bad = Uint8Array.from(good);
        bad[bit >> 3]! ^= 1 << (bit & 7);
        const got = tryRead(name, bad);
        expect(got === undefined || got === expected).toBe(true);
      }
    }
  });
});

describe('chunk segments', () => {
  it('are cut at the limit, never leaving one empty', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 5 }), { maxLength: 10 }),
        fc.integer({ min: 16, max: 400 }),
        (series, limit) => {
          const out = files();
          const writer = new ChunkWriter(out.create, limit);
          const written = series.map((sizes) => {
            const chunks = sizes.map((size) => ({
              encoding: 1,
              minTimeMs: 0,
              maxTimeMs: 1,
              data: new Uint8Array(size).fill(size),
            }));
            return writer.write(chunks).map((meta, i) => ({ meta, size: sizes[i]! }));
          });
          writer.finish();
          const segments = out.names().map((name) => new ChunkSegment(new MemorySource(Uint8Array.from(out.get(name)!))));
          for (const { meta, size } of written.flat()) {
            expect(segments[meta.segment]!.chunk(meta.offset)).toEqual({ encoding: 1, data: new Uint8Array(size).fill(size) });
          }
          out.names().forEach((name, i) => {
            expect(name).toBe(`chunks/${String(i + 1).padStart(6, '0')}`);
            const count = written.flat().filter(({ meta }) => meta.segment === i).length;
            expect(count).toBeGreaterThan(0);
            if (count > 1) expect(out.get(name)!.length).toBeLessThanOrEqual(limit);
            expect(writer.segmentSizesBytes[i]).toBe(out.get(name)!.length);
          });
        },
      ),
    );
  });

  it('do not believe a size', () => {
    const header = encodeSegmentHeader();
    const huge = Uint8Array.from([...header, 0xff, 0xff, 0xff, 0xff, 0x0f, 1, 0, 0, 0, 0, 0]);
    expect(() => new ChunkSegment(new MemorySource(huge)).chunk(8)).toThrow(CorruptError);
    for (const offset of [-1, 0, 7, 1e15, Number.NaN]) {
      expect(() => new ChunkSegment(new MemorySource(huge)).chunk(offset)).toThrow(CorruptError);
    }
  });
});

describe('tombstones', () => {
  const interval = fc
    .tuple(fc.integer({ min: -500, max: 500 }), fc.nat(50))
    .map(([from, length]) => ({ minTimeMs: from, maxTimeMs: from + length }));

  it('join what touches and give back what was written', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), interval), { maxLength: 30 }), (list) => {
        const tombstones = new Tombstones();
        for (const [ref, range] of list) tombstones.add(ref, range);
        const again = Tombstones.decode(tombstones.encode());
        for (let ref = 0; ref <= 5; ref++) {
          expect(again.get(ref)).toEqual(tombstones.get(ref));
          for (let t = -510; t < 560; t += 7) {
            const isDeleted = list.some(([r, range]) => r === ref && t >= range.minTimeMs && t <= range.maxTimeMs);
            expect(again.get(ref).some((range) => t >= range.minTimeMs && t <= range.maxTimeMs)).toBe(isDeleted);
          }
          const ranges = again.get(ref);
          for (let i = 1; i < ranges.length; i++) expect(ranges[i]!.minTimeMs).toBeGreaterThan(ranges[i - 1]!.maxTimeMs + 1);
        }
      }),
    );
  });
});

describe('meta.json', () => {
  it('keeps what it does not know, and escapes as Go does', () => {
    const bytes = new TextEncoder().encode(
      JSON.stringify({
        ulid: ULID,
        minTime: 1,
        maxTime: 2,
        stats: { numSamples: 3, later: 1 },
        compaction: { level: 1, odd: ['<&>'] },
        version: 1,
        thanos: { labels: { a: '<' }, downsample: { resolution: 0 }, source: 's', rewrites: [{ x: 1 }], index_stats: {} },
        extra: { deep: true },
      }),
    );
    const meta = parseBlockMeta(bytes);
    const again = encodeBlockMeta({ ...meta, stats: { numSamples: 4 } });
    expect(new TextDecoder().decode(again)).toContain('"a": "\\u003c"');
    expect(JSON.parse(new TextDecoder().decode(again))).toEqual({
      ulid: ULID,
      minTime: 1,
      maxTime: 2,
      stats: { numSamples: 4, later: 1 },
      compaction: { level: 1, odd: ['<&>'] },
      version: 1,
      thanos: { labels: { a: '<' }, downsample: { resolution: 0 }, source: 's', rewrites: [{ x: 1 }], index_stats: {} },
      extra: { deep: true },
    });
  });

  it.each([
    ['../../../etc', {}],
    [`${ULID}/..`, {}],
    [ULID, { version: 2 }],
    [ULID, { minTime: 1.5 }],
    [ULID, { maxTime: '7' }],
    [ULID, { compaction: { level: 1, sources: ['../x'] } }],
    [ULID, { compaction: { level: 1, parents: [{ ulid: '..', minTime: 0, maxTime: 1 }] } }],
    [ULID, { compaction: [] }],
    [ULID, { thanos: { version: 9 } }],
    [ULID, { thanos: { labels: { a: 1 } } }],
  ])('with %s %j is refused', (ulid, extra) => {
    const bytes = new TextEncoder().encode(JSON.stringify({ ulid, minTime: 0, maxTime: 1, version: 1, ...extra }));
    expect(() => parseBlockMeta(bytes)).toThrow(CorruptError);
  });

  it('survives any bytes', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((text) => new TextEncoder().encode(text)),
        ),
        (bytes) => {
          expect(() => parseBlockMeta(bytes)).toThrow(CorruptError);
        },
      ),
    );
  });
});
