import type { Clock } from '@telamon/telemetry';

/**
 * A clock that goes on only while news could be heard: while the store is connected and this process runs. What is silent by this
 * clock is silent for others than us to blame: neither a store that was away nor a process that slept makes instances look dead.
 */
export class AttentiveClock {
  readonly #clock: Clock;
  readonly #isConnected: () => boolean;
  readonly #maxStepMs: number;
  #attendedMs = 0;
  #lastMs: number;
  #wasConnected = false;

  /** `maxStepMs`: most that passes between two looks; it should be looked at more often than that. */
  constructor(clock: Clock, isConnected: () => boolean, maxStepMs: number) {
    this.#clock = clock;
    this.#isConnected = isConnected;
    this.#maxStepMs = maxStepMs;
    this.#lastMs = clock.monotonicMs();
  }

  /** Ms that passed while news could be heard. */
  nowMs(): number {
    const now = this.#clock.monotonicMs();
    const isConnected = this.#isConnected();
    if (isConnected && this.#wasConnected) this.#attendedMs += Math.min(now - this.#lastMs, this.#maxStepMs);
    this.#lastMs = now;
    this.#wasConnected = isConnected;
    return this.#attendedMs;
  }
}
