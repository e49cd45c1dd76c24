import type { PushFacet, SignalRoute } from '@telamon/contract';
import { HttpListener, type HttpListenerOptions, type RouteOptions } from '@telamon/rpc';

/** The listeners of the process by name, as `listeners.json` and the log call them. */
export interface Listeners {
  readonly metrics: HttpListener;
  readonly otlpGrpc: HttpListener;
  readonly otlpHttp: HttpListener;
  readonly admin: HttpListener;
}

/** Name of a listener and of its entry in `listeners.json`. */
export type ListenerName = 'metrics' | 'otlp-grpc' | 'otlp-http' | 'admin';

/** Makes the four listeners; `settingsOf` gives what differs. Nothing is bound yet. */
export function makeListeners(settingsOf: (name: ListenerName) => HttpListenerOptions): Listeners {
  return {
    metrics: new HttpListener(settingsOf('metrics')),
    otlpGrpc: new HttpListener({ ...settingsOf('otlp-grpc'), hasHttp2: true }),
    otlpHttp: new HttpListener({ ...settingsOf('otlp-http'), hasHttp2: true }),
    admin: new HttpListener(settingsOf('admin')),
  };
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
    mountRoutes(listener, push.otlpRoutes);
    for (const method of push.otlpMethods) listener.grpcMethod(method.path, method.handler);
  }
}

/** Root URLs by name; only after the listeners were started. */
export function urlsOf(listeners: Listeners): Record<ListenerName, string> {
  return {
    metrics: listeners.metrics.url,
    'otlp-grpc': listeners.otlpGrpc.url,
    'otlp-http': listeners.otlpHttp.url,
    admin: listeners.admin.url,
  };
}
