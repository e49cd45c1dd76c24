import { writeStaleAt } from '@telamon/model';
import { CorruptError } from '../format-error.ts';
import type { BitReader } from './bit-reader.ts';
import type { BitWriter } from './bit-writer.ts';

/** "No window yet" of an appender. */
const NO_WINDOW = 0xff;

/** Leading zeros of a 64-bit difference, clamped to 31, which is the most that five bits can tell. */
export function leadingZeros(high: number): number {
  return Math.min(Math.clz32(high), 31);
}

/** Trailing zeros of a 64-bit difference that is not 0. */
export function trailingZeros(high: number, low: number): number {
  return low !== 0 ? 31 - Math.clz32(low & -low) : 63 - Math.clz32(high & -high);
}

/** Appends bits `trailing` .. 63-leading of a 64-bit difference. */
export function writeWindow(writer: BitWriter, high: number, low: number, window: { leading: number; trailing: number }): void {
  const { leading, trailing } = window;
  const significant = 64 - leading - trailing;
  if (significant > 32) {
    const shiftedHigh = trailing === 0 ? high : high >>> trailing;
    writer.writeBits(shiftedHigh, significant - 32);
    writer.writeBits(trailing === 0 ? low : (low >>> trailing) | (high << (32 - trailing)), 32);
    return;
  }
  let bits: number;
  if (trailing >= 32) bits = high >>> (trailing - 32);
  else bits = trailing === 0 ? low : (low >>> trailing) | (high << (32 - trailing));
  writer.writeBits(bits, significant);
}

/**
 * A row of floats, each coded as the XOR to its own predecessor (Gorilla):
 * ```
 * unchanged        0
 * same window      10  significant bits
 * new window       11  leading zeros (5 bits)  number of significant bits (6 bits, 64 as 0)  significant bits
 * ```
 * Values live as words, so that NaN payloads survive. Used for the sums and float buckets of histograms.
 */
export class XorColumn {
  readonly values: Float64Array;
  /** Two a value, low word first. */
  readonly words: Int32Array;
  readonly #leading: Uint8Array;
  readonly #trailing: Uint8Array;

  constructor(size: number) {
    this.values = new Float64Array(size);
    this.words = new Int32Array(this.values.buffer);
    this.#leading = new Uint8Array(size).fill(NO_WINDOW);
    this.#trailing = new Uint8Array(size);
  }

  /** Sets value `index` and appends it raw: the form of a chunk's first sample. `isStale`: the staleness marker instead. */
  writeRaw(writer: BitWriter, index: number, value: number, isStale = false): void {
    this.#set(index, value, isStale);
    writer.writeWords(this.words[2 * index + 1]!, this.words[2 * index]!);
  }

  /** Appends a value as difference to the one before. `isStale`: the staleness marker instead. */
  write(writer: BitWriter, index: number, value: number, isStale = false): void {
    const oldLow = this.words[2 * index]!;
    const oldHigh = this.words[2 * index + 1]!;
    this.#set(index, value, isStale);
    const low = this.words[2 * index]! ^ oldLow;
    const high = this.words[2 * index + 1]! ^ oldHigh;
    if (low === 0 && high === 0) {
      writer.writeBits(0, 1);
      return;
    }
    const leading = leadingZeros(high);
    const trailing = trailingZeros(high, low);
    if (this.#leading[index] !== NO_WINDOW && leading >= this.#leading[index]! && trailing >= this.#trailing[index]!) {
      writer.writeBits(2, 2);
    } else {
      this.#leading[index] = leading;
      this.#trailing[index] = trailing;
      writer.writeBits((3 << 11) | (leading << 6) | ((64 - leading - trailing) & 63), 13);
    }
    writeWindow(writer, high, low, { leading: this.#leading[index]!, trailing: this.#trailing[index]! });
  }

  /** Reads a raw value. */
  readRaw(reader: BitReader, index: number): void {
    this.words[2 * index + 1] = reader.readBits(32);
    this.words[2 * index] = reader.readBits(32);
  }

  /** Reads the difference to the value before and applies it. */
  read(reader: BitReader, index: number): void {
    const window = reader.peek();
    if (window >= 0) {
      reader.skip(1);
      return;
    }
    if (window << 1 < 0) {
      const leading = (window >>> 25) & 31;
      const significant = (window >>> 19) & 63 || 64;
      if (leading + significant > 64) throw new CorruptError('XOR window is wider than a value');
      this.#leading[index] = leading;
      this.#trailing[index] = 64 - leading - significant;
      reader.skip(13);
    } else {
      if (this.#leading[index] === NO_WINDOW) throw new CorruptError('XOR window is used before it is set');
      reader.skip(2);
    }
    this.#apply(reader, index);
  }

  #set(index: number, value: number, isStale: boolean): void {
    if (isStale) writeStaleAt(this.words, index);
    else this.values[index] = value;
  }

  #apply(reader: BitReader, index: number): void {
    const trailing = this.#trailing[index]!;
    const significant = 64 - this.#leading[index]! - trailing;
    const high = significant > 32 ? reader.readBits(significant - 32) : 0;
    const low = reader.readBits(Math.min(significant, 32));
    if (trailing >= 32) {
      this.words[2 * index + 1]! ^= low << (trailing - 32);
      return;
    }
    this.words[2 * index + 1]! ^= trailing === 0 ? high : (high << trailing) | (low >>> (32 - trailing));
    this.words[2 * index]! ^= low << trailing;
  }
}
