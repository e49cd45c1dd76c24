import type { PushFacet, SignalRoute } from '@telamon/contract';
import { HttpListener, type HttpListenerOptions, type RouteOptions } from '@telamon/rpc';

/** The listeners of the process by name, as `listeners.json` and the log call them. Those of OTLP are there for what takes it in. */
export interface Listeners {
  readonly metrics: HttpListener;
  readonly otlpGrpc: HttpListener | undefined;
  readonly otlpHttp: HttpListener | undefined;
  readonly admin: HttpListener;
}

/** Name of a listener and of its entry in `listeners.json`. */
export type ListenerName = 'metrics' | 'otlp-grpc' | 'otlp-http' | 'admin';

/** Makes the listeners; `settingsOf` gives what differs. Nothing is bound yet. */
export function makeListeners(settingsOf: (name: ListenerName) => HttpListenerOptions, takesOtlp: boolean): Listeners {
  const otlp = (name: ListenerName): HttpListener | undefined =>
    takesOtlp ? new HttpListener({ ...settingsOf(name), hasHttp2: true }) : undefined;
  return {
    metrics: new HttpListener(settingsOf('metrics')),
    otlpGrpc: otlp('otlp-grpc'),
    otlpHttp: otlp('otlp-http'),
    admin: new HttpListener(settingsOf('admin')),
  };
}

/** Every listener that is there. */
export function eachListener({ metrics, otlpGrpc, otlpHttp, admin }: Listeners): HttpListener[] {
  return [metrics, otlpGrpc, otlpHttp, admin].filter((listener) => listener !== undefined);
}

/** Adds a signal's routes to a listener. */
export function mountRoutes(listener: HttpListener, routes: readonly SignalRoute[]): void {
  for (const route of routes) {
    const options: RouteOptions = { tenant: route.tenancy };
    for (const method of route.methods) listener.route(method, route.pattern, route.handler, options);
  }
}

/** Puts what a signal takes in on its listeners: its own, and OTLP on both OTLP ports. */
export function mountWrites(listeners: Listeners, push: PushFacet): void {
  mountRoutes(listeners.metrics, push.routes);
  for (const listener of [listeners.otlpGrpc, listeners.otlpHttp]) {
    if (listener === undefined) continue;
    mountRoutes(listener, push.otlpRoutes);
    for (const method of push.otlpMethods) listener.grpcMethod(method.path, method.handler);
  }
}

/** Root URLs by name; only after the listeners were started. */
export function urlsOf({ metrics, otlpGrpc, otlpHttp, admin }: Listeners): Record<string, string> {
  return {
    metrics: metrics.url,
    ...(otlpGrpc === undefined ? {} : { 'otlp-grpc': otlpGrpc.url }),
    ...(otlpHttp === undefined ? {} : { 'otlp-http': otlpHttp.url }),
    admin: admin.url,
  };
}
