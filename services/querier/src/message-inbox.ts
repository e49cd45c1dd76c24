interface Letter<T> {
  readonly value: T;
  readonly taken: () => void;
}

/** Messages on their way from several writers, each of whom waits until its own was taken, to one reader. */
export class MessageInbox<T> {
  readonly #letters: Letter<T>[] = [];
  #isClosed = false;
  #wake: (() => void) | undefined;

  /** Resolves when the message was taken, or the inbox was closed. */
  put(value: T): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    return new Promise((resolve) => {
      this.#letters.push({ value, taken: resolve });
      this.#wake?.();
    });
  }

  /** The oldest message; undefined when the inbox is closed and empty. */
  async take(): Promise<{ readonly value: T } | undefined> {
    while (this.#letters.length === 0 && !this.#isClosed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const letter = this.#letters.shift();
    letter?.taken();
    return letter;
  }

  /** Nothing more is taken in; what waits may still be read. */
  close(): void {
    this.#isClosed = true;
    this.#wake?.();
  }

  /** Lets everyone go who waits. */
  drop(): void {
    this.close();
    for (const { taken } of this.#letters.splice(0)) taken();
  }
}
