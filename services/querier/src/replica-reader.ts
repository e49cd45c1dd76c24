import type { ReplicaReader } from '@telamon/contract';
import { gatherFromReplicas, type ReplicaSet, type RingReader, streamFromReplicas } from '@telamon/ring';
import type { PeerTransport } from '@telamon/rpc';
import { type CallGuard, watchedCall, watchedStream } from './watched-stream.ts';

/** A tenant's part of the ring: so many instances, and those that belonged to it within the lookback, ms. */
export interface ReaderShard {
  /** 0 = all. */
  readonly size: number;
  readonly lookbackMs: number;
}

/** How ingesters are read. */
export interface ReplicaReaderOptions {
  /** Ring of the ingesters. */
  readonly ring: RingReader;
  readonly transport: PeerTransport;
  /** `telamon.v1.Ingester`. */
  readonly service: string;
  /** Shuffle shard of a tenant; default: the whole ring. */
  readonly shardOf?: (tenant: string) => ReaderShard;
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
          replicas: replicasOf(options, tenant),
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
        replicas: replicasOf(options, tenant),
        signal,
        hedgeAfterMs,
        call: ({ id, address }, stop) =>
          watchedCall(guard, id, stop, () =>
            transport.client(address).unary(pathOf(method), message, { tenant, signal: stop, timeoutMs }),
          ),
      }),
  };
}

function replicasOf({ ring, shardOf }: ReplicaReaderOptions, tenant: string): ReplicaSet {
  const { size, lookbackMs } = shardOf?.(tenant) ?? { size: 0, lookbackMs: 0 };
  const view = ring.view();
  return (size === 0 ? view : view.shardOf(tenant, size, lookbackMs)).allFor('read');
}

async function* lazily<T>(open: () => AsyncIterable<T>): AsyncGenerator<T> {
  yield* open();
}
