import { InProcessTransport, type PeerHttpHandler, type PeerHttpRequest, type PeerTransport, QueryWorker } from '@telamon/rpc';
import { createRegistry, createSilentLogger, type MetricRegistry } from '@telamon/telemetry';
import { onTestFinished } from 'vitest';
import { RequestQueue, type RequestQueueOptions } from './request-queue.ts';

/** A queue that queriers of the test can reach. */
export interface FixtureQueue {
  readonly queue: RequestQueue;
  readonly registry: MetricRegistry;
  readonly transport: PeerTransport;
  /** Connects a querier; it leaves with the test. */
  querier(id: string, handler: PeerHttpHandler, streams?: number): QueryWorker;
  /** Cuts every stream of a querier at once, as if it had been killed. */
  kill(id: string): void;
}

/** A request of a tenant for a path. */
export function requestOf(tenant: string, path = '/'): PeerHttpRequest {
  return { tenant, method: 'GET', path, query: '', headers: {}, body: new Uint8Array(0) };
}

/** An answer with a text. */
export function textAnswer(text: string, status = 200): Awaited<ReturnType<PeerHttpHandler>> {
  return { status, headers: { 'content-type': 'text/plain' }, body: Buffer.from(text) };
}

/** Makes a queue and a way to it. */
export function startQueue(changes: Partial<RequestQueueOptions> = {}): FixtureQueue {
  const registry = createRegistry();
  const queue = new RequestQueue({
    maxOutstandingPerTenant: 100,
    maxQueriersOf: () => 0,
    maxResponseBytes: 64 << 20,
    registry,
    nowMs: () => performance.now(),
    ...changes,
  });
  const log = createSilentLogger();
  const transports = new Map<string, InProcessTransport>();
  const transportOf = (id: string): InProcessTransport => {
    const transport = new InProcessTransport({ log });
    transport.register('frontend', [queue.service]);
    transports.set(id, transport);
    return transport;
  };
  const querier = (id: string, handler: PeerHttpHandler, streams = 1): QueryWorker => {
    const worker = new QueryWorker({
      transport: transportOf(id),
      finder: { addresses: () => ['frontend'], onChange: () => () => {} },
      querierId: id,
      streamsPerFrontend: streams,
      handler,
      log,
      retryDelayMs: 5,
    });
    worker.start();
    onTestFinished(() => worker.stop(0));
    return worker;
  };
  return { queue, registry, transport: transportOf(''), querier, kill: (id) => void transports.get(id)?.close() };
}

/** Options of a request that may take as long as the test. */
export function patiently(changes: { readonly signal?: AbortSignal; readonly avoided?: ReadonlySet<string> } = {}): {
  readonly signal: AbortSignal;
  readonly deadlineMs: number;
  readonly avoided?: ReadonlySet<string>;
} {
  return { signal: new AbortController().signal, deadlineMs: performance.now() + 20_000, ...changes };
}
