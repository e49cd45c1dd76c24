/**
 * Items that one side pushes and one other side iterates. Who pushes keeps the number of waiting items bounded; here they are one
 * request, one cancellation or one response at a time.
 */
export class PushQueue<T> implements AsyncIterable<T> {
  readonly #items: T[] = [];
  #isEnded = false;
  #wake: (() => void) | undefined;

  /** Adds an item; one that comes after the end is dropped. */
  push(item: T): void {
    if (this.#isEnded) return;
    this.#items.push(item);
    this.#wake?.();
  }

  /** No more items; those that wait are still handed out. */
  end(): void {
    this.#isEnded = true;
    this.#wake?.();
  }

  /** Whether {@link end} was called. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Hands out items until the end. Leaving the loop early ends the queue. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    try {
      for (;;) {
        while (this.#items.length > 0) yield this.#items.shift()!;
        if (this.#isEnded) return;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        this.#wake = undefined;
      }
    } finally {
      this.#isEnded = true;
      this.#items.length = 0;
    }
  }
}
