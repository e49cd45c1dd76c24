import type { Instance } from './instance.ts';
import type { RingTopology } from './ring-topology.ts';
import { SeededRandom } from './seeded-random.ts';

/** Which shard. */
export interface ShardRequest {
  readonly identifier: string;
  /** Instances, > 0; each zone gives its part, rounded up. */
  readonly size: number;
  /** 0: the shard of now. */
  readonly lookbackMs: number;
  readonly nowMs: number;
}

/**
 * The members of a shard, as ascending positions in the topology. Each zone is a ring of its own: numbers drawn from identifier and
 * zone choose tokens, whose owners are taken, a number whose owner is taken already going on to the next token. So the same ring
 * gives the same shard; one instance more or less changes one member; a larger shard contains the smaller one. With lookback, an
 * instance that registered or changed its mode within that time is taken and the walk goes on, to whom it took the place of.
 * Cost: O(size x zones' tokens / instances).
 */
export function selectShard(topology: RingTopology, request: ShardRequest): number[] {
  const members = new Set<number>();
  const zones = topology.sizeOfZone.reduce((count, size) => count + (size > 0 ? 1 : 0), 0);
  const perZone = Math.ceil(request.size / Math.max(1, zones));
  for (let zone = 0; zone < topology.zones.length; zone++) {
    if (perZone >= topology.sizeOfZone[zone]!) addWholeZone(topology, zone, request, members);
    else addFromZone(topology, { zone, count: perZone }, request, members);
  }
  return [...members].sort((a, b) => a - b);
}

function addWholeZone(topology: RingTopology, zone: number, request: ShardRequest, members: Set<number>): void {
  topology.instances.forEach((instance, position) => {
    if (topology.zoneOf[position] === zone && instance.tokens.length > 0 && mayJoin(instance, request)) members.add(position);
  });
}

interface ZonePart {
  readonly zone: number;
  readonly count: number;
}

function addFromZone(topology: RingTopology, part: ZonePart, request: ShardRequest, members: Set<number>): void {
  const table = topology.tableOfZone(part.zone);
  const random = new SeededRandom(request.identifier, topology.zones[part.zone]!);
  for (let i = 0; i < part.count; i++) {
    const start = table.find(random.nextU32());
    let isFound = false;
    for (let step = 0; step < table.length && !isFound; step++) {
      const position = table.owners[(start + step) % table.length]!;
      const instance = topology.instances[position]!;
      if (members.has(position) || !mayJoin(instance, request)) continue;
      members.add(position);
      isFound = !isNewPlace(instance, request);
    }
    if (!isFound) return;
  }
}

function mayJoin(instance: Instance, { lookbackMs, nowMs }: ShardRequest): boolean {
  if (instance.state !== 'readonly') return true;
  return lookbackMs > 0 && (instance.readOnlyChangedMs === 0 || instance.readOnlyChangedMs >= nowMs - lookbackMs);
}

/** Whether someone else had the place of this instance within the time looked back on, or has it now. */
function isNewPlace(instance: Instance, { lookbackMs, nowMs }: ShardRequest): boolean {
  if (lookbackMs <= 0) return false;
  const sinceMs = nowMs - lookbackMs;
  return instance.state === 'readonly' || instance.registeredMs >= sinceMs || instance.readOnlyChangedMs >= sinceMs;
}
