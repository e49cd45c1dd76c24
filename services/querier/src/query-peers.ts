import type { QueryPeers } from '@telamon/contract';
import type { Cluster, RoleHost } from '@telamon/host';
import { CircuitBreakers, onReturn, RING, type RingReader } from '@telamon/ring';
import type { MetricRegistry } from '@telamon/telemetry';
import { createBlockReader } from './block-reader.ts';
import { QUERIER } from './options.ts';
import { createReplicaReader } from './replica-reader.ts';
import type { CallGuard } from './watched-stream.ts';

const SHAPE = { isReplicated: true } as const;
/** Store-gateways that are asked for a block until one has read it. */
const BLOCK_ATTEMPTS = 3;
/** Half of the calls of ten seconds must fail before an instance is left alone for five. */
const BREAKER = { failureShare: 0.5, minCalls: 10, windowMs: 10_000, cooldownMs: 5_000, trialCalls: 3 } as const;

/** Where a querier of a cluster reads from: the ingesters' ring and that of the store-gateways. */
export function queryPeersOf(cluster: Cluster, { config, overrides, registry }: RoleHost): QueryPeers {
  const { ingesterHedgeAfterMs, storeGatewayHedgeAfterMs, peerTimeoutMs: timeoutMs } = config.of(QUERIER);
  const { shuffleShardingIngestersLookbackPeriodMs: lookbackMs } = config.of(QUERIER);
  const { transport } = cluster;
  const guardOf = breakersFor(registry);
  const [ingesters, gateways] = [cluster.ring('ingester', SHAPE), cluster.ring('store-gateway', SHAPE)];
  const shareOf = cluster.shareOf('ingester', SHAPE);
  const shardSizeOf = (tenant: string): number => (lookbackMs === 0 ? 0 : overrides.forTenant(tenant).ingestionTenantShardSize);
  return {
    replicas: createReplicaReader({
      viewOf: (tenant) => ingesters.view().shardOf(tenant, shardSizeOf(tenant), lookbackMs),
      transport,
      service: 'telamon.v1.Ingester',
      hedgeAfterMs: ingesterHedgeAfterMs,
      timeoutMs,
      guard: guardOf('ingester', ingesters),
    }),
    blocks: createBlockReader({
      ring: gateways,
      transport,
      service: 'telamon.v1.StoreGateway',
      zone: config.of(RING).zone,
      maxAttempts: BLOCK_ATTEMPTS,
      hedgeAfterMs: storeGatewayHedgeAfterMs,
      timeoutMs,
      guard: guardOf('store-gateway', gateways),
      onRetry: retryCounter(registry),
    }),
    share: (tenant) => shareOf({ tenant, size: shardSizeOf(tenant), lookbackMs }),
  };
}

/** One set of breakers for both rings; the same name in both may be two processes. Who begins to serve is no longer blamed for before. */
function breakersFor(registry: MetricRegistry): (role: string, ring: RingReader) => CallGuard {
  const breakers = new CircuitBreakers(BREAKER);
  registry.readGauge({
    name: 'telamon_querier_circuit_breakers_open',
    help: 'Ingesters and store-gateways that are not asked because too many calls to them failed.',
    read: () => breakers.open().length,
  });
  return (role, ring) => {
    onReturn(ring, ({ id }) => breakers.forget(`${role} ${id}`));
    return { enter: (id) => breakers.enter(`${role} ${id}`) };
  };
}

function retryCounter(registry: MetricRegistry): (count: number, why: string) => void {
  const retries = registry.counter({
    name: 'telamon_querier_block_retries_total',
    help: 'Blocks that another store-gateway was asked for, by the reason.',
    labels: ['reason'],
  });
  return (count, reason) => retries.inc({ reason }, count);
}
