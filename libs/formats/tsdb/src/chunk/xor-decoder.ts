import type { SampleColumns } from '@telamon/model';
import { CorruptError } from '../format-error.ts';
import { loadWords, peekBits } from './bit-reader.ts';

const WORD = 4294967296;
/** Reused, because a fresh array a chunk costs as much as decoding ten samples. */
const scratchWords = new Int32Array(1100);

/** Where the first two samples left the decoder. */
interface Cursor {
  position: number;
  timeMs: number;
  delta: number;
  low: number;
  high: number;
}

/** Number of samples that the header of a chunk of encoding 1 to 4 tells; {@link CorruptError} when there is no header. */
export function countSamples(data: Uint8Array): number {
  if (data.length < 2) throw new CorruptError('chunk is shorter than its header');
  return (data[0]! << 8) | data[1]!;
}

/**
 * Decodes a float chunk (encoding 1, see {@link XorAppender} for its layout) and appends the samples with
 * fromMs <= t <= toMs. Stops at the first sample after `toMs`. Throws {@link CorruptError} when the chunk is cut short
 * or its times do not ascend; rows appended until then stay.
 *
 * Written as one loop over local numbers, because a call or a field per sample doubles its cost.
 */
export function decodeXor(data: Uint8Array, fromMs: number, toMs: number, into: SampleColumns): void {
  const count = countSamples(data);
  const limit = (data.length - 2) * 8;
  if (count === 0) return;
  if (count > limit) throw new CorruptError('chunk is cut short');
  const words = loadWords(data, 2, scratchWords);
  into.reserve(into.length + count);
  const cursor: Cursor = { position: 0, timeMs: 0, delta: 0, low: 0, high: 0 };
  readFirst(words, cursor);
  checkEnd(cursor.position, limit);
  if (cursor.timeMs > toMs) return;
  if (cursor.timeMs >= fromMs) into.pushWords(cursor.timeMs, cursor.low, cursor.high);
  if (count > 1) decodeRest(words, cursor, { count, limit, fromMs, toMs }, into);
}

interface Bounds {
  readonly count: number;
  readonly limit: number;
  readonly fromMs: number;
  readonly toMs: number;
}

function decodeRest(words: Int32Array, cursor: Cursor, bounds: Bounds, into: SampleColumns): void {
  const { count, limit, fromMs, toMs } = bounds;
  const times = into.timesMs;
  const out = into.words;
  let row = into.length;
  cursor.delta = readUvarint(words, cursor);
  let { position, delta, low, high } = cursor;
  let timeMs = cursor.timeMs;
  let significant = 64;
  let trailing = 0;
  for (let i = 1; i < count; i++) {
    let window = peekBits(words, position);
    if (i > 1) {
      if (window >= 0) {
        position++;
        window <<= 1;
      } else {
        cursor.position = position;
        delta += readDeltaOfDelta(words, cursor, window);
        position = cursor.position;
        window = peekBits(words, position);
      }
    }
    const before = timeMs;
    timeMs += delta;
    if (window >= 0) {
      position++;
    } else {
      if (window << 1 < 0) {
        significant = (window >>> 19) & 63 || 64;
        trailing = 64 - ((window >>> 25) & 31) - significant;
        if (trailing < 0) throw new CorruptError('XOR window is wider than a value');
        position += 13;
      } else position += 2;
      if (significant <= 32) {
        const bits = peekBits(words, position) >>> (32 - significant);
        if (trailing >= 32) high ^= bits << (trailing - 32);
        else {
          if (trailing !== 0) high ^= bits >>> (32 - trailing);
          low ^= bits << trailing;
        }
      } else {
        const upper = peekBits(words, position) >>> (64 - significant);
        const lower = peekBits(words, position + significant - 32);
        high ^= trailing === 0 ? upper : (upper << trailing) | (lower >>> (32 - trailing));
        low ^= lower << trailing;
      }
      position += significant;
    }
    if (position > limit || !(timeMs > before)) throw rowError(position, limit);
    if (timeMs > toMs) break;
    times[row] = timeMs;
    out[2 * row] = low;
    out[2 * row + 1] = high;
    if (timeMs >= fromMs) row++;
  }
  into.length = row;
}

function rowError(position: number, limit: number): CorruptError {
  return new CorruptError(position > limit ? 'chunk is cut short' : 'samples of a chunk do not ascend in time');
}

function checkEnd(position: number, limit: number): void {
  if (position > limit) throw new CorruptError('chunk is cut short');
}

function readFirst(words: Int32Array, cursor: Cursor): void {
  const zigzag = readUvarint(words, cursor);
  cursor.timeMs = zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
  cursor.high = peekBits(words, cursor.position);
  cursor.low = peekBits(words, cursor.position + 32);
  cursor.position += 64;
}

function readUvarint(words: Int32Array, cursor: Cursor): number {
  let value = 0;
  for (let weight = 1, i = 0; i < 10; i++, weight *= 128) {
    const byte = peekBits(words, cursor.position) >>> 24;
    cursor.position += 8;
    value += (byte & 0x7f) * weight;
    if (byte < 0x80) {
      if (!Number.isSafeInteger(value)) break;
      return value;
    }
  }
  throw new CorruptError('time of a chunk is out of range');
}

function readDeltaOfDelta(words: Int32Array, cursor: Cursor, window: number): number {
  const ones = Math.min(Math.clz32(~window), 4);
  if (ones === 4) {
    const high = peekBits(words, cursor.position + 4);
    const low = peekBits(words, cursor.position + 36) >>> 0;
    cursor.position += 68;
    const value = high * WORD + low;
    if (!Number.isSafeInteger(value)) throw new CorruptError('time of a chunk is out of range');
    return value;
  }
  const bits = 11 + 3 * ones;
  const raw = (window << (ones + 1)) >>> (32 - bits);
  cursor.position += ones + 1 + bits;
  return raw > 1 << (bits - 1) ? raw - (1 << bits) : raw;
}
