import { LATENCY_BUCKETS_SECONDS, type MetricRegistry } from '@telamon/telemetry';

/** Declares what a transport counts, once per registry; the returned function records one finished call. */
export function createPeerClientMetrics(
  registry: MetricRegistry,
  clients: () => Iterable<{ readonly address: string; readonly inFlight: number }>,
): (path: string, code: string, durationMs: number) => void {
  const duration = registry.histogram({
    name: 'telamon_peer_client_call_duration_seconds',
    help: 'Time in seconds that calls to other processes took, by gRPC status; its count is the number of calls.',
    labels: ['method', 'code'],
    buckets: LATENCY_BUCKETS_SECONDS,
  });
  registry.readGauge<'address'>({
    name: 'telamon_peer_client_inflight_calls',
    help: 'Calls to other processes in progress, by address.',
    labels: ['address'],
    read: () => [...clients()].map(({ address, inFlight }) => [{ address }, inFlight] as const),
  });
  return (method, code, durationMs) => duration.observeMs({ method, code }, durationMs);
}
