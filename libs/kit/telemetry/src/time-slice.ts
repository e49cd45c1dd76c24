/**
 * Divides long work into slices, so that it never holds the event loop: call {@link pause} between small steps and await
 * what it returns, if anything. Work that looks at the clock itself is given {@link endMs} and calls {@link next} when it is over.
 * Aborting the signal ends the work at the next slice with the signal's reason.
 */
export class TimeSlice {
  readonly #sliceMs: number;
  readonly #signal: AbortSignal | undefined;
  #endMs: number;

  constructor(sliceMs: number = 10, signal?: AbortSignal) {
    signal?.throwIfAborted();
    this.#sliceMs = sliceMs;
    this.#signal = signal;
    this.#endMs = performance.now() + sliceMs;
  }

  /** End of the present slice, on the clock of `performance.now()`. */
  get endMs(): number {
    return this.#endMs;
  }

  /** Whether the slice is over, for work that has something to do before it calls {@link next}. */
  get isOver(): boolean {
    return performance.now() >= this.#endMs;
  }

  /**
   * Undefined while the slice lasts; then a promise that resolves in another turn of the event loop. It is to be awaited at once: when it
   * rejects and nobody waits for it, the process ends.
   */
  pause(): Promise<void> | undefined {
    return this.isOver ? this.next() : undefined;
  }

  /** Lets the event loop go on, then begins the next slice. To be awaited at once, as {@link pause}. */
  next(): Promise<void> {
    return new Promise((resolve, reject) => {
      setImmediate(() => {
        this.#endMs = performance.now() + this.#sliceMs;
        if (this.#signal?.aborted) reject(this.#signal.reason as Error);
        else resolve();
      });
    });
  }

  /** Resolves or rejects as `work` does, or rejects with the signal's reason when that aborts first; the work goes on then. */
  async until<T>(work: Promise<T>): Promise<T> {
    const signal = this.#signal;
    if (signal === undefined) return work;
    signal.throwIfAborted();
    let abort: () => void = () => {};
    const aborted = new Promise<never>((_resolve, reject) => {
      abort = () => reject(signal.reason as Error);
      signal.addEventListener('abort', abort);
    });
    try {
      return await Promise.race([work, aborted]);
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }
}
