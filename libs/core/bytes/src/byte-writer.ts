const TWO_32 = 2 ** 32;
const encoder = new TextEncoder();

/**
 * A growing byte array, the twin of {@link ByteReader}. All methods are amortised O(1) but for strings and byte arrays.
 * Writers return `this`. The memory belongs to the writer until {@link finish} copies it out.
 */
export class ByteWriter {
  #bytes: Uint8Array;
  #view: DataView;
  #length = 0;

  constructor(capacityBytes = 256) {
    this.#bytes = new Uint8Array(Math.max(16, capacityBytes));
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#length;
  }

  /** One byte (the low 8 bits). */
  u8(value: number): this {
    this.#grow(1);
    this.#bytes[this.#length++] = value;
    return this;
  }

  /** Big-endian 16 bits. */
  u16be(value: number): this {
    this.#grow(2);
    this.#view.setUint16(this.#length, value);
    this.#length += 2;
    return this;
  }

  /** Big-endian 32 bits. */
  u32be(value: number): this {
    this.#grow(4);
    this.#view.setUint32(this.#length, value);
    this.#length += 4;
    return this;
  }

  /** Little-endian 32 bits. */
  u32le(value: number): this {
    this.#grow(4);
    this.#view.setUint32(this.#length, value, true);
    this.#length += 4;
    return this;
  }

  /** Big-endian 64 bits of a bigint, modulo 2^64. */
  u64be(value: bigint): this {
    this.#grow(8);
    this.#view.setBigUint64(this.#length, BigInt.asUintN(64, value));
    this.#length += 8;
    return this;
  }

  /** Little-endian 64 bits of a bigint, modulo 2^64. */
  u64le(value: bigint): this {
    this.#grow(8);
    this.#view.setBigUint64(this.#length, BigInt.asUintN(64, value), true);
    this.#length += 8;
    return this;
  }

  /** Big-endian 64 bits of a safe integer; negative ones in two's complement. */
  u64beNumber(value: number): this {
    return this.u64beWords(Math.floor(value / TWO_32), value % TWO_32);
  }

  /** Big-endian 64 bits from two words. */
  u64beWords(high: number, low: number): this {
    this.#grow(8);
    this.#view.setInt32(this.#length, high);
    this.#view.setInt32(this.#length + 4, low);
    this.#length += 8;
    return this;
  }

  /** Little-endian 64 bits from two words. */
  u64leWords(high: number, low: number): this {
    this.#grow(8);
    this.#view.setInt32(this.#length, low, true);
    this.#view.setInt32(this.#length + 4, high, true);
    this.#length += 8;
    return this;
  }

  /** Big-endian double. */
  f64be(value: number): this {
    this.#grow(8);
    this.#view.setFloat64(this.#length, value);
    this.#length += 8;
    return this;
  }

  /** Little-endian double. */
  f64le(value: number): this {
    this.#grow(8);
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
    return this;
  }

  /** Unsigned varint of a safe non-negative integer. */
  uvarint(value: number): this {
    if (!(value >= 0 && value <= Number.MAX_SAFE_INTEGER)) throw new Error(`uvarint of ${value}`);
    this.#grow(8);
    let rest = value;
    while (rest >= TWO_32) {
      this.#bytes[this.#length++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#bytes[this.#length++] = rest;
    return this;
  }

  /** Zigzag varint of a safe integer. */
  varint(value: number): this {
    if (value >= -(2 ** 51) && value <= 2 ** 51) return this.uvarint(value >= 0 ? value * 2 : -value * 2 - 1);
    return this.varintBig(BigInt(value));
  }

  /** Unsigned varint of a bigint, modulo 2^64. */
  uvarintBig(value: bigint): this {
    this.#grow(10);
    let rest = BigInt.asUintN(64, value);
    while (rest >= 0x80n) {
      this.#bytes[this.#length++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.#bytes[this.#length++] = Number(rest);
    return this;
  }

  /** Zigzag varint of an int64. */
  varintBig(value: bigint): this {
    const signed = BigInt.asIntN(64, value);
    return this.uvarintBig((signed << 1n) ^ (signed >> 63n));
  }

  /** A copy of `bytes`. */
  bytes(bytes: Uint8Array): this {
    this.#grow(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
    return this;
  }

  /** UTF-8 of a text, without its length. */
  string(text: string): this {
    this.#grow(text.length * 3);
    this.#length += encoder.encodeInto(text, this.#bytes.subarray(this.#length)).written;
    return this;
  }

  /** UTF-8 of a text behind its length in bytes as uvarint. */
  uvarintString(text: string): this {
    if (text.length < 43) {
      // At most 127 bytes: the length takes one byte, known afterwards.
      const at = this.#length;
      this.u8(0).string(text);
      this.#bytes[at] = this.#length - at - 1;
      return this;
    }
    return this.uvarintBytes(encoder.encode(text));
  }

  /** Bytes behind their length as uvarint. */
  uvarintBytes(bytes: Uint8Array): this {
    return this.uvarint(bytes.length).bytes(bytes);
  }

  /** Zero bytes until the length is a multiple of `alignment`. */
  align(alignment: number): this {
    const pad = (alignment - (this.#length % alignment)) % alignment;
    this.#grow(pad);
    this.#bytes.fill(0, this.#length, this.#length + pad);
    this.#length += pad;
    return this;
  }

  /** Overwrites 4 bytes that were already written, big-endian. */
  patchU32be(at: number, value: number): this {
    if (at < 0 || at + 4 > this.#length) throw new Error(`patch at ${at} of ${this.#length}`);
    this.#view.setUint32(at, value);
    return this;
  }

  /** Overwrites one byte that was already written. */
  patchU8(at: number, value: number): this {
    if (at < 0 || at >= this.#length) throw new Error(`patch at ${at} of ${this.#length}`);
    this.#bytes[at] = value;
    return this;
  }

  /** View of what was written; valid until the next write. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Copy of what was written. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  /** Forgets everything, or everything from `length` on; keeps the memory. */
  clear(length = 0): this {
    if (length > this.#length) throw new Error(`clear to ${length} of ${this.#length}`);
    this.#length = length;
    return this;
  }

  #grow(extra: number): void {
    const needed = this.#length + extra;
    if (needed <= this.#bytes.length) return;
    const bytes = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    bytes.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}
