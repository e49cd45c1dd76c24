import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatByteSize, parseByteSize } from './byte-size.ts';
import { formatDurationMs, parseDurationMs, parseOptionDurationMs } from './duration.ts';
import { parseGoFloat } from './go-float.ts';
import { jsonStringHtml, jsonStringRaw } from './go-json.ts';
import { escapeName, isValidUtf8Label, unescapeName } from './name-escaping.ts';
import {
  formatExponent,
  formatFixed,
  formatG,
  formatOpenMetrics,
  formatScalar,
  formatTimestampMs,
  formatValue,
} from './number-text.ts';
import { MAX_TIME_MS, MIN_TIME_MS, parseApiDurationMs, parseTimeMs } from './time-text.ts';

describe('number text', () => {
  it.each([
    [1e21, '1e+21', '1000000000000000000000', '1e+21', '1e+21'],
    [123456789, '123456789', '123456789', '1.23456789e+08', '1.23456789e+08'],
    [1e-7, '1e-07', '0.0000001', '1e-07', '1e-07'],
    [9.9e-7, '9.9e-07', '0.00000099', '9.9e-07', '9.9e-07'],
    [0.000001, '0.000001', '0.000001', '1e-06', '1e-06'],
    [0.0001, '0.0001', '0.0001', '0.0001', '1e-04'],
    [-1.5, '-1.5', '-1.5', '-1.5', '-1.5e+00'],
    [1e6, '1000000', '1000000', '1e+06', '1e+06'],
    [123456, '123456', '123456', '123456', '1.23456e+05'],
    [0, '0', '0', '0', '0e+00'],
    [-0, '-0', '-0', '-0', '-0e+00'],
    [Number.NaN, 'NaN', 'NaN', 'NaN', 'NaN'],
    [Number.POSITIVE_INFINITY, '+Inf', '+Inf', '+Inf', '+Inf'],
    [Number.NEGATIVE_INFINITY, '-Inf', '-Inf', '-Inf', '-Inf'],
    [-1.234e300, '-1.234e+300', `-1234${'0'.repeat(297)}`, '-1.234e+300', '-1.234e+300'],
    [5e-324, '5e-324', `0.${'0'.repeat(323)}5`, '5e-324', '5e-324'],
  ])('%s', (value, sample, scalar, general, exponent) => {
    expect([formatValue(value), formatScalar(value), formatG(value), formatExponent(value)]).toEqual([
      sample,
      scalar,
      general,
      exponent,
    ]);
  });

  it('reads back as the same number', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (value) => {
        for (const format of [formatValue, formatScalar, formatFixed, formatG, formatExponent, formatOpenMetrics]) {
          expect(parseGoFloat(format(value))).toBe(value);
        }
        expect(formatScalar(value)).not.toContain('e');
      }),
    );
  });

  it('writes times of samples', () => {
    expect([0, 1500, 1793491200000, -1, -1500, 1001, -62135596800001].map(formatTimestampMs)).toEqual([
      '0',
      '1.500',
      '1793491200',
      '-0.001',
      '-1.500',
      '1.001',
      '-62135596800.001',
    ]);
  });

  it('writes OpenMetrics bounds', () => {
    expect([1, 0.5, 1e6, Number.POSITIVE_INFINITY, 250].map(formatOpenMetrics)).toEqual(['1.0', '0.5', '1e+06', '+Inf', '250.0']);
  });
});

