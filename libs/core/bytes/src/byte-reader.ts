import { DecodeError, TruncatedError } from './errors.ts';
import { decodeUtf8 } from './utf8-text.ts';

const TWO_32 = 2 ** 32;

/**
 * Reads numbers and byte strings one after another from `buffer[offset, end)`.
 *
 * Every method throws {@link TruncatedError} when the range ends too early and leaves `offset` unspecified then.
 * Views it hands out share the memory of `buffer`. All methods are O(1) but for strings.
 *
 * Varints are LEB128, at most 10 bytes; `varint` is zigzag, as Go's `binary.Varint`.
 */
export class ByteReader {
  /** What is read; only {@link reset} changes it. */
  buffer: Uint8Array;
  /** Position of the next byte, absolute in `buffer`. May be set by the owner within [0, end]. */
  offset: number;
  /** Position after the last byte that may be read; only {@link reset} changes it. */
  end: number;
  /** High 32 bits (signed) of the last `...Words` read. */
  high = 0;
  /** Low 32 bits (signed) of the last `...Words` read. */
  low = 0;
  #view: DataView | undefined;

  constructor(bytes: Uint8Array, offset = 0, end: number = bytes.length) {
    checkRange(bytes, offset, end);
    this.buffer = bytes;
    this.offset = offset;
    this.end = end;
  }

  /** Reads `bytes[offset, end)` from now on, as a new reader would. Throws Error when the range is not inside. */
  reset(bytes: Uint8Array, offset: number, end: number): void {
    checkRange(bytes, offset, end);
    if (bytes !== this.buffer) this.#view = undefined;
    this.buffer = bytes;
    this.offset = offset;
    this.end = end;
  }

  /** Bytes left. */
  get remaining(): number {
    return this.end - this.offset;
  }

  /** One byte. */
  u8(): number {
    if (this.offset >= this.end) throw new TruncatedError();
    return this.buffer[this.offset++]!;
  }

  /** Big-endian 16 bits. */
  u16be(): number {
    const at = this.#take(2);
    return (this.buffer[at]! << 8) | this.buffer[at + 1]!;
  }

  /** Big-endian 32 bits. */
  u32be(): number {
    const at = this.#take(4);
    const b = this.buffer;
    return ((b[at]! << 24) | (b[at + 1]! << 16) | (b[at + 2]! << 8) | b[at + 3]!) >>> 0;
  }

  /** Little-endian 32 bits. */
  u32le(): number {
    const at = this.#take(4);
    const b = this.buffer;
    return ((b[at + 3]! << 24) | (b[at + 2]! << 16) | (b[at + 1]! << 8) | b[at]!) >>> 0;
  }

  /** Big-endian unsigned 64 bits. */
  u64be(): bigint {
    return this.#data().getBigUint64(this.#take(8));
  }

  /** Little-endian unsigned 64 bits. */
  u64le(): bigint {
    return this.#data().getBigUint64(this.#take(8), true);
  }

  /** Big-endian 64 bits into {@link high} and {@link low}. */
  u64beWords(): void {
    const at = this.#take(8);
    const view = this.#data();
    this.high = view.getInt32(at);
    this.low = view.getInt32(at + 4);
  }

  /** Little-endian 64 bits into {@link high} and {@link low}. */
  u64leWords(): void {
    const at = this.#take(8);
    const view = this.#data();
    this.low = view.getInt32(at, true);
    this.high = view.getInt32(at + 4, true);
  }

  /** Big-endian unsigned 64 bits as a number; {@link DecodeError} above 2^53 - 1. */
  u64beNumber(): number {
    this.u64beWords();
    return toSafe((this.high >>> 0) * TWO_32 + (this.low >>> 0));
  }

  /** Big-endian double. A NaN may lose its payload; use {@link u64beWords} where it matters. */
  f64be(): number {
    return this.#data().getFloat64(this.#take(8));
  }

