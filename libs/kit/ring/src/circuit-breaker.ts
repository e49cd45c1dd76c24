import { TelamonError } from '@telamon/model';
import { type Clock, SYSTEM_CLOCK } from '@telamon/telemetry';

/** When a breaker opens and closes. */
export interface CircuitBreakerOptions {
  /** Share of failed calls that opens it, above 0 up to 1. */
  readonly failureShare: number;
  /** Calls within the window below which the share says nothing. */
  readonly minCalls: number;
  /** Time that is looked back on, ms. */
  readonly windowMs: number;
  /** Time for which it stays open, ms; then a few calls are let through to try. */
  readonly cooldownMs: number;
  /** Calls that must succeed, one after another or side by side, before it closes. */
  readonly trialCalls: number;
  readonly clock?: Clock;
}

/** A call that was let through; tell how it ended, once. */
export interface Passage {
  succeed(): void;
  /** `error` decides whether it counts as a failure of the other side. */
  fail(error: unknown): void;
}

const SLICES = 10;

/**
 * Keeps calls away from someone who fails.
 *
 * ```
 *              too many failures                       after the cool-down
 *  closed ───────────────────────────► open ──────────────────────────────► half-open
 *    ▲                                  ▲                                     │   │
 *    │                                  └──────────── a trial failed ─────────┘   │
 *    └─────────────────────────────────── all trials succeeded ───────────────────┘
 * ```
 * Calls are counted in ten slices of the window. Only failures of the other side count: 5xx, time-outs, broken connections; not
 * what it refused, nor calls that we gave up ourselves.
 */
export class CircuitBreaker {
  readonly #name: string;
  readonly #options: CircuitBreakerOptions;
  readonly #clock: Clock;
  readonly #calls = new Uint32Array(SLICES);
  readonly #failures = new Uint32Array(SLICES);
  #slice = 0;
  #state: 'closed' | 'open' | 'half-open' = 'closed';
  #openedMs = 0;
  #trialsLeft = 0;
  #trialsGood = 0;
  /** Grows with every change of state, so that calls of an earlier state don't count. */
  #epoch = 0;

  /** `name` is for the error. */
  constructor(name: string, options: CircuitBreakerOptions) {
    this.#name = name;
    this.#options = options;
    this.#clock = options.clock ?? SYSTEM_CLOCK;
  }

  /** Whether calls are refused now. */
  get isOpen(): boolean {
    return this.#state === 'open' && this.#openForMs() > 0;
  }

  /** Lets a call through, or throws a retryable TelamonError 503 `circuit-breaker-open`. */
  enter(): Passage {
    if (this.#state === 'open' && this.#openForMs() <= 0) this.#moveTo('half-open');
    if (this.#state === 'open' || (this.#state === 'half-open' && this.#trialsLeft === 0)) throw this.#refusal();
    if (this.#state === 'half-open') this.#trialsLeft--;
    const epoch = this.#epoch;
    return {
      succeed: () => this.#onEnd(epoch, false),
      fail: (error) => (isGivenUp(error) ? this.#onGivenUp(epoch) : this.#onEnd(epoch, isFailure(error))),
    };
  }

  #onEnd(epoch: number, hasFailed: boolean): void {
    if (epoch !== this.#epoch) return;
    if (this.#state === 'half-open') {
      if (hasFailed) this.#moveTo('open');
      else if (++this.#trialsGood === this.#options.trialCalls) this.#moveTo('closed');
      return;
    }
    this.#turnTo(Math.floor(this.#clock.monotonicMs() / (this.#options.windowMs / SLICES)));
    this.#calls[this.#slice % SLICES]!++;
    if (hasFailed) this.#failures[this.#slice % SLICES]!++;
    const calls = sum(this.#calls);
    if (hasFailed && calls >= this.#options.minCalls && sum(this.#failures) >= calls * this.#options.failureShare)
      this.#moveTo('open');
  }

  /** A trial that says nothing makes room for another one. */
  #onGivenUp(epoch: number): void {
    if (epoch === this.#epoch && this.#state === 'half-open') this.#trialsLeft++;
  }

  /** Empties the slices that have passed since the last call. */
  #turnTo(slice: number): void {
    const passed = Math.min(SLICES, slice - this.#slice);
    for (let i = 1; i <= passed; i++) {
      this.#calls[(this.#slice + i) % SLICES] = 0;
      this.#failures[(this.#slice + i) % SLICES] = 0;
    }
    // After a long time all slices are empty, so it does not matter which were emptied.
    this.#slice = slice;
  }

  #moveTo(state: 'closed' | 'open' | 'half-open'): void {
    this.#state = state;
    this.#epoch++;
    this.#openedMs = this.#clock.monotonicMs();
    this.#trialsLeft = this.#options.trialCalls;
    this.#trialsGood = 0;
    this.#calls.fill(0);
    this.#failures.fill(0);
  }

  #openForMs(): number {
    return this.#openedMs + this.#options.cooldownMs - this.#clock.monotonicMs();
  }

  #refusal(): TelamonError {
    return new TelamonError(`circuit breaker of ${this.#name} is open`, {
      id: 'circuit-breaker-open',
      status: 503,
      isRetryable: true,
    });
  }
}

function sum(counts: Uint32Array): number {
  return counts.reduce((total, count) => total + count, 0);
}

function isFailure(error: unknown): boolean {
  return !(error instanceof TelamonError) || error.status >= 500;
}

function isGivenUp(error: unknown): boolean {
  return (error instanceof Error && error.name === 'AbortError') || (error instanceof TelamonError && error.status === 499);
}
