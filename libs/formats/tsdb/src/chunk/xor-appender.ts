import { BitWriter } from './bit-writer.ts';
import { MAX_SAMPLES_PER_CHUNK } from './chunk-encoding.ts';
import { leadingZeros, trailingZeros, writeWindow } from './xor-column.ts';

const HEADER_BYTES = 2;
const scratch = new Float64Array(1);
const scratchWords = new Int32Array(scratch.buffer);

/**
 * Writes a float chunk (encoding 1), byte for byte as Prometheus does.
 *
 * ```
 * ┌───────────┬──────────┬────────────┬─────────────┬───────────┬───────────┬─────────┬─────
 * │ count u16 │ t varint │ value 64   │ Δt uvarint  │ XOR value │ ΔΔt       │ XOR val │ ...
 * └───────────┴──────────┴────────────┴─────────────┴───────────┴───────────┴─────────┴─────
 *               sample 0                sample 1                  sample 2 and on
 * ΔΔt:   0 → 0      14 bits → 10      17 bits → 110      20 bits → 1110      64 bits → 1111
 *        n bits hold -(2^(n-1)-1) .. 2^(n-1)
 * value: 0 same     10 bits in the last window     11 leading(5) significant(6) bits
 * ```
 */
export class XorAppender {
  readonly #writer: BitWriter;
  #count = 0;
  #minTimeMs = 0;
  #timeMs = Number.NEGATIVE_INFINITY;
  #delta = 0;
  #low = 0;
  #high = 0;
  /** 0xff: no window yet. */
  readonly #window: { leading: number; trailing: number } = { leading: 0xff, trailing: 0 };

  constructor(capacityBytes: number = 64) {
    this.#writer = new BitWriter(HEADER_BYTES, capacityBytes);
  }

  /** Samples so far. */
  get sampleCount(): number {
    return this.#count;
  }

  /** Bytes so far; what `bytes().length` would be. */
  get sizeBytes(): number {
    return this.#writer.sizeBytes;
  }

  /** Time of the first sample; meaningless when empty. */
  get minTimeMs(): number {
    return this.#minTimeMs;
  }

  /** Time of the newest sample, -Infinity when empty. */
  get maxTimeMs(): number {
    return this.#timeMs;
  }

  /** The chunk so far: a view that later appends may outdate. Copy it to keep it. */
  bytes(): Uint8Array {
    return this.#writer.bytes();
  }

  /** Low word of the newest value. */
  get lastLow(): number {
    return this.#low;
  }

  /** High word of the newest value. */
  get lastHigh(): number {
    return this.#high;
  }

  /** Appends a sample newer than all before. NaN payloads survive as far as the caller's number kept them. */
  append(timeMs: number, value: number): void {
    scratch[0] = value;
    this.appendWords(timeMs, scratchWords[0]!, scratchWords[1]!);
  }

  /** Appends a sample given as two words. Throws an assertion when the time does not ascend or the chunk is full. */
  appendWords(timeMs: number, low: number, high: number): void {
    if (!(timeMs > this.#timeMs)) throw new Error(`XOR chunk: time ${timeMs} is not after ${this.#timeMs}`);
    if (this.#count === MAX_SAMPLES_PER_CHUNK) throw new Error('XOR chunk: full');
    const writer = this.#writer;
    if (this.#count === 0) {
      writer.writeVarint(timeMs);
      writer.writeWords(high, low);
      this.#minTimeMs = timeMs;
    } else {
      const delta = timeMs - this.#timeMs;
      if (this.#count === 1) writer.writeUvarint(delta);
      else writeDeltaOfDelta(writer, delta - this.#delta);
      this.#delta = delta;
      this.#writeValue(low, high);
    }
    this.#timeMs = timeMs;
    this.#low = low;
    this.#high = high;
    this.#count++;
    writer.setByte(0, this.#count >>> 8);
    writer.setByte(1, this.#count & 0xff);
  }

  #writeValue(newLow: number, newHigh: number): void {
    const low = newLow ^ this.#low;
    const high = newHigh ^ this.#high;
    const writer = this.#writer;
    if (low === 0 && high === 0) {
      writer.writeBits(0, 1);
      return;
    }
    const window = this.#window;
    const leading = leadingZeros(high);
    const trailing = trailingZeros(high, low);
    if (window.leading !== 0xff && leading >= window.leading && trailing >= window.trailing) {
      writer.writeBits(2, 2);
    } else {
      window.leading = leading;
      window.trailing = trailing;
      writer.writeBits((3 << 11) | (leading << 6) | ((64 - leading - trailing) & 63), 13);
    }
    writeWindow(writer, high, low, window);
  }
}

function writeDeltaOfDelta(writer: BitWriter, value: number): void {
  if (value === 0) writer.writeBits(0, 1);
  else if (value > -8192 && value <= 8192) writer.writeBits((2 << 14) | (value & 0x3fff), 16);
  else if (value > -65536 && value <= 65536) writer.writeBits((6 << 17) | (value & 0x1ffff), 20);
  else if (value > -524288 && value <= 524288) writer.writeBits((14 << 20) | (value & 0xfffff), 24);
  else {
    writer.writeBits(15, 4);
    writer.writeInt64(value);
  }
}
