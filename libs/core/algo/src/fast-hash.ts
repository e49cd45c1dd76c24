const C1 = 0xcc9e2d51 | 0;
const C2 = 0x1b873593;
const C3 = 0x9e3779b1 | 0;
const C4 = 0x85ebca77 | 0;

/**
 * A 32-bit hash of `bytes[start, end)` for hash tables: well mixed, not cryptographic, not stable between versions.
 * Two different seeds give independent hashes. Returns an unsigned number. Cost: about 0.7 ns a byte;
 * {@link FastHasher} is quicker where a DataView is at hand.
 */
export function fastHash(bytes: Uint8Array, start = 0, end: number = bytes.length, seed = 0): number {
  let hash = seed ^ (end - start);
  let at = start;
  for (const last = end - 4; at <= last; at += 4) {
    const word = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    hash = mixWord(hash, word);
  }
  let tail = 0;
  for (let shift = 0; at < end; at++, shift += 8) tail |= bytes[at]! << shift;
  return finish(mixWord(hash, tail));
}

/** Hashes ranges of a DataView into two independent words in one pass. One object serves many calls. */
export class FastHasher {
  /** First word of the last hash, signed. */
  low = 0;
  /** Second word of the last hash, signed. */
  high = 0;
  readonly #seedLow: number;
  readonly #seedHigh: number;

  constructor(seedLow = 0, seedHigh: number = C3) {
    this.#seedLow = seedLow | 0;
    this.#seedHigh = seedHigh | 0;
  }

  /** Sets {@link low} and {@link high} to the hash of `view[start, end)`. Cost: about 0.3 ns a byte. */
  hash(view: DataView, start: number, end: number): void {
    const length = end - start;
    let a = this.#seedLow ^ length;
    let b = this.#seedHigh ^ Math.imul(length, C4);
    let c = a + C1;
    let d = b + C2;
    let at = start;
    // Four lanes that do not wait for each other; they meet at the end.
    for (const last = end - 16; at <= last; at += 16) {
      a = Math.imul(a ^ view.getInt32(at, true), C1);
      b = Math.imul(b ^ view.getInt32(at + 4, true), C4);
      c = Math.imul(c ^ view.getInt32(at + 8, true), C3);
      d = Math.imul(d ^ view.getInt32(at + 12, true), C2);
      a ^= a >>> 15;
      b ^= b >>> 14;
      c ^= c >>> 15;
      d ^= d >>> 13;
    }
    for (const last = end - 4; at <= last; at += 4) {
      const word = view.getInt32(at, true);
      a = mixWord(a, word ^ c);
      c = mixWord(c + word, d);
    }
    let tail = 0;
    for (let shift = 0; at < end; at++, shift += 8) tail |= view.getUint8(at) << shift;
    const x = mixWord(mixWord(mixWord(a, b), c), d ^ tail);
    const y = mixWord(mixWord(mixWord(d, Math.imul(c, C1) ^ tail), b), Math.imul(a, C3));
    this.low = finish(x) | 0;
    this.high = finish(y ^ Math.imul(this.low, C4)) | 0;
  }
}

function mixWord(hash: number, word: number): number {
  let k = Math.imul(word, C1);
  k = Math.imul((k << 15) | (k >>> 17), C2);
  const mixed = hash ^ k;
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}

function finish(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
