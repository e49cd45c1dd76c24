import { isStaleWords, type SampleColumns, STALE_NAN_HIGH, STALE_NAN_LOW } from '@telamon/model';
import { CorruptError } from '../format-error.ts';
import { BitReader } from './bit-reader.ts';
import { StartTimeReader } from './start-time.ts';

const HEADER_BYTES = 3;
const NO_WINDOW = 0xff;

/** Value state of an XOR2 chunk: the last value that was no staleness marker, and the window of its last change. */
class Xor2Value {
  low = 0;
  high = 0;
  #baseLow = 0;
  #baseHigh = 0;
  #leading = NO_WINDOW;
  #trailing = 0;

  first(reader: BitReader): void {
    const high = reader.readBits(32) | 0;
    const low = reader.readBits(32) | 0;
    if (isStaleWords(low, high)) this.stale();
    else this.#setBase(high, low);
  }

  same(): void {
    this.high = this.#baseHigh;
    this.low = this.#baseLow;
  }

  stale(): void {
    this.high = STALE_NAN_HIGH;
    this.low = STALE_NAN_LOW;
  }

  /** After a prefix that told a change of time: `0` same, `10` last window, `110` new window, `111` stale. */
  readAny(reader: BitReader): void {
    const ones = Math.min(Math.clz32(~reader.peek()), 3);
    reader.skip(Math.min(ones + 1, 3));
    if (ones === 0) this.same();
    else if (ones === 1) this.#readBits(reader);
    else if (ones === 2) this.#readWindow(reader);
    else this.stale();
  }

  /** After the prefix `10`: `0` last window, `1` new window. */
  readChanged(reader: BitReader): void {
    if (reader.readBit() === 0) this.#readBits(reader);
    else this.#readWindow(reader);
  }

  #readWindow(reader: BitReader): void {
    this.#leading = reader.readBits(5);
    const significant = reader.readBits(6) || 64;
    this.#trailing = 64 - this.#leading - significant;
    if (this.#trailing < 0) throw new CorruptError('XOR window is wider than a value');
    this.#readBits(reader);
  }

  #readBits(reader: BitReader): void {
    if (this.#leading === NO_WINDOW) throw new CorruptError('XOR window is used before it is set');
    const trailing = this.#trailing;
    const significant = 64 - this.#leading - trailing;
    const high = significant > 32 ? reader.readBits(significant - 32) : 0;
    const low = reader.readBits(Math.min(significant, 32));
    if (trailing >= 32) this.#setBase(this.#baseHigh ^ (low << (trailing - 32)), this.#baseLow);
    else {
      const upper = trailing === 0 ? high : (high << trailing) | (low >>> (32 - trailing));
      this.#setBase(this.#baseHigh ^ upper, this.#baseLow ^ (low << trailing));
    }
  }

  #setBase(high: number, low: number): void {
    this.high = this.#baseHigh = high;
    this.low = this.#baseLow = low;
  }
}

/**
 * Decodes a float chunk with optional start times (encoding 4) and appends the samples with fromMs <= t <= toMs.
 *
 * ```
 * ┌───────────┬──────────┬──────────┬──────────┬──────────────┬────────────┬──────────────┬─────────────
 * │ count u16 │ start u8 │ t varint │ value 64 │ start varint │ Δt uvarint │ value, start │ sample 2 ...
 * └───────────┴──────────┴──────────┴──────────┴──────────────┴────────────┴──────────────┴─────────────
 * sample >= 2:  0 same Δt, same value        10 same Δt, new value      110 ΔΔt in 13 bits
 *               1110 ΔΔt in 20 bits          11110 ΔΔt in 64 bits       11111 same Δt, stale marker
 * ```
 * ΔΔt is plain two's complement. Start times: see {@link StartTimeReader}. Throws {@link CorruptError}.
 */
export function decodeXor2(data: Uint8Array, fromMs: number, toMs: number, into: SampleColumns): void {
  if (data.length < HEADER_BYTES) throw new CorruptError('chunk is shorter than its header');
  const count = (data[0]! << 8) | data[1]!;
  const starts = new StartTimeReader(data[2]!);
  const reader = new BitReader(data, HEADER_BYTES);
  if (count > reader.remainingBits) throw new CorruptError('chunk is cut short');
  const value = new Xor2Value();
  let timeMs = 0;
  let delta = 0;
  for (let i = 0; i < count; i++) {
    const before = timeMs;
    if (i === 0) {
      timeMs = reader.readVarint();
      value.first(reader);
    } else {
      delta = i === 1 ? readSecond(reader, value) : delta + readJoint(reader, value);
      timeMs += delta;
      if (!(timeMs > before)) throw new CorruptError('samples of a chunk do not ascend in time');
    }
    starts.read(reader, i, timeMs, before);
    if (timeMs > toMs) return;
    if (timeMs < fromMs) continue;
    into.pushWords(timeMs, value.low, value.high);
    if (starts.startTimeMs !== 0) into.setStartTime(starts.startTimeMs);
  }
}

function readSecond(reader: BitReader, value: Xor2Value): number {
  const delta = reader.readUvarint();
  value.readAny(reader);
  return delta;
}

/** Reads prefix and value of a sample from index 2 on; returns the delta of the delta. */
function readJoint(reader: BitReader, value: Xor2Value): number {
  const ones = Math.min(Math.clz32(~reader.peek()), 5);
  reader.skip(Math.min(ones + 1, 5));
  if (ones === 0) value.same();
  else if (ones === 1) value.readChanged(reader);
  else if (ones === 5) value.stale();
  else {
    const deltaOfDelta = readDeltaOfDelta(reader, ones);
    value.readAny(reader);
    return deltaOfDelta;
  }
  return 0;
}

function readDeltaOfDelta(reader: BitReader, ones: number): number {
  if (ones === 4) return reader.readInt64();
  const bits = ones === 2 ? 13 : 20;
  const raw = reader.readBits(bits);
  return raw >= 1 << (bits - 1) ? raw - (1 << bits) : raw;
}
