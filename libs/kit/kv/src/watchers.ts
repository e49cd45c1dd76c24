import { isBelow } from './kv-key.ts';
import type { KvChange, KvListener } from './kv-store.ts';

interface Watcher {
  readonly prefix: string;
  readonly listener: KvListener;
  readonly pending: KvChange[];
  isEnded: boolean;
}

/**
 * The listeners of a store. They run in a microtask of their own: never inside the call that changed something, and in order. What waits
 * is told before any timer or input is looked at, so it is as large as what one turn of the event loop brings.
 */
export class Watchers {
  readonly #watchers = new Set<Watcher>();

  /** Adds a listener, tells it of `initial` first, and returns the function that ends it. */
  add(prefix: string, listener: KvListener, initial: readonly KvChange[]): () => void {
    const watcher: Watcher = { prefix, listener, pending: [], isEnded: false };
    this.#watchers.add(watcher);
    enqueue(watcher, initial);
    return () => {
      watcher.isEnded = true;
      this.#watchers.delete(watcher);
    };
  }

  /** Tells everyone above the key. Cost: O(listeners). */
  tell(change: KvChange): void {
    for (const watcher of this.#watchers) {
      if (isBelow(change.key, watcher.prefix)) enqueue(watcher, [change]);
    }
  }

  /** Ends all. */
  clear(): void {
    for (const watcher of this.#watchers) watcher.isEnded = true;
    this.#watchers.clear();
  }
}

function enqueue(watcher: Watcher, changes: readonly KvChange[]): void {
  if (changes.length === 0) return;
  const isScheduled = watcher.pending.length > 0;
  for (const change of changes) watcher.pending.push(change);
  if (isScheduled) return;
  queueMicrotask(() => {
    for (const change of watcher.pending.splice(0)) if (!watcher.isEnded) watcher.listener(change);
  });
}
