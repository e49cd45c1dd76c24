import { LATENCY_BUCKETS_SECONDS, type MetricRegistry } from '@telamon/telemetry';

/** What is counted of writes to ingesters. */
export interface ReplicaWriterMetrics {
  /** A write was decided: `ok`, `failed`, or `refused` because too much is in flight. */
  written(result: 'ok' | 'failed' | 'refused'): void;
  /** A call to one ingester ended: `ok`, `failed`, or not made since its breaker is open. */
  called(result: 'ok' | 'failed' | 'circuit_open', durationMs: number): void;
  /** An ingester refused so many items, whatever the quorum of their replicas decided. */
  itemsRefused(count: number): void;
  /** Where the bytes in flight are read. Once. */
  observeInflight(read: () => number): void;
}

/** Declares the metrics; once for each registry. */
export function createReplicaWriterMetrics(registry: MetricRegistry): ReplicaWriterMetrics {
  const writes = registry.counter({
    name: 'telamon_distributor_writes_total',
    help: 'Requests written to ingesters, by what became of them.',
    labels: ['result'],
  });
  const calls = registry.histogram({
    name: 'telamon_distributor_ingester_call_seconds',
    help: 'Time of the calls to single ingesters, by how they ended.',
    labels: ['result'],
    buckets: LATENCY_BUCKETS_SECONDS,
  });
  const refused = registry.counter({
    name: 'telamon_distributor_ingester_refused_items_total',
    help: 'Items that single ingesters refused, also those that a quorum of the others took: replicas then differ.',
  });
  return {
    itemsRefused: (count) => refused.inc({}, count),
    written: (result) => writes.inc({ result }),
    called: (result, durationMs) => calls.observeMs({ result }, durationMs),
    observeInflight: (read) => {
      registry.readGauge({
        name: 'telamon_distributor_inflight_bytes',
        help: 'Bytes of messages on their way to ingesters.',
        read,
      });
    },
  };
}
