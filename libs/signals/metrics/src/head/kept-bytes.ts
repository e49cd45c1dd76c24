const FIRST_BYTES = 1 << 16;

/**
 * Copies of bytes that must outlast the turn of the event loop, behind one another: a copy costs a view, not a buffer of its own. What
 * {@link keep} returned is valid until {@link clear}.
 */
export class KeptBytes {
  #bytes: Uint8Array = new Uint8Array(0);
  #length = 0;

  /** Copies bytes. */
  keep(bytes: Uint8Array): Uint8Array {
    const at = this.#length;
    const end = at + bytes.length;
    if (end > this.#bytes.length) return this.#keepInMore(bytes);
    this.#bytes.set(bytes, at);
    this.#length = end;
    // Faster than subarray, which looks for a constructor of its own.
    return new Uint8Array(this.#bytes.buffer, at, bytes.length);
  }

  /** Forgets the copies; their memory is used again. */
  clear(): void {
    this.#length = 0;
  }

  /** The memory before stays with those who hold views of it. */
  #keepInMore(bytes: Uint8Array): Uint8Array {
    this.#bytes = new Uint8Array(Math.max(FIRST_BYTES, 2 * this.#bytes.length, bytes.length));
    this.#length = 0;
    return this.keep(bytes);
  }
}
