import { KvConflictError } from './kv-conflict-error.ts';
import type { KvMetrics, KvOperation } from './kv-metrics.ts';
import type { KvCallOptions, KvEntry, KvListener, KvStore } from './kv-store.ts';

/** Times the calls of another store. */
export class InstrumentedKv implements KvStore {
  readonly #inner: KvStore;
  readonly #metrics: KvMetrics;

  constructor(inner: KvStore, metrics: KvMetrics) {
    this.#inner = inner;
    this.#metrics = metrics;
  }

  get isConnected(): boolean {
    return this.#inner.isConnected;
  }

  async get(key: string, options?: KvCallOptions): Promise<KvEntry | undefined> {
    return await this.#measure('get', () => this.#inner.get(key, options));
  }

  async list(prefix: string, options?: KvCallOptions): Promise<KvEntry[]> {
    return await this.#measure('list', () => this.#inner.list(prefix, options));
  }

  async put(key: string, value: Uint8Array, options?: KvCallOptions): Promise<number> {
    return await this.#measure('put', () => this.#inner.put(key, value, options));
  }

  async create(key: string, value: Uint8Array, options?: KvCallOptions): Promise<number> {
    return await this.#measure('create', () => this.#inner.create(key, value, options));
  }

  async update(key: string, value: Uint8Array, revision: number, options?: KvCallOptions): Promise<number> {
    return await this.#measure('update', () => this.#inner.update(key, value, revision, options));
  }

  async delete(key: string, revision?: number, options?: KvCallOptions): Promise<void> {
    await this.#measure('delete', () => this.#inner.delete(key, revision, options));
  }

  watch(prefix: string, listener: KvListener): () => void {
    return this.#inner.watch(prefix, listener);
  }

  async close(): Promise<void> {
    await this.#inner.close();
  }

  async #measure<T>(operation: KvOperation, run: () => Promise<T>): Promise<T> {
    const startedMs = performance.now();
    let status: 'ok' | 'conflict' | 'error' = 'error';
    try {
      const result = await run();
      status = 'ok';
      return result;
    } catch (error) {
      if (error instanceof KvConflictError) status = 'conflict';
      throw error;
    } finally {
      this.#metrics.requests.observeMs({ operation, status }, performance.now() - startedMs);
    }
  }
}
