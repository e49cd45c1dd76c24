import type { Readable } from 'node:stream';
import type { Bucket, BucketCapabilities, ByteRange, ListEntry, ListOptions, ObjectInfo, PutBody } from './bucket.ts';
import { compareKeys } from './object-key.ts';
import { DEFAULT_RETRY_POLICY, type RetryPolicy, withRetry } from './retry.ts';

/** Tries calls of another bucket again when they fail with a retryable error. A stream is retried until it is handed over, a listing from where it broke off. */
export class RetryingBucket implements Bucket {
  readonly name: string;
  readonly #inner: Bucket;
  readonly #policy: RetryPolicy;

  constructor(inner: Bucket, policy: Partial<RetryPolicy> = {}) {
    this.name = inner.name;
    this.#inner = inner;
    this.#policy = { ...DEFAULT_RETRY_POLICY, ...policy };
  }

  get capabilities(): BucketCapabilities {
    return this.#inner.capabilities;
  }

  async get(key: string, signal?: AbortSignal): Promise<Uint8Array> {
    return await this.#retry(signal, () => this.#inner.get(key, signal));
  }

  async getRange(key: string, range: ByteRange, signal?: AbortSignal): Promise<Uint8Array> {
    return await this.#retry(signal, () => this.#inner.getRange(key, range, signal));
  }

  async getStream(key: string, signal?: AbortSignal): Promise<Readable> {
    return await this.#retry(signal, () => this.#inner.getStream(key, signal));
  }

  async head(key: string, signal?: AbortSignal): Promise<ObjectInfo> {
    return await this.#retry(signal, () => this.#inner.head(key, signal));
  }

  async exists(key: string, signal?: AbortSignal): Promise<boolean> {
    return await this.#retry(signal, () => this.#inner.exists(key, signal));
  }

  async put(key: string, body: PutBody, signal?: AbortSignal): Promise<void> {
    await this.#retry(signal, () => this.#inner.put(key, body, signal));
  }

  async putIfAbsent(key: string, body: Uint8Array, signal?: AbortSignal): Promise<boolean> {
    return await this.#retry(signal, async (attempt) => {
      if (await this.#inner.putIfAbsent(key, body, signal)) return true;
      // An earlier try may have been carried out although its reply was lost.
      return attempt > 1 && Buffer.compare(await this.#inner.get(key, signal), body) === 0;
    });
  }

  async *list(prefix: string, options: ListOptions = {}): AsyncGenerator<ListEntry> {
    let last = options.startAfter;
    let entries: AsyncIterator<ListEntry> | undefined;
    const next = async (): Promise<IteratorResult<ListEntry>> => {
      entries ??= this.#inner
        .list(prefix, last === undefined ? options : { ...options, startAfter: last })
        [Symbol.asyncIterator]();
      try {
        return await entries.next();
      } catch (error) {
        entries = undefined;
        throw error;
      }
    };
    for (;;) {
      const result = await this.#retry(options.signal, next);
      if (result.done) return;
      // Stores differ on whether a folder comes after itself.
      if (last !== undefined && compareKeys(result.value.key, last) <= 0) continue;
      last = result.value.key;
      yield result.value;
    }
  }

  async delete(key: string, signal?: AbortSignal): Promise<void> {
    await this.#retry(signal, () => this.#inner.delete(key, signal));
  }

  async deleteMany(keys: readonly string[], signal?: AbortSignal): Promise<void> {
    await this.#retry(signal, () => this.#inner.deleteMany(keys, signal));
  }

  async close(): Promise<void> {
    await this.#inner.close();
  }

  #retry<T>(signal: AbortSignal | undefined, run: (attempt: number) => Promise<T>): Promise<T> {
    return withRetry(this.#policy, signal, run);
  }
}
