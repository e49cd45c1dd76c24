import { createRequire } from 'node:module';
import { deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteWriter } from './byte-writer.ts';
import { decompress } from './decompress.ts';
import { DecodeError, TooLargeError, UnsupportedEncodingError } from './errors.ts';
import { lz4Compress, lz4Uncompress } from './lz4-frame.ts';
import { snappyCompress, snappyUncompress } from './snappy.ts';
import { areSnappyElements, decodeSnappyElements, readSnappyLength } from './snappy-block.ts';
import { SnappyDecoder } from './snappy-decoder.ts';
import { WASM_FAILURES_MAX, wasmFailures } from './snappy-wasm.ts';
import { zstdCompress } from './zstd.ts';

const LIMIT = 1 << 20;
const snappyWasm = createRequire(import.meta.url)('snappy-wasm') as { decompress_raw(b: Uint8Array): Uint8Array };
const snappyjs = createRequire(import.meta.url)('snappyjs') as { compress(b: Uint8Array): Uint8Array };

const compressors: Record<string, (bytes: Uint8Array) => Uint8Array | Promise<Uint8Array>> = {
  identity: (bytes) => bytes,
  gzip: (bytes) => gzipSync(bytes),
  deflate: (bytes) => deflateSync(bytes),
  zstd: (bytes) => zstdCompress(bytes),
  lz4: (bytes) => lz4Compress(bytes),
  snappy: (bytes) => snappyCompress(bytes),
};
const names = Object.keys(compressors);

/** For blocks that are not right: no memory may be taken for them. */
function tookTooEarly(): never {
  throw new Error('took');
}

/** What the wasm module's own wrapper makes of a block. */
function uncompressed(body: Uint8Array): Uint8Array | undefined {
  try {
    return snappyWasm.decompress_raw(body);
  } catch {
    return undefined;
  }
}

/** What elements would fill, right or not. */
function sizeOf(elements: readonly number[]): number {
  let sizeBytes = 0;
  for (let at = 0; at < elements.length; ) {
    const tag = elements[at]!;
    const kind = tag & 3;
    const isLong = kind === 0 && tag >> 2 === 60;
    const length = kind === 1 ? ((tag >> 2) & 7) + 4 : isLong ? (elements[at + 1] ?? 0) + 1 : (tag >> 2) + 1;
    sizeBytes += length;
    at += kind === 0 ? 1 + length + (isLong ? 1 : 0) : 1 + (kind === 3 ? 4 : kind);
  }
  return sizeBytes;
}

/** Half repetitive, half random: all element kinds appear. */
const content = fc
  .tuple(fc.uint8Array({ maxLength: 300 }), fc.nat(40), fc.uint8Array({ maxLength: 50 }))
  .map(([part, times, tail]) =>
    Uint8Array.from([
      ...Array(times)
        .fill([...part])
        .flat(),
      ...tail,
    ] as number[]),
  );

