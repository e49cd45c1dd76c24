import { DecodeError, TruncatedError } from './errors.ts';

/**
 * Reads the size that a snappy block declares: a uvarint of at most 32 bits before the elements.
 * Returns the size and the offset of the first element. {@link DecodeError} when it is missing or longer than 32 bits.
 */
export function readSnappyLength(body: Uint8Array): { sizeBytes: number; offset: number } {
  let size = 0;
  for (let i = 0; i < 5; i++) {
    if (i >= body.length) throw new TruncatedError('snappy: corrupt input');
    const byte = body[i]!;
    size += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) {
      if (size >= 2 ** 32) break;
      return { sizeBytes: size, offset: i + 1 };
    }
  }
  throw new DecodeError('snappy: corrupt input');
}

/** Up to this size, moving bytes one by one is quicker than making a view for a bulk copy. */
const MAX_LOOPED_BYTES = 32;

/** How far a walk over the elements of a block has come. */
export interface SnappyPlace {
  /** Where the next element begins. */
  at: number;
  /** Bytes that those before it make. */
  written: number;
}

/**
 * Whether the elements of a snappy block from `offset` on are right and fill exactly the declared size; see
 * {@link decodeSnappyElements}. Cost: a few nanoseconds an element.
 */
export function areSnappyElements(body: Uint8Array, offset: number, sizeBytes: number): boolean {
  const place = { at: offset, written: 0 };
  return checkSnappyElements(body, place, sizeBytes) && place.written === sizeBytes;
}

/** Whether the elements from `place` on are right, to the first that begins at `stopAt` or behind it, which `place` is then. */
export function checkSnappyElements(
  body: Uint8Array,
  place: SnappyPlace,
  sizeBytes: number,
  stopAt: number = body.length,
): boolean {
  const end = body.length;
  let { at, written } = place;
  while (at < stopAt) {
    const tag = body[at++]!;
    const kind = tag & 3;
    let length = (tag >> 2) + 1;
    if (kind === 0) {
      if (length > 60) {
        const width = length - 60;
        if (width > end - at) return false;
        length = readLittleEndian(body, at, width) + 1;
        at += width;
      }
      if (length > end - at) return false;
      at += length;
    } else {
      const width = kind === 3 ? 4 : kind;
      if (width > end - at) return false;
      const low = kind === 2 ? body[at]! | (body[at + 1]! << 8) : readLittleEndian(body, at, width);
      at += width;
      if (kind === 1) length = ((tag >> 2) & 7) + 4;
      const distance = kind === 1 ? ((tag >> 5) << 8) | low : low;
      if (distance === 0 || distance > written) return false;
    }
    written += length;
    if (written > sizeBytes) return false;
  }
  place.at = at;
  place.written = written;
  return true;
}

/**
 * Decodes the elements of a snappy block from `place` on into an array of the declared size, to the first that begins at `stopAt` or
 * behind it, which `place` is then.
 * ```
 * ┌──────────────┬───────────────────────────────────────────────────────────┐
 * │ tag & 3 = 0  │ literal of (tag>>2)+1 bytes; 60..63: length in 1..4 bytes │
 * │ tag & 3 = 1  │ copy 4..11 bytes, offset 11 bits                          │
 * │ tag & 3 = 2  │ copy 1..64 bytes, offset 16 bits                          │
 * │ tag & 3 = 3  │ copy 1..64 bytes, offset 32 bits                          │
 * └──────────────┴───────────────────────────────────────────────────────────┘
 * ```
 * They must have passed {@link checkSnappyElements}; nothing is checked here. Cost: linear.
 */
export function decodeSnappyElements(body: Uint8Array, place: SnappyPlace, out: Uint8Array, stopAt: number = body.length): void {
  let { at, written } = place;
  while (at < stopAt) {
    const tag = body[at++]!;
    const kind = tag & 3;
    let length = (tag >> 2) + 1;
    if (kind === 0) {
      if (length > 60) {
        const width = length - 60;
        length = readLittleEndian(body, at, width) + 1;
        at += width;
      }
      if (length > MAX_LOOPED_BYTES) {
        out.set(body.subarray(at, at + length), written);
        at += length;
        written += length;
      } else {
        for (const stop = written + length; written < stop; ) out[written++] = body[at++]!;
      }
      continue;
    }
    const width = kind === 3 ? 4 : kind;
    const low = kind === 2 ? body[at]! | (body[at + 1]! << 8) : readLittleEndian(body, at, width);
    at += width;
    if (kind === 1) length = ((tag >> 2) & 7) + 4;
    const distance = kind === 1 ? ((tag >> 5) << 8) | low : low;
    for (const stop = written + length; written < stop; written++) out[written] = out[written - distance]!;
  }
  place.at = at;
  place.written = written;
}

/** At most four bytes, which must be there. */
function readLittleEndian(body: Uint8Array, at: number, width: number): number {
  let value = 0;
  for (let i = width - 1; i >= 0; i--) value = value * 256 + body[at + i]!;
  return value;
}
