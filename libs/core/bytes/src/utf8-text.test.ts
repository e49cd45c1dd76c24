import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeUtf8, decodeUtf8Strict, encodeUtf8 } from './utf8-text.ts';

describe('UTF-8 text', () => {
  it('round-trips, at any place in an array', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.nat(5), (text, skip) => {
        const bytes = encodeUtf8(text);
        const padded = Uint8Array.from([...new Array(skip).fill(0xff), ...bytes, 0xff]);
        expect(decodeUtf8(padded, skip, skip + bytes.length)).toBe(text);
        expect(decodeUtf8Strict(padded, skip, skip + bytes.length)).toBe(text);
      }),
    );
  });

  it('tells invalid bytes apart and keeps a byte order mark', () => {
    for (const bad of [
      [0xff],
      [0x61, 0xc3],
      [0xed, 0xa0, 0x80],
      [0xc0, 0x80],
      [0xf5, 0x80, 0x80, 0x80],
      [...new Array(20).fill(0x61), 0x80],
    ]) {
      expect(decodeUtf8Strict(Uint8Array.from(bad), 0, bad.length)).toBeUndefined();
      expect(decodeUtf8(Uint8Array.from(bad), 0, bad.length)).toContain('\ufffd');
    }
    expect(decodeUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61), 0, 4)).toBe('\ufeffa');
    expect(encodeUtf8('\ud800')).toEqual(Uint8Array.of(0xef, 0xbf, 0xbd));
  });
});