describe('decompress', () => {
  it.each(names)('%s gives back what was compressed, up to exactly the limit', async (name) => {
    await fc.assert(
      fc.asyncProperty(content, async (bytes) => {
        const body = await compressors[name]!(bytes);
        expect(await decompress(name, body, LIMIT)).toEqual(name === 'gzip' || name === 'deflate' ? Buffer.from(bytes) : bytes);
        if (bytes.length > 1) {
          expect((await decompress(name, body, bytes.length)).length).toBe(bytes.length);
          await expect(decompress(name, body, bytes.length - 1)).rejects.toThrow(TooLargeError);
        }
      }),
      { numRuns: 60 },
    );
  });

  it.each(names.filter((name) => name !== 'identity'))('%s stops a bomb at the limit', async (name) => {
    const bomb = await compressors[name]!(new Uint8Array(64 << 20));
    await expect(decompress(name, bomb, LIMIT)).rejects.toThrow(TooLargeError);
  });

  it.each(names.filter((name) => name !== 'identity'))(
    '%s never fails otherwise than by DecodeError or TooLargeError',
    async (name) => {
      const good = await compressors[name]!(Uint8Array.from({ length: 3000 }, (_, i) => (i * i) >> 5));
      for (let cut = 0; cut < good.length; cut += 1 + (cut >> 5)) {
        await expect(decompress(name, good.subarray(0, cut), LIMIT)).rejects.toThrow(DecodeError);
      }
      await fc.assert(
        fc.asyncProperty(fc.nat(good.length - 1), fc.nat(7), async (at, bit) => {
          const bad = Uint8Array.from(good);
          bad[at]! ^= 1 << bit;
          try {
            expect((await decompress(name, bad, LIMIT)).length).toBeLessThanOrEqual(LIMIT);
          } catch (error) {
            expect(error instanceof DecodeError || error instanceof TooLargeError).toBe(true);
          }
        }),
      );
    },
  );

  it('takes several gzip, zstd and lz4 members and adds them up against the limit', async () => {
    for (const name of ['gzip', 'zstd', 'lz4']) {
      const one = await compressors[name]!(new Uint8Array(1000).fill(7));
      const two = Uint8Array.from([...one, ...one]);
      expect((await decompress(name, two, 2000)).length).toBe(2000);
      await expect(decompress(name, two, 1999)).rejects.toThrow(TooLargeError);
    }
  });

  it('refuses an unknown encoding by name', async () => {
    await expect(decompress('br', new Uint8Array(1), LIMIT)).rejects.toThrow(UnsupportedEncodingError);
  });

  it('refuses a zstd window of 2 GiB before it allocates', async () => {
    const frame = new ByteWriter()
      .u32le(0xfd2fb528)
      .u8(0)
      .u8((31 - 10) << 3)
      .u8(1)
      .u8(0)
      .u8(0)
      .finish();
    await expect(decompress('zstd', frame, LIMIT)).rejects.toThrow('window of 2147483648 bytes is too large');
  });

  it('decodes zstd frames that do not declare their size', async () => {
    // Raw block, then a run-length block, no content size, window 1 KiB.
    const frame = new ByteWriter()
      .u32le(0xfd2fb528)
      .u8(0)
      .u8(0)
      .u8(3 << 3)
      .u8(0)
      .u8(0)
      .string('abc')
      .u8(((100 << 3) & 255) | 3)
      .u8(100 >> 5)
      .u8(0)
      .string('z');
    expect(Buffer.from(await decompress('zstd', frame.finish(), LIMIT)).toString()).toBe(`abc${'z'.repeat(100)}`);
  });
});

