import type { ReplicaWriter } from '@telamon/contract';
import type { RingReader } from '@telamon/ring';
import type { PeerTransport } from '@telamon/rpc';
import type { Clock, MetricRegistry } from '@telamon/telemetry';
import { type ReplicaWriterConfig, RingReplicaWriter } from './replica-writer.ts';
import { createReplicaWriterMetrics } from './replica-writer-metrics.ts';

/** What {@link createReplicaWriter} is given. */
export interface ReplicaWriterOptions {
  /** Of the ingesters. */
  readonly ring: RingReader;
  readonly transport: PeerTransport;
  /** `config.of(DISTRIBUTOR)`. */
  readonly config: ReplicaWriterConfig;
  /** Ingesters that a tenant's data is spread over; 0 = all. Read at every write. */
  readonly shardSizeOf: (tenant: string) => number;
  /** Gets the writer's metrics; one writer for each registry. */
  readonly registry: MetricRegistry;
  readonly clock?: Clock;
}

/** Makes what all signals of a distributor write through. */
export function createReplicaWriter({ registry, ...deps }: ReplicaWriterOptions): ReplicaWriter {
  const writer = new RingReplicaWriter({ ...deps, metrics: createReplicaWriterMetrics(registry) });
  registry.readGauge({
    name: 'telamon_distributor_circuit_breakers_open',
    help: 'Ingesters that are not called because too many calls to them failed.',
    read: () => writer.breakers.open().length,
  });
  return writer;
}
