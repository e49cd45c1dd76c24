import { createRequire } from 'node:module';
import { DecodeError, TooLargeError, TruncatedError } from './errors.ts';
import { decodeLz4Block } from './lz4-block.ts';

const require = createRequire(import.meta.url);
const lz4js = require('lz4js') as { compress(input: Uint8Array): Uint8Array };
const xxh32 = require('lz4js/xxh32.js') as {
  hash(seed: number, bytes: Uint8Array, offset: number, length: number): number;
};

const MAGIC = 0x184d2204;
const SKIPPABLE = 0x184d2a50;
const UNCOMPRESSED = 0x80000000;

interface FrameHeader {
  readonly offset: number;
  readonly maxBlockBytes: number;
  readonly hasBlockChecksum: boolean;
  readonly hasContentChecksum: boolean;
  readonly isLinked: boolean;
  readonly contentBytes: number | undefined;
}

/**
 * Decompresses LZ4 frames (one or several, skippable ones skipped). Blocks are decoded into a growing array that never
 * exceeds `maxBytes`: {@link TooLargeError}; {@link DecodeError} for bytes that are no frame or fail a checksum.
 * ```
 * ┌───────────┬─────┬────┬──────────────┬────┬──────────────────────────────┬───────────┬──────────────────┐
 * │ magic u32 │ FLG │ BD │ size u64 opt │ HC │ blocks: u32 size, data, [u32]│ 0 u32 end │ content u32 opt  │
 * └───────────┴─────┴────┴──────────────┴────┴──────────────────────────────┴───────────┴──────────────────┘
 * ```
 */
export function lz4Uncompress(body: Uint8Array, maxBytes: number): Uint8Array {
  const output = new CappedOutput(maxBytes);
  let at = 0;
  if (body.length === 0) throw new TruncatedError('lz4: empty input');
  while (at < body.length) {
    const magic = u32(body, at);
    if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE) {
      at += 8 + u32(body, at + 4);
      if (at > body.length) throw new TruncatedError('lz4: truncated skippable frame');
      continue;
    }
    if (magic !== MAGIC) throw new DecodeError('lz4: invalid magic number');
    at = decodeFrame(body, at, output);
  }
  return output.finish();
}

/** Compresses into one LZ4 frame. */
export function lz4Compress(bytes: Uint8Array): Uint8Array {
  return lz4js.compress(bytes);
}

function decodeFrame(body: Uint8Array, start: number, output: CappedOutput): number {
  const header = readHeader(body, start);
  if (header.contentBytes !== undefined) output.announce(header.contentBytes);
  const frameStart = output.length;
  let at = header.offset;
  for (;;) {
    const word = u32(body, at);
    at += 4;
    if (word === 0) break;
    const size = word & 0x7fffffff;
    const dataEnd = at + size;
    if (dataEnd > body.length) throw new TruncatedError('lz4: truncated block');
    if (size > header.maxBlockBytes) throw new DecodeError('lz4: block is larger than its frame allows');
    if (header.hasBlockChecksum && xxh32.hash(0, body, at, size) >>> 0 !== u32(body, dataEnd)) {
      throw new DecodeError('lz4: block checksum mismatch');
    }
    if (word >= UNCOMPRESSED) output.append(body.subarray(at, dataEnd));
    else output.decode(body.subarray(at, dataEnd), header.maxBlockBytes, header.isLinked ? frameStart : output.length);
    at = dataEnd + (header.hasBlockChecksum ? 4 : 0);
  }
  if (header.contentBytes !== undefined && output.length - frameStart !== header.contentBytes) {
    throw new DecodeError('lz4: content size mismatch');
  }
  if (!header.hasContentChecksum) return at;
  if (output.checksum(frameStart) !== u32(body, at)) throw new DecodeError('lz4: content checksum mismatch');
  return at + 4;
}

function readHeader(body: Uint8Array, start: number): FrameHeader {
  if (start + 7 > body.length) throw new TruncatedError('lz4: truncated header');
  const flags = body[start + 4]!;
  const blockSizeId = (body[start + 5]! >> 4) & 7;
  if ((flags & 0xc0) !== 0x40) throw new DecodeError('lz4: unsupported version');
  if ((flags & 1) !== 0) throw new DecodeError('lz4: dictionaries are not supported');
  if (blockSizeId < 4) throw new DecodeError('lz4: invalid block size');
  let at = start + 6;
  let contentBytes: number | undefined;
  if ((flags & 8) !== 0) {
    contentBytes = u32(body, at) + u32(body, at + 4) * 2 ** 32;
    at += 8;
  }
  if (at >= body.length) throw new TruncatedError('lz4: truncated header');
  if (((xxh32.hash(0, body, start + 4, at - start - 4) >>> 8) & 0xff) !== body[at]) {
    throw new DecodeError('lz4: header checksum mismatch');
  }
  return {
    offset: at + 1,
    maxBlockBytes: 2 ** (8 + 2 * blockSizeId),
    hasBlockChecksum: (flags & 0x10) !== 0,
    hasContentChecksum: (flags & 4) !== 0,
    isLinked: (flags & 0x20) === 0,
    contentBytes,
  };
}

function u32(body: Uint8Array, at: number): number {
  if (at + 4 > body.length) throw new TruncatedError('lz4: unexpected end of data');
  return (body[at]! | (body[at + 1]! << 8) | (body[at + 2]! << 16) | (body[at + 3]! << 24)) >>> 0;
}

/** Output that doubles as blocks arrive and refuses to pass its limit. */
class CappedOutput {
  readonly #maxBytes: number;
  #bytes: Uint8Array = new Uint8Array(0);
  #length = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get length(): number {
    return this.#length;
  }

  announce(size: number): void {
    if (this.#length + size > this.#maxBytes) this.#refuse();
  }

  append(bytes: Uint8Array): void {
    this.announce(bytes.length);
    this.#reserve(this.#length + bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Decodes a block of at most `maxBlockBytes` whose matches may reach back to `historyStart`. */
  decode(block: Uint8Array, maxBlockBytes: number, historyStart: number): void {
    // A byte of a block yields at most 255, so a small block cannot claim a large buffer.
    const bound = Math.min(maxBlockBytes, block.length * 255, this.#maxBytes - this.#length);
    this.#reserve(this.#length + bound);
    const end = decodeLz4Block(block, this.#bytes, { at: this.#length, end: this.#length + bound, historyStart });
    if (end < 0) {
      if (bound === this.#maxBytes - this.#length) this.#refuse();
      throw new DecodeError('lz4: block is larger than its frame allows');
    }
    this.#length = end;
  }

  checksum(start: number): number {
    return xxh32.hash(0, this.#bytes, start, this.#length - start) >>> 0;
  }

  finish(): Uint8Array {
    return this.#bytes.length === this.#length ? this.#bytes : this.#bytes.slice(0, this.#length);
  }

  #reserve(size: number): void {
    if (size <= this.#bytes.length) return;
    const bytes = new Uint8Array(Math.min(this.#maxBytes, Math.max(size, this.#bytes.length * 2)));
    bytes.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = bytes;
  }

  #refuse(): never {
    throw new TooLargeError(`lz4: decompressed size is over ${this.#maxBytes} bytes`, this.#maxBytes);
  }
}
