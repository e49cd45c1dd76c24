import { isStaleWords } from '@telamon/model';
import { BitWriter } from './bit-writer.ts';
import { MAX_SAMPLES_PER_CHUNK } from './chunk-encoding.ts';
import { writeVarbitInt } from './varbit.ts';
import { leadingZeros, trailingZeros, writeWindow } from './xor-column.ts';

const HEADER_BYTES = 3;
const START_AT = 2;
/** Highest sample index that the header can name as the first change of the start time. */
const MAX_CHANGE_INDEX = 127;

/** Writes a float chunk with start times (encoding 4), byte for byte as Prometheus does; see `decodeXor2` for the layout. */
export class Xor2Appender {
  readonly #writer: BitWriter;
  readonly #window: { leading: number; trailing: number } = { leading: 0xff, trailing: 0 };
  #count = 0;
  #minTimeMs = 0;
  #timeMs = Number.NEGATIVE_INFINITY;
  #delta = 0;
  /** The last value that was no staleness marker. */
  #low = 0;
  #high = 0;
  #startTimeMs = 0;
  /** Time of the sample before less its start time, as last written. */
  #startDifference = 0;
  /** Index of the sample at which the start time first changed, 0 = not yet. */
  #changeAt = 0;

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

  /**
   * Appends a sample given as two words, newer than all before. `startTimeMs` 0 = unknown. Throws an assertion when the time
   * does not ascend or the chunk is full.
   */
  appendWords(timeMs: number, lowWord: number, highWord: number, startTimeMs: number): void {
    const low = lowWord | 0;
    const high = highWord | 0;
    if (!(timeMs > this.#timeMs)) throw new Error(`XOR2 chunk: time ${timeMs} is not after ${this.#timeMs}`);
    if (this.#count === MAX_SAMPLES_PER_CHUNK) throw new Error('XOR2 chunk: full');
    const isStale = isStaleWords(low, high);
    if (this.#count === 0) this.#appendFirst(timeMs, low, high, startTimeMs);
    else {
      const delta = timeMs - this.#timeMs;
      if (this.#count === 1) {
        this.#writer.writeUvarint(delta);
        this.#writeAny(low, high, isStale);
      } else this.#writeJoint(delta - this.#delta, low, high, isStale);
      this.#delta = delta;
      this.#writeStartTime(startTimeMs);
    }
    if (!isStale) {
      this.#low = low;
      this.#high = high;
    }
    this.#startTimeMs = startTimeMs;
    this.#timeMs = timeMs;
    this.#count++;
    this.#writer.setByte(0, this.#count >>> 8);
    this.#writer.setByte(1, this.#count & 0xff);
  }

  #appendFirst(timeMs: number, low: number, high: number, startTimeMs: number): void {
    this.#minTimeMs = timeMs;
    this.#writer.writeVarint(timeMs);
    this.#writer.writeWords(high, low);
    if (startTimeMs === 0) return;
    this.#writer.writeVarint(timeMs - startTimeMs);
    this.#writer.setByte(START_AT, 0x80);
  }

  #writeStartTime(startTimeMs: number): void {
    const difference = this.#timeMs - startTimeMs;
    if (this.#changeAt > 0) writeVarbitInt(this.#writer, difference - this.#startDifference);
    else if (startTimeMs !== this.#startTimeMs || this.#count === MAX_CHANGE_INDEX) {
      this.#changeAt = this.#count;
      this.#writer.setByte(START_AT, this.#writer.byteAt(START_AT) | this.#count);
      writeVarbitInt(this.#writer, difference);
    } else return;
    this.#startDifference = difference;
  }

  #writeJoint(deltaOfDelta: number, low: number, high: number, isStale: boolean): void {
    const writer = this.#writer;
    if (deltaOfDelta === 0) {
      if (isStale) writer.writeBits(0b11111, 5);
      else if (low === this.#low && high === this.#high) writer.writeBits(0, 1);
      else {
        writer.writeBits(0b10, 2);
        this.#writeDifference(low, high, { reuse: 0b0, fresh: 0b1, prefixBits: 1 });
      }
      return;
    }
    if (deltaOfDelta >= -4096 && deltaOfDelta <= 4095) writer.writeBits((0b110 << 13) | (deltaOfDelta & 0x1fff), 16);
    else if (deltaOfDelta >= -524288 && deltaOfDelta <= 524287) writer.writeBits((0b1110 << 20) | (deltaOfDelta & 0xfffff), 24);
    else {
      writer.writeBits(0b11110, 5);
      writer.writeInt64(deltaOfDelta);
    }
    this.#writeAny(low, high, isStale);
  }

  #writeAny(low: number, high: number, isStale: boolean): void {
    if (isStale) this.#writer.writeBits(0b111, 3);
    else if (low === this.#low && high === this.#high) this.#writer.writeBits(0, 1);
    else this.#writeDifference(low, high, { reuse: 0b10, fresh: 0b110, prefixBits: 2 });
  }

  /** `prefixBits` is that of the reuse prefix; the fresh one is as long for V2 and a bit longer for V3. */
  #writeDifference(newLow: number, newHigh: number, codes: { reuse: number; fresh: number; prefixBits: number }): void {
    const low = newLow ^ this.#low;
    const high = newHigh ^ this.#high;
    const leading = leadingZeros(high);
    const trailing = trailingZeros(high, low);
    const window = this.#window;
    if (window.leading !== 0xff && leading >= window.leading && trailing >= window.trailing) {
      this.#writer.writeBits(codes.reuse, codes.prefixBits);
    } else {
      window.leading = leading;
      window.trailing = trailing;
      this.#writer.writeBits(codes.fresh, codes.prefixBits === 1 ? 1 : 3);
      this.#writer.writeBits((leading << 6) | ((64 - leading - trailing) & 63), 11);
    }
    writeWindow(this.#writer, high, low, window);
  }
}
