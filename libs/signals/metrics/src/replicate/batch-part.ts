import type { ReplicaBatch } from '@telamon/contract';
import type { ForwardBatch } from './forward-batch.ts';

/**
 * Most bytes of series that are written together: a call is then short enough for its deadline and for the event loops at both ends.
 * A single series may be larger.
 */
export const PART_BYTES: number = 2 << 20;

/** Some neighbouring items of a batch as a batch of their own. */
export class BatchPart implements ReplicaBatch {
  readonly tokens: Uint32Array;
  readonly #batch: ForwardBatch;
  readonly #from: number;
  #whole: Uint8Array | undefined;

  constructor(batch: ForwardBatch, from: number, to: number) {
    this.#batch = batch;
    this.#from = from;
    this.tokens = batch.tokens.subarray(from, to);
  }

  encode(items: readonly number[]): Uint8Array {
    const isWhole = items.length === this.tokens.length;
    if (isWhole && this.#whole !== undefined) return this.#whole;
    const message = this.#batch.encode(this.#ofBatch(items));
    if (isWhole) this.#whole = message;
    return message;
  }

  readReply(reply: Uint8Array, items: readonly number[]): readonly number[] {
    return this.#batch.readReply(reply, this.#ofBatch(items)).map((item) => item - this.#from);
  }

  #ofBatch(items: readonly number[]): readonly number[] {
    return this.#from === 0 ? items : items.map((item) => item + this.#from);
  }
}