describe('parseGoFloat', () => {
  it.each([
    ['1_000', 1000],
    ['0x1p-2', 0.25],
    ['0x_1p4', 16],
    ['1__0', undefined],
    ['_1', undefined],
    ['1_', undefined],
    ['1e400', undefined],
    ['1e-400', 0],
    ['+nan', undefined],
    ['nan', Number.NaN],
    ['-Inf', Number.NEGATIVE_INFINITY],
    ['infinity', Number.POSITIVE_INFINITY],
    ['0x1.8', undefined],
    ['1e1_0', 1e10],
    ['0x1_0p1_0', 16384],
    ['.5', 0.5],
    ['5.', 5],
    ['1.e3', 1000],
    ['0b1', undefined],
    ['0x1.fffffffffffff8p0', 2],
    ['0x0.00000000000008p-1022', 0],
    ['1_.5', undefined],
    ['1._5', undefined],
    [' 1', undefined],
    ['', undefined],
    ['0x1p-1074', 5e-324],
    ['0x1.8p-1074', 1e-323],
    ['0x.8p-1074', 0],
    ['0x.80000001p-1074', 5e-324],
    ['1_0_0', 100],
    ['1e_5', undefined],
    ['0x1p1023', 2 ** 1023],
    ['0x1p1024', undefined],
    ['-0', -0],
    ['12345678901234567890', 12345678901234567000],
  ])('%s', (text, value) => {
    expect(parseGoFloat(text)).toBe(value);
  });
});

describe('parseTimeMs', () => {
  it.each([
    ['2026-11-01T00:00:00Z', 1793491200000],
    ['2026-11-01T00:00:00.5Z', 1793491200500],
    ['2026-11-01T00:00:00,5Z', 1793491200500],
    ['0000-01-01T00:00:00Z', -62167219200000],
    ['2026-11-01T00:00:00+24:00', 1793404800000],
    ['2026-11-01T00:00:00+05:60', 1793469600000],
    ['2026-11-01T00:00:00.1234567891234Z', 1793491200123],
    ['1969-12-31T23:59:59.9999Z', -1],
    ['2026-11-01T1:00:00Z', 1793494800000],
    ['2026-11-01T00:00:00-07:00', 1793516400000],
    ['0.57', 570],
    ['1.005', 1005],
    ['-0.5', -500],
    ['-1.0004', -1000],
    ['-1.57', -1570],
    ['1793491200.9996', 1793491201000],
    ['1e12', 1e15],
    ['1795231654.569', 1795231654569],
    ['0x10p0', 16000],
    ['-292273086-05-16T16:47:06Z', MIN_TIME_MS],
    ['292277025-08-18T07:12:54.999999999Z', MAX_TIME_MS],
    ['9e15', MAX_TIME_MS],
  ])('%s', (text, timeMs) => {
    expect(parseTimeMs(text)).toBe(timeMs);
  });

  it.each([
    '',
    'x',
    'NaN',
    '+Inf',
    '2026-11-01t00:00:00z',
    '2026-11-01T24:00:00Z',
    '2026-11-01T00:00:60Z',
    '2026-02-30T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-11-01T00:00:00+25:00',
    '2026-11-01T00:00:00.Z',
  ])('refuses %s', (text) => {
    expect(() => parseTimeMs(text)).toThrow(`cannot parse ${JSON.stringify(text)} to a valid timestamp`);
  });
});

describe('durations', () => {
  it.each([
    ['1h30m', 5400000],
    ['1y2w3d', 31536000000 + 17 * 86400000],
    ['0', 0],
    ['0s', 0],
    ['1ms', 1],
    ['90m', 5400000],
  ])('%s', (text, durationMs) => {
    expect(parseDurationMs(text)).toBe(durationMs);
    expect(parseOptionDurationMs(text)).toBe(durationMs);
  });

  it.each(['', '1', '5s5m', '-1s', '1.5h', '1h ', 'm', '300y', '1H'])('refuses %s', (text) => {
    expect(parseDurationMs(text)).toBeUndefined();
  });

  it('prints as Prometheus does', () => {
    const day = 86_400_000;
    expect(
      [0, 1, 90_000, 5_400_000, day, 25 * 3_600_000, 7 * day, 365 * day, 366 * day, -300_000, 1_100].map(formatDurationMs),
    ).toEqual(['0s', '1ms', '1m30s', '1h30m', '1d', '1d1h', '1w', '1y', '366d', '-5m', '1s100ms']);
    fc.assert(fc.property(fc.nat(2 ** 40), (durationMs) => parseDurationMs(formatDurationMs(durationMs)) === durationMs));
  });

  it('reads options in the form of Go too', () => {
    expect(['1h0m0s', '1.5s', '250us', '-1m', '2m3.5s', '100ns'].map(parseOptionDurationMs)).toEqual([
      3600000, 1500, 0.25, -60000, 123500, 1e-4,
    ]);
    expect(['1', 's', '1h-1m', '1x', ''].map(parseOptionDurationMs)).toEqual(Array(5).fill(undefined));
  });

  it('reads durations of the API', () => {
    expect(['15', '1.5', '1m', '-3', '0.0001'].map(parseApiDurationMs)).toEqual([15000, 1500, 60000, -3000, 0.1]);
    expect(() => parseApiDurationMs('1e30')).toThrow('cannot parse "1e30" to a valid duration. It overflows int64');
    for (const text of ['', 'x', '-1s', '1e400', '-5m']) {
      expect(() => parseApiDurationMs(text)).toThrow(`cannot parse "${text}" to a valid duration`);
    }
  });
});

