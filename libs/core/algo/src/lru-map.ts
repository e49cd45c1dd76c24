/** Bounds of a {@link LruMap}. */
export interface LruMapOptions<K, V> {
  /** Most summed cost that is kept. With no `costOf`, each entry costs 1. */
  readonly maxCost: number;
  /** Cost of an entry, at least 0, taken once when it is set. */
  readonly costOf?: (value: V, key: K) => number;
  /** Called for entries that are pushed out or replaced, not for deleted ones. */
  readonly onEvict?: (key: K, value: V) => void;
}

interface Entry<V> {
  readonly value: V;
  readonly cost: number;
}

/** A map that forgets what was not used for longest when its cost passes a bound. All operations are O(1) amortised. */
export class LruMap<K, V> {
  readonly #entries = new Map<K, Entry<V>>();
  readonly #options: LruMapOptions<K, V>;
  #cost = 0;

  constructor(options: LruMapOptions<K, V>) {
    this.#options = options;
  }

  /** Number of entries. */
  get size(): number {
    return this.#entries.size;
  }

  /** Summed cost. */
  get cost(): number {
    return this.#cost;
  }

  /** The value, which becomes the most recently used one. */
  get(key: K): V | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  /** The value; does not count as use. */
  peek(key: K): V | undefined {
    return this.#entries.get(key)?.value;
  }

  /** Whether there is a value; does not count as use. */
  has(key: K): boolean {
    return this.#entries.has(key);
  }

  /** Puts a value and evicts until the bound holds. One that costs more than the bound is not kept. */
  set(key: K, value: V): void {
    const { maxCost, costOf, onEvict } = this.#options;
    const old = this.#entries.get(key);
    if (old !== undefined) {
      this.#remove(key, old);
      onEvict?.(key, old.value);
    }
    const cost = costOf === undefined ? 1 : costOf(value, key);
    if (cost > maxCost) {
      onEvict?.(key, value);
      return;
    }
    this.#entries.set(key, { value, cost });
    this.#cost += cost;
    for (const [oldest, entry] of this.#entries) {
      if (this.#cost <= maxCost) break;
      this.#remove(oldest, entry);
      onEvict?.(oldest, entry.value);
    }
  }

  /** Removes an entry; says whether there was one. */
  delete(key: K): boolean {
    const entry = this.#entries.get(key);
    if (entry === undefined) return false;
    this.#remove(key, entry);
    return true;
  }

  /** Removes everything. */
  clear(): void {
    this.#entries.clear();
    this.#cost = 0;
  }

  /** Entries from the least to the most recently used. */
  *entries(): IterableIterator<[K, V]> {
    for (const [key, entry] of this.#entries) yield [key, entry.value];
  }

  #remove(key: K, entry: Entry<V>): void {
    this.#entries.delete(key);
    this.#cost -= entry.cost;
  }
}
