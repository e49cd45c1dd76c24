import { CorruptError } from '../format-error.ts';

const WORD = 4294967296;

/** Zero bytes that {@link loadWords} leaves behind the data, so that reading a little past the end stays in the array. */
export const PADDING_WORDS = 12;

/**
 * Copies bytes into big-endian 32-bit words, with {@link PADDING_WORDS} zero words behind them, so that 32 bits at any
 * position are two loads. `scratch` is used when it is large enough. Cost: one load and shift per byte.
 */
export function loadWords(data: Uint8Array, startByte: number, scratch: Int32Array | undefined): Int32Array {
  const size = data.length - startByte;
  const full = size >> 2;
  const need = full + 1 + PADDING_WORDS;
  const words = scratch !== undefined && scratch.length >= need ? scratch : new Int32Array(need);
  let at = startByte;
  for (let i = 0; i < full; i++, at += 4) {
    words[i] = (data[at]! << 24) | (data[at + 1]! << 16) | (data[at + 2]! << 8) | data[at + 3]!;
  }
  let tail = 0;
  for (let shift = 24; at < data.length; at++, shift -= 8) tail |= data[at]! << shift;
  words[full] = tail;
  for (let i = 1; i <= PADDING_WORDS; i++) words[full + i] = 0;
  return words;
}

/** The 32 bits at a bit position of {@link loadWords}' result. */
export function peekBits(words: Int32Array, position: number): number {
  const at = position >>> 5;
  const shift = position & 31;
  return (words[at]! << shift) | ((words[at + 1]! >>> 1) >>> (31 - shift));
}

/**
 * Reads bits, most significant first, of a chunk. Every read throws {@link CorruptError} when the stream is too short.
 * Numbers of 64 bits come back as plain numbers and are refused when they are not safe integers.
 */
export class BitReader {
  readonly #words: Int32Array;
  readonly #limit: number;
  #position = 0;

  /** Reads from byte `startByte` of `data`, which is copied. */
  constructor(data: Uint8Array, startByte: number) {
    this.#words = loadWords(data, startByte, undefined);
    this.#limit = (data.length - startByte) * 8;
  }

  /** Bits not read yet. */
  get remainingBits(): number {
    return this.#limit - this.#position;
  }

  /** The next 32 bits, zeros behind the end, without moving on. */
  peek(): number {
    return peekBits(this.#words, this.#position);
  }

  /** Moves on by `count` bits. */
  skip(count: number): void {
    this.#position += count;
    if (this.#position > this.#limit) throw new CorruptError('chunk is cut short');
  }

  /** One bit. */
  readBit(): number {
    const bit = this.peek() >>> 31;
    this.skip(1);
    return bit;
  }

  /** `count` (1..32) bits as an unsigned number. */
  readBits(count: number): number {
    const bits = this.peek() >>> (32 - count);
    this.skip(count);
    return bits;
  }

  /** A signed 64-bit number that must be a safe integer. */
  readInt64(): number {
    const high = this.readBits(32) | 0;
    return checkSafe(high * WORD + this.readBits(32));
  }

  /** An unsigned 64-bit number that must be a safe integer. */
  readUint64(): number {
    const high = this.readBits(32);
    return checkSafe(high * WORD + this.readBits(32));
  }

  /** An unsigned LEB128 number. */
  readUvarint(): number {
    let value = 0;
    for (let weight = 1, i = 0; i < 10; i++, weight *= 128) {
      const byte = this.readBits(8);
      value += (byte & 0x7f) * weight;
      if (byte < 0x80) return checkSafe(value);
    }
    throw new CorruptError('varint is longer than 10 bytes');
  }

  /** A zigzag LEB128 number. */
  readVarint(): number {
    const zigzag = this.readUvarint();
    return zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
  }
}

function checkSafe(value: number): number {
  if (!Number.isSafeInteger(value)) throw new CorruptError('chunk holds a number beyond 2^53');
  return value;
}
