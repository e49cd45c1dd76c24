import type { ReplicaBatch, ReplicaWriter } from '@telamon/contract';
import { distributorMaxInflightPushRequestsBytes } from '@telamon/limits';
import { TelamonError } from '@telamon/model';
import { CircuitBreakers, type Instance, onReturn, type RingReader, writeToReplicas } from '@telamon/ring';
import type { PeerTransport } from '@telamon/rpc';
import { type Clock, SYSTEM_CLOCK } from '@telamon/telemetry';
import type { DistributorConfig } from './options.ts';
import type { ReplicaWriterMetrics } from './replica-writer-metrics.ts';

/** The gRPC service whose methods the signals write with. */
export const INGESTER_SERVICE = 'telamon.v1.Ingester';

/** Settings of a {@link ReplicaWriter}; all are options of the distributor. */
export type ReplicaWriterConfig = Pick<
  DistributorConfig,
  | 'remoteTimeoutMs'
  | 'maxInflightPushBytes'
  | 'breakerFailurePercent'
  | 'breakerMinCalls'
  | 'breakerWindowMs'
  | 'breakerCooldownMs'
>;

/** What the writer stands on. */
export interface ReplicaWriterDeps {
  /** Of the ingesters. */
  readonly ring: RingReader;
  readonly transport: PeerTransport;
  readonly config: ReplicaWriterConfig;
  /** Ingesters that a tenant's data is spread over; 0 = all. Read at every write. */
  readonly shardSizeOf: (tenant: string) => number;
  readonly metrics: ReplicaWriterMetrics;
  readonly clock?: Clock;
}

/** Calls that must succeed before a breaker closes again. */
const BREAKER_TRIALS = 3;

/**
 * Writes to the ingesters of a ring: each item to its replicas within the tenant's shard, every ingester called once with all that is
 * its own. Ingesters that fail too often are not called for a while. Slow ones get their share after the write was decided, until the
 * deadline of the call; their messages count as in flight as long, and beyond the limit writes are refused before anything is sent.
 */
export class RingReplicaWriter implements ReplicaWriter {
  readonly breakers: CircuitBreakers;
  readonly #deps: ReplicaWriterDeps;
  #inflightBytes = 0;

  constructor(deps: ReplicaWriterDeps) {
    const { config, clock = SYSTEM_CLOCK } = deps;
    this.#deps = deps;
    this.breakers = new CircuitBreakers({
      failureShare: config.breakerFailurePercent / 100,
      minCalls: config.breakerMinCalls,
      windowMs: config.breakerWindowMs,
      cooldownMs: config.breakerCooldownMs,
      trialCalls: BREAKER_TRIALS,
      clock,
    });
    onReturn(deps.ring, ({ id }) => this.breakers.forget(id));
    deps.metrics.observeInflight(() => this.#inflightBytes);
  }

  /** Bytes of messages whose calls are under way; a message that goes to several ingesters counts once. */
  get inflightBytes(): number {
    return this.#inflightBytes;
  }

  async write(tenant: string, method: string, batch: ReplicaBatch): Promise<ReadonlySet<number>> {
    const { ring, config, shardSizeOf, metrics, clock } = this.#deps;
    const limit = config.maxInflightPushBytes;
    if (limit > 0 && this.#inflightBytes >= limit) {
      metrics.written('refused');
      throw distributorMaxInflightPushRequestsBytes();
    }
    const messages = new Messages((bytes) => {
      this.#inflightBytes += bytes;
    });
    try {
      const refused = await writeToReplicas({
        view: ring.view().shardOf(tenant, shardSizeOf(tenant)),
        tokens: batch.tokens,
        timeoutMs: config.remoteTimeoutMs,
        call: (instance, items, signal) => {
          const message = messages.hold(batch.encode(items));
          const path = `/${INGESTER_SERVICE}/${method}`;
          return this.#call(instance, signal, async () => {
            const options = { tenant, signal, timeoutMs: config.remoteTimeoutMs };
            const reply = await this.#deps.transport.client(instance.address).unary(path, message, options);
            const refused = batch.readReply(reply, items);
            if (refused.length > 0) metrics.itemsRefused(refused.length);
            return refused;
          });
        },
        onEnd: () => messages.release(),
        ...(clock === undefined ? {} : { clock }),
      });
      metrics.written('ok');
      return refused;
    } catch (error) {
      metrics.written('failed');
      throw error;
    }
  }

  async #call<T>(instance: Instance, signal: AbortSignal, call: () => Promise<T>): Promise<T> {
    const { metrics, clock = SYSTEM_CLOCK } = this.#deps;
    const startMs = clock.monotonicMs();
    try {
      const result = await this.breakers.run(instance.id, call, signal);
      metrics.called('ok', clock.monotonicMs() - startMs);
      return result;
    } catch (error) {
      const isOpen = error instanceof TelamonError && error.id === 'circuit-breaker-open';
      metrics.called(isOpen ? 'circuit_open' : 'failed', clock.monotonicMs() - startMs);
      throw error;
    }
  }
}

/** Messages of one write, counted once each until all calls have ended. */
class Messages {
  readonly #count: (bytes: number) => void;
  readonly #held = new Set<Uint8Array>();
  #bytes = 0;

  constructor(count: (bytes: number) => void) {
    this.#count = count;
  }

  hold(message: Uint8Array): Uint8Array {
    if (this.#held.has(message)) return message;
    this.#held.add(message);
    this.#bytes += message.length;
    this.#count(message.length);
    return message;
  }

  release(): void {
    this.#count(-this.#bytes);
    this.#bytes = 0;
    this.#held.clear();
  }
}
