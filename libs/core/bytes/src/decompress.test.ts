import { createRequire } from 'node:module';
import { deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteWriter } from './byte-writer.ts';
import { decompress } from './decompress.ts';
import { DecodeError, TooLargeError, UnsupportedEncodingError } from './errors.ts';
import { lz4Compress, lz4Uncompress } from './lz4-frame.ts';
import { snappyCompress, snappyUncompress } from './snappy.ts';
import { decodeSnappyElements, readSnappyLength } from './snappy-block.ts';
import { zstdCompress } from './zstd.ts';

const LIMIT = 1 << 20;
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
    expect(() => {
      const { sizeBytes, offset } = readSnappyLength(Uint8Array.from(bytes));
      decodeSnappyElements(Uint8Array.from(bytes), offset, sizeBytes);
    }).toThrow(DecodeError);
  });

  it('has a JavaScript decoder that agrees with the wasm one', () => {
    fc.assert(
      fc.property(content, (bytes) => {
        for (const body of [snappyCompress(bytes), snappyjs.compress(bytes)]) {
          const { sizeBytes, offset } = readSnappyLength(body);
          expect(decodeSnappyElements(body, offset, sizeBytes)).toEqual(bytes);
          expect(snappyUncompress(body, LIMIT)).toEqual(bytes);
        }
      }),
    );
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

  it('handles blocks beyond the wasm bound', () => {
    const bytes = new Uint8Array(17 << 20).map((_, i) => (i >> 8) ^ i);
    expect(Buffer.compare(snappyUncompress(snappyCompress(bytes), 20 << 20), bytes)).toBe(0);
  });
});

describe('lz4', () => {
  it('checks checksums', () => {
    const frame = lz4Compress(new Uint8Array(100).fill(3));
    frame[6]! ^= 1;
    expect(() => lz4Uncompress(frame, LIMIT)).toThrow('header checksum');
  });
});
