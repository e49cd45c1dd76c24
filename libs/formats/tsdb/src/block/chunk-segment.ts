import { type ByteSource, ByteWriter, crc32c } from '@telamon/bytes';
import type { ChunkView } from '../chunk/merge-chunks.ts';
import { CorruptError } from '../format-error.ts';
import { readRange, u32beAt } from '../source-cursor.ts';

/** First four bytes of a segment. */
export const SEGMENT_MAGIC = 0x85bd40dd;
/** Magic, version and three zero bytes. */
export const SEGMENT_HEADER_BYTES = 8;
/** Size at which a segment is closed: 512 MiB, as Prometheus. */
export const SEGMENT_SIZE_BYTES: number = 512 * 1024 * 1024;

const PART = 'chunk segment';
/** Bytes read for a chunk before its length is known; most fit. */
const GUESS_BYTES = 2048;
/** Bytes read at once while chunks are read one after another. */
const NEAR_WINDOW_BYTES: number = 32 * 1024;
const MAX_LENGTH_BYTES = 5;
const CRC_BYTES = 4;

/** A chunk as it stands in a segment. */
export interface StoredChunk {
  readonly encoding: number;
  /** Data without encoding byte and checksum: a view as the source gives it. */
  readonly data: Uint8Array;
}

/** File name of a segment of a block, by its 0-based index: `chunks/000001` is 0. */
export function segmentName(index: number): string {
  return `chunks/${String(index + 1).padStart(6, '0')}`;
}

/** The eight bytes that a segment starts with. */
export function encodeSegmentHeader(): Uint8Array {
  return new ByteWriter(SEGMENT_HEADER_BYTES).u32be(SEGMENT_MAGIC).u8(1).u8(0).u8(0).u8(0).finish();
}

/** Appends a chunk as it stands in a segment. */
export function writeStoredChunk(writer: ByteWriter, chunk: Pick<ChunkView, 'encoding' | 'data'>): void {
  writer.uvarint(chunk.data.length);
  const start = writer.length;
  writer.u8(chunk.encoding).bytes(chunk.data);
  writer.u32be(crc32c(writer.view(), start));
}

/**
 * Reads a segment file of a block.
 * ```
 * ┌──────────────┬────────────┬─────────┬───────────────┬─────────────┬──────┬─────────┬─────
 * │ 85BD40DD u32 │ version u8 │ 3 zeros │ size uvarint  │ encoding u8 │ data │ CRC u32 │ ...
 * └──────────────┴────────────┴─────────┴───────────────┴─────────────┴──────┴─────────┴─────
 *                                        of data alone   CRC over encoding and data
 * ```
 */
export class ChunkSegment {
  readonly #source: ByteSource;
  /** The bytes read last. Chunks handed out are views of windows, which are never changed. */
  #window: Uint8Array = new Uint8Array(0);
  #windowOffset = 0;

  /** {@link CorruptError} when the file is no segment. */
  constructor(source: ByteSource) {
    const header = readRange(source, 0, SEGMENT_HEADER_BYTES, PART);
    if (u32beAt(header, 0) !== SEGMENT_MAGIC) throw new CorruptError(`${PART}: wrong magic number`);
    if (header[4] !== 1) throw new CorruptError(`${PART}: unknown version ${header[4]}`);
    this.#source = source;
  }

  /** Reads and verifies the chunk at `offset`. {@link CorruptError} when it is damaged. Cost: O(size). */
  chunk(offset: number): StoredChunk {
    const available = this.#source.sizeBytes - offset;
    if (!(offset >= SEGMENT_HEADER_BYTES && available > CRC_BYTES)) {
      throw new CorruptError(`${PART}: no chunk at ${offset} of ${this.#source.sizeBytes} bytes`);
    }
    const at = offset - this.#windowOffset;
    if (
      at >= 0 &&
      at + MAX_LENGTH_BYTES <= this.#window.length &&
      at + storedChunkSize(this.#window, at) <= this.#window.length
    ) {
      return decodeStoredChunk(this.#window, at);
    }
    return this.#read(offset, available);
  }

  /** Reads a new window: a large one while chunks are read one after another, else one that most chunks fit in. */
  #read(offset: number, available: number): StoredChunk {
    const gap = offset - (this.#windowOffset + this.#window.length);
    const isNear = gap > -NEAR_WINDOW_BYTES && gap < GUESS_BYTES;
    const bytes = readRange(this.#source, offset, Math.min(isNear ? NEAR_WINDOW_BYTES : GUESS_BYTES, available), PART);
    this.#window = bytes;
    this.#windowOffset = offset;
    const size = storedChunkSize(bytes, 0);
    if (size > available) throw new CorruptError(`${PART}: chunk at ${offset} is cut short`);
    return decodeStoredChunk(size <= bytes.length ? bytes : readRange(this.#source, offset, size, PART));
  }
}

/**
 * Whole size of the chunk that stands at `at`: length, encoding byte, data and checksum. It may reach beyond `bytes`.
 * {@link CorruptError} when the length is none or cut short.
 */
export function storedChunkSize(bytes: Uint8Array, at: number): number {
  const length = lengthAt(bytes, at);
  return lengthWidth(length) + 1 + length + CRC_BYTES;
}

/**
 * Verifies the chunk that stands at `at` and has `sizeBytes` in all (see {@link storedChunkSize}). Returns where its encoding byte stands:
 * data follow and end 4 bytes before the chunk. {@link CorruptError} when it is damaged or cut short. Cost: O(size), ~1 ns a byte.
 */
export function verifyStoredChunk(bytes: Uint8Array, at: number, sizeBytes: number): number {
  const end = at + sizeBytes - CRC_BYTES;
  if (end + CRC_BYTES > bytes.length) throw new CorruptError(`${PART}: chunk is cut short`);
  let start = at + 1;
  while (bytes[start - 1]! >= 0x80) start++;
  if (crc32c(bytes, start, end) !== u32beAt(bytes, end)) throw new CorruptError(`${PART}: checksum differs`);
  return start;
}

/** Decodes and verifies the chunk that stands at `at`; `data` is a view. {@link CorruptError} and cost as {@link verifyStoredChunk}. */
export function decodeStoredChunk(bytes: Uint8Array, at: number = 0): StoredChunk {
  const sizeBytes = storedChunkSize(bytes, at);
  const start = verifyStoredChunk(bytes, at, sizeBytes);
  const length = at + sizeBytes - CRC_BYTES - start - 1;
  // Buffer's own subarray is several times slower than this.
  return { encoding: bytes[start]!, data: new Uint8Array(bytes.buffer, bytes.byteOffset + start + 1, length) };
}

/** Reads a uvarint that must be in its shortest form. */
function lengthAt(bytes: Uint8Array, at: number): number {
  let length = 0;
  for (let i = 0; i < MAX_LENGTH_BYTES; i++) {
    const byte = bytes[at + i];
    if (byte === undefined) break;
    length += (byte & 0x7f) * 2 ** (7 * i);
    if (byte >= 0x80) continue;
    if (byte === 0 && i > 0) break;
    return length;
  }
  throw new CorruptError(`${PART}: impossible chunk size`);
}

function lengthWidth(length: number): number {
  if (length < 0x80) return 1;
  if (length < 0x4000) return 2;
  if (length < 0x200000) return 3;
  return length < 0x10000000 ? 4 : 5;
}
