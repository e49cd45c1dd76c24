import type { ReplicaReader } from '@telamon/contract';
import { gatherFromReplicas, type RingView, streamFromReplicas } from '@telamon/ring';
import type { PeerTransport } from '@telamon/rpc';
import { type CallGuard, watchedCall, watchedStream } from './watched-stream.ts';

/** How ingesters are read. */
export interface ReplicaReaderOptions {
  /** The ingesters that may hold a tenant's recent data; asked when a reading begins. */
  readonly viewOf: (tenant: string) => RingView;
  readonly transport: PeerTransport;
  /** `telamon.v1.Ingester`. */
  readonly service: string;
  /** Time without news after which another zone or instance is asked, ms. */
  readonly hedgeAfterMs: number;
  /** Longest time of one call, ms. */
  readonly timeoutMs: number;
  readonly guard?: CallGuard;
}

/**
 * Reads from as few ingesters as hold everything together: those of all zones but the ones that may be away. Another zone is asked
 * for one that fails or keeps silent; the first quorum counts, the rest is cancelled.
 */
export function createReplicaReader(options: ReplicaReaderOptions): ReplicaReader {
  const { transport, service, hedgeAfterMs, timeoutMs, guard } = options;
  const pathOf = (method: string): string => `/${service}/${method}`;
  return {
    stream: (tenant, method, message, signal) =>
      // Within the generator, so that the ring is looked at when the reading begins.
      lazily(() =>
        streamFromReplicas({
          replicas: options.viewOf(tenant).allFor('read'),
          signal,
          hedgeAfterMs,
          call: ({ id, address }, stop) =>
            watchedStream(guard, id, stop, () =>
              transport.client(address).stream(pathOf(method), message, { tenant, signal: stop, timeoutMs }),
            ),
        }),
      ),
    gather: async (tenant, method, message, signal) =>
      await gatherFromReplicas({
        replicas: options.viewOf(tenant).allFor('read'),
        signal,
        hedgeAfterMs,
        call: ({ id, address }, stop) =>
          watchedCall(guard, id, stop, () =>
            transport.client(address).unary(pathOf(method), message, { tenant, signal: stop, timeoutMs }),
          ),
      }),
  };
}

async function* lazily<T>(open: () => AsyncIterable<T>): AsyncGenerator<T> {
  yield* open();
}
