/** Smallest piece that is made, bytes. */
const MIN_BYTES = 64 << 10;
/** Larger pieces are made anew each time, bytes. */
const MAX_POOLED_BYTES = 4 << 20;

/**
 * Memory that is used again, for bytes that live as long as one request: what is made anew for each costs zeroing, page faults and
 * collections. Not shared between threads.
 */
export class BufferPool {
  readonly #maxFreeBytes: number;
  /** Each a whole buffer; the one given last stands last. */
  readonly #free: Uint8Array[] = [];
  #freeBytes = 0;

  /** `maxFreeBytes`: what is kept at most while it is not used. */
  constructor(maxFreeBytes: number = 8 << 20) {
    this.#maxFreeBytes = maxFreeBytes;
  }

  /** Bytes kept for later. */
  get freeBytes(): number {
    return this.#freeBytes;
  }

  /** Bytes of this size with any content, the caller's until they are given back. Cost: O(pieces kept), no zeroing for a kept one. */
  take(sizeBytes: number): Uint8Array {
    for (let i = this.#free.length - 1; i >= 0; i--) {
      const piece = this.#free[i]!;
      if (piece.length < sizeBytes) continue;
      this.#free.splice(i, 1);
      this.#freeBytes -= piece.length;
      return piece.subarray(0, sizeBytes);
    }
    if (sizeBytes > MAX_POOLED_BYTES) return new Uint8Array(sizeBytes);
    return new Uint8Array(2 ** Math.ceil(Math.log2(Math.max(sizeBytes, MIN_BYTES)))).subarray(0, sizeBytes);
  }

  /** Takes back what {@link take} gave: once, when nobody looks at it any more. Too much is left to the garbage collector. */
  give(bytes: Uint8Array): void {
    const piece = new Uint8Array(bytes.buffer);
    if (piece.length > MAX_POOLED_BYTES || this.#freeBytes + piece.length > this.#maxFreeBytes) return;
    this.#free.push(piece);
    this.#freeBytes += piece.length;
  }
}
