import { LruMap } from '@telamon/algo';
import type { ResultsCache } from './results-cache.ts';

/** Bounds of a {@link MemoryCache}. */
export interface MemoryCacheOptions {
  /** Most bytes of keys and values; what was not used for longest goes first. */
  readonly maxBytes: number;
  /** Wall clock, ms. */
  readonly nowMs: () => number;
}

interface Entry {
  readonly value: Uint8Array;
  readonly expiresAtMs: number;
}

/** What an entry costs beside its bytes. */
const ENTRY_BYTES = 200;

/** Keeps answers in the memory of the process. */
export class MemoryCache implements ResultsCache {
  readonly #entries: LruMap<string, Entry>;
  readonly #nowMs: () => number;

  constructor({ maxBytes, nowMs }: MemoryCacheOptions) {
    const costOf = ({ value }: Entry, key: string): number => value.length + key.length * 2 + ENTRY_BYTES;
    this.#entries = new LruMap({ maxCost: maxBytes, costOf });
    this.#nowMs = nowMs;
  }

  /** Bytes that are held. */
  get sizeBytes(): number {
    return this.#entries.cost;
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (entry.expiresAtMs > this.#nowMs()) return entry.value;
    this.#entries.delete(key);
    return undefined;
  }

  async set(key: string, value: Uint8Array, ttlMs: number): Promise<void> {
    // A view would hold on to all of the memory behind it.
    const owned = value.byteLength === value.buffer.byteLength ? value : new Uint8Array(value);
    this.#entries.set(key, { value: owned, expiresAtMs: this.#nowMs() + ttlMs });
  }

  async close(): Promise<void> {
    this.#entries.clear();
  }
}
