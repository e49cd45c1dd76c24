interface Waiter {
  readonly lsn: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Those who wait until a record is safe. */
export class DurabilityWaiters {
  #waiters: Waiter[] = [];

  /** A promise that settles with {@link reached} or {@link fail}. */
  wait(lsn: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiters.push({ lsn, resolve, reject });
    });
  }

  /** Everything up to `lsn` is safe. */
  reached(lsn: number): void {
    if (this.#waiters.length === 0) return;
    const kept: Waiter[] = [];
    for (const waiter of this.#waiters) {
      if (waiter.lsn <= lsn) waiter.resolve();
      else kept.push(waiter);
    }
    this.#waiters = kept;
  }

  /** Nobody who waits now gets what they wait for. */
  fail(error: Error): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) waiter.reject(error);
  }
}
