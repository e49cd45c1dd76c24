import { canceledError, timeoutError } from './query-error.ts';

/** Units of work (about a sample each) between two looks at the clock; some 2 ms of the cheapest work. */
const UNITS_PER_LOOK = 100_000;
/** Time between two looks at cancellation, limit and yield hook. */
const LOOK_INTERVAL_MS = 5;

/** What a pacer watches. */
export interface PacerOptions {
  readonly now: () => number;
  readonly timeoutMs: number;
  readonly isCancelled: (() => boolean) | undefined;
  readonly maybeYield: (() => Promise<void> | undefined) | undefined;
  readonly signal: AbortSignal;
}

/** Keeps a long evaluation interruptible: counts work, and now and then looks at the clock, the cancel flag and the yield hook. */
export class Pacer {
  readonly #options: PacerOptions;
  readonly #deadlineMs: number;
  #units = 0;
  #lastLookMs: number;

  constructor(options: PacerOptions) {
    this.#options = options;
    this.#lastLookMs = options.now();
    this.#deadlineMs = this.#lastLookMs + options.timeoutMs;
  }

  /**
   * Notes work done. Usually returns undefined; a promise when it is time to let others run, which must be awaited.
   * Throws a QueryError when the query was canceled or ran out of time.
   */
  spend(units: number): Promise<void> | undefined {
    this.#units += units;
    if (this.#units < UNITS_PER_LOOK) return undefined;
    this.#units = 0;
    return this.look();
  }

  /** Looks at once, whatever was spent. */
  look(): Promise<void> | undefined {
    const { now, isCancelled, maybeYield, signal } = this.#options;
    const at = now();
    if (isCancelled?.() === true || signal.aborted) throw canceledError();
    if (at > this.#deadlineMs) throw timeoutError();
    if (at - this.#lastLookMs < LOOK_INTERVAL_MS) return undefined;
    this.#lastLookMs = at;
    return maybeYield?.();
  }
}
