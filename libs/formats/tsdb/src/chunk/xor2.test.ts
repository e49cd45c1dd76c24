import { SampleColumns, STALE_NAN_HIGH, STALE_NAN_LOW } from '@telamon/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CorruptError } from '../format-error.ts';
import { BitWriter } from './bit-writer.ts';
import { ENCODING_HISTOGRAM_ST, ENCODING_XOR2 } from './chunk-encoding.ts';
import { decodeChunk } from './decode-chunk.ts';
import { writeVarbitInt, writeVarbitUint } from './varbit.ts';
import { Xor2Appender } from './xor2-appender.ts';

interface Sample {
  readonly timeMs: number;
  readonly low: number;
  readonly high: number;
  readonly startMs: number;
}

function decode(encoding: number, data: Uint8Array): SampleColumns {
  const columns = new SampleColumns(1);
  decodeChunk(encoding, data, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, columns);
  return columns;
}

function rowsOf(columns: SampleColumns): Sample[] {
  return Array.from({ length: columns.length }, (_, i) => ({
    timeMs: columns.timesMs[i]!,
    low: columns.words[2 * i]!,
    high: columns.words[2 * i + 1]!,
    startMs: columns.startTimesMs?.[i] ?? 0,
  }));
}

const words = fc.oneof(
  fc.constant<[number, number]>([STALE_NAN_LOW, STALE_NAN_HIGH]),
  fc.constant<[number, number]>([0, 0x3ff00000]),
  fc.tuple(fc.integer({ min: 0, max: 0xffffffff }), fc.integer({ min: 0, max: 0xffffffff })),
  fc.nat(1000).map((n): [number, number] => {
    const view = new Uint32Array(new Float64Array([n]).buffer);
    return [view[0]!, view[1]!];
  }),
);
const gap = fc.oneof(
  fc.constantFrom(15000, 15001, 1),
  fc.nat(2_000_000).map((n) => n + 1),
  fc.constantFrom(2 ** 35),
);
const startBack = fc.oneof({ weight: 6, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.nat(10_000_000) });
const samples = fc
  .tuple(
    fc.integer({ min: 1, max: 2 ** 41 }),
    fc.nat(1),
    fc.array(fc.tuple(gap, words, startBack), { minLength: 1, maxLength: 200 }),
  )
  .map(([begin, hasStart, steps]) => {
    let timeMs = begin;
    let startMs = hasStart;
    return steps.map(([step, [low, high], back]): Sample => {
      timeMs += step;
      if (back !== undefined) startMs = Math.max(timeMs - back, 1);
      return { timeMs, low, high, startMs };
    });
  });

function encode(rows: readonly Sample[]): Uint8Array {
  const appender = new Xor2Appender();
  for (const row of rows) appender.appendWords(row.timeMs, row.low, row.high, row.startMs);
  return appender.bytes().slice();
}

describe('XOR2 chunks', () => {
  it('give back what was appended, start times too', () => {
    fc.assert(
      fc.property(samples, (rows) => {
        expect(rowsOf(decode(ENCODING_XOR2, encode(rows)))).toEqual(rows);
      }),
    );
  });

  it('tell a change of the start time behind index 127', () => {
    const rows = Array.from({ length: 200 }, (_, i) => ({
      timeMs: 1000 * i + 1,
      low: 0,
      high: 0,
      startMs: i < 150 ? 0 : 100_000,
    }));
    const data = encode(rows);
    expect(data[2]).toBe(127);
    expect(rowsOf(decode(ENCODING_XOR2, data))).toEqual(rows);
  });

  it('have the bits of the format', () => {
    const stale = { low: STALE_NAN_LOW, high: STALE_NAN_HIGH };
    const data = encode([
      { timeMs: 1, low: 0, high: 0, startMs: 0 },
      { timeMs: 3, low: 0, high: 0, startMs: 0 },
      { timeMs: 5, low: 0, high: 0, startMs: 0 },
      { timeMs: 7, ...stale, startMs: 0 },
      { timeMs: 10, low: 0, high: 0, startMs: 0 },
    ]);
    // 5 samples, no start times; t 1, value 0; Δ 2, same (0); 0; 11111; 110 0000000000001 0
    expect([...data]).toEqual([0, 5, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0b00111111, 0b10000000, 0b00000010]);
  });

  it('answer every truncation with an error', () => {
    const rows = Array.from({ length: 40 }, (_, i) => ({ timeMs: 1000 * i + (i % 3) + 1, low: i * 77, high: i % 5, startMs: i }));
    const data = encode(rows);
    for (let size = 0; size < data.length - 1; size++) {
      expect(() => decode(ENCODING_XOR2, data.subarray(0, size))).toThrow(CorruptError);
    }
  });
});

describe('histogram chunks with start times', () => {
  it('are read: the hint in the count, the start times behind each sample', () => {
    const writer = new BitWriter(3);
    writer.setByte(0, 0xc0);
    writer.setByte(1, 3);
    writer.setByte(2, 0x80 | 2);
    // Layout: zero threshold 0, schema 0, no spans.
    writer.writeBits(0, 8);
    for (let i = 0; i < 3; i++) writeVarbitInt(writer, 0);
    writeVarbitInt(writer, 1000);
    writeVarbitUint(writer, 4);
    writeVarbitUint(writer, 4);
    writer.writeWords(0x3ff00000, 0);
    writer.writeVarint(1000 - 400);
    // Sample 1: Δ 10, counts +1, the sum the same; the start time has not changed.
    writeVarbitInt(writer, 10);
    writeVarbitInt(writer, 1);
    writeVarbitInt(writer, 1);
    writer.writeBits(0, 1);
    // Sample 2: same deltas; the start time moves to 1005.
    for (let i = 0; i < 3; i++) writeVarbitInt(writer, 0);
    writer.writeBits(0, 1);
    writeVarbitInt(writer, 1010 - 1005);
    const columns = decode(ENCODING_HISTOGRAM_ST, writer.bytes());
    expect(Array.from(columns.timesMs.subarray(0, 3))).toEqual([1000, 1010, 1020]);
    expect(Array.from(columns.startTimesMs!.subarray(0, 3))).toEqual([400, 400, 1005]);
    expect(columns.histograms!.map((h) => [h!.counterResetHint, h!.count, h!.sum])).toEqual([
      [3, 4, 1],
      [3, 5, 1],
      [3, 6, 1],
    ]);
  });
});
