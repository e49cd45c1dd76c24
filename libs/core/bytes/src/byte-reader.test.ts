import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { DecodeError, TruncatedError } from './errors.ts';

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const safe = fc.maxSafeInteger();
const safeNatural = fc.maxSafeNat();

describe('ByteReader and ByteWriter', () => {
  it('round-trip every kind of number', () => {
    fc.assert(
      fc.property(int64, uint64, safe, safeNatural, fc.double(), fc.string({ unit: 'binary' }), (i, u, s, n, f, text) => {
        const writer = new ByteWriter(1);
        writer.varintBig(i).uvarintBig(u).varint(s).uvarint(n).f64be(f).f64le(f).uvarintString(text).u64be(u).u64le(u);
        writer
          .u8(n & 255)
          .u16be(n & 65535)
          .u32be(n >>> 0)
          .u32le(n >>> 0)
          .u64beNumber(n)
          .align(4);
        const reader = new ByteReader(writer.finish());
        expect(reader.varintBig()).toBe(i);
        expect(reader.uvarintBig()).toBe(u);
        expect(reader.varint()).toBe(s);
        expect(reader.uvarint()).toBe(n);
        expect(reader.f64be()).toBe(f);
        expect(reader.f64le()).toBe(f);
        expect(reader.uvarintString()).toBe(text);
        expect(reader.u64be()).toBe(u);
        expect(reader.u64le()).toBe(u);
        expect(reader.u8()).toBe(n & 255);
        expect(reader.u16be()).toBe(n & 65535);
        expect(reader.u32be()).toBe(n >>> 0);
        expect(reader.u32le()).toBe(n >>> 0);
        expect(reader.u64beNumber()).toBe(n);
        expect(reader.remaining).toBeLessThan(4);
      }),
    );
  });

  it('reads other bytes after a reset', () => {
    const reader = new ByteReader(new ByteWriter().f64be(1.5).finish());
    expect(reader.f64be()).toBe(1.5);
    const bytes = new ByteWriter().u8(9).f64be(2.5).uvarint(300).finish();
    reader.reset(bytes, 1, bytes.length - 1);
    expect(reader.f64be()).toBe(2.5);
    expect(() => reader.uvarint()).toThrow(TruncatedError);
    expect(() => reader.reset(bytes, 0, bytes.length + 1)).toThrow('byte range');
  });

  it('reads words that keep NaN payloads', () => {
    const reader = new ByteReader(new ByteWriter().u64beWords(0x7ff00000, 2).u64leWords(-1, 7).finish());
    reader.u64beWords();
    expect([reader.high, reader.low]).toEqual([0x7ff00000, 2]);
    reader.u64leWords();
    expect([reader.high, reader.low]).toEqual([-1, 7]);
  });

  it('refuses numbers that do not fit a double, and varints that never end', () => {
    expect(() => new ByteReader(new ByteWriter().uvarintBig(2n ** 53n).finish()).uvarint()).toThrow(DecodeError);
    expect(() => new ByteReader(new ByteWriter().varintBig(-(2n ** 62n)).finish()).varint()).toThrow(DecodeError);
    expect(() => new ByteReader(new Uint8Array(11).fill(0x80)).uvarintBig()).toThrow('longer than 10 bytes');
    expect(() => new ByteReader(Uint8Array.of(...new Array(9).fill(0xff), 2)).uvarintBig()).toThrow('overflows');
    expect(new ByteReader(Uint8Array.of(...new Array(9).fill(0xff), 1)).uvarintBig()).toBe(2n ** 64n - 1n);
  });

  it('throws TruncatedError at every cut', () => {
    const bytes = new ByteWriter().uvarint(300).u32be(1).f64be(2).uvarintString('hello').varint(-70000).finish();
    for (let cut = 0; cut < bytes.length; cut++) {
      const reader = new ByteReader(bytes, 0, cut);
      expect(() => {
        reader.uvarint();
        reader.u32be();
        reader.f64be();
        reader.uvarintString();
        reader.varint();
      }).toThrow(TruncatedError);
    }
  });

  it('stays inside its range and reads relative to the array it was given', () => {
    const backing = Uint8Array.of(9, 9, 0, 0, 0, 5, 1, 2, 9);
    const reader = new ByteReader(backing.subarray(2), 0, 6);
    expect(reader.u32be()).toBe(5);
    expect([...reader.bytes(2)]).toEqual([1, 2]);
    expect(() => reader.u8()).toThrow(TruncatedError);
    expect(() => reader.bytes(-1)).toThrow(TruncatedError);
    expect(() => new ByteReader(backing, 5, 4)).toThrow();
  });
});

describe('ByteWriter', () => {
  it('patches and clears', () => {
    const writer = new ByteWriter(16).u32be(0).string('abc');
    writer.patchU32be(0, writer.length - 4).patchU8(6, 0x64);
    expect([...writer.view()]).toEqual([0, 0, 0, 3, 97, 98, 100]);
    expect([...writer.clear(5).finish()]).toEqual([0, 0, 0, 3, 97]);
    expect(() => writer.patchU32be(2, 1)).toThrow();
  });

  it('counts the bytes, not the units, of a string', () => {
    for (const text of ['é'.repeat(42), '€'.repeat(42), '€'.repeat(43), '😀'.repeat(200)]) {
      expect(new ByteReader(new ByteWriter().uvarintString(text).finish()).uvarintString()).toBe(text);
    }
  });
});
