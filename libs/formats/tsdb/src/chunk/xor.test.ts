import { SampleColumns, STALE_NAN_HIGH, STALE_NAN_LOW } from '@telamon/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CorruptError } from '../format-error.ts';
import { ENCODING_XOR } from './chunk-encoding.ts';
import { decodeChunk } from './decode-chunk.ts';
import { XorAppender } from './xor-appender.ts';

interface Sample {
  readonly timeMs: number;
  readonly low: number;
  readonly high: number;
}

const word = fc.oneof(fc.integer({ min: 0, max: 0xffffffff }), fc.constantFrom(0, 1, 0x80000000, 0x3ff00000, 0x7ff00000));
const gap = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(1, 15000, 15001, 14999, 30000) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 600000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 2 ** 40 }) },
);
const value = fc.oneof(
  fc.tuple(word, word),
  fc.double().map((number): [number, number] => {
    const words = new Uint32Array(new Float64Array([number]).buffer);
    return [words[0]!, words[1]!];
  }),
  fc.constant<[number, number]>([STALE_NAN_LOW, STALE_NAN_HIGH]),
);
const samples = fc
  .tuple(fc.integer({ min: -(2 ** 41), max: 2 ** 41 }), fc.array(fc.tuple(gap, value), { minLength: 1, maxLength: 300 }))
  .map(([start, steps]) => {
    let timeMs = start;
    return steps.map(([step, [low, high]]): Sample => {
      timeMs += step;
      return { timeMs, low, high };
    });
  });

function encode(rows: readonly Sample[]): Uint8Array {
  const appender = new XorAppender();
  for (const row of rows) appender.appendWords(row.timeMs, row.low, row.high);
  return appender.bytes().slice();
}

function rowsOf(columns: SampleColumns): Sample[] {
  const rows: Sample[] = [];
  for (let i = 0; i < columns.length; i++) {
    rows.push({ timeMs: columns.timesMs[i]!, low: columns.words[2 * i]!, high: columns.words[2 * i + 1]! });
  }
  return rows;
}

describe('XOR chunks', () => {
  it('gives back what was appended, bit for bit', () => {
    fc.assert(
      fc.property(samples, (rows) => {
        const columns = new SampleColumns(1);
        decodeChunk(ENCODING_XOR, encode(rows), Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, columns);
        expect(rowsOf(columns)).toEqual(rows);
      }),
    );
  });

  it('cuts to the range and appends behind what is there', () => {
    fc.assert(
      fc.property(samples, fc.nat(300), fc.nat(300), (rows, a, b) => {
        const fromMs = rows[Math.min(a, rows.length - 1)]!.timeMs;
        const toMs = rows[Math.min(b, rows.length - 1)]!.timeMs;
        const columns = new SampleColumns(1);
        columns.pushFloat(-1e15, 7);
        decodeChunk(ENCODING_XOR, encode(rows), fromMs, toMs, columns);
        expect(rowsOf(columns).slice(1)).toEqual(rows.filter((row) => row.timeMs >= fromMs && row.timeMs <= toMs));
      }),
    );
  });

  it('writes the bytes that Prometheus writes', () => {
    // 1 sample at 1 with value 0: count, zigzag varint 2, eight zero bytes; then Δ 1 and an unchanged value in one bit.
    const appender = new XorAppender();
    appender.append(1, 0);
    appender.append(2, 0);
    expect([...appender.bytes()]).toEqual([0, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0]);
    appender.append(3, 1);
    // 0 (ΔΔ 0), 11, leading 2 (00010), 10 significant (001010), 1111111111
    expect([...appender.bytes()].slice(12)).toEqual([0b00110001, 0b00010101, 0b11111111, 0b10000000]);
  });

  it('answers every truncation with an error or fewer bits than the samples need', () => {
    const rows = Array.from({ length: 50 }, (_, i) => ({ timeMs: 1000 * i + (i % 7), low: i * 7919, high: i % 3 }));
    const data = encode(rows);
    for (let size = 0; size < data.length - 1; size++) {
      expect(() => decodeChunk(ENCODING_XOR, data.subarray(0, size), -1e15, 1e15, new SampleColumns())).toThrow(CorruptError);
    }
  });

  it('survives any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(1, 2, 3, 4, 5, 6, 7, 255), (data, encoding) => {
        const columns = new SampleColumns();
        try {
          decodeChunk(encoding, data, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, columns);
        } catch (error) {
          expect(error).toHaveProperty('status', 500);
        }
        for (let i = 1; i < columns.length; i++) expect(columns.timesMs[i]!).toBeGreaterThan(columns.timesMs[i - 1]!);
      }),
      { numRuns: 3000 },
    );
  });
});
