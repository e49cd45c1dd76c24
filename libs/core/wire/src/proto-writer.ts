import { ByteWriter } from '@telamon/bytes';
import { BYTES, FIXED64, VARINT } from './proto-reader.ts';

/** Writes protobuf messages. Zero and empty values are left out, as proto3 does, unless a method says otherwise. */
export class ProtoWriter {
  readonly out: ByteWriter = new ByteWriter(256);
  /** Writer of nested messages, made once and reused. */
  #child: ProtoWriter | undefined;

  /** An unsigned varint field of a safe integer. */
  uvarint(field: number, value: number): this {
    if (value !== 0) this.#tag(field, VARINT).uvarint(value);
    return this;
  }

  /** An int64, int32 or enum field; negative numbers take ten bytes. */
  int64(field: number, value: number | bigint): this {
    if (value === 0 || value === 0n) return this;
    if (typeof value === 'number' && value > 0) this.#tag(field, VARINT).uvarint(value);
    else this.#tag(field, VARINT).uvarintBig(BigInt(value));
    return this;
  }

  /** A sint32 or sint64 field. */
  sint64(field: number, value: number): this {
    if (value !== 0) this.#tag(field, VARINT).varint(value);
    return this;
  }

  /** A bool field. */
  bool(field: number, value: boolean): this {
    return this.uvarint(field, value ? 1 : 0);
  }

  /** A double field. */
  double(field: number, value: number): this {
    return Object.is(value, 0) ? this : this.doubleAlways(field, value);
  }

  /** A double field that is written even when zero (inside `oneof` or where presence matters). */
  doubleAlways(field: number, value: number): this {
    this.#tag(field, FIXED64).f64le(value);
    return this;
  }

  /** A double field from its words, so that NaN payloads survive. */
  doubleWords(field: number, low: number, high: number): this {
    if ((low | high) !== 0) this.#tag(field, FIXED64).u64leWords(high, low);
    return this;
  }

  /** A fixed64 field. */
  fixed64(field: number, value: bigint): this {
    if (value !== 0n) this.#tag(field, FIXED64).u64le(value);
    return this;
  }

  /** A fixed64 or sfixed64 field that is written even when zero. */
  fixed64Always(field: number, value: bigint): this {
    this.#tag(field, FIXED64).u64le(value);
    return this;
  }

  /** A varint field (bool, int64, uint64) that is written even when zero. */
  varintAlways(field: number, value: bigint): this {
    this.#tag(field, VARINT).uvarintBig(value);
    return this;
  }

  /** A string field. */
  string(field: number, text: string): this {
    if (text !== '') this.#tag(field, BYTES).uvarintString(text);
    return this;
  }

  /** A bytes field; written even when empty if `isAlways`. */
  bytes(field: number, bytes: Uint8Array, isAlways = false): this {
    if (bytes.length > 0 || isAlways) this.#tag(field, BYTES).uvarintBytes(bytes);
    return this;
  }

  /** A nested message, written even when empty. */
  message(field: number, write: (nested: ProtoWriter) => void): this {
    this.#child ??= new ProtoWriter();
    const child = this.#child;
    child.out.clear();
    write(child);
    this.#tag(field, BYTES).uvarintBytes(child.out.view());
    return this;
  }

  /** A packed field of numbers, written by `write` one after another. */
  packed(field: number, values: ArrayLike<number>, write: (out: ByteWriter, value: number) => void): this {
    if (values.length === 0) return this;
    const packed = new ByteWriter(values.length * 2);
    for (let i = 0; i < values.length; i++) write(packed, values[i]!);
    this.#tag(field, BYTES).uvarintBytes(packed.view());
    return this;
  }

  /** Copy of the message. */
  finish(): Uint8Array {
    return this.out.finish();
  }

  #tag(field: number, wireType: number): ByteWriter {
    return this.out.uvarint(field * 8 + wireType);
  }
}
