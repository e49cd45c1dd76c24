import type { CallScope } from './call-scope.ts';

/** Messages of the caller, read one by one as they are asked for. */
export class IncomingMessages implements AsyncIterableIterator<Uint8Array> {
  readonly #scope: CallScope;
  readonly #startRead: () => void;
  #take: ((result: IteratorResult<Uint8Array>) => void) | undefined;
  #isEnded = false;

  constructor(scope: CallScope, startRead: () => void) {
    this.#scope = scope;
    this.#startRead = startRead;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Rejects when the call ends early. One at a time. */
  next(): Promise<IteratorResult<Uint8Array>> {
    if (this.#take) throw new Error('the next message is asked for while one is under way');
    if (this.#isEnded) return Promise.resolve({ done: true, value: undefined });
    const arrived = new Promise<IteratorResult<Uint8Array>>((resolve) => {
      this.#take = resolve;
    });
    this.#startRead();
    return this.#scope.until(arrived);
  }

  /** Whoever stops reading leaves the rest to the end of the call. */
  async return(): Promise<IteratorResult<Uint8Array>> {
    this.#isEnded = true;
    return { done: true, value: undefined };
  }

  /** A message arrived. */
  add(message: Uint8Array): void {
    this.#settle({ done: false, value: message });
  }

  /** The caller has said all. */
  end(): void {
    this.#isEnded = true;
    this.#settle({ done: true, value: undefined });
  }

  #settle(result: IteratorResult<Uint8Array>): void {
    const take = this.#take;
    this.#take = undefined;
    take?.(result);
  }
}
