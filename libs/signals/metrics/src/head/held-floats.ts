import { SampleColumns } from '@telamon/model';
import { decodeChunk, ENCODING_XOR } from '@telamon/tsdb';
import type { HeadState } from './head-state.ts';
import { W_SLOT } from './series-rows.ts';

/**
 * Tells exact repeats of older samples, which senders produce when they did not hear the answer to a request. Looks at open
 * chunks only. Decodes a chunk once for all questions about one series between two calls of {@link forget}.
 */
export class HeldFloats {
  readonly #state: HeadState;
  #columns: SampleColumns | undefined;
  #ref = 0;

  constructor(state: HeadState) {
    this.#state = state;
  }

  /** The next question decodes anew. */
  forget(): void {
    this.#ref = 0;
  }

  /** Whether the series' open chunk holds exactly this float. */
  holds(ref: number, timeMs: number, low: number, high: number): boolean {
    const state = this.#state;
    if (state.rows.word(ref, W_SLOT) === 0) return false;
    this.#columns ??= new SampleColumns();
    const columns = this.#columns;
    if (this.#ref !== ref) {
      columns.clear();
      decodeChunk(ENCODING_XOR, state.floats.view(ref), Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, columns);
      this.#ref = ref;
    }
    let from = 0;
    let to = columns.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (columns.timesMs[middle]! < timeMs) from = middle + 1;
      else to = middle;
    }
    const { timesMs, words, length } = columns;
    return from < length && timesMs[from] === timeMs && words[2 * from] === low && words[2 * from + 1] === high;
  }
}
