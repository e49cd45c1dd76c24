import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import {
  type Bucket,
  type BucketCapabilities,
  type ByteRange,
  checkRange,
  type ListEntry,
  type ListOptions,
  type ObjectInfo,
  type PutBody,
} from './bucket.ts';
import { folded } from './fold-listing.ts';
import { abortedError, ObjectNotFoundError } from './object-errors.ts';
import { checkKey, checkPrefix, compareKeys } from './object-key.ts';

interface Stored {
  readonly bytes: Uint8Array;
  readonly modifiedMs: number;
}

/** A bucket in memory, for tests and for what must not outlive the process. Lists cost O(objects log objects). */
export class MemoryBucket implements Bucket {
  readonly name: string;
  readonly capabilities: BucketCapabilities = { hasConditionalPut: true };
  readonly #objects = new Map<string, Stored>();
  readonly #nowMs: () => number;

  constructor(name: string = 'memory', nowMs: () => number = Date.now) {
    this.name = name;
    this.#nowMs = nowMs;
  }

  async get(key: string, signal?: AbortSignal): Promise<Uint8Array> {
    return this.#find(key, signal).bytes.slice();
  }

  async getRange(key: string, range: ByteRange, signal?: AbortSignal): Promise<Uint8Array> {
    checkRange(range);
    return this.#find(key, signal).bytes.slice(range.offset, range.offset + range.length);
  }

  async getStream(key: string, signal?: AbortSignal): Promise<Readable> {
    return Readable.from([await this.get(key, signal)]);
  }

  async head(key: string, signal?: AbortSignal): Promise<ObjectInfo> {
    const { bytes, modifiedMs } = this.#find(key, signal);
    return { sizeBytes: bytes.length, modifiedMs, etag: createHash('sha256').update(bytes).digest('hex').slice(0, 32) };
  }

  async exists(key: string, signal?: AbortSignal): Promise<boolean> {
    checkCall(key, signal);
    return this.#objects.has(key);
  }

  async put(key: string, body: PutBody, signal?: AbortSignal): Promise<void> {
    checkCall(key, signal);
    const bytes = body instanceof Uint8Array ? body.slice() : new Uint8Array(await readFile(body.file));
    this.#objects.set(key, { bytes, modifiedMs: this.#nowMs() });
  }

  async putIfAbsent(key: string, body: Uint8Array, signal?: AbortSignal): Promise<boolean> {
    checkCall(key, signal);
    if (this.#objects.has(key)) return false;
    this.#objects.set(key, { bytes: body.slice(), modifiedMs: this.#nowMs() });
    return true;
  }

  async *list(prefix: string, options: ListOptions = {}): AsyncGenerator<ListEntry> {
    checkPrefix(prefix);
    const keys = [...this.#objects.keys()].filter((key) => key.startsWith(prefix)).sort(compareKeys);
    const entries = keys.flatMap((key) => {
      const stored = this.#objects.get(key);
      return stored ? [{ key, isFolder: false, sizeBytes: stored.bytes.length, modifiedMs: stored.modifiedMs }] : [];
    });
    for (const entry of folded(entries, prefix, options)) {
      options.signal?.throwIfAborted();
      yield entry;
    }
  }

  async delete(key: string, signal?: AbortSignal): Promise<void> {
    checkCall(key, signal);
    this.#objects.delete(key);
  }

  async deleteMany(keys: readonly string[], signal?: AbortSignal): Promise<void> {
    for (const key of keys) await this.delete(key, signal);
  }

  async close(): Promise<void> {}

  #find(key: string, signal: AbortSignal | undefined): Stored {
    checkCall(key, signal);
    const found = this.#objects.get(key);
    if (!found) throw new ObjectNotFoundError(this.name, key);
    return found;
  }
}

function checkCall(key: string, signal: AbortSignal | undefined): void {
  checkKey(key);
  if (signal?.aborted) throw abortedError(signal);
}
