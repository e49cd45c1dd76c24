/**
 * Where answers are kept. A cache may forget anything at any time, and it may be away: then nothing is found and nothing is kept,
 * and queries go on without it.
 */
export interface ResultsCache {
  /** The value of a key; undefined when it is not there or the cache is away. Never rejects. The bytes are not changed by anyone. */
  get(key: string): Promise<Uint8Array | undefined>;
  /** Keeps a value for at most `ttlMs`, in place of the one before. Never rejects. */
  set(key: string, value: Uint8Array, ttlMs: number): Promise<void>;
  /** Lets go of connections and memory; nothing is found afterwards. */
  close(): Promise<void>;
}
