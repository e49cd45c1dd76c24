import type { Instance } from './instance.ts';

/** What someone wants of the instances: writes go to `active` ones only, reads to all that may still hold data. */
export type RingOperation = 'write' | 'read' | 'own';

/** Instances that hold one token's range, or everything of a tenant. */
export interface ReplicaSet {
  /** Healthy instances that take the operation. */
  readonly instances: readonly Instance[];
  /** Failing instances that still leave a quorum (when zones are not used). */
  readonly maxErrors: number;
  /** Failing zones that still leave a quorum; then any instance of such a zone may fail. 0 when zones are not used. */
  readonly maxUnavailableZones: number;
  /** Whether quorum is counted by zones. */
  readonly isZoneAware: boolean;
}

/**
 * A ring as it was known at one moment; immutable. Lookups are synchronous and never wait. Health is judged against `nowMs` of
 * the call: an instance whose heartbeat is older than the ring's time-out is not healthy.
 */
export interface RingView {
  /** Every instance known, healthy or not, sorted by id. */
  readonly instances: readonly Instance[];
  readonly replicationFactor: number;
  /**
   * Instances for a token, at most the replication factor, from different zones where zones are used. TelamonError 503
   * `ring-too-few-instances` when too few are healthy for a quorum. Cost: logarithmic in tokens.
   */
  replicasOf(token: number, operation: RingOperation): ReplicaSet;
  /** All instances that may hold data, for reading; TelamonError 503 `ring-too-few-instances` without a quorum. */
  allFor(operation: RingOperation): ReplicaSet;
  /**
   * The view of a tenant's shard: the same `size` instances (rounded up to a multiple of the zones) wherever it is computed, with few
   * changes when instances come and go. `size` 0 is the whole ring. `lookbackMs` > 0 adds what was in the shard within that time.
   * Cached by the ring.
   */
  shardOf(identifier: string, size: number, lookbackMs?: number): RingView;
  /** Whether an instance is healthy and in a state for the operation. */
  isUsable(instance: Instance, operation: RingOperation): boolean;
}

/** A ring that follows its store. */
export interface RingReader {
  /** The newest view. */
  view(): RingView;
  /** Called after every change of the view. Returns the function that ends it. */
  onChange(listener: () => void): () => void;
}
