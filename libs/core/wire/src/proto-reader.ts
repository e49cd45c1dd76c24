import { DecodeError, TruncatedError } from '@telamon/bytes';

/** Wire types of protobuf. */
export const VARINT = 0;
/** 8 bytes, little-endian. */
export const FIXED64 = 1;
/** A length and as many bytes. */
export const BYTES = 2;

const TWO_28 = 2 ** 28;
const TWO_32 = 2 ** 32;

/**
 * Walks the fields of protobuf messages in `bytes`. A nested message is a range: callers keep its end and pass it as `limit`, so
 * that no field reaches beyond its message. Nothing is allocated. Groups are refused.
 * ```
 * ┌───────────────────────────────┬─────────────────────────────────────────────┐
 * │ uvarint: number << 3 │ type   │ varint │ 8 bytes │ uvarint n, n bytes │ 4 bytes │
 * └───────────────────────────────┴─────────────────────────────────────────────┘
 * ```
 * Errors: {@link DecodeError}, {@link TruncatedError} when a message ends inside a field.
 */
export class ProtoReader {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Position of the next byte. */
  at = 0;
  /** Number of the field that {@link readTag} found. */
  field = 0;
  /** Wire type of the field that {@link readTag} found. */
  wireType = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Reads the next tag before `limit` into {@link field} and {@link wireType}; false at the end of the message. */
  readTag(limit: number): boolean {
    const { at } = this;
    if (at >= limit) {
      if (at > limit) throw new TruncatedError('proto: unexpected EOF');
      return false;
    }
    const byte = this.bytes[at]!;
    let tag = byte;
    if (byte < 0x80) this.at = at + 1;
    else tag = this.readUvarint();
    if (tag >= TWO_32) throw new DecodeError('proto: illegal tag');
    this.wireType = tag & 7;
    this.field = tag >>> 3;
    if (this.field === 0) throw new DecodeError('proto: illegal tag 0');
    if (this.wireType > 5 || this.wireType === 3 || this.wireType === 4) {
      throw new DecodeError(`proto: illegal wireType ${this.wireType}`);
    }
    return true;
  }

  /** Checks the wire type of a known field. */
  expect(wireType: number, name: string): void {
    if (this.wireType !== wireType) throw new DecodeError(`proto: wrong wireType = ${this.wireType} for field ${name}`);
  }

  /** Reads the length of a field and returns the end of its bytes, which begin at {@link at}. */
  readEnd(limit: number): number {
    const { at } = this;
    let length = at < limit ? this.bytes[at]! : 0x80;
    if (length < 0x80) this.at = at + 1;
    else length = this.readUvarint();
    const end = this.at + length;
    if (end > limit) throw new TruncatedError('proto: unexpected EOF');
    return end;
  }

  /** Skips the value of the field just read. */
  skip(limit: number): void {
    if (this.wireType === VARINT) this.readUvarint();
    else if (this.wireType === BYTES) this.at = this.readEnd(limit);
    else this.at += this.wireType === FIXED64 ? 8 : 4;
    if (this.at > limit) throw new TruncatedError('proto: unexpected EOF');
  }

  /** An unsigned varint as a number; exact up to 2^53, rounded above. */
  readUvarint(): number {
    let { at } = this;
    let low = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.#byteAt(at++);
      low |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        this.at = at;
        return low;
      }
    }
    this.#lastAt = at - 4;
    let high = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.#byteAt(at++);
      high |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        this.at = at;
        return low + high * TWO_28;
      }
    }
    return low + high * TWO_28 + this.#readTop(at) * 2 ** 56;
  }

  /** An int64 varint as a number: exact within +-(2^53 - 1), +-Infinity beyond. */
  readInt64(): number {
    const value = this.readUvarint();
    if (value <= Number.MAX_SAFE_INTEGER) return value;
    return this.#signed();
  }

  /** A zigzag varint as a number: exact within +-(2^53 - 1), +-Infinity beyond. */
  readSint64(): number {
    const start = this.at;
    const value = this.readUvarint();
    if (value <= Number.MAX_SAFE_INTEGER) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    const raw = this.#bigAt(start);
    return saturate((raw >> 1n) ^ -(raw & 1n));
  }

  /** An unsigned varint as a bigint modulo 2^64. */
  readUint64Big(): bigint {
    const start = this.at;
    this.readUvarint();
    return this.#bigAt(start);
  }

  /** An int64 varint as a bigint. */
  readInt64Big(): bigint {
    return BigInt.asIntN(64, this.readUint64Big());
  }

  /** An int32 or enum varint (sign-extended to ten bytes when negative). */
  readInt32(): number {
    const value = this.readUvarint();
    return value < TWO_32 ? value | 0 : Number(BigInt.asIntN(32, this.#bigAt(this.#lastAt)));
  }

  /** A zigzag int32. */
  readSint32(): number {
    const value = this.readUvarint() % TWO_32;
    return (value >>> 1) ^ -(value & 1);
  }

  /** A double. A NaN may lose its payload. */
  readDouble(limit: number): number {
    const { at } = this;
    this.at = at + 8;
    if (this.at > limit) throw new TruncatedError('proto: unexpected EOF');
    return this.view.getFloat64(at, true);
  }

  /** Start of the last varint of more than four bytes. */
  #lastAt = 0;

  /** Reads the ninth and tenth byte of a varint. */
  #readTop(start: number): number {
    const ninth = this.#byteAt(start);
    this.at = start + 1;
    if (ninth < 0x80) return ninth;
    const tenth = this.#byteAt(start + 1);
    if (tenth >= 0x80) throw new DecodeError('proto: integer overflow');
    this.at = start + 2;
    return (ninth & 0x7f) + (tenth & 1) * 128;
  }

  #byteAt(at: number): number {
    const byte = this.bytes[at];
    if (byte === undefined) throw new TruncatedError('proto: unexpected EOF');
    return byte;
  }

  /** Rare: the exact value of a varint that was just read and is above 2^53. */
  #bigAt(start: number): bigint {
    let value = 0n;
    let shift = 0n;
    for (let at = start; at < this.at; at++, shift += 7n) value |= BigInt(this.bytes[at]! & 0x7f) << shift;
    return BigInt.asUintN(64, value);
  }

  #signed(): number {
    return saturate(BigInt.asIntN(64, this.#bigAt(this.#lastAt)));
  }
}

function saturate(value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) return Number.POSITIVE_INFINITY;
  if (value < BigInt(Number.MIN_SAFE_INTEGER)) return Number.NEGATIVE_INFINITY;
  return Number(value);
}
