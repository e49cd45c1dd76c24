import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDurationLiteral, isDurationOutOfRange, parseDurationLiteral, secondsToMs } from './duration-literal.ts';
import { describeRune, quoteGo, quoteGoRune } from './go-quote.ts';
import { formatFloatFixed6, parseNumberLiteral } from './number-literal.ts';
import { PositionMap, utf8Length } from './position-map.ts';
import { unquoteLiteral } from './string-literal.ts';
import { scanQuoted } from './string-scan.ts';

describe('numbers', () => {
  it.each([
    ['010', 8],
    ['09', 9],
    ['0_7', 7],
    ['0x1F', 31],
    ['0X_1f', 31],
    ['1_000.5e-3', 1.0005],
    ['.5', 0.5],
    ['5.', 5],
    ['1.e2', 100],
    ['9223372036854775807', 2 ** 63],
    ['99999999999999999999', 1e20],
    ['InF', Number.POSITIVE_INFINITY],
    ['nan', Number.NaN],
  ])('reads %s', (text, value) => {
    expect(parseNumberLiteral(text)).toBe(value);
  });

  it.each(['1e', '1_', '0x', '0x1e+5', '0x_', '0xFFFFFFFFFFFFFFFFFF', '1_.5'])('refuses %s', (text) => {
    expect(() => parseNumberLiteral(text)).toThrow(`error parsing number: strconv.ParseFloat: parsing "${text}": invalid syntax`);
  });

  it('refuses what overflows', () => {
    expect(() => parseNumberLiteral('1e400')).toThrow('value out of range');
  });

  it('reads what JavaScript prints', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: 0, maxExcluded: false, noDefaultInfinity: true }), (value) => {
        expect(parseNumberLiteral(String(value))).toBe(Math.abs(value));
      }),
    );
  });

  it('prints six decimals of any size', () => {
    expect(formatFloatFixed6(1.5)).toBe('1.500000');
    expect(formatFloatFixed6(-1e22)).toBe('-10000000000000000000000.000000');
    expect(formatFloatFixed6(Number.NEGATIVE_INFINITY)).toBe('-Inf');
  });
});

describe('durations', () => {
  it.each([
    ['0', 0],
    ['5ms', 5],
    ['1h30m', 5_400_000],
    ['1y1w1d1h1m1s1ms', 31_536_000_000 + 604_800_000 + 86_400_000 + 3_661_001],
    ['292y', 9_208_512_000_000],
  ])('reads %s', (text, ms) => {
    expect(parseDurationLiteral(text)).toBe(ms);
  });

  it.each([
    ['', 'empty duration string'],
    ['5', 'not a valid duration string: "5"'],
    ['1m1h', 'not a valid duration string: "1m1h"'],
    ['1m1m', 'not a valid duration string: "1m1m"'],
    ['5ys', 'unknown unit "ys" in duration "5ys"'],
    ['300y', 'duration out of range'],
    ['99999999999999999999999y', 'not a valid duration string: "99999999999999999999999y"'],
  ])('refuses %s', (text, message) => {
    expect(() => parseDurationLiteral(text)).toThrow(message);
  });

  it('prints what it reads to the same value', () => {
    expect(formatDurationLiteral(93_784_005)).toBe('1d2h3m4s5ms');
    expect(formatDurationLiteral(7 * 86_400_000)).toBe('1w');
    expect(formatDurationLiteral(8 * 86_400_000)).toBe('8d');
    expect(formatDurationLiteral(-300_000)).toBe('-5m');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9_223_372_036_854 }), (ms) => {
        expect(parseDurationLiteral(formatDurationLiteral(ms))).toBe(ms);
      }),
    );
  });

  it('turns seconds into milliseconds as a count of nanoseconds would', () => {
    expect(secondsToMs(1.5)).toBe(1500);
    expect(secondsToMs(-0.0019)).toBe(-1);
    expect(Object.is(secondsToMs(-0.0001), 0)).toBe(true);
    expect(secondsToMs(9e9)).toBe(9e12);
    expect(isDurationOutOfRange(9_223_372_037)).toBe(true);
    expect(isDurationOutOfRange(9_223_372_036)).toBe(false);
    expect(isDurationOutOfRange(Number.NaN)).toBe(true);
  });
});

describe('strings', () => {
  it.each([
    ['"a\\tb"', 'a\tb'],
    ["'it\\'s'", "it's"],
    ['`a\\t`', 'a\\t'],
    ['"\\x41\\102\\u0043\\U00000044"', 'ABCD'],
    ['"\\xe6\\x97\\xa5é"', '日é'],
    ['"\\xff\\xe6A"', '\udcff\udce6A'],
    ['"\\xed\\xa0\\x80"', '\udced\udca0\udc80'],
  ])('unquotes %s', (literal, value) => {
    expect(unquoteLiteral(literal)).toBe(value);
  });

  it('quotes as Go does', () => {
    expect(quoteGo('a"b\\\n\u0001\u00a0日\u{1f600}')).toBe('"a\\"b\\\\\\n\\x01\\u00a0日\u{1f600}"');
    expect(quoteGo('\udcff')).toBe('"\\xff"');
    expect(quoteGo('\u{e0001}')).toBe('"\\U000e0001"');
    expect(quoteGoRune("'")).toBe("'\\''");
    expect(quoteGoRune('"')).toBe("'\"'");
    expect(quoteGoRune('')).toBe("'\ufffd'");
    expect(describeRune('é')).toBe("U+00E9 'é'");
    expect(describeRune('\u0000')).toBe('U+0000');
  });

  it('reads what it quotes', () => {
    fc.assert(
      // Prometheus refuses the replacement character in a literal, even where it was written.
      fc.property(
        fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\ufffd')),
        (text) => {
          const literal = quoteGo(text);
          expect(scanQuoted(literal, 1, '"')).toEqual({ end: literal.length });
          expect(unquoteLiteral(literal)).toBe(text);
        },
      ),
    );
    expect(scanQuoted('"\ufffd"', 1, '"')).toEqual({ problem: 'invalid UTF-8 rune' });
  });
});

describe('positions', () => {
  it('count bytes of UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(), (text, at) => {
        const positions = new PositionMap(text);
        const chars = Array.from(text);
        const before = chars.slice(0, at % (chars.length + 1)).join('');
        expect(positions.toByte(before.length)).toBe(Buffer.byteLength(before));
        expect(positions.toIndex(Buffer.byteLength(before))).toBe(before.length);
        expect(positions.lengthBytes).toBe(utf8Length(text));
      }),
    );
  });
});
