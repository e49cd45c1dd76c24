import type { BucketMessage } from './bucket-message.ts';
import { isBelow } from './kv-key.ts';
import type { KvChange, KvListener } from './kv-store.ts';
import { Watchers } from './watchers.ts';

/** More keys than this are ignored: a ring of thousands of instances is far below. */
export const VIEW_KEYS_MAX = 200_000;

interface Known {
  readonly sequence: number;
  /** Undefined: a deletion's marker, or something that is ignored. */
  readonly value: Uint8Array | undefined;
  /** Since when it is known to be deleted, monotonic ms. */
  readonly sinceMs: number;
}

/**
 * What this process knows of a bucket, and who wants to know. It outlives connections and watches: a new watch tells its whole state,
 * and only what differs is passed on.
 */
export class BucketView {
  readonly #watchers = new Watchers();
  readonly #known = new Map<string, Known>();

  /** Keys, those of markers and ignored values included: what the server counts as subjects. */
  get size(): number {
    return this.#known.size;
  }

  /** Adds a listener, tells what is known first. Cost: O(keys). */
  add(prefix: string, listener: KvListener): () => void {
    return this.#watchers.add(prefix, listener, this.#changesBelow(prefix));
  }

  /** Takes one message; an older one than the known, and a new key above {@link VIEW_KEYS_MAX}, are ignored. */
  apply(message: BucketMessage, nowMs: number): void {
    const known = this.#known.get(message.key);
    if (known === undefined ? this.#known.size >= VIEW_KEYS_MAX : known.sequence >= message.sequence) return;
    this.#set(message, nowMs);
  }

  /**
   * Takes the whole state. With `isNew`, of a bucket that is seen for the first time or was made again: all else is gone. Otherwise older
   * messages than the known are ignored, and what is known and not in the state is returned with its sequences: the caller decides
   * whether it is gone ({@link BucketView.forget}).
   */
  replace(state: ReadonlyMap<string, BucketMessage>, isNew: boolean, nowMs: number): [key: string, sequence: number][] {
    const absent: [string, number][] = [];
    for (const [key, known] of [...this.#known]) {
      if (state.has(key)) continue;
      if (isNew) this.forget(key, known.sequence);
      else absent.push([key, known.sequence]);
    }
    for (const message of state.values()) {
      if (isNew) this.#set(message, nowMs);
      else this.apply(message, nowMs);
    }
    return absent;
  }

  /** A key is gone without a message, unless something newer than `sequence` is known. */
  forget(key: string, sequence: number): void {
    const known = this.#known.get(key);
    if (known === undefined || known.sequence !== sequence) return;
    this.#known.delete(key);
    if (known.value !== undefined) this.#watchers.tell({ key, value: undefined, revision: sequence });
  }

  /** At most `limit` markers of deletions that are known since before `sinceMs`. Cost: O(keys). */
  oldMarkers(sinceMs: number, limit: number): [key: string, sequence: number][] {
    const found: [string, number][] = [];
    for (const [key, known] of this.#known) {
      if (found.length >= limit) break;
      if (known.value === undefined && known.sinceMs < sinceMs) found.push([key, known.sequence]);
    }
    return found;
  }

  /** Ends all listeners. */
  clear(): void {
    this.#watchers.clear();
  }

  #set(message: BucketMessage, nowMs: number): void {
    const { key, sequence, value } = message;
    const before = this.#known.get(key);
    this.#known.set(key, { sequence, value, sinceMs: nowMs });
    if (value === undefined && before?.value === undefined) return;
    if (before?.sequence === sequence && sameBytes(before.value, value)) return;
    this.#watchers.tell({ key, value, revision: sequence });
  }

  #changesBelow(prefix: string): KvChange[] {
    const changes: KvChange[] = [];
    for (const [key, { value, sequence }] of this.#known) {
      if (value !== undefined && isBelow(key, prefix)) changes.push({ key, value, revision: sequence });
    }
    return changes;
  }
}

function sameBytes(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && Buffer.compare(a, b) === 0);
}
