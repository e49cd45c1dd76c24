/** Longest work without a pause, ms. */
const SLICE_MS = 10;
/** Calls between two looks at the clock. */
const CALLS_PER_LOOK = 64;

/** Cuts long work on the event loop into slices. */
export class WorkSlice {
  #calls = 0;
  #begunAtMs: number = performance.now();

  /** Called once per piece of at most some hundred microseconds; what it returns is awaited, so that others get their turn. */
  pause(): Promise<void> | undefined {
    if (++this.#calls % CALLS_PER_LOOK !== 0 || performance.now() - this.#begunAtMs < SLICE_MS) return undefined;
    return new Promise((resolve) => {
      setImmediate(() => {
        this.#begunAtMs = performance.now();
        resolve();
      });
    });
  }
}
