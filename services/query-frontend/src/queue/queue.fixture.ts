import {
  GrpcTransport,
  InProcessTransport,
  type PeerHttpHandler,
  type PeerHttpRequest,
  PeerServer,
  type PeerTransport,
  QueryWorker,
} from '@telamon/rpc';
import { createRegistry, createSilentLogger, type MetricRegistry } from '@telamon/telemetry';
import { onTestFinished } from 'vitest';
import { RequestQueue, type RequestQueueOptions, type SubmitOptions } from './request-queue.ts';

/** A queue that queriers of the test can reach. */
export interface FixtureQueue {
  readonly queue: RequestQueue;
  readonly registry: MetricRegistry;
  /** Connects a querier; it leaves with the test. */
  querier(id: string, handler: PeerHttpHandler, streams?: number, features?: readonly string[]): QueryWorker;
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

/** The ways between queriers and a frontend. */
export type Way = 'in process' | 'grpc';

/** Makes a queue and a way to it. */
export async function startQueue(way: Way, changes: Partial<RequestQueueOptions> = {}): Promise<FixtureQueue> {
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
  const address = way === 'grpc' ? await serve(queue) : 'frontend';
  const transports = new Map<string, PeerTransport>();
  const transportOf = (id: string): PeerTransport => {
    const transport = way === 'grpc' ? new GrpcTransport() : new InProcessTransport({ log });
    if (transport instanceof InProcessTransport) transport.register(address, [queue.service]);
    transports.set(id, transport);
    return transport;
  };
  const querier: FixtureQueue['querier'] = (id, handler, streams = 1, features = []) => {
    const transport = transportOf(id);
    const worker = new QueryWorker({
      transport,
      finder: { addresses: () => [address], onChange: () => () => {} },
      querierId: id,
      features,
      streamsPerFrontend: streams,
      handler,
      log,
      retryDelayMs: 5,
    });
    worker.start();
    onTestFinished(async () => {
      await worker.stop(0);
      await transport.close();
    });
    return worker;
  };
  return { queue, registry, querier, kill: (id) => void transports.get(id)?.close() };
}

/** Serves the queue on a free port; resolves to its address. */
async function serve(queue: RequestQueue): Promise<string> {
  const server = new PeerServer([queue.service], { address: '127.0.0.1', port: 0, log: createSilentLogger() });
  await server.start();
  onTestFinished(async () => {
    queue.stop();
    await server.stop(100);
  });
  return `127.0.0.1:${server.port}`;
}

/** Options of a request that may take as long as the test. */
export function patiently(changes: Partial<SubmitOptions> = {}): SubmitOptions {
  return { signal: new AbortController().signal, deadlineMs: performance.now() + 20_000, ...changes };
}
