import type { Readable } from 'node:stream';
import type { Bucket, BucketCapabilities, ByteRange, ListEntry, ListOptions, ObjectInfo, PutBody } from './bucket.ts';
import { checkKey, checkPrefix } from './object-key.ts';

/** A folder of another bucket as a bucket: keys are relative to it, and nothing outside it can be named. Closing it closes nothing. */
export class PrefixedBucket implements Bucket {
  readonly name: string;
  readonly capabilities: BucketCapabilities;
  readonly #inner: Bucket;
  readonly #prefix: string;

  /** `prefix` without slashes at its ends; '' gives the whole bucket. */
  constructor(inner: Bucket, prefix: string) {
    if (prefix !== '') checkKey(prefix);
    this.#inner = inner;
    this.#prefix = prefix === '' ? '' : `${prefix}/`;
    this.name = prefix === '' ? inner.name : `${inner.name}/${prefix}`;
    this.capabilities = inner.capabilities;
  }

  async get(key: string, signal?: AbortSignal): Promise<Uint8Array> {
    return await this.#inner.get(this.#full(key), signal);
  }

  async getRange(key: string, range: ByteRange, signal?: AbortSignal): Promise<Uint8Array> {
    return await this.#inner.getRange(this.#full(key), range, signal);
  }

  async getStream(key: string, signal?: AbortSignal): Promise<Readable> {
    return await this.#inner.getStream(this.#full(key), signal);
  }

  async head(key: string, signal?: AbortSignal): Promise<ObjectInfo> {
    return await this.#inner.head(this.#full(key), signal);
  }

  async exists(key: string, signal?: AbortSignal): Promise<boolean> {
    return await this.#inner.exists(this.#full(key), signal);
  }

  async put(key: string, body: PutBody, signal?: AbortSignal): Promise<void> {
    await this.#inner.put(this.#full(key), body, signal);
  }

  async putIfAbsent(key: string, body: Uint8Array, signal?: AbortSignal): Promise<boolean> {
    return await this.#inner.putIfAbsent(this.#full(key), body, signal);
  }

  async *list(prefix: string, options: ListOptions = {}): AsyncGenerator<ListEntry> {
    checkPrefix(prefix);
    const { startAfter, ...rest } = options;
    const moved = startAfter === undefined ? rest : { ...rest, startAfter: this.#prefix + startAfter };
    for await (const entry of this.#inner.list(this.#prefix + prefix, moved)) {
      yield { ...entry, key: entry.key.slice(this.#prefix.length) };
    }
  }

  async delete(key: string, signal?: AbortSignal): Promise<void> {
    await this.#inner.delete(this.#full(key), signal);
  }

  async deleteMany(keys: readonly string[], signal?: AbortSignal): Promise<void> {
    await this.#inner.deleteMany(
      keys.map((key) => this.#full(key)),
      signal,
    );
  }

  async close(): Promise<void> {}

  /** The key is checked before it is joined: `../other` must not become a valid key of the bucket. */
  #full(key: string): string {
    checkKey(key);
    return this.#prefix + key;
  }
}
