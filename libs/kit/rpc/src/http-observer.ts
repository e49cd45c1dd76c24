import { LATENCY_BUCKETS_SECONDS, type MetricRegistry } from '@telamon/telemetry';

/** Receives one call per finished request; all label values come from bounded sets. */
export interface HttpObserver {
  /** `route` is the pattern or `unknown`; `method` one of the common ones or `OTHER`; status 499 when the client left first. */
  requestDone(method: string, route: string, statusCode: number, durationSeconds: number): void;
  /** +1 when a request starts, -1 when it is done. */
  inFlightChanged(route: string, delta: 1 | -1): void;
}

/** Label of requests that match no route: paths are the client's and would grow without bound. */
export const UNKNOWN_ROUTE = 'unknown';

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'gRPC']);

/** The method as a label value. */
export function methodLabel(method: string): string {
  return METHODS.has(method) ? method : 'OTHER';
}

/** An observer that keeps `telamon_request_duration_seconds` and `telamon_inflight_requests` in the registry; one per registry. */
export function createHttpObserver(registry: MetricRegistry): HttpObserver {
  const duration = registry.histogram({
    name: 'telamon_request_duration_seconds',
    help: 'Time in seconds spent serving HTTP and gRPC requests; its count is the number of requests.',
    labels: ['method', 'route', 'status_code'],
    buckets: LATENCY_BUCKETS_SECONDS,
  });
  const inFlight = registry.gauge({ name: 'telamon_inflight_requests', help: 'Requests being served.', labels: ['route'] });
  return {
    requestDone: (method, route, statusCode, seconds) => {
      duration.observe({ method, route, status_code: String(statusCode) }, seconds);
    },
    inFlightChanged: (route, delta) => inFlight.add({ route }, delta),
  };
}
