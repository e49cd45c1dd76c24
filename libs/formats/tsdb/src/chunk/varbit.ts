import { CorruptError } from '../format-error.ts';
import type { BitReader } from './bit-reader.ts';
import type { BitWriter } from './bit-writer.ts';

/*
 * Variable bit numbers of histograms and start times. A run of ones tells the class, each class a number of bits:
 *
 *   prefix     0   10  110  1110  11110  111110  1111110  11111110  11111111
 *   bits       0   3   6    9     12     18      25       56        64
 *
 * A signed class of n bits holds -(2^(n-1)-1) .. 2^(n-1), so the topmost pattern is positive.
 */
const CLASS_BITS: readonly number[] = [0, 3, 6, 9, 12, 18, 25];
const WORD = 4294967296;
const TWO_55 = 2 ** 55;
const TWO_56 = 2 ** 56;

/** Appends a signed number (safe integer). */
export function writeVarbitInt(writer: BitWriter, value: number): void {
  if (value === 0) {
    writer.writeBits(0, 1);
    return;
  }
  for (let ones = 1; ones < CLASS_BITS.length; ones++) {
    const bits = CLASS_BITS[ones]!;
    const top = 2 ** (bits - 1);
    if (value > -top && value <= top) {
      writer.writeBits((1 << (ones + 1)) - 2, ones + 1);
      writer.writeBits(value, bits);
      return;
    }
  }
  writeLong(writer, value, value > -TWO_55 && value <= TWO_55);
}

/** Appends an unsigned number (safe integer >= 0). */
export function writeVarbitUint(writer: BitWriter, value: number): void {
  if (value === 0) {
    writer.writeBits(0, 1);
    return;
  }
  for (let ones = 1; ones < CLASS_BITS.length; ones++) {
    const bits = CLASS_BITS[ones]!;
    if (value < 2 ** bits) {
      writer.writeBits((1 << (ones + 1)) - 2, ones + 1);
      writer.writeBits(value, bits);
      return;
    }
  }
  writeLong(writer, value, value < TWO_56);
}

function writeLong(writer: BitWriter, value: number, isShort: boolean): void {
  writer.writeBits(isShort ? 0xfe : 0xff, 8);
  writer.writeBits(Math.floor(value / WORD), isShort ? 24 : 32);
  writer.writeBits(value, 32);
}

/** Reads a signed number; {@link CorruptError} when cut short or not a safe integer. */
export function readVarbitInt(reader: BitReader): number {
  const window = reader.peek();
  if (window >= 0) {
    reader.skip(1);
    return 0;
  }
  const ones = Math.clz32(~window);
  if (ones >= 7) return readLongInt(reader, ones === 7);
  const bits = CLASS_BITS[ones]!;
  const raw = (window << (ones + 1)) >>> (32 - bits);
  reader.skip(ones + 1 + bits);
  return raw > 2 ** (bits - 1) ? raw - 2 ** bits : raw;
}

function readLongInt(reader: BitReader, isShort: boolean): number {
  reader.skip(8);
  if (!isShort) return reader.readInt64();
  const high = reader.readBits(24);
  const low = reader.readBits(32);
  const isNegative = high > 0x800000 || (high === 0x800000 && low > 0);
  return checkSafe((isNegative ? high - 0x1000000 : high) * WORD + low);
}

function checkSafe(value: number): number {
  if (!Number.isSafeInteger(value)) throw new CorruptError('chunk holds a number beyond 2^53');
  return value;
}

/** Reads an unsigned number; {@link CorruptError} when cut short or not a safe integer. */
export function readVarbitUint(reader: BitReader): number {
  const window = reader.peek();
  if (window >= 0) {
    reader.skip(1);
    return 0;
  }
  const ones = Math.clz32(~window);
  if (ones < 7) {
    const bits = CLASS_BITS[ones]!;
    reader.skip(ones + 1 + bits);
    return (window << (ones + 1)) >>> (32 - bits);
  }
  reader.skip(8);
  if (ones > 7) return reader.readUint64();
  const high = reader.readBits(24);
  return checkSafe(high * WORD + reader.readBits(32));
}
