import { LruMap } from '@telamon/algo';
import type { Instance } from './instance.ts';
import { selectShard } from './select-shard.ts';
import { TokenTable } from './token-table.ts';

/** Most tokens in the tables of the shards that a topology keeps: 64 MB. */
const SHARD_TOKENS_MAX = 8_000_000;

/** Instances of a shard by their position, and until when that holds. */
interface Shard {
  readonly members: readonly number[];
  readonly topology: RingTopology;
  readonly validUntilMs: number;
}

/**
 * What of a ring stays while instances come to life and go silent: who is there, in which zone, with which tokens. Instances are
 * known by their position in the order of ids. Immutable but for its cache of shards.
 */
export class RingTopology {
  /** Sorted by id. States and heartbeats of these objects may be old. */
  readonly instances: readonly Instance[];
  readonly isZoneAware: boolean;
  /** Sorted; one '' when the ring is not zone-aware. */
  readonly zones: readonly string[];
  /** Position in {@link zones} of each instance. */
  readonly zoneOf: Uint16Array;
  /** Number of instances with tokens in each zone. */
  readonly sizeOfZone: Uint32Array;
  readonly table: TokenTable;
  readonly #zoneTables: (TokenTable | undefined)[];
  readonly #positions = new Map<string, number>();
  readonly #shards = new LruMap<string, Shard>({
    maxCost: SHARD_TOKENS_MAX,
    costOf: (shard) => shard.members.length * 2 + (shard.topology === this ? 0 : shard.topology.table.length),
  });

  private constructor(instances: readonly Instance[], isZoneAware: boolean, table: TokenTable) {
    this.instances = instances;
    this.isZoneAware = isZoneAware;
    this.zones = isZoneAware ? [...new Set(instances.map((instance) => instance.zone))].sort() : [''];
    this.zoneOf = Uint16Array.from(instances, (instance) => (isZoneAware ? this.zones.indexOf(instance.zone) : 0));
    this.sizeOfZone = new Uint32Array(this.zones.length);
    this.table = table;
    this.#zoneTables = this.zones.map(() => undefined);
    instances.forEach((instance, position) => {
      this.#positions.set(instance.id, position);
      if (instance.tokens.length > 0) this.sizeOfZone[this.zoneOf[position]!]!++;
    });
  }

  /**
   * The topology of instances in any order, ids distinct. `previous` itself when nothing that matters to it changed; its table when
   * at least the tokens did not. Cost: O(instances) then, else O(tokens).
   */
  static of(instances: readonly Instance[], isZoneAware: boolean, previous?: RingTopology): RingTopology {
    const sorted = [...instances].sort((a, b) => (a.id < b.id ? -1 : 1));
    const isAlike = previous !== undefined && previous.isZoneAware === isZoneAware && previous.instances.length === sorted.length;
    if (!isAlike || !sorted.every((instance, i) => hasSameTokens(instance, previous.instances[i]!))) {
      return new RingTopology(sorted, isZoneAware, TokenTable.merge(sorted.map(({ tokens }) => tokens)));
    }
    if (sorted.every((instance, i) => isSameInShards(instance, previous.instances[i]!))) return previous;
    return new RingTopology(sorted, isZoneAware, previous.table);
  }

  /** Position of an instance, undefined when it is not there. */
  positionOf(id: string): number | undefined {
    return this.#positions.get(id);
  }

  /** The tokens of one zone; owners are positions in {@link instances}. */
  tableOfZone(zone: number): TokenTable {
    if (this.zones.length === 1) return this.table;
    this.#zoneTables[zone] ??= TokenTable.merge(
      this.instances.map(({ tokens }, position) => (this.zoneOf[position] === zone ? tokens : NO_TOKENS)),
    );
    return this.#zoneTables[zone]!;
  }

  /** A shard with its members' positions here, ascending. `topology` is this one when everyone with tokens belongs to it. Cached. */
  shardOf(identifier: string, size: number, lookbackMs: number, nowMs: number): Shard {
    const key = `${size}/${lookbackMs}/${identifier}`;
    const cached = this.#shards.get(key);
    if (cached !== undefined && nowMs < cached.validUntilMs) return cached;
    const members = selectShard(this, { identifier, size, lookbackMs, nowMs });
    const isAll = members.length === this.sizeOfZone.reduce((sum, count) => sum + count, 0);
    const instances = members.map((position) => this.instances[position]!);
    const shard = {
      members,
      topology: isAll ? this : RingTopology.of(instances, this.isZoneAware),
      validUntilMs: lookbackMs > 0 ? this.#nextLookbackEnd(lookbackMs, nowMs) : Infinity,
    };
    this.#shards.set(key, shard);
    return shard;
  }

  /** When the next instance leaves the time looked back on. */
  #nextLookbackEnd(lookbackMs: number, nowMs: number): number {
    let next = Infinity;
    for (const { registeredMs, readOnlyChangedMs } of this.instances) {
      for (const endMs of [registeredMs + lookbackMs, readOnlyChangedMs + lookbackMs]) {
        if (endMs >= nowMs && endMs < next) next = endMs;
      }
    }
    return next + 1;
  }
}

const NO_TOKENS = new Uint32Array(0);

function hasSameTokens(a: Instance, b: Instance): boolean {
  if (a.id !== b.id || a.tokens.length !== b.tokens.length) return false;
  return a.tokens === b.tokens || a.tokens.every((token, i) => token === b.tokens[i]);
}

function isSameInShards(a: Instance, b: Instance): boolean {
  return (
    a.zone === b.zone &&
    (a.state === 'readonly') === (b.state === 'readonly') &&
    a.registeredMs === b.registeredMs &&
    a.readOnlyChangedMs === b.readOnlyChangedMs
  );
}
