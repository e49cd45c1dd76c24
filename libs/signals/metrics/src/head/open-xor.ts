import { type ChunkSlots, SLOT_OFFSET_MASK, SLOT_SLAB_SHIFT } from './chunk-slots.ts';
import {
  F_CHUNK_MIN_TIME,
  F_DELTA,
  F_LAST_TIME,
  PAGE_MASK,
  PAGE_SHIFT,
  ROW_FLOATS,
  ROW_WORDS,
  type SeriesRows,
  W_BITS,
  W_SLOT,
  W_STATE,
  W_VALUE_HIGH,
  W_VALUE_LOW,
} from './series-rows.ts';

/** Most bytes that a sample adds to a float chunk (2 + 5 + 6 + 64 bits of value, 4 + 64 bits of time). */
const MAX_SAMPLE_BYTES = 19;
/** Beyond this a chunk grows like any other. */
const MAX_RESERVED_BYTES = 512;
const HEADER_BITS = 16;
/** Leading zeros of a chunk that has no window yet. */
const NO_WINDOW = 0xff;

/**
 * Appends to the open float chunks of all series: encoding 1, byte for byte what `XorAppender` of `@telamon/tsdb` writes,
 * but with the state in rows and the bytes in slots, so that a series costs no object.
 * Neither order nor cutting is checked here.
 */
export class OpenXorChunks {
  readonly #rows: SeriesRows;
  readonly #slots: ChunkSlots;
  #reservedBytes = 0;

  constructor(rows: SeriesRows, slots: ChunkSlots) {
    this.#rows = rows;
    this.#slots = slots;
  }

  /** Chunks that begin from now on get room for so many bytes, so that they need not grow. 0: for a few samples. */
  reserve(chunkBytes: number): void {
    this.#reservedBytes = Math.min(chunkBytes, MAX_RESERVED_BYTES);
  }

  /** Begins a chunk with its first sample; the series must have none. */
  begin(ref: number, timeMs: number, low: number, high: number): void {
    const floats = this.#rows.floats[ref >>> PAGE_SHIFT]!;
    const words = this.#rows.words[ref >>> PAGE_SHIFT]!;
    const f = (ref & PAGE_MASK) * ROW_FLOATS;
    const w = (ref & PAGE_MASK) * ROW_WORDS;
    const slot = this.#slots.allocate(Math.max(32, this.#reservedBytes));
    const bytes = this.#slots.slabs[slot >>> SLOT_SLAB_SHIFT]!;
    let at = slot & SLOT_OFFSET_MASK;
    const start = at;
    bytes[at++] = 0;
    bytes[at++] = 1;
    // Zigzag of an int64 that is a safe integer.
    let zigzag = timeMs >= 0 ? timeMs * 2 : timeMs * -2 - 1;
    while (zigzag >= 0x80) {
      bytes[at++] = (zigzag % 128) | 0x80;
      zigzag = Math.floor(zigzag / 128);
    }
    bytes[at++] = zigzag;
    for (let shift = 24; shift >= 0; shift -= 8) bytes[at++] = high >>> shift;
    for (let shift = 24; shift >= 0; shift -= 8) bytes[at++] = low >>> shift;
    words[w + W_SLOT] = slot;
    words[w + W_BITS] = (at - start) * 8;
    words[w + W_STATE] = ((NO_WINDOW << 24) | 1) >>> 0;
    words[w + W_VALUE_LOW] = low;
    words[w + W_VALUE_HIGH] = high;
    floats[f + F_LAST_TIME] = timeMs;
    floats[f + F_CHUNK_MIN_TIME] = timeMs;
    floats[f + F_DELTA] = 0;
  }

  /** Appends a sample newer than the newest to the open chunk, which must hold less than 65,535. */
  append(ref: number, timeMs: number, low: number, high: number): void {
    const floats = this.#rows.floats[ref >>> PAGE_SHIFT]!;
    const words = this.#rows.words[ref >>> PAGE_SHIFT]!;
    const f = (ref & PAGE_MASK) * ROW_FLOATS;
    const w = (ref & PAGE_MASK) * ROW_WORDS;
    let slot = words[w + W_SLOT]!;
    const bits = words[w + W_BITS]!;
    const usedBytes = (bits + 7) >>> 3;
    if (usedBytes + MAX_SAMPLE_BYTES > this.#slots.sizeOf(slot)) {
      slot = this.#slots.grow(slot, usedBytes, usedBytes + MAX_SAMPLE_BYTES);
      words[w + W_SLOT] = slot;
    }
    const bytes = this.#slots.slabs[slot >>> SLOT_SLAB_SHIFT]!;
    const start = slot & SLOT_OFFSET_MASK;
    const state = words[w + W_STATE]!;
    const count = (state & 0xffff) + 1;
    const delta = timeMs - floats[f + F_LAST_TIME]!;
    let bit = start * 8 + bits;
    bit = count === 2 ? putFirstDelta(bytes, bit, delta) : putDeltaOfDelta(bytes, bit, delta - floats[f + F_DELTA]!);
    const xorLow = (low ^ words[w + W_VALUE_LOW]!) >>> 0;
    const xorHigh = (high ^ words[w + W_VALUE_HIGH]!) >>> 0;
    let window = state & 0xffff0000;
    if (xorLow === 0 && xorHigh === 0) {
      bit = putBits(bytes, bit, 0, 1);
    } else {
      const leading = Math.min(xorHigh !== 0 ? Math.clz32(xorHigh) : 32 + Math.clz32(xorLow), 31);
      const trailing = xorLow !== 0 ? trailingZeros(xorLow) : 32 + trailingZeros(xorHigh);
      const heldLeading = state >>> 24;
      if (heldLeading !== NO_WINDOW && leading >= heldLeading && trailing >= ((state >>> 16) & 0xff)) {
        bit = putBits(bytes, bit, 2, 2);
      } else {
        bit = putBits(bytes, bit, (3 << 11) | (leading << 6) | ((64 - leading - trailing) & 63), 13);
        window = (leading << 24) | (trailing << 16);
      }
      bit = putWindow(bytes, bit, xorHigh, xorLow, window);
    }
    bytes[start] = count >>> 8;
    bytes[start + 1] = count;
    words[w + W_BITS] = bit - start * 8;
    words[w + W_STATE] = (window | count) >>> 0;
    words[w + W_VALUE_LOW] = low;
    words[w + W_VALUE_HIGH] = high;
    floats[f + F_LAST_TIME] = timeMs;
    floats[f + F_DELTA] = delta;
  }

