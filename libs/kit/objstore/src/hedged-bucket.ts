import type { Readable } from 'node:stream';
import { type Clock, SYSTEM_CLOCK } from '@telamon/telemetry';
import type { Bucket, BucketCapabilities, ByteRange, ListEntry, ListOptions, ObjectInfo, PutBody } from './bucket.ts';

/** Part of the reads that may be sent twice in the long run. */
const SHARE = 0.05;
/** Second requests that may be sent at once, when few were needed before. */
const BURST = 20;

/**
 * Sends a read of another bucket a second time when no answer came within a while; the first answer counts, the other request is ended. A
 * failure counts only when nothing else is under way. Of all reads one in twenty may be sent twice, so that a store
 * which is slow because it has too much to do does not get twice as much. Writes and listings are passed on.
 */
export class HedgedBucket implements Bucket {
  readonly name: string;
  readonly #inner: Bucket;
  readonly #afterMs: number;
  readonly #clock: Clock;
  #credit = BURST;

  /** `afterMs`: time without an answer, more than 0. */
  constructor(inner: Bucket, afterMs: number, clock: Clock = SYSTEM_CLOCK) {
    this.name = inner.name;
    this.#inner = inner;
    this.#afterMs = afterMs;
    this.#clock = clock;
  }

  get capabilities(): BucketCapabilities {
    return this.#inner.capabilities;
  }

  async get(key: string, signal?: AbortSignal): Promise<Uint8Array> {
    return await this.#hedge(signal, (stop) => this.#inner.get(key, stop));
  }

  async getRange(key: string, range: ByteRange, signal?: AbortSignal): Promise<Uint8Array> {
    return await this.#hedge(signal, (stop) => this.#inner.getRange(key, range, stop));
  }

  async head(key: string, signal?: AbortSignal): Promise<ObjectInfo> {
    return await this.#hedge(signal, (stop) => this.#inner.head(key, stop));
  }

  async exists(key: string, signal?: AbortSignal): Promise<boolean> {
    return await this.#hedge(signal, (stop) => this.#inner.exists(key, stop));
  }

  /** Not sent twice: who wins would be known before the bytes are there. */
  async getStream(key: string, signal?: AbortSignal): Promise<Readable> {
    return await this.#inner.getStream(key, signal);
  }

  async put(key: string, body: PutBody, signal?: AbortSignal): Promise<void> {
    await this.#inner.put(key, body, signal);
  }

  async putIfAbsent(key: string, body: Uint8Array, signal?: AbortSignal): Promise<boolean> {
    return await this.#inner.putIfAbsent(key, body, signal);
  }

  list(prefix: string, options?: ListOptions): AsyncIterable<ListEntry> {
    return this.#inner.list(prefix, options);
  }

  async delete(key: string, signal?: AbortSignal): Promise<void> {
    await this.#inner.delete(key, signal);
  }

  async deleteMany(keys: readonly string[], signal?: AbortSignal): Promise<void> {
    await this.#inner.deleteMany(keys, signal);
  }

  async close(): Promise<void> {
    await this.#inner.close();
  }

  async #hedge<T>(signal: AbortSignal | undefined, read: (signal: AbortSignal) => Promise<T>): Promise<T> {
    this.#credit = Math.min(BURST, this.#credit + SHARE);
    const loser = new AbortController();
    const stop = signal === undefined ? loser.signal : AbortSignal.any([signal, loser.signal]);
    let cancel = (): void => {};
    try {
      return await new Promise<T>((resolve, reject) => {
        let running = 0;
        const start = (): void => {
          running++;
          read(stop).then(resolve, (error: unknown) => {
            if (--running === 0) reject(error);
          });
        };
        cancel = this.#clock.setTimer(() => {
          if (this.#credit < 1) return;
          this.#credit--;
          start();
        }, this.#afterMs);
        start();
      });
    } finally {
      cancel();
      loser.abort();
    }
  }
}
