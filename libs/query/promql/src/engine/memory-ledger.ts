import { memoryLimitError } from './query-error.ts';

/** Estimated bytes that one query holds, with a limit that ends the query before the memory is taken. */
export class MemoryLedger {
  readonly #limitBytes: number;
  #heldBytes = 0;
  #peakBytes = 0;

  /** `limitBytes` 0 means no limit. */
  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** Highest number of bytes held at one time. */
  get peakBytes(): number {
    return this.#peakBytes;
  }

  /** Takes bytes; throws a QueryError when the limit would be passed. */
  reserve(bytes: number): void {
    const held = this.#heldBytes + bytes;
    if (this.#limitBytes > 0 && held > this.#limitBytes) throw memoryLimitError(this.#limitBytes);
    this.#heldBytes = held;
    if (held > this.#peakBytes) this.#peakBytes = held;
  }

  /** Gives bytes back. */
  release(bytes: number): void {
    this.#heldBytes -= bytes;
  }
}
