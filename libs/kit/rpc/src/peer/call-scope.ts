/** setTimeout's own bound. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** What ends a call early. */
export interface CallScopeOptions {
  /** Its reason becomes that of the scope. */
  readonly signal?: AbortSignal | undefined;
  /** Undefined: no deadline. */
  readonly timeoutMs?: number | undefined;
  /** Makes the reason at the deadline. */
  readonly onTimeout?: () => Error;
}

/**
 * The life of one call: aborted by its caller, at its deadline or by {@link abort}, whichever comes first, and over with {@link end}.
 * Waits of any number cost no listener each, so that a stream of millions of messages leaves nothing behind.
 */
export class CallScope {
  readonly #waiting = new Set<(reason: unknown) => void>();
  readonly #outer: AbortSignal | undefined;
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #onOuterAbort = (): void => this.abort(this.#outer?.reason);
  #controller: AbortController | undefined;
  #aborted: { readonly reason: unknown } | undefined;
  #isEnded = false;

  constructor(options: CallScopeOptions) {
    this.#outer = options.signal;
    const { timeoutMs, onTimeout } = options;
    if (timeoutMs !== undefined && Number.isFinite(timeoutMs)) {
      const expire = (): void => this.abort(onTimeout?.() ?? new Error('deadline exceeded'));
      this.#timer = setTimeout(expire, Math.min(Math.max(timeoutMs, 0), MAX_TIMER_MS));
    }
    this.#outer?.addEventListener('abort', this.#onOuterAbort, { once: true });
    if (this.#outer?.aborted) this.#onOuterAbort();
  }

  /** For whoever does the work. Made when first asked for: it costs more than the rest of a call within the process. */
  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#aborted) this.#controller.abort(this.#aborted.reason);
    }
    return this.#controller.signal;
  }

  /** Whether the call ended early. */
  get isAborted(): boolean {
    return this.#aborted !== undefined;
  }

  /** Why the call ended early; undefined when it did not. */
  get reason(): unknown {
    return this.#aborted?.reason;
  }

  /** Throws the reason when the call ended early. */
  throwIfAborted(): void {
    if (this.#aborted) throw this.#aborted.reason;
  }

  /** Ends the call early; without effect after the first time and after {@link end}. */
  abort(reason: unknown): void {
    if (this.#isEnded || this.#aborted) return;
    this.#release();
    this.#aborted = { reason };
    this.#controller?.abort(reason);
    for (const reject of this.#waiting) reject(reason);
    this.#waiting.clear();
  }

  /** Settles as the work does, or rejects with the reason when the call ends early; the work's own failure is then swallowed. */
  until<T>(work: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#aborted) reject(this.#aborted.reason as Error);
      else this.#waiting.add(reject);
      work.then(
        (value) => {
          this.#waiting.delete(reject);
          resolve(value);
        },
        (error: unknown) => {
          this.#waiting.delete(reject);
          reject(error as Error);
        },
      );
    });
  }

  /** The call is over: lets go of the timer and the caller's signal. Never aborts. */
  end(): void {
    this.#isEnded = true;
    this.#release();
  }

  #release(): void {
    clearTimeout(this.#timer);
    this.#outer?.removeEventListener('abort', this.#onOuterAbort);
  }
}

/** Tells an iterator that nobody reads on, without waiting: it may be in the middle of something. Nothing happens to a finished one. */
export function closeIterator(iterator: AsyncIterator<unknown>): void {
  try {
    void Promise.resolve(iterator.return?.()).catch(() => {});
  } catch {
    // An iterator that is not async throws at once; nobody is left to hear of it.
  }
}
