import { TelamonError } from '@telamon/model';

/** Lets so many at once through; a bounded number waits in the order in which it came. */
export class ReadGate {
  readonly #maxRunning: number;
  readonly #maxWaiting: number;
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(maxRunning: number, maxWaiting: number) {
    this.#maxRunning = maxRunning;
    this.#maxWaiting = maxWaiting;
  }

  /**
   * Runs `work` when it is its turn. Throws TelamonError 429 when too many wait, 503 when its turn does not come within `timeoutMs`, and
   * the signal's reason when that aborts first.
   */
  async run<T>(turn: { readonly signal: AbortSignal; readonly timeoutMs: number }, work: () => Promise<T>): Promise<T> {
    if (this.#running < this.#maxRunning) this.#running++;
    else await this.#wait(turn);
    try {
      return await work();
    } finally {
      // Who waits longest takes the place over.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }

  async #wait({ signal, timeoutMs }: { readonly signal: AbortSignal; readonly timeoutMs: number }): Promise<void> {
    signal.throwIfAborted();
    if (this.#waiting.length >= this.#maxWaiting) {
      throw new TelamonError('too many remote reads wait', { status: 429, isRetryable: true });
    }
    await new Promise<void>((resolve, reject) => {
      const stop = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', leave);
      };
      const enter = (): void => {
        stop();
        resolve();
      };
      const giveUp = (reason: Error): void => {
        stop();
        this.#waiting.splice(this.#waiting.indexOf(enter), 1);
        reject(reason);
      };
      const leave = (): void => giveUp(signal.reason as Error);
      const late = new TelamonError(`no turn for a remote read within ${timeoutMs} ms`, { status: 503, isRetryable: true });
      const timer = setTimeout(() => giveUp(late), timeoutMs);
      this.#waiting.push(enter);
      signal.addEventListener('abort', leave, { once: true });
    });
  }
}
