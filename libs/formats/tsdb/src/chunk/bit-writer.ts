/** 2^32, the weight of the upper word of a 64-bit number. */
const WORD = 4294967296;

/**
 * Appends bits, most significant first, to a buffer that grows by doubling. Every byte behind the last written bit that
 * shares a byte with it is zero, so {@link bytes} is a valid stream after every write.
 */
export class BitWriter {
  #buffer: Uint8Array;
  #bitLength: number;

  /** Starts behind `headerBytes` zero bytes. */
  constructor(headerBytes: number, capacityBytes: number = 64) {
    this.#buffer = new Uint8Array(Math.max(capacityBytes, headerBytes + 16));
    this.#bitLength = headerBytes * 8;
  }

  /** Bytes written so far, the last one perhaps in part. */
  get sizeBytes(): number {
    return (this.#bitLength + 7) >>> 3;
  }

  /** View of what was written; valid until the next write, later writes may change its last byte. */
  bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.sizeBytes);
  }

  /** Overwrites a header byte (`at` < the constructor's headerBytes). */
  setByte(at: number, value: number): void {
    this.#buffer[at] = value;
  }

  /** Reads a byte back. */
  byteAt(at: number): number {
    return this.#buffer[at]!;
  }

  /** Appends the `count` (1..32) lowest bits of `value`. Amortised O(1). */
  writeBits(value: number, count: number): void {
    const position = this.#bitLength;
    if (position + 64 > this.#buffer.length * 8) this.#grow();
    const buffer = this.#buffer;
    const shift = position & 7;
    let at = position >>> 3;
    let rest = value << (32 - count);
    if (shift === 0) buffer[at] = rest >>> 24;
    else buffer[at]! |= rest >>> (24 + shift);
    rest <<= 8 - shift;
    this.#bitLength = position + count;
    for (let left = count - 8 + shift; left > 0; left -= 8) {
      buffer[++at] = rest >>> 24;
      rest <<= 8;
    }
  }

  /** Appends 64 bits given as two words. */
  writeWords(high: number, low: number): void {
    this.writeBits(high, 32);
    this.writeBits(low, 32);
  }

  /** Appends the 64-bit two's complement of a safe integer. */
  writeInt64(value: number): void {
    this.writeWords(Math.floor(value / WORD), value);
  }

  /** Appends an unsigned LEB128 number (safe integer >= 0). */
  writeUvarint(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.writeBits((rest % 0x80) | 0x80, 8);
      rest = Math.floor(rest / 0x80);
    }
    this.writeBits(rest, 8);
  }

  /** Appends a zigzag LEB128 number; |value| < 2^52. */
  writeVarint(value: number): void {
    this.writeUvarint(value < 0 ? -2 * value - 1 : 2 * value);
  }

  #grow(): void {
    const grown = new Uint8Array(this.#buffer.length * 2);
    grown.set(this.#buffer);
    this.#buffer = grown;
  }
}