  /** Bytes of the open chunk; 0 when there is none. */
  sizeBytes(ref: number): number {
    return this.#rows.word(ref, W_SLOT) === 0 ? 0 : (this.#rows.word(ref, W_BITS) + 7) >>> 3;
  }

  /** Samples of the open chunk; 0 when there is none. */
  sampleCount(ref: number): number {
    return this.#rows.word(ref, W_SLOT) === 0 ? 0 : this.#rows.word(ref, W_STATE) & 0xffff;
  }

  /** A view of the open chunk (at least one sample); valid until the next append anywhere. */
  view(ref: number): Uint8Array {
    const slot = this.#rows.word(ref, W_SLOT);
    const start = slot & SLOT_OFFSET_MASK;
    return this.#slots.slabs[slot >>> SLOT_SLAB_SHIFT]!.subarray(start, start + this.sizeBytes(ref));
  }

  /** Frees the open chunk; newest time and value stay. */
  drop(ref: number): void {
    const slot = this.#rows.word(ref, W_SLOT);
    if (slot === 0) return;
    this.#slots.free(slot);
    this.#rows.setWord(ref, W_SLOT, 0);
    this.#rows.setWord(ref, W_BITS, HEADER_BITS);
    this.#rows.setWord(ref, W_STATE, 0);
  }
}

function trailingZeros(word: number): number {
  return 31 - Math.clz32(word & -word);
}

/**
 * Writes the low `count` (1..32) bits of `value` at bit `bit` and returns the bit behind. The rest of the last byte is
 * cleared, whatever stood there, so that slots need not be.
 */
function putBits(bytes: Uint8Array, bit: number, value: number, count: number): number {
  let at = bit >>> 3;
  let room = 8 - (bit & 7);
  let left = count;
  if (room < 8) {
    if (left <= room) {
      bytes[at] = bytes[at]! | ((value << (room - left)) & ((1 << room) - 1));
      return bit + count;
    }
    left -= room;
    bytes[at] = bytes[at]! | ((value >>> left) & ((1 << room) - 1));
    at++;
  }
  room = 8;
  while (left > 8) {
    left -= 8;
    bytes[at++] = value >>> left;
  }
  bytes[at] = value << (8 - left);
  return bit + count;
}

/** The bits of `high:low` that the window shows. */
function putWindow(bytes: Uint8Array, bit: number, high: number, low: number, window: number): number {
  const leading = (window >>> 24) & 0xff;
  const trailing = (window >>> 16) & 0xff;
  const significant = 64 - leading - trailing;
  if (trailing >= 32) return putBits(bytes, bit, high >>> (trailing - 32), significant);
  // leading is at most 31, so that the high word always shows at least one bit.
  const highBits = 32 - leading;
  const lowBits = 32 - trailing;
  const next = putBits(bytes, bit, high, highBits);
  return putBits(bytes, next, low >>> trailing, lowBits);
}

function putFirstDelta(bytes: Uint8Array, bit: number, delta: number): number {
  let at = bit;
  let rest = delta;
  while (rest >= 0x80) {
    at = putBits(bytes, at, (rest % 128) | 0x80, 8);
    rest = Math.floor(rest / 128);
  }
  return putBits(bytes, at, rest, 8);
}

function putDeltaOfDelta(bytes: Uint8Array, bit: number, value: number): number {
  if (value === 0) return putBits(bytes, bit, 0, 1);
  if (value > -8192 && value <= 8192) return putBits(bytes, bit, (2 << 14) | (value & 0x3fff), 16);
  if (value > -65536 && value <= 65536) return putBits(bytes, bit, (6 << 17) | (value & 0x1ffff), 20);
  if (value > -524288 && value <= 524288) return putBits(bytes, bit, (14 << 20) | (value & 0xfffff), 24);
  const high = Math.floor(value / 2 ** 32);
  let at = putBits(bytes, bit, 15, 4);
  at = putBits(bytes, at, high >>> 0, 32);
  return putBits(bytes, at, value - high * 2 ** 32, 32);
}
