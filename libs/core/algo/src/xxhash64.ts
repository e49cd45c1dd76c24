/**
 * xxHash64 of `bytes[start, end)`, seed 0, as an unsigned bigint. Format source: the xxHash specification.
 * Cost: about 3 ns a byte; {@link xxhash64Words} spares the bigint.
 */
export function xxhash64(bytes: Uint8Array, start = 0, end: number = bytes.length): bigint {
  const words = new Int32Array(2);
  xxhash64Words(bytes, start, end, words);
  return (BigInt(words[1]! >>> 0) << 32n) | BigInt(words[0]! >>> 0);
}

/** As {@link xxhash64}, into `out[0]` (low 32 bits) and `out[1]` (high 32 bits). */
export function xxhash64Words(bytes: Uint8Array, start: number, end: number, out: Int32Array): void {
  const length = end - start;
  const state = new Word64();
  let at = start;
  if (length >= 32) at = hashStripes(bytes, at, end, state);
  else state.set(P5_HIGH, P5_LOW);
  state.add(0, length);
  for (; at + 8 <= end; at += 8) {
    const lane = new Word64(u32(bytes, at + 4), u32(bytes, at));
    lane.round();
    state.xor(lane.high, lane.low);
    state.rotate(27);
    state.multiply(P1_HIGH, P1_LOW);
    state.add(P4_HIGH, P4_LOW);
  }
  if (at + 4 <= end) {
    const lane = new Word64(0, u32(bytes, at));
    lane.multiply(P1_HIGH, P1_LOW);
    state.xor(lane.high, lane.low);
    state.rotate(23);
    state.multiply(P2_HIGH, P2_LOW);
    state.add(P3_HIGH, P3_LOW);
    at += 4;
  }
  for (; at < end; at++) {
    const lane = new Word64(0, bytes[at]!);
    lane.multiply(P5_HIGH, P5_LOW);
    state.xor(lane.high, lane.low);
    state.rotate(11);
    state.multiply(P1_HIGH, P1_LOW);
  }
  avalanche(state);
  out[0] = state.low;
  out[1] = state.high;
}

const P1_HIGH = 0x9e3779b1 | 0;
const P1_LOW = 0x85ebca87 | 0;
const P2_HIGH = 0xc2b2ae3d | 0;
const P2_LOW = 0x27d4eb4f;
const P3_HIGH = 0x165667b1;
const P3_LOW = 0x9e3779f9 | 0;
const P4_HIGH = 0x85ebca77 | 0;
const P4_LOW = 0xc2b2ae63 | 0;
const P5_HIGH = 0x27d4eb2f;
const P5_LOW = 0x165667c5;

/** A 64-bit integer modulo 2^64 in two signed words; the engine keeps short-lived ones off the heap. */
class Word64 {
  high: number;
  low: number;

  constructor(high = 0, low = 0) {
    this.high = high;
    this.low = low;
  }

  set(high: number, low: number): void {
    this.high = high;
    this.low = low;
  }

  add(high: number, low: number): void {
    const sum = (this.low >>> 0) + (low >>> 0);
    this.high = (this.high + high + (sum >= 4294967296 ? 1 : 0)) | 0;
    this.low = sum | 0;
  }

  xor(high: number, low: number): void {
    this.high ^= high;
    this.low ^= low;
  }

  /** Rotates left by 1..31. */
  rotate(bits: number): void {
    const { high, low } = this;
    this.high = (high << bits) | (low >>> (32 - bits));
    this.low = (low << bits) | (high >>> (32 - bits));
  }

  multiply(high: number, low: number): void {
    const a = this.low & 0xffff;
    const b = this.low >>> 16;
    const c = low & 0xffff;
    const d = low >>> 16;
    const bottom = a * c;
    const cross = b * c + (bottom >>> 16);
    const middle = a * d + (cross & 0xffff);
    // b * d + both carries stays below 2^53.
    const carry = b * d + Math.floor(cross / 65536) + Math.floor(middle / 65536);
    this.high = (carry + Math.imul(this.high, low) + Math.imul(this.low, high)) | 0;
    this.low = (middle << 16) | (bottom & 0xffff);
  }

  /** `rotl(value * prime2, 31) * prime1`. */
  round(): void {
    this.multiply(P2_HIGH, P2_LOW);
    this.rotate(31);
    this.multiply(P1_HIGH, P1_LOW);
  }
}

function hashStripes(bytes: Uint8Array, start: number, end: number, state: Word64): number {
  const lanes = [new Word64(), new Word64(P2_HIGH, P2_LOW), new Word64(), new Word64()];
  lanes[0]!.set(P1_HIGH, P1_LOW);
  lanes[0]!.add(P2_HIGH, P2_LOW);
  lanes[3]!.add(~P1_HIGH, ~P1_LOW);
  lanes[3]!.add(0, 1);
  let at = start;
  for (; at + 32 <= end; at += 32) {
    for (let i = 0; i < 4; i++) {
      const input = new Word64(u32(bytes, at + 8 * i + 4), u32(bytes, at + 8 * i));
      input.multiply(P2_HIGH, P2_LOW);
      const lane = lanes[i]!;
      lane.add(input.high, input.low);
      lane.rotate(31);
      lane.multiply(P1_HIGH, P1_LOW);
    }
  }
  for (const [i, bits] of [1, 7, 12, 18].entries()) {
    const copy = new Word64(lanes[i]!.high, lanes[i]!.low);
    copy.rotate(bits);
    state.add(copy.high, copy.low);
  }
  for (const lane of lanes) {
    lane.round();
    state.xor(lane.high, lane.low);
    state.multiply(P1_HIGH, P1_LOW);
    state.add(P4_HIGH, P4_LOW);
  }
  return at;
}

function avalanche(state: Word64): void {
  state.xor(0, state.high >>> 1);
  state.multiply(P2_HIGH, P2_LOW);
  // value ^ value >> 29
  state.xor(state.high >>> 29, (state.low >>> 29) | (state.high << 3));
  state.multiply(P3_HIGH, P3_LOW);
  state.xor(0, state.high);
}

function u32(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}
