/**
 * Divides long work into slices, so that it never holds the event loop: call {@link pause} between small steps and await
 * what it returns, if anything. Aborting the signal ends the work at the next slice with the signal's reason.
 */
export class TimeSlice {
  readonly #sliceMs: number;
  readonly #signal: AbortSignal | undefined;
  #endsAt: number;

  constructor(sliceMs: number = 10, signal?: AbortSignal) {
    signal?.throwIfAborted();
    this.#sliceMs = sliceMs;
    this.#signal = signal;
    this.#endsAt = performance.now() + sliceMs;
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

  /** Undefined while the slice lasts; then a promise that resolves in another turn of the event loop. */
  pause(): Promise<void> | undefined {
    if (performance.now() < this.#endsAt) return undefined;
    return new Promise((resolve, reject) => {
      setImmediate(() => {
        this.#endsAt = performance.now() + this.#sliceMs;
        if (this.#signal?.aborted) reject(this.#signal.reason as Error);
        else resolve();
      });
    });
  }
}
