import type { Clock } from '@telamon/telemetry';

/** How much may flow: `ratePerSecond` in the long run, `burst` at once. A rate of 0 means no limit. */
export interface RateLimit {
  readonly ratePerSecond: number;
  readonly burst: number;
}

/**
 * A bucket that fills at a rate up to its burst and starts full. As in Go's limiter, a request for more than the burst never passes.
 * Cost of a request: O(1), no timer.
 */
export class TokenBucket {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  #limit: RateLimit;
  #tokens: number;
  #filledAtMs: number;

  constructor(limit: RateLimit, clock: Pick<Clock, 'monotonicMs'>) {
    this.#clock = clock;
    this.#limit = limit;
    this.#tokens = limit.burst;
    this.#filledAtMs = clock.monotonicMs();
  }

  /** Takes `count` (>= 0) tokens if they are there; takes none otherwise. */
  tryTake(count: number): boolean {
    if (this.#limit.ratePerSecond <= 0) return true;
    this.#fill();
    if (count > this.#tokens) return false;
    this.#tokens -= count;
    return true;
  }

  /** Changes the limit; what has been saved up stays, as far as the new burst allows. */
  setLimit(limit: RateLimit): void {
    if (limit.ratePerSecond === this.#limit.ratePerSecond && limit.burst === this.#limit.burst) return;
    this.#fill();
    // Coming from "no limit" there is nothing saved up that means anything.
    this.#tokens = this.#limit.ratePerSecond <= 0 ? limit.burst : Math.min(this.#tokens, limit.burst);
    this.#limit = limit;
  }

  /** Time until `count` tokens will be there, ms; 0 if they are, Infinity if that is more than the burst. */
  waitMs(count: number): number {
    if (this.#limit.ratePerSecond <= 0) return 0;
    if (count > this.#limit.burst) return Number.POSITIVE_INFINITY;
    this.#fill();
    return Math.max(0, ((count - this.#tokens) / this.#limit.ratePerSecond) * 1000);
  }

  /** Whether nothing was taken lately, so that a new bucket would be the same. */
  isFull(): boolean {
    this.#fill();
    return this.#tokens >= this.#limit.burst;
  }

  #fill(): void {
    const nowMs = this.#clock.monotonicMs();
    const added = ((nowMs - this.#filledAtMs) / 1000) * this.#limit.ratePerSecond;
    this.#filledAtMs = nowMs;
    this.#tokens = Math.min(this.#limit.burst, this.#tokens + added);
  }
}