describe('byte sizes', () => {
  it('parse and print', () => {
    expect(['1048576', '100MiB', '1.5GiB', '64KB', '1k', '2Mi', '10 MB', '7B'].map(parseByteSize)).toEqual([
      1048576, 104857600, 1610612736, 64000, 1024, 2097152, 10000000, 7,
    ]);
    expect(['', '-1', '1.3', '1XB', 'MiB', '1e3', '99999999TiB', '1constructor'].map(parseByteSize)).toEqual(
      Array(8).fill(undefined),
    );
    expect([0, 10, 1536, 104857600, 2 ** 45].map(formatByteSize)).toEqual(['0B', '10B', '1.5KiB', '100MiB', '32TiB']);
  });
});

describe('name escaping', () => {
  it.each([
    ['http_requests', 'http_requests'],
    ['my.name', 'U__my_2e_name'],
    ['my_na.me', 'U__my__na_2e_me'],
    ['höhe', 'U__h_f6_he'],
    ['1abc', 'U___31_abc'],
    ['a😀', 'U__a_1f600_'],
    ['a:b c', 'U__a:b_20_c'],
  ])('%s <-> %s', (name, escaped) => {
    expect(escapeName(name)).toBe(escaped);
    expect(unescapeName(escaped)).toBe(name);
  });

  it.each(['U__a_', 'U__a_zz_', 'U__a_d800_', 'U__a_1234567_', 'plain_name', 'U__a_2e'])('leaves %s', (name) => {
    expect(unescapeName(name)).toBe(name);
  });

  it('round-trips', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (name) => {
        fc.pre(isValidUtf8Label(name) && !name.startsWith('U__') && ![...name].some((char) => char.codePointAt(0)! > 0xfffff));
        expect(unescapeName(escapeName(name))).toBe(name);
      }),
    );
  });

  it('knows what a name is', () => {
    expect(['a', 'ä', '', '\ud800', 'a b', '😀'].map(isValidUtf8Label)).toEqual([true, true, false, false, true, true]);
  });
});

describe('JSON strings', () => {
  it('are valid JSON and differ in what they escape', () => {
    const text = 'a"\\\n\r\t\u0001<>&\u2028é😀\u007f';
    expect(jsonStringRaw(text)).toBe('"a\\"\\\\\\n\\r\\t\\u0001<>&\u2028é😀\u007f"');
    expect(jsonStringHtml(text)).toBe('"a\\"\\\\\\n\\r\\t\\u0001\\u003c\\u003e\\u0026\\u2028é😀\u007f"');
    expect([jsonStringRaw('\ud800a'), jsonStringHtml('\ud800a')]).toEqual(['"\ufffda"', '"\\ufffda"']);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (any) => {
        expect(JSON.parse(jsonStringRaw(any))).toBe(any.replace(/\p{Cs}/gu, '\ufffd'));
        expect(JSON.parse(jsonStringHtml(any))).toBe(any.replace(/\p{Cs}/gu, '\ufffd'));
      }),
    );
  });
});
