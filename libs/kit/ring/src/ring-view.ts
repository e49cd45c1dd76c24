import type { Instance } from './instance.ts';

/**
 * What someone wants of the instances.
 *
 * | operation | takes instances | passes on to the next instance past |
 * | --- | --- | --- |
 * | `write` | active | all others; a silent one counts as a failure |
 * | `read` | active, readonly, leaving | those that take no writes, which stay in the set if they may hold data |
 * | `own` | active | all others, silent ones too: somebody else owns it at once |
 * | `prepare` | active, joining | all others, silent ones too: what will be owned once the joining ones are active |
 *
 * `write` and `read` promise that their quorums meet; what was written while other instances were away may lie outside of a range's
 * replicas of now, so only {@link RingView.allFor} reads everything. `own` and `prepare` need one
 * instance; for work that must be done by someone.
 */
export type RingOperation = 'write' | 'read' | 'own' | 'prepare';

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
 * A ring as it was known at one moment; immutable, health included: an instance whose heartbeat was older than the ring's time-out
 * by then is not healthy. Take a new view of the ring for each piece of work. Lookups are synchronous and never wait.
 */
export interface RingView {
  /** Every instance known, healthy or not, sorted by id. */
  readonly instances: readonly Instance[];
  readonly replicationFactor: number;
  /**
   * Instances for a token, at most the replication factor (`read` may name one more for each that takes no writes), from different
   * zones where zones are used. For `write`, each instance is one replica and {@link ReplicaSet.maxErrors} of them may fail.
   * TelamonError 503 `ring-too-few-instances` when too few are healthy for a quorum. The same object is returned for the same range
   * of tokens. Cost: a binary search; the first time for each range, a walk to the replicas.
   */
  replicasOf(token: number, operation: RingOperation): ReplicaSet;
  /** Whether every token has the same instances, as there are no more of them than replicas. */
  readonly isOneSet: boolean;
  /** All instances that may hold data, for reading; TelamonError 503 `ring-too-few-instances` without a quorum. */
  allFor(operation: RingOperation): ReplicaSet;
  /**
   * The view of a tenant's shard: the same `size` instances (rounded up to a multiple of the zones) wherever it is computed, with few
   * changes when instances come and go. `size` 0 is the whole ring. `lookbackMs` > 0 adds what was in the shard within that time.
   * Cached by the ring.
   */
  shardOf(identifier: string, size: number, lookbackMs?: number): RingView;
  /** Whether an instance is known and its heartbeat was fresh, whatever its state. */
  isAlive(instance: Instance): boolean;
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
