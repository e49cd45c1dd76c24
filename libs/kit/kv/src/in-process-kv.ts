import { KvConflictError } from './kv-conflict-error.ts';
import { KvUnavailableError } from './kv-errors.ts';
import { checkKvKey, checkKvPrefix, checkKvValue, isBelow } from './kv-key.ts';
import type { KvCallOptions, KvChange, KvEntry, KvListener, KvStore } from './kv-store.ts';

/** One watch with the changes that it has yet to be told of. */
interface Watcher {
  readonly prefix: string;
  readonly listener: KvListener;
  readonly pending: KvChange[];
  isEnded: boolean;
}

/** What all stores of {@link InProcessKv.another} have in common. */
class SharedMap {
  readonly entries: Map<string, KvEntry> = new Map();
  readonly watchers: Set<Watcher> = new Set();
  #revision = 0;

  put(key: string, value: Uint8Array): number {
    const revision = ++this.#revision;
    const entry = { key, value: value.slice(), revision };
    this.entries.set(key, entry);
    this.#tell(entry);
    return revision;
  }

  delete(key: string): void {
    if (this.entries.delete(key)) this.#tell({ key, value: undefined, revision: ++this.#revision });
  }

  #tell(change: KvChange): void {
    for (const watcher of this.watchers) {
      if (isBelow(change.key, watcher.prefix)) enqueue(watcher, [change]);
    }
  }
}

/** Listeners run in a microtask of their own, so never inside the call that changed something and in order. */
function enqueue(watcher: Watcher, changes: readonly KvChange[]): void {
  if (changes.length === 0) return;
  watcher.pending.push(...changes);
  if (watcher.pending.length > changes.length) return;
  queueMicrotask(() => {
    const told = watcher.pending.splice(0);
    for (const change of told) if (!watcher.isEnded) watcher.listener(change);
  });
}

/**
 * A map in this process: for one process that is everything, and for tests. Calls change the map before they return their promise;
 * watches are told in microtasks. Nothing is kept on disk. `list` and `watch` cost one look at every key.
 */
export class InProcessKv implements KvStore {
  readonly #map: SharedMap;
  readonly #watchers = new Set<Watcher>();
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
    const watcher: Watcher = { prefix, listener, pending: [], isEnded: false };
    this.#watchers.add(watcher);
    this.#map.watchers.add(watcher);
    enqueue(watcher, this.#below(prefix));
    return () => this.#end(watcher);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const watcher of [...this.#watchers]) this.#end(watcher);
  }

  #below(prefix: string): KvEntry[] {
    return [...this.#map.entries.values()].filter((entry) => isBelow(entry.key, prefix));
  }

  #end(watcher: Watcher): void {
    watcher.isEnded = true;
    this.#watchers.delete(watcher);
    this.#map.watchers.delete(watcher);
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
