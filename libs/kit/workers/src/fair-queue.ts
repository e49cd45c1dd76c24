/**
 * First in, first out within a key, round robin between keys: a tenant with a thousand jobs waiting delays one with a single job by one turn.
 * All operations are O(1) but {@link FairQueue.remove}, which is O(entries of the key).
 */
export class FairQueue<T> {
  /** In the order of the turns: the key whose turn comes next is first. */
  readonly #byKey = new Map<string, T[]>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Entries that wait under the key. */
  sizeOf(key: string): number {
    return this.#byKey.get(key)?.length ?? 0;
  }

  push(key: string, entry: T): void {
    const waiting = this.#byKey.get(key);
    if (waiting) waiting.push(entry);
    else this.#byKey.set(key, [entry]);
    this.#size++;
  }

  /** Takes the next entry; undefined when empty. */
  shift(): T | undefined {
    for (const [key, waiting] of this.#byKey) {
      const entry = waiting.shift()!;
      this.#size--;
      // To the end of the line, if it has more.
      this.#byKey.delete(key);
      if (waiting.length > 0) this.#byKey.set(key, waiting);
      return entry;
    }
    return undefined;
  }

  /** Takes out one entry; false when it is not there. */
  remove(key: string, entry: T): boolean {
    const waiting = this.#byKey.get(key);
    const at = waiting?.indexOf(entry) ?? -1;
    if (!waiting || at < 0) return false;
    waiting.splice(at, 1);
    this.#size--;
    if (waiting.length === 0) this.#byKey.delete(key);
    return true;
  }

  /** Takes out everything. */
  drain(): T[] {
    const all = [...this.#byKey.values()].flat();
    this.#byKey.clear();
    this.#size = 0;
    return all;
  }
}
