import type { Counter, Histogram, MetricRegistry } from '@telamon/telemetry';
import { LATENCY_BUCKETS_SECONDS } from '@telamon/telemetry';

/** Operation labels. */
export type KvOperation = 'get' | 'list' | 'put' | 'create' | 'update' | 'delete';

/** Outcome labels: a conflict is an answer, not a failure. */
export type KvStatus = 'ok' | 'conflict' | 'error';

/** Metrics of the store of a process; one per registry. */
export interface KvMetrics {
  readonly requests: Histogram<'operation' | 'status'>;
  /** Watches that had to begin anew. */
  readonly watchRestarts: Counter<'reason'>;
  /** Foreign keys and values that were ignored. */
  readonly ignored: Counter;
  /** Whether the store answered lately; set by whoever opened it. */
  observeConnection(read: () => boolean): void;
}

/** Declares the metrics in the registry. */
export function createKvMetrics(registry: MetricRegistry): KvMetrics {
  let read: () => boolean = () => false;
  registry.readGauge({
    name: 'telamon_kv_connected',
    help: 'Whether the store of rings and leases answered in the last 10 s.',
    read: () => (read() ? 1 : 0),
  });
  return {
    requests: registry.histogram({
      name: 'telamon_kv_request_duration_seconds',
      help: 'Time in seconds of calls of the store of rings and leases, retries included.',
      labels: ['operation', 'status'],
      buckets: LATENCY_BUCKETS_SECONDS,
    }),
    watchRestarts: registry.counter({
      name: 'telamon_kv_watch_restarts_total',
      help: 'Watches of the store that had to begin anew.',
      labels: ['reason'],
    }),
    ignored: registry.counter({
      name: 'telamon_kv_ignored_values_total',
      help: 'Keys and values in the bucket that are malformed or too large and were ignored.',
    }),
    observeConnection(next) {
      read = next;
    },
  };
}
