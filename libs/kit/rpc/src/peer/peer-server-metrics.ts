import { LATENCY_BUCKETS_SECONDS, type MetricRegistry } from '@telamon/telemetry';

/** Why a call was refused before its handler. */
export type RefusalReason = 'cluster' | 'overload' | 'stopping';

/** What a server of calls between processes counts. */
export interface PeerServerMetrics {
  callDone(method: string, code: string, durationMs: number): void;
  refused(reason: RefusalReason): void;
}

/** Numbers that are read at a scrape. */
export interface PeerServerGauges {
  readonly calls: () => number;
  readonly connections: () => number;
}

/** Declares the metrics; once per registry. */
export function createPeerServerMetrics(registry: MetricRegistry, gauges: PeerServerGauges): PeerServerMetrics {
  const duration = registry.histogram({
    name: 'telamon_peer_server_call_duration_seconds',
    help: 'Time in seconds that calls of other processes took here, by gRPC status; its count is the number of calls.',
    labels: ['method', 'code'],
    buckets: LATENCY_BUCKETS_SECONDS,
  });
  const refusals = registry.counter({
    name: 'telamon_peer_server_refused_calls_total',
    help: 'Calls of other processes refused before their message was read: from another cluster, over the limit, while stopping.',
    labels: ['reason'],
  });
  for (const reason of ['cluster', 'overload', 'stopping'] as const) refusals.with({ reason });
  registry.readGauge({
    name: 'telamon_peer_server_inflight_calls',
    help: 'Calls of other processes being worked on.',
    read: gauges.calls,
  });
  registry.readGauge({
    name: 'telamon_peer_server_connections',
    help: 'Connections of other processes.',
    read: gauges.connections,
  });
  return {
    callDone: (method, code, durationMs) => duration.observeMs({ method, code }, durationMs),
    refused: (reason) => refusals.inc({ reason }),
  };
}
