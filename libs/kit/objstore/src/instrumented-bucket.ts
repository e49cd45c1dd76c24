import type { Readable } from 'node:stream';
import type { Counter, Histogram, MetricRegistry } from '@telamon/telemetry';
import { LATENCY_BUCKETS_SECONDS } from '@telamon/telemetry';
import type { Bucket, BucketCapabilities, ByteRange, ListEntry, ListOptions, ObjectInfo, PutBody } from './bucket.ts';
import { ObjectNotFoundError } from './object-errors.ts';

/** Operation labels. */
export type BucketOperation = 'get' | 'get_range' | 'head' | 'exists' | 'put' | 'list' | 'delete';

/** Metrics of all buckets of a process; one per registry. */
export interface BucketMetrics {
  readonly operations: Counter<'bucket' | 'operation'>;
  readonly failures: Counter<'bucket' | 'operation'>;
  readonly durations: Histogram<'bucket' | 'operation'>;
  readonly bytes: Counter<'bucket' | 'operation'>;
}

/** Declares the metrics in the registry. */
export function createBucketMetrics(registry: MetricRegistry): BucketMetrics {
  const labels = ['bucket', 'operation'] as const;
  return {
    operations: registry.counter({ name: 'telamon_objstore_operations_total', help: 'Calls of the object store.', labels }),
    failures: registry.counter({
      name: 'telamon_objstore_operation_failures_total',
      help: 'Calls of the object store that failed; an object that is not there is no failure.',
      labels,
    }),
    durations: registry.histogram({
      name: 'telamon_objstore_operation_duration_seconds',
      help: 'Time in seconds of calls of the object store, failed ones included.',
      labels,
      buckets: LATENCY_BUCKETS_SECONDS,
    }),
    bytes: registry.counter({ name: 'telamon_objstore_transferred_bytes_total', help: 'Bytes read and written.', labels }),
  };
}

/** Counts and times the calls of another bucket under the label `bucket` = `component`. */
export class InstrumentedBucket implements Bucket {
  readonly name: string;
  readonly #inner: Bucket;
  readonly #component: string;
  readonly #metrics: BucketMetrics;

  constructor(inner: Bucket, component: string, metrics: BucketMetrics) {
    this.name = inner.name;
    this.#inner = inner;
    this.#component = component;
    this.#metrics = metrics;
  }

  get capabilities(): BucketCapabilities {
    return this.#inner.capabilities;
  }

  async get(key: string, signal?: AbortSignal): Promise<Uint8Array> {
    return this.#received('get', await this.#measure('get', () => this.#inner.get(key, signal)));
  }

  async getRange(key: string, range: ByteRange, signal?: AbortSignal): Promise<Uint8Array> {
    return this.#received('get_range', await this.#measure('get_range', () => this.#inner.getRange(key, range, signal)));
  }

  async getStream(key: string, signal?: AbortSignal): Promise<Readable> {
    const stream = await this.#measure('get', () => this.#inner.getStream(key, signal));
    return stream;
  }

  async head(key: string, signal?: AbortSignal): Promise<ObjectInfo> {
    return await this.#measure('head', () => this.#inner.head(key, signal));
  }

  async exists(key: string, signal?: AbortSignal): Promise<boolean> {
    return await this.#measure('exists', () => this.#inner.exists(key, signal));
  }

  async put(key: string, body: PutBody, signal?: AbortSignal): Promise<void> {
    await this.#measure('put', () => this.#inner.put(key, body, signal));
    if (body instanceof Uint8Array) this.#received('put', body);
  }

  async putIfAbsent(key: string, body: Uint8Array, signal?: AbortSignal): Promise<boolean> {
    const isNew = await this.#measure('put', () => this.#inner.putIfAbsent(key, body, signal));
    if (isNew) this.#received('put', body);
    return isNew;
  }

  async *list(prefix: string, options: ListOptions = {}): AsyncGenerator<ListEntry> {
    const entries = this.#inner.list(prefix, options)[Symbol.asyncIterator]();
    this.#metrics.operations.inc(this.#labels('list'));
    let waitedMs = 0;
    try {
      for (;;) {
        const startedMs = performance.now();
        const next = await entries.next().finally(() => {
          waitedMs += performance.now() - startedMs;
        });
        if (next.done) return;
        yield next.value;
      }
    } catch (error) {
      this.#metrics.failures.inc(this.#labels('list'));
      throw error;
    } finally {
      this.#metrics.durations.observeMs(this.#labels('list'), waitedMs);
      await entries.return?.();
    }
  }

  async delete(key: string, signal?: AbortSignal): Promise<void> {
    await this.#measure('delete', () => this.#inner.delete(key, signal));
  }

  async deleteMany(keys: readonly string[], signal?: AbortSignal): Promise<void> {
    await this.#measure('delete', () => this.#inner.deleteMany(keys, signal));
  }

  async close(): Promise<void> {
    await this.#inner.close();
  }

  #labels(operation: BucketOperation): { bucket: string; operation: BucketOperation } {
    return { bucket: this.#component, operation };
  }

  #received(operation: BucketOperation, bytes: Uint8Array): Uint8Array {
    this.#metrics.bytes.inc(this.#labels(operation), bytes.length);
    return bytes;
  }

  async #measure<T>(operation: BucketOperation, run: () => Promise<T>): Promise<T> {
    const labels = this.#labels(operation);
    const startedMs = performance.now();
    this.#metrics.operations.inc(labels);
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof ObjectNotFoundError)) this.#metrics.failures.inc(labels);
      throw error;
    } finally {
      this.#metrics.durations.observeMs(labels, performance.now() - startedMs);
    }
  }
}
