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

/**
 * Decodes the elements of a snappy block from `offset` on into an array of the declared size.
 * ```
 * ┌──────────────┬───────────────────────────────────────────────────────────┐
 * │ tag & 3 = 0  │ literal of (tag>>2)+1 bytes; 60..63: length in 1..4 bytes │
 * │ tag & 3 = 1  │ copy 4..11 bytes, offset 11 bits                          │
 * │ tag & 3 = 2  │ copy 1..64 bytes, offset 16 bits                          │
 * │ tag & 3 = 3  │ copy 1..64 bytes, offset 32 bits                          │
 * └──────────────┴───────────────────────────────────────────────────────────┘
 * ```
 * Everything is checked; the output must be filled exactly. Cost: linear.
 */
export function decodeSnappyElements(body: Uint8Array, offset: number, sizeBytes: number): Uint8Array {
  const out = new Uint8Array(sizeBytes);
  let at = offset;
  let written = 0;
  while (at < body.length) {
    const tag = body[at++]!;
    if ((tag & 3) === 0) {
      let length = (tag >> 2) + 1;
      if (length > 60) {
        const width = length - 60;
        length = readLittleEndian(body, at, width) + 1;
        at += width;
      }
      if (length > body.length - at || length > sizeBytes - written) throw new DecodeError('snappy: corrupt input');
      if (length > MAX_LOOPED_BYTES) {
        out.set(body.subarray(at, at + length), written);
        at += length;
        written += length;
      } else {
        for (const stop = written + length; written < stop; ) out[written++] = body[at++]!;
      }
      continue;
    }
    const width = (tag & 3) === 3 ? 4 : tag & 3;
    const low = width === 2 && at + 1 < body.length ? body[at]! | (body[at + 1]! << 8) : readLittleEndian(body, at, width);
    at += width;
    const length = width === 1 ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1;
    const distance = width === 1 ? ((tag >> 5) << 8) | low : low;
    if (distance === 0 || distance > written || length > sizeBytes - written) throw new DecodeError('snappy: corrupt input');
    for (const stop = written + length; written < stop; written++) out[written] = out[written - distance]!;
  }
  if (written !== sizeBytes) throw new DecodeError('snappy: corrupt input');
  return out;
}

function readLittleEndian(body: Uint8Array, at: number, width: number): number {
  if (width > body.length - at) throw new TruncatedError('snappy: corrupt input');
  let value = 0;
  for (let i = width - 1; i >= 0; i--) value = value * 256 + body[at + i]!;
  return value;
}
