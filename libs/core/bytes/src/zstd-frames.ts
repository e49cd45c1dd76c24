import { DecodeError, TruncatedError } from './errors.ts';

/** Largest window that is accepted, the default of the reference decoder. */
export const MAX_ZSTD_WINDOW_BYTES: number = 128 * 1024 * 1024;

const MAGIC = 0xfd2fb528;
const SKIPPABLE = 0x184d2a50;
const MAX_BLOCK_BYTES = 128 * 1024;

/** One frame of a zstd body. */
export interface ZstdFrame {
  /** Position of the magic number. */
  readonly start: number;
  /** Position after the frame. */
  readonly end: number;
  /** Most bytes that it can decompress to; the exact number if the header declares it. */
  readonly boundBytes: number;
}

/**
 * Lists the frames of a zstd body (RFC 8878) without decompressing; skippable frames are left out.
 * ```
 * ┌───────────┬────────────┬────────────┬─────────┬──────────────┬──────────────────────────────────┬──────────────┐
 * │ magic u32 │ descriptor │ window opt │ dict id │ content size │ blocks: 3 bytes last|type|size.. │ checksum opt │
 * └───────────┴────────────┴────────────┴─────────┴──────────────┴──────────────────────────────────┴──────────────┘
 * ```
 * {@link DecodeError} for dictionaries, windows over {@link MAX_ZSTD_WINDOW_BYTES} and broken structure. Cost: O(blocks).
 */
export function listZstdFrames(body: Uint8Array): ZstdFrame[] {
  if (body.length === 0) throw new TruncatedError('zstd: empty input');
  const frames: ZstdFrame[] = [];
  let at = 0;
  while (at < body.length) {
    const magic = u32(body, at);
    if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE) {
      at += 8 + u32(body, at + 4);
      if (at > body.length) throw new TruncatedError('zstd: truncated skippable frame');
      continue;
    }
    if (magic !== MAGIC) throw new DecodeError('zstd: invalid magic number');
    const frame = readFrame(body, at);
    frames.push(frame);
    at = frame.end;
  }
  return frames;
}

function readFrame(body: Uint8Array, start: number): ZstdFrame {
  const descriptor = byteAt(body, start + 4);
  const isSingleSegment = (descriptor & 0x20) !== 0;
  if ((descriptor & 8) !== 0) throw new DecodeError('zstd: reserved bit set');
  if ((descriptor & 3) !== 0) throw new DecodeError('zstd: dictionaries are not supported');
  let at = start + 5;
  let windowBytes = 0;
  if (!isSingleSegment) {
    const window = byteAt(body, at++);
    const base = 2 ** (10 + (window >> 3));
    windowBytes = base + (base / 8) * (window & 7);
  }
  const sizeWidth = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6]!;
  const contentBytes = sizeWidth === 0 ? undefined : readSize(body, at, sizeWidth);
  at += sizeWidth;
  if (isSingleSegment) windowBytes = contentBytes!;
  if (windowBytes > MAX_ZSTD_WINDOW_BYTES) throw new DecodeError(`zstd: window of ${windowBytes} bytes is too large`);
  const { end, bound } = walkBlocks(body, at, Math.min(MAX_BLOCK_BYTES, Math.max(windowBytes, 1)));
  const frameEnd = end + ((descriptor & 4) !== 0 ? 4 : 0);
  if (frameEnd > body.length) throw new TruncatedError('zstd: truncated checksum');
  if (contentBytes !== undefined && contentBytes > bound) throw new DecodeError('zstd: content size mismatch');
  return { start, end: frameEnd, boundBytes: contentBytes ?? bound };
}

/** Sums what the blocks can yield: raw and run-length blocks say it, a compressed one yields at most a block. */
function walkBlocks(body: Uint8Array, start: number, maxBlockBytes: number): { end: number; bound: number } {
  let at = start;
  let bound = 0;
  for (;;) {
    const header = byteAt(body, at) | (byteAt(body, at + 1) << 8) | (byteAt(body, at + 2) << 16);
    const type = (header >> 1) & 3;
    const size = header >> 3;
    if (type === 3) throw new DecodeError('zstd: reserved block type');
    if (size > maxBlockBytes) throw new DecodeError('zstd: block is larger than its frame allows');
    at += 3 + (type === 1 ? 1 : size);
    if (at > body.length) throw new TruncatedError('zstd: truncated block');
    bound += type === 2 ? maxBlockBytes : size;
    if ((header & 1) !== 0) return { end: at, bound };
  }
}

function readSize(body: Uint8Array, at: number, width: number): number {
  if (at + width > body.length) throw new TruncatedError('zstd: truncated header');
  let size = 0;
  for (let i = width - 1; i >= 0; i--) size = size * 256 + body[at + i]!;
  return width === 2 ? size + 256 : size;
}

function byteAt(body: Uint8Array, at: number): number {
  if (at >= body.length) throw new TruncatedError('zstd: unexpected end of data');
  return body[at]!;
}

function u32(body: Uint8Array, at: number): number {
  if (at + 4 > body.length) throw new TruncatedError('zstd: unexpected end of data');
  return (body[at]! | (body[at + 1]! << 8) | (body[at + 2]! << 16) | (body[at + 3]! << 24)) >>> 0;
}
