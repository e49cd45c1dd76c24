import { LATENCY_BUCKETS_SECONDS, type MetricRegistry } from '@telamon/telemetry';

/** What the queue counts. */
export interface QueueMetrics {
  /** A request left the queue for a querier after so long, ms. */
  dispatched(queuedMs: number): void;
  /** A request was refused because its tenant had too many waiting. */
  discarded(): void;
  /** A querier was lost with a request under way. */
  querierLost(): void;
}

/** What the queue tells when someone asks. */
export interface QueueState {
  readonly waiting: number;
  readonly inFlight: number;
  readonly querierCount: number;
}

/** Declares the metrics of the queue. */
export function createQueueMetrics(registry: MetricRegistry, state: () => QueueState): QueueMetrics {
  registry.readGauge({
    name: 'telamon_query_scheduler_queue_length',
    help: 'Requests that wait for a querier.',
    read: () => state().waiting,
  });
  registry.readGauge({
    name: 'telamon_query_scheduler_inflight_requests',
    help: 'Requests that queriers work on.',
    read: () => state().inFlight,
  });
  registry.readGauge({
    name: 'telamon_query_scheduler_connected_queriers',
    help: 'Queriers that take requests from this frontend.',
    read: () => state().querierCount,
  });
  const duration = registry.histogram({
    name: 'telamon_query_scheduler_queue_duration_seconds',
    help: 'Time that requests waited for a querier.',
    buckets: LATENCY_BUCKETS_SECONDS,
  });
  const discarded = registry.counter({
    name: 'telamon_query_scheduler_discarded_requests_total',
    help: 'Requests that were refused with 429 because too many of their tenant waited.',
  });
  const lost = registry.counter({
    name: 'telamon_query_scheduler_lost_queriers_total',
    help: 'Requests whose querier was lost while it worked on them.',
  });
  return {
    dispatched: (queuedMs) => duration.observeMs({}, queuedMs),
    discarded: () => discarded.inc({}),
    querierLost: () => lost.inc({}),
  };
}
