/** Sizes up to this are kept for the next use, bytes. */
const MAX_KEPT_BYTES = 4 << 20;

/** Memory that is used again and again by work that never waits in between, so that it is not allocated each time. */
export class Scratch {
  #bytes = new Uint8Array(0);

  /** So many bytes of any content, valid until the next call. */
  take(sizeBytes: number): Uint8Array {
    if (sizeBytes > MAX_KEPT_BYTES) return new Uint8Array(sizeBytes);
    if (this.#bytes.length < sizeBytes) this.#bytes = new Uint8Array(Math.min(MAX_KEPT_BYTES, sizeBytes * 2));
    return this.#bytes.subarray(0, sizeBytes);
  }
}