describe('snappy', () => {
  it('refuses a declared 4 GiB in 20 bytes before it allocates', () => {
    const body = new ByteWriter()
      .uvarint(2 ** 32 - 1)
      .bytes(new Uint8Array(15))
      .finish();
    expect(() => snappyUncompress(body, LIMIT)).toThrow(TooLargeError);
    expect(() => snappyUncompress(body, 2 ** 33)).toThrow(DecodeError);
  });

  it.each([
    ['empty body', []],
    ['declared less than there is', [1, 4, 97, 98]],
    ['declared more than there is', [5, 4, 97, 98]],
    ['trailing garbage', [2, 4, 97, 98, 0, 1]],
    ['copy before the start', [6, 0, 97, 9, 200]],
    ['copy of distance zero', [6, 0, 97, 5, 0]],
    ['literal past the end', [9, 0x20, 97]],
    ['size over 32 bits', [0xff, 0xff, 0xff, 0xff, 0x7f, 0]],
  ])('refuses: %s', (_, bytes) => {
    expect(() => snappyUncompress(Uint8Array.from(bytes), LIMIT)).toThrow(DecodeError);
  });

  it('has a JavaScript decoder that agrees with the wasm one', () => {
    fc.assert(
      fc.property(content, (bytes) => {
        for (const body of [snappyCompress(bytes), snappyjs.compress(bytes)]) {
          const { sizeBytes, offset } = readSnappyLength(body);
          const out = new Uint8Array(sizeBytes);
          decodeSnappyElements(body, { at: offset, written: 0 }, out);
          expect(out).toEqual(bytes);
          expect(snappyUncompress(body, LIMIT)).toEqual(bytes);
        }
      }),
    );
  });

  it('takes exactly the blocks that the wasm decoder takes', () => {
    // Short elements of all kinds, most of them possible.
    const element = fc.oneof(
      fc.nat(6).chain((n) => fc.uint8Array({ minLength: n + 1, maxLength: n + 1 }).map((bytes) => [n << 2, ...bytes])),
      fc.uint8Array({ minLength: 3, maxLength: 3 }).map((bytes) => [(60 << 2) | 0, 2, ...bytes]),
      fc.tuple(fc.nat(7), fc.nat(20)).map(([n, distance]) => [(n << 2) | 1, distance]),
      fc.tuple(fc.nat(63), fc.nat(20)).map(([n, distance]) => [(n << 2) | 2, distance, 0]),
      fc.tuple(fc.nat(63), fc.nat(20)).map(([n, distance]) => [(n << 2) | 3, distance, 0, 0, 0]),
      fc.uint8Array({ maxLength: 3 }).map((bytes) => [...bytes]),
    );
    let taken = 0;
    let refused = 0;
    const size = fc.oneof(fc.constant(-1), fc.nat(40));
    fc.assert(
      fc.property(fc.array(element, { maxLength: 6 }), size, (elements, declared) => {
        const tail = elements.flat();
        const sizeBytes = declared >= 0 ? declared : sizeOf(tail);
        const body = Uint8Array.from([...new ByteWriter().uvarint(sizeBytes).finish(), ...tail]);
        const expected = uncompressed(body);
        const { offset } = readSnappyLength(body);
        expect(areSnappyElements(body, offset, sizeBytes)).toBe(expected !== undefined);
        if (expected === undefined) {
          refused++;
          expect(() => snappyUncompress(body, LIMIT, tookTooEarly)).toThrow('snappy: corrupt input');
          return;
        }
        taken++;
        expect(snappyUncompress(body, LIMIT)).toEqual(expected);
        const out = new Uint8Array(sizeBytes);
        decodeSnappyElements(body, { at: offset, written: 0 }, out);
        expect(out).toEqual(expected);
      }),
      { numRuns: 4000 },
    );
    expect(taken).toBeGreaterThan(300);
    // The last ones were found out without the module, which keeps something of each that it fails at.
    expect(refused).toBeGreaterThan(WASM_FAILURES_MAX);
    expect(wasmFailures()).toBe(WASM_FAILURES_MAX);
  });

  it('fills memory that is given to it', () => {
    const bytes = Uint8Array.from({ length: 5000 }, (_, i) => (i * i) >> 5);
    const memory = new Uint8Array(8000).fill(7);
    const out = snappyUncompress(snappyCompress(bytes), LIMIT, (sizeBytes) => memory.subarray(0, sizeBytes));
    expect(out.buffer).toBe(memory.buffer);
    expect(out).toEqual(bytes);
    expect(memory[5000]).toBe(7);
  });

  it('lets go of the zstd instance that large bodies made grow, while others are under way', async () => {
    const large = Uint8Array.from({ length: 14 << 20 }, (_, i) => (i * i) >> 7);
    const small = Uint8Array.from({ length: 5000 }, (_, i) => (i * i) >> 5);
    const [largeBody, smallBody] = [await zstdCompress(large), await zstdCompress(small)];
    const bodies = [smallBody, largeBody, smallBody, largeBody, smallBody];
    const results = await Promise.all(bodies.map((body) => decompress('zstd', body, 1 << 24)));
    for (const [i, bytes] of results.entries()) {
      expect(Buffer.compare(bytes, i % 2 === 0 ? small : large)).toBe(0);
    }
    // This one gets a new instance.
    expect(await decompress('zstd', smallBody, 1 << 20)).toEqual(small);
  });

  it('decodes blocks beyond the wasm bound in steps', () => {
    const bytes = new Uint8Array(17 << 20).map((_, i) => (i >> 8) ^ (i * 7));
    const body = snappyCompress(bytes);
    expect(Buffer.compare(snappyUncompress(body, 20 << 20), bytes)).toBe(0);
    const decoder = new SnappyDecoder(body, 20 << 20);
    let steps = 1;
    let out = decoder.step();
    for (; out === undefined; steps++) out = decoder.step();
    expect(Buffer.compare(out, bytes)).toBe(0);
    expect(steps).toBeGreaterThan(body.length / (128 << 10));
  });

  it('takes no memory for a large block that is broken at its end', () => {
    const body = snappyCompress(new Uint8Array(8 << 20).map((_, i) => (i >> 8) ^ i)).slice(0, -1);
    const decoder = new SnappyDecoder(body, 20 << 20, tookTooEarly);
    const decode = (): void => {
      for (let i = 0; i < 10_000; i++) decoder.step();
    };
    expect(decode).toThrow('snappy: corrupt input');
  });
});

describe('lz4', () => {
  it('checks checksums', () => {
    const frame = lz4Compress(new Uint8Array(100).fill(3));
    frame[6]! ^= 1;
    expect(() => lz4Uncompress(frame, LIMIT)).toThrow('header checksum');
  });
});
