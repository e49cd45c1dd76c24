/** Source of one-shot timers. A clock of `@telamon/telemetry` is one; tests pass a fake. */
export interface Timers {
  /** Calls `callback` once after `delayMs`; the returned function cancels it and may be called at any time. */
  setTimer(callback: () => void, delayMs: number): () => void;
}

/** Real timers. They keep the process alive until cancelled. */
export const SYSTEM_TIMERS: Timers = {
  setTimer(callback, delayMs) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Settings of a scope. */
export interface ServiceScopeOptions {
  /** Gets what a repeated task throws; the task goes on. */
  readonly onError: (error: unknown) => void;
  readonly timers?: Timers;
}

/** Settings of a repeated task. */
export interface EveryOptions {
  /** Runs the first time at once instead of after one interval. */
  readonly isImmediate?: boolean;
  /** Adds up to this share of the interval at random, so that replicas don't fall into step. 0..1, default 0. */
  readonly jitter?: number;
  /** Source of the jitter, 0 <= x < 1. Default Math.random. */
  readonly random?: () => number;
}

/**
 * Owner of a service's timers and clean-ups. Nothing that it started outlives {@link ServiceScope.close}.
 * A repeated task never overlaps itself: the next interval begins when the task has ended.
 */
export class ServiceScope {
  /** Aborts when the scope closes. */
  readonly signal: AbortSignal;
  readonly #controller = new AbortController();
  readonly #timers: Timers;
  readonly #onError: (error: unknown) => void;
  readonly #cancels = new Set<() => void>();
  readonly #inFlight = new Set<Promise<void>>();
  readonly #disposals: (() => void | Promise<void>)[] = [];

  constructor(options: ServiceScopeOptions) {
    this.signal = this.#controller.signal;
    this.#timers = options.timers ?? SYSTEM_TIMERS;
    this.#onError = options.onError;
  }

  /**
   * Calls `task` every `intervalMs` (> 0) until the scope closes or the returned function is called.
   * The task's signal aborts with the scope. Errors go to `onError` and don't end the repetition.
   */
  every(intervalMs: number, task: (signal: AbortSignal) => void | Promise<void>, options: EveryOptions = {}): () => void {
    if (!(intervalMs > 0)) throw new Error(`interval must be positive, got ${intervalMs}`);
    const random = options.random ?? Math.random;
    const jitterMs = (options.jitter ?? 0) * intervalMs;
    let isStopped = false;
    let cancelTimer = (): void => {};
    const cancel = (): void => {
      isStopped = true;
      cancelTimer();
      this.#cancels.delete(cancel);
    };
    const turn = (): void => {
      void this.#track(task).then(() => {
        if (!isStopped) arm(intervalMs + jitterMs * random());
      });
    };
    const arm = (delayMs: number): void => {
      cancelTimer = this.#timers.setTimer(turn, delayMs);
    };
    if (this.signal.aborted) return cancel;
    this.#cancels.add(cancel);
    if (options.isImmediate === true) turn();
    else arm(intervalMs + jitterMs * random());
    return cancel;
  }

  /** Runs `dispose` when the scope closes; the last one added runs first. On a closed scope it runs at once. */
  defer(dispose: () => void | Promise<void>): void {
    if (this.signal.aborted) void this.#track(dispose);
    else this.#disposals.push(dispose);
  }

  /** Cancels the timers, waits for running tasks, then runs the clean-ups. Idempotent; never throws. */
  async close(): Promise<void> {
    if (!this.signal.aborted) this.#controller.abort(new Error('scope closed'));
    for (const cancel of [...this.#cancels]) cancel();
    while (this.#inFlight.size > 0) await Promise.all(this.#inFlight);
    for (let dispose = this.#disposals.pop(); dispose !== undefined; dispose = this.#disposals.pop()) await this.#track(dispose);
  }

  #track(task: (signal: AbortSignal) => void | Promise<void>): Promise<void> {
    const running: Promise<void> = (async () => task(this.signal))()
      .catch((error: unknown) => {
        // A task that gives up because its scope closed did what it was asked.
        if (!this.signal.aborted || error !== this.signal.reason) this.#onError(error);
      })
      .finally(() => this.#inFlight.delete(running));
    this.#inFlight.add(running);
    return running;
  }
}
