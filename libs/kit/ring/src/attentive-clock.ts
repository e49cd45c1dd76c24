import type { Clock } from '@telamon/telemetry';

/** How an {@link AttentiveClock} listens. */
export interface Attention {
  /** Silence of everyone that may pass before it is the store that is taken for silent, ms. */
  readonly quietMs: number;
  /** Most that passes between two looks, ms; it should be looked at more often than that. */
  readonly maxStepMs: number;
}

/**
 * A clock that goes on only while news could be heard: while somebody is heard and this process runs. What is silent by this clock is
 * silent for others than us to blame: neither a process that slept makes instances look dead, nor a store that was away, has lost its
 * quorum or stalls. (A connection that stands proves nothing: NATS answers pings while nothing can be written.)
 *
 * ```
 *  news      |  |   |  |                  |  | |   |  |
 *  goes on   ==========------             .....==========
 *                      `- quietMs at most, and taken back when there was more
 *                                         `- everyone has quietMs to be heard again
 * ```
 */
export class AttentiveClock {
  readonly #clock: Clock;
  readonly #attention: Attention;
  /** Until the last news, ms. */
  #attendedMs = 0;
  /** Since the last news, while this process ran, ms; negative while it waits for the others. */
  #sinceNewsMs = 0;
  #lastMs: number;

  constructor(clock: Clock, attention: Attention) {
    this.#clock = clock;
    this.#attention = attention;
    this.#lastMs = clock.monotonicMs();
  }

  /** Ms that passed while news could be heard. Goes back by {@link Attention.quietMs} at most when nobody was heard for longer. */
  nowMs(): number {
    this.#look();
    return this.#attendedMs + Math.max(0, Math.min(this.#sinceNewsMs, this.#attention.quietMs));
  }

  /** Something came from the store that was written lately, by whomever. */
  heard(): void {
    this.#look();
    const { quietMs } = this.#attention;
    if (this.#sinceNewsMs > quietMs) this.#sinceNewsMs = -quietMs;
    if (this.#sinceNewsMs <= 0) return;
    this.#attendedMs += this.#sinceNewsMs;
    this.#sinceNewsMs = 0;
  }

  #look(): void {
    const now = this.#clock.monotonicMs();
    this.#sinceNewsMs += Math.min(now - this.#lastMs, this.#attention.maxStepMs);
    this.#lastMs = now;
  }
}
