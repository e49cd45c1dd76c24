import { createRingView, type Instance, type RingView, SeededRandom, ZoneTokens } from '@telamon/ring';

/** Size of what is simulated. */
export interface SimOptions {
  readonly seed: number;
  readonly ingesters: number;
  readonly zones: number;
  readonly tenants: number;
  /** In the whole cluster, before replication. */
  readonly series: number;
  /** Series that are really placed; each stands for many of its tenant. */
  readonly samples: number;
  readonly tokenCount: number;
  /** Repetitions of each experiment with random failures. */
  readonly trials: number;
}

/** The size that issue and documentation speak of. */
export const FULL_SIZE: Omit<SimOptions, 'seed'> = {
  ingesters: 1000,
  zones: 3,
  tenants: 10_000,
  series: 1_000_000_000,
  samples: 600_000,
  tokenCount: 512,
  trials: 100,
};

/** Series of one tenant that one ingester is meant to hold; shards are as large as that asks for. */
const SERIES_PER_INGESTER = 100_000;
/** Fewest ingesters of a shard in each zone. */
const SHARD_PER_ZONE_MIN = 3;
/** Fewest samples of a tenant. */
const SAMPLES_MIN = 10;
const HEARTBEAT_TIMEOUT_MS = 60_000;

/** A tenant with its part of the samples. */
export interface SimTenant {
  readonly id: string;
  readonly series: number;
  readonly shardSize: number;
  /** Samples `[first, first + count)` are this tenant's. */
  readonly first: number;
  readonly count: number;
}

/** What all experiments look at. */
export interface SimModel {
  readonly options: SimOptions;
  readonly random: SeededRandom;
  readonly instances: readonly Instance[];
  readonly tenants: readonly SimTenant[];
  /** Token of each sample. */
  readonly tokens: Uint32Array;
}

/** Makes the cluster and its tenants: sizes fall with the rank (Zipf's law), tokens of series are drawn at random. */
export function makeModel(options: SimOptions): SimModel {
  const random = new SeededRandom('simulation', String(options.seed));
  const instances = makeIngesters(options);
  const tenants = makeTenants(options);
  const total = tenants.at(-1)!.first + tenants.at(-1)!.count;
  const tokens = Uint32Array.from({ length: total }, () => random.nextU32());
  return { options, random, instances, tenants, tokens };
}

/** Ingesters with the tokens that those of StatefulSets choose: the same numbers of all zones own the same ranges. */
export function makeIngesters({ ingesters, zones, tokenCount }: SimOptions): Instance[] {
  const perZone = Math.ceil(ingesters / zones);
  const generator = new ZoneTokens([]);
  const tokens = Array.from({ length: perZone }, () => generator.add(tokenCount));
  return Array.from({ length: ingesters }, (_, i) =>
    makeIngester(i % zones, Math.floor(i / zones), tokens[Math.floor(i / zones)]!),
  );
}

/** One active ingester. */
export function makeIngester(zone: number, ordinal: number, tokens: Uint32Array): Instance {
  const name = `zone-${String.fromCharCode(97 + zone)}`;
  return {
    id: `ingester-${name}-${String(ordinal).padStart(4, '0')}`,
    address: `10.0.${zone}.${ordinal}:9095`,
    zone: name,
    state: 'active',
    tokens,
    heartbeatMs: 0,
    registeredMs: 1,
    readOnlyChangedMs: 0,
    features: [],
  };
}

/** Everyone alive, replication factor 3, zone-aware. */
export function viewOf(instances: readonly Instance[]): RingView {
  return createRingView(instances, {
    replicationFactor: 3,
    isZoneAware: true,
    heartbeatTimeoutMs: HEARTBEAT_TIMEOUT_MS,
    nowMs: 0,
  });
}

function makeTenants({ tenants, series, samples, zones }: SimOptions): SimTenant[] {
  const weights = Array.from({ length: tenants }, (_, rank) => 1 / (rank + 1));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  let first = 0;
  return weights.map((weight, rank) => {
    const own = Math.max(1, Math.round((series * weight) / sum));
    const count = Math.max(SAMPLES_MIN, Math.round((samples * weight) / sum));
    const perZone = Math.max(SHARD_PER_ZONE_MIN, Math.ceil(own / SERIES_PER_INGESTER));
    const tenant = { id: `tenant-${rank}`, series: own, shardSize: perZone * zones, first, count };
    first += count;
    return tenant;
  });
}
