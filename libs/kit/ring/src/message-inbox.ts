interface Letter<T> {
  readonly value: T;
  readonly taken: (wasTaken: boolean) => void;
}

/** Messages on their way from several writers, each of whom waits until its own was taken, to one reader. */
export class MessageInbox<T> {
  readonly #letters: Letter<T>[] = [];
  #wake: (() => void) | undefined;
  #isClosed = false;

  /** Resolves to whether the message was taken; it is not when the inbox closes first. */
  put(value: T): Promise<boolean> {
    if (this.#isClosed) return Promise.resolve(false);
    return new Promise((resolve) => {
      this.#letters.push({ value, taken: resolve });
      this.#wake?.();
    });
  }

  /** The oldest message, when there is one; undefined when the inbox is closed and empty. */
  async take(): Promise<{ readonly value: T } | undefined> {
    while (this.#letters.length === 0 && !this.#isClosed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const letter = this.#letters.shift();
    letter?.taken(true);
    return letter;
  }

  /** Nothing more is taken in; what waits may still be read. */
  close(): void {
    this.#isClosed = true;
    this.#wake?.();
  }

  /** Closes, and lets everyone go who waits. */
  drop(): void {
    this.close();
    for (const letter of this.#letters.splice(0)) letter.taken(false);
  }
}
