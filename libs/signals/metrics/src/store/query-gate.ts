import { type Clock, sleep } from '@telamon/telemetry';

/**
 * Keeps what queries may still need: a query takes its list of blocks when it starts and asks the heads a little later, so samples
 * that move from a head into a new block in between would be in neither. Queries run inside the gate, and a head forgets a
 * range only when those that began before its block was offered have ended.
 */
export class QueryGate {
  readonly #clock: Clock;
  readonly #running = new Set<Promise<unknown>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Queries that run. */
  get runningCount(): number {
    return this.#running.size;
  }

  /** Runs a query; `work` takes its list of blocks before it first waits for anything. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const running = work();
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  /** Resolves when every query that runs now has ended, at the latest after `timeoutMs`. Rejects when the signal aborts. */
  async settled(timeoutMs: number, signal: AbortSignal): Promise<void> {
    if (this.#running.size === 0) return;
    const done = new AbortController();
    const timeout = sleep(this.#clock, timeoutMs, AbortSignal.any([signal, done.signal])).catch(() => undefined);
    try {
      await Promise.race([Promise.allSettled(this.#running), timeout]);
    } finally {
      done.abort();
    }
    signal.throwIfAborted();
  }
}
