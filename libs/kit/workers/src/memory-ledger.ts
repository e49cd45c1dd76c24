import { TelamonError } from '@telamon/model';
import type { MemoryLimit } from './messages.ts';

/**
 * What a job says it holds in memory. JavaScript cannot be asked, so whoever allocates in proportion to data charges here first and releases when
 * it lets go.
 */
export class MemoryLedger {
  readonly #limit: MemoryLimit;
  #usedBytes = 0;
  #peakBytes = 0;

  constructor(limit: MemoryLimit) {
    this.#limit = limit;
  }

  /** Infinity: none. */
  get limitBytes(): number {
    return this.#limit.bytes;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  get peakBytes(): number {
    return this.#peakBytes;
  }

  /** Takes bytes; call before allocating. @throws TelamonError 422 naming the limit, having taken nothing. */
  charge(bytes: number): void {
    if (!(bytes >= 0)) throw new Error(`charge of ${bytes} bytes`);
    const used = this.#usedBytes + bytes;
    if (used > this.#limit.bytes) {
      const text = `out of memory for this request: ${used} bytes are needed and the limit is ${this.#limit.bytes} (${this.#limit.name})`;
      throw new TelamonError(text, { status: 422, id: 'err-telamon-memory-limit', isRetryable: false });
    }
    this.#usedBytes = used;
    if (used > this.#peakBytes) this.#peakBytes = used;
  }

  /** Gives bytes back. Throws when more than were taken (programmer error). */
  release(bytes: number): void {
    if (!(bytes >= 0) || bytes > this.#usedBytes) throw new Error(`release of ${bytes} of ${this.#usedBytes} bytes`);
    this.#usedBytes -= bytes;
  }
}
