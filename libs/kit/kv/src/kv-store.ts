/** A key with what it holds. */
export interface KvEntry {
  readonly key: string;
  /** Must not be changed. */
  readonly value: Uint8Array;
  /** Grows with every write of the store; for {@link KvStore.update}. */
  readonly revision: number;
}

/** What happened to a key. `value` undefined: it is gone. */
export interface KvChange {
  readonly key: string;
  readonly value: Uint8Array | undefined;
  readonly revision: number;
}

/** Told of every change, in the order of the revisions of each key; must not throw. */
export type KvListener = (change: KvChange) => void;

/** A call that must not wait forever. */
export interface KvCallOptions {
  /** Longest wait, retries included, ms. Default 5,000. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * A small replicated map for coordination: rings, leases, elections. Keys are `[a-zA-Z0-9_-]+` segments joined by dots, at most
 * 256 bytes; values at most 512 KiB.
 *
 * Calls fail with a retryable TelamonError 503 (id `kv-unavailable`) when the store does not answer in time, and with
 * {@link KvConflictError} when the revision is not the expected one. All implementations pass `conformance.ts`.
 */
export interface KvStore {
  /** What a key holds; undefined when it is not there. */
  get(key: string, options?: KvCallOptions): Promise<KvEntry | undefined>;
  /** Every key below a prefix of whole segments (`ring.ingester`), in no promised order. */
  list(prefix: string, options?: KvCallOptions): Promise<KvEntry[]>;
  /** Writes whatever was there. Returns the new revision. */
  put(key: string, value: Uint8Array, options?: KvCallOptions): Promise<number>;
  /** Writes only if the key is not there. Returns the new revision. */
  create(key: string, value: Uint8Array, options?: KvCallOptions): Promise<number>;
  /** Writes only if the key still has this revision. Returns the new one. */
  update(key: string, value: Uint8Array, revision: number, options?: KvCallOptions): Promise<number>;
  /** Removes a key, there or not; with a revision only if it still has it. */
  delete(key: string, revision?: number, options?: KvCallOptions): Promise<void>;
  /**
   * Tells of every change below a prefix from now on, beginning with what is there. After a lost connection the missed changes
   * follow, repeated ones included; deletions during that time may be told late, but are told: a periodic full read finds them.
   * Returns the function that ends it.
   */
  watch(prefix: string, listener: KvListener): () => void;
  /** Whether the store answered lately; a store that does not is still usable for what was watched. */
  readonly isConnected: boolean;
  /** Ends watches and connections. Calls afterwards fail. */
  close(): Promise<void>;
}