  /** Little-endian double, as {@link f64be}. */
  f64le(): number {
    return this.#data().getFloat64(this.#take(8), true);
  }

  /** Unsigned varint; {@link DecodeError} above 2^53 - 1. */
  uvarint(): number {
    const { buffer: bytes, offset } = this;
    // Most numbers are small; the long way reads the others from their start.
    const end = Math.min(this.end, offset + 4);
    let value = 0;
    for (let at = offset, shift = 0; at < end; shift += 7) {
      const byte = bytes[at++]!;
      value |= (byte & 0x7f) << shift;
      if (byte >= 0x80) continue;
      this.offset = at;
      return value;
    }
    this.uvarintWords();
    return toSafe((this.high >>> 0) * TWO_32 + (this.low >>> 0));
  }

  /** Zigzag varint; {@link DecodeError} beyond +-(2^53 - 1). */
  varint(): number {
    this.varintWords();
    return toSafe(this.high * TWO_32 + (this.low >>> 0));
  }

  /** Unsigned varint of up to 64 bits. */
  uvarintBig(): bigint {
    this.uvarintWords();
    return (BigInt(this.high >>> 0) << 32n) | BigInt(this.low >>> 0);
  }

  /** Zigzag varint of up to 64 bits. */
  varintBig(): bigint {
    this.varintWords();
    return (BigInt(this.high) << 32n) | BigInt(this.low >>> 0);
  }

  /** Unsigned varint into {@link high} and {@link low}; {@link DecodeError} beyond 64 bits. */
  uvarintWords(): void {
    const { buffer: bytes, end } = this;
    let at = this.offset;
    let low = 0;
    let high = 0;
    for (let shift = 0; ; shift += 7) {
      if (at >= end) throw new TruncatedError();
      const byte = bytes[at++]!;
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (shift - 32);
      if (byte < 0x80) {
        if (shift === 63 && byte > 1) throw new DecodeError('varint overflows 64 bits');
        break;
      }
      if (shift === 63) throw new DecodeError('varint is longer than 10 bytes');
    }
    this.offset = at;
    this.low = low;
    this.high = high;
  }

  /** Zigzag varint, undone, into {@link high} and {@link low}. */
  varintWords(): void {
    this.uvarintWords();
    const sign = -(this.low & 1);
    const low = (this.low >>> 1) | (this.high << 31);
    this.high = (this.high >>> 1) ^ sign;
    this.low = low ^ sign;
  }

  /** View of the next `length` bytes. */
  bytes(length: number): Uint8Array {
    const at = this.#take(length);
    return this.buffer.subarray(at, at + length);
  }

  /** The next `length` bytes as UTF-8 text; invalid sequences become U+FFFD. */
  string(length: number): string {
    const at = this.#take(length);
    return decodeUtf8(this.buffer, at, at + length);
  }

  /** Text behind its length as uvarint. */
  uvarintString(): string {
    return this.string(this.uvarint());
  }

  /** View of bytes behind their length as uvarint. */
  uvarintBytes(): Uint8Array {
    return this.bytes(this.uvarint());
  }

  /** Moves on by `length` bytes. */
  skip(length: number): void {
    this.#take(length);
  }

  #take(length: number): number {
    const at = this.offset;
    if (!(length >= 0 && length <= this.end - at)) throw new TruncatedError();
    this.offset = at + length;
    return at;
  }

  #data(): DataView {
    this.#view ??= new DataView(this.buffer.buffer, this.buffer.byteOffset, this.buffer.byteLength);
    return this.#view;
  }
}

function checkRange(bytes: Uint8Array, offset: number, end: number): void {
  if (offset < 0 || end > bytes.length || offset > end) throw new Error(`byte range [${offset}, ${end}) of ${bytes.length}`);
}

function toSafe(value: number): number {
  if (value > Number.MAX_SAFE_INTEGER || value < -Number.MAX_SAFE_INTEGER) throw new DecodeError('integer beyond 2^53');
  return value;
}
