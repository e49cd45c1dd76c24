import { unlessAborted } from './unless-aborted.ts';

/** Work that several wait for. It is given up when all of them have left. */
export class SharedFetch<T> {
  readonly #controller = new AbortController();
  readonly #result: Promise<T>;
  readonly #onEnd: () => void;
  #waiters = 0;
  #isSettled = false;

  /** Starts the work. `onEnd` is called once, when it is done or given up: then nobody may join any more. */
  constructor(work: (signal: AbortSignal) => Promise<T>, onEnd: () => void) {
    let hasEnded = false;
    this.#onEnd = () => {
      if (!hasEnded) onEnd();
      hasEnded = true;
    };
    this.#result = work(this.#controller.signal).finally(() => {
      this.#isSettled = true;
      this.#onEnd();
    });
    // Everybody may have left when it fails.
    this.#result.catch(() => undefined);
  }

  /** The outcome, or the signal's reason if that comes first. */
  async join(signal: AbortSignal): Promise<T> {
    this.#waiters++;
    try {
      return await unlessAborted(this.#result, signal);
    } finally {
      this.#waiters--;
      if (this.#waiters === 0 && !this.#isSettled) {
        this.#onEnd();
        this.#controller.abort(signal.reason);
      }
    }
  }
}
