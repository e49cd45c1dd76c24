import type { Clock } from './clock.ts';

interface Pending {
  readonly atMs: number;
  readonly callback: () => void;
}

/** A clock that stands still until a test moves it. Wall clock and monotonic clock move together. */
export class FakeClock implements Clock {
  #nowMs: number;
  readonly #startMs: number;
  readonly #pending = new Set<Pending>();

  constructor(startMs: number = 1_700_000_000_000) {
    this.#startMs = startMs;
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  monotonicMs(): number {
    return this.#nowMs - this.#startMs;
  }

  setTimer(callback: () => void, delayMs: number): () => void {
    const timer = { atMs: this.#nowMs + Math.max(0, delayMs), callback };
    this.#pending.add(timer);
    return () => {
      this.#pending.delete(timer);
    };
  }

  /** Number of timers that wait. */
  get timerCount(): number {
    return this.#pending.size;
  }

  /**
   * Moves the time by `byMs` and fires what falls due, in order, each at its own time. Promises settle before and after each
   * timer, so that timers set by what a timer woke are seen. Cost: O(timers) per timer fired.
   */
  async advance(byMs: number): Promise<void> {
    const untilMs = this.#nowMs + byMs;
    await settle();
    for (let next = this.#next(untilMs); next !== undefined; next = this.#next(untilMs)) {
      this.#pending.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.callback();
      await settle();
    }
    this.#nowMs = untilMs;
  }

  #next(untilMs: number): Pending | undefined {
    let first: Pending | undefined;
    for (const timer of this.#pending)
      if (timer.atMs <= untilMs && (first === undefined || timer.atMs < first.atMs)) first = timer;
    return first;
  }
}

/** One turn of the event loop: every promise that can settle without a timer has done so afterwards. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
