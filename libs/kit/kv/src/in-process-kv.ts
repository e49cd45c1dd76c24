import { KvConflictError } from './kv-conflict-error.ts';
import { KvUnavailableError } from './kv-errors.ts';
import { checkKvKey, checkKvPrefix, checkKvValue, isBelow } from './kv-key.ts';
import type { KvCallOptions, KvEntry, KvListener, KvStore } from './kv-store.ts';
import { Watchers } from './watchers.ts';

/** What all stores of {@link InProcessKv.another} have in common. */
class SharedMap {
  readonly entries: Map<string, KvEntry> = new Map();
  readonly watchers: Watchers = new Watchers();
  #revision = 0;

  put(key: string, value: Uint8Array): number {
    const revision = ++this.#revision;
    const entry = { key, value: value.slice(), revision };
    this.entries.set(key, entry);
    this.watchers.tell(entry);
    return revision;
  }

  delete(key: string): void {
    if (this.entries.delete(key)) this.watchers.tell({ key, value: undefined, revision: ++this.#revision });
  }
}

/**
 * A map in this process: for one process that is everything, and for tests. Calls change the map before they return their promise;
 * watches are told in microtasks. Nothing is kept on disk. `list` and `watch` cost one look at every key.
 */
export class InProcessKv implements KvStore {
  readonly #map: SharedMap;
  readonly #ends = new Set<() => void>();
  #isClosed = false;

  /** An empty store; the argument is for {@link InProcessKv.another}. */
  constructor(map?: SharedMap) {
    this.#map = map ?? new SharedMap();
  }

  /** A second store over the same keys, closed on its own. */
  another(): InProcessKv {
    return new InProcessKv(this.#map);
  }

  get isConnected(): boolean {
    return !this.#isClosed;
  }

  async get(key: string, options: KvCallOptions = {}): Promise<KvEntry | undefined> {
    this.#begin(key, options);
    return this.#map.entries.get(key);
  }

  async list(prefix: string, options: KvCallOptions = {}): Promise<KvEntry[]> {
    checkKvPrefix(prefix);
    this.#requireOpen(options);
    return this.#below(prefix);
  }

  async put(key: string, value: Uint8Array, options: KvCallOptions = {}): Promise<number> {
    this.#begin(key, options, value);
    return this.#map.put(key, value);
  }

  async create(key: string, value: Uint8Array, options: KvCallOptions = {}): Promise<number> {
    this.#begin(key, options, value);
    if (this.#map.entries.has(key)) throw new KvConflictError(key);
    return this.#map.put(key, value);
  }

  async update(key: string, value: Uint8Array, revision: number, options: KvCallOptions = {}): Promise<number> {
    this.#begin(key, options, value);
    if (this.#map.entries.get(key)?.revision !== revision) throw new KvConflictError(key);
    return this.#map.put(key, value);
  }

  async delete(key: string, revision?: number, options: KvCallOptions = {}): Promise<void> {
    this.#begin(key, options);
    if (revision !== undefined && this.#map.entries.get(key)?.revision !== revision) throw new KvConflictError(key);
    this.#map.delete(key);
  }

  watch(prefix: string, listener: KvListener): () => void {
    checkKvPrefix(prefix);
    this.#requireOpen({});
    const endWatch = this.#map.watchers.add(prefix, listener, this.#below(prefix));
    const end = (): void => {
      this.#ends.delete(end);
      endWatch();
    };
    this.#ends.add(end);
    return end;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const end of [...this.#ends]) end();
  }

  #below(prefix: string): KvEntry[] {
    return [...this.#map.entries.values()].filter((entry) => isBelow(entry.key, prefix));
  }

  #begin(key: string, options: KvCallOptions, value?: Uint8Array): void {
    checkKvKey(key);
    if (value !== undefined) checkKvValue(value);
    this.#requireOpen(options);
  }

  #requireOpen(options: KvCallOptions): void {
    if (this.#isClosed) throw new KvUnavailableError('the store is closed');
    options.signal?.throwIfAborted();
  }
}
