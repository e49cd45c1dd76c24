/** Cuts a long computation into slices between which the event loop goes on. */
export class TimeSlices {
  readonly #lengthMs: number;
  /** End of the present slice, on the clock of `performance.now()`. */
  endMs: number;

  constructor(lengthMs: number) {
    this.#lengthMs = lengthMs;
    this.endMs = performance.now() + lengthMs;
  }

  /** Whether the present slice is used up. */
  get isOver(): boolean {
    return performance.now() > this.endMs;
  }

  /** Lets the event loop go on, then begins the next slice. */
  async next(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.endMs = performance.now() + this.#lengthMs;
  }
}
