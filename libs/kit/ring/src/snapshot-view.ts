import { LruMap } from '@telamon/algo';
import type { Instance } from './instance.ts';
import { takes } from './operation-rules.ts';
import { quorumOf } from './quorum.ts';
import { ReplicaWalk } from './replica-walk.ts';
import type { RingTopology } from './ring-topology.ts';
import type { ReplicaSet, RingOperation, RingView } from './ring-view.ts';

/** Most tokens of the shards whose replica sets one view keeps: 64 MB of references. */
const SHARD_TOKENS_MAX = 8_000_000;
/** What a shard costs besides, in tokens. */
const SHARD_COST = 256;

/** What a view is made of. */
export interface SnapshotParts {
  readonly topology: RingTopology;
  /** In the order of the topology, states and heartbeats of now. */
  readonly instances: readonly Instance[];
  /** 1 for each healthy instance. */
  readonly health: Uint8Array;
  readonly replicationFactor: number;
  /** For shards with lookback, ms. */
  readonly nowMs: () => number;
}

/** Replica sets of one operation, found as they are asked for. */
interface OperationCache {
  readonly walk: ReplicaWalk;
  /** By position of the range in the table. */
  readonly byRange: (ReplicaSet | undefined)[];
  /** By members: ranges with the same ones share a set. */
  readonly byMembers: Map<string, ReplicaSet>;
  all: ReplicaSet | undefined;
}

/** A {@link RingView} of given parts. */
export class SnapshotView implements RingView {
  readonly instances: readonly Instance[];
  readonly replicationFactor: number;
  readonly topology: RingTopology;
  readonly #parts: SnapshotParts;
  readonly #caches = new Map<RingOperation, OperationCache>();
  readonly #shards = new LruMap<RingTopology, SnapshotView>({
    maxCost: SHARD_TOKENS_MAX,
    costOf: (view) => view.topology.table.length + SHARD_COST,
  });

  constructor(parts: SnapshotParts) {
    this.#parts = parts;
    this.instances = parts.instances;
    this.replicationFactor = parts.replicationFactor;
    this.topology = parts.topology;
  }

  get isOneSet(): boolean {
    const { topology, replicationFactor } = this.#parts;
    return (
      this.instances.length <= (topology.isZoneAware ? Math.min(topology.zones.length, replicationFactor) : replicationFactor)
    );
  }

  replicasOf(token: number, operation: RingOperation): ReplicaSet {
    const cache = this.#caches.get(operation) ?? this.#cacheOf(operation);
    const range = this.topology.table.find(token);
    return cache.byRange[range] ?? this.#fill(cache, range, operation);
  }

  allFor(operation: RingOperation): ReplicaSet {
    const cache = this.#cacheOf(operation);
    if (cache.all === undefined) {
      const members = this.instances.filter((instance) => takes(instance.state, operation));
      // A majority of one range's replicas says nothing about a call to everyone: that is counted as for reads.
      cache.all = this.#quorumOf(members, operation === 'write' ? 'read' : operation);
    }
    return cache.all;
  }

  shardOf(identifier: string, size: number, lookbackMs: number = 0): RingView {
    if (size <= 0) return this;
    const { topology, nowMs } = this.#parts;
    const shard = topology.shardOf(identifier, size, lookbackMs, nowMs());
    if (shard.topology === topology) return this;
    let view = this.#shards.get(shard.topology);
    if (view === undefined) {
      view = new SnapshotView({
        ...this.#parts,
        topology: shard.topology,
        instances: shard.members.map((position) => this.instances[position]!),
        health: Uint8Array.from(shard.members, (position) => this.#parts.health[position]!),
      });
      this.#shards.set(shard.topology, view);
    }
    return view;
  }

  isAlive(instance: Instance): boolean {
    const position = this.topology.positionOf(instance.id);
    return position !== undefined && this.#parts.health[position] === 1;
  }

  isUsable(instance: Instance, operation: RingOperation): boolean {
    return this.isAlive(instance) && takes(this.instances[this.topology.positionOf(instance.id)!]!.state, operation);
  }

  /** Whether each instance was healthy, in the order of {@link instances}. Must not be changed. */
  get health(): Uint8Array {
    return this.#parts.health;
  }

  #cacheOf(operation: RingOperation): OperationCache {
    let cache = this.#caches.get(operation);
    if (cache === undefined) {
      const { topology, instances, health, replicationFactor } = this.#parts;
      const walk = new ReplicaWalk({ topology, instances, health, replicationFactor, operation });
      cache = { walk, byRange: new Array(topology.table.length), byMembers: new Map(), all: undefined };
      this.#caches.set(operation, cache);
    }
    return cache;
  }

  #fill(cache: OperationCache, range: number, operation: RingOperation): ReplicaSet {
    const members = cache.walk.from(range);
    const key = members.join();
    let set = cache.byMembers.get(key);
    if (set === undefined) {
      set = this.#quorumOf(
        members.map((position) => this.instances[position]!),
        operation,
      );
      cache.byMembers.set(key, set);
    }
    cache.byRange[range] = set;
    return set;
  }

  #quorumOf(members: readonly Instance[], operation: RingOperation): ReplicaSet {
    const { topology, replicationFactor } = this.#parts;
    const isHealthy = (instance: Instance): boolean => this.isAlive(instance);
    return quorumOf({ operation, replicationFactor, isZoneAware: topology.isZoneAware, members, isHealthy });
  }
}
