import type { Instance, InstanceState } from './instance.ts';
import { partOf } from './operation-rules.ts';
import type { RingTopology } from './ring-topology.ts';
import type { RingOperation } from './ring-view.ts';

/** What a walk looks at besides the topology; by position. */
export interface WalkRequest {
  readonly topology: RingTopology;
  readonly instances: readonly Instance[];
  readonly health: Uint8Array;
  readonly replicationFactor: number;
  readonly operation: RingOperation;
}

/**
 * Finds the members of one range: walks on from its token until there are as many replicas as the factor says, from different zones
 * where zones are used, or until nobody is left to look at. One object serves the walks of one operation.
 */
export class ReplicaWalk {
  readonly #request: WalkRequest;
  /** Number of the walk that last looked at an instance. */
  readonly #seen: Uint32Array;
  readonly #zoneLeft: Int32Array;
  readonly #zonesWithTokens: number;
  #walk = 0;

  constructor(request: WalkRequest) {
    this.#request = request;
    this.#seen = new Uint32Array(request.instances.length);
    this.#zoneLeft = new Int32Array(request.topology.zones.length);
    this.#zonesWithTokens = request.topology.sizeOfZone.filter((size) => size > 0).length;
  }

  /** Positions of the members, in the order found. `start` is a position in the table. Cost: O(tokens walked over). */
  from(start: number): number[] {
    const { topology, replicationFactor } = this.#request;
    const { owners } = topology.table;
    const members: number[] = [];
    this.#walk++;
    this.#zoneLeft.set(topology.sizeOfZone);
    let zonesLeft = this.#zonesWithTokens;
    let replicas = 0;
    for (let step = 0; step < owners.length && replicas < replicationFactor && zonesLeft > 0; step++) {
      const at = start + step;
      const position = owners[at < owners.length ? at : at - owners.length]!;
      const zone = topology.zoneOf[position]!;
      if (this.#seen[position] === this.#walk || this.#zoneLeft[zone] === 0) continue;
      this.#seen[position] = this.#walk;
      const { isMember, isReplica } = this.#partOf(position);
      if (isMember) members.push(position);
      if (isReplica) replicas++;
      this.#zoneLeft[zone] = isReplica && topology.isZoneAware ? 0 : this.#zoneLeft[zone]! - 1;
      if (this.#zoneLeft[zone] === 0) zonesLeft--;
    }
    return members;
  }

  #partOf(position: number): { isMember: boolean; isReplica: boolean } {
    const { instances, health, operation } = this.#request;
    const state: InstanceState = instances[position]!.state;
    return partOf(state, health[position] === 1, operation);
  }
}
