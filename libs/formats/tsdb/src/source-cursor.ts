import { type ByteSource, crc32c, DecodeError } from '@telamon/bytes';
import { CorruptError } from './format-error.ts';

/** Bytes that a cursor or a checksum reads at once. */
const WINDOW_BYTES = 256 * 1024;

/** Part of a file. */
export interface ByteRange {
  readonly offset: number;
  readonly sizeBytes: number;
}

/** Runs a reader and turns the errors of broken bytes into {@link CorruptError}s that name the part. */
export function asCorrupt<T>(part: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof DecodeError) throw new CorruptError(`${part}: ${error.message}`, error);
    throw error;
  }
}

/** Reads a range of a file; {@link CorruptError} when it is not inside the file. Views and ownership as the source's. */
export function readRange(source: ByteSource, offset: number, sizeBytes: number, part: string): Uint8Array {
  if (!(offset >= 0 && sizeBytes >= 0 && offset + sizeBytes <= source.sizeBytes)) {
    throw new CorruptError(`${part}: bytes [${offset}, ${offset + sizeBytes}) lie outside the file of ${source.sizeBytes} bytes`);
  }
  return asCorrupt(part, () => source.read(offset, sizeBytes));
}

/** Big-endian 32 bits. */
export function u32beAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}

/**
 * Finds the body of a section and verifies its checksum.
 * ```
 * ┌─────────────┬──────────────────┬──────────────┐
 * │ length u32  │ body             │ CRC-32C u32  │
 * └─────────────┴──────────────────┴──────────────┘
 * ```
 * Returns the range of the body. {@link CorruptError} when it does not fit or the checksum differs. Cost: O(length), ~1 ns a byte.
 */
export function openSection(source: ByteSource, offset: number, part: string): ByteRange {
  const sizeBytes = u32beAt(readRange(source, offset, 4, part), 0);
  const end = offset + 4 + sizeBytes;
  const expected = u32beAt(readRange(source, end, 4, part), 0);
  let crc = 0;
  for (let at = offset + 4; at < end; at += WINDOW_BYTES) {
    const piece = readRange(source, at, Math.min(WINDOW_BYTES, end - at), part);
    crc = crc32c(piece, 0, piece.length, crc);
  }
  if (crc !== expected) throw new CorruptError(`${part}: checksum differs`);
  return { offset: offset + 4, sizeBytes };
}

/** Reads numbers and strings of a range one after another through a window, so that a large range is never in memory. */
export class SourceCursor {
  readonly #source: ByteSource;
  readonly #end: number;
  readonly #part: string;
  readonly #windowBytes: number;
  #window: Uint8Array = new Uint8Array(0);
  #windowOffset: number;
  #at = 0;

  /** `part` names the range in errors; `windowBytes` are read at once. */
  constructor(source: ByteSource, range: ByteRange, part: string, windowBytes: number = WINDOW_BYTES) {
    this.#source = source;
    this.#windowOffset = range.offset;
    this.#end = range.offset + range.sizeBytes;
    this.#part = part;
    this.#windowBytes = windowBytes;
  }

  /** Offset of the next byte in the file. */
  get offset(): number {
    return this.#windowOffset + this.#at;
  }

  /** Bytes left. */
  get remaining(): number {
    return this.#end - this.offset;
  }

  /** Big-endian 32 bits. */
  u32be(): number {
    this.#need(4);
    const value = u32beAt(this.#window, this.#at);
    this.#at += 4;
    return value;
  }

  /** Unsigned varint up to 2^53. */
  uvarint(): number {
    let value = 0;
    for (let weight = 1, i = 0; i < 8; i++, weight *= 128) {
      if (this.#at >= this.#window.length) this.#need(1);
      const byte = this.#window[this.#at++]!;
      value += (byte & 0x7f) * weight;
      if (byte < 0x80) return value;
    }
    throw new CorruptError(`${this.#part}: number is out of range`);
  }

  /** View of the next bytes. It stays valid: windows are never changed, only replaced. Must not be changed. */
  bytes(length: number): Uint8Array {
    this.#need(length);
    this.#at += length;
    return this.#window.subarray(this.#at - length, this.#at);
  }

  /** Moves on. */
  skip(length: number): void {
    if (length > this.remaining) throw new CorruptError(`${this.#part}: cut short`);
    this.#at += length;
  }

  #need(length: number): void {
    if (length <= this.#window.length - this.#at) return;
    const offset = this.offset;
    if (length > this.#end - offset) throw new CorruptError(`${this.#part}: cut short`);
    const size = Math.min(Math.max(this.#windowBytes, length), this.#end - offset);
    this.#window = readRange(this.#source, offset, size, this.#part);
    this.#windowOffset = offset;
    this.#at = 0;
  }
}
