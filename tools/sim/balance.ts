import { ownershipOf } from '@telamon/ring';
import { checked, type Finding, measured, percent } from './finding.ts';
import { makeIngester, type SimModel, viewOf } from './model.ts';
import { type Placement, seriesPerIngester } from './placement.ts';

/** Most that the largest owner of a zone may own, in means of the zone. */
const BALANCE_MAX = 1.15;

/** How evenly tokens and series lie on the ingesters. */
export function balanceFindings(model: SimModel, placement: Placement): Finding[] {
  const shares = ownershipOf(model.instances, true);
  const zones = [...new Set(model.instances.map(({ zone }) => zone))];
  const findings = zones.map((zone) => {
    const ratio = maxToMean(model, shares, zone);
    return checked(`tokens of ${zone}, max/mean`, ratio.toFixed(3), `<= ${BALANCE_MAX}`, ratio <= BALANCE_MAX);
  });
  const loads = seriesPerIngester(model, placement);
  const worst = Math.max(...zones.map((zone) => maxToMean(model, loads, zone)));
  const perIngester = loads.reduce((sum, load) => sum + load, 0) / loads.length;
  return [
    ...findings,
    measured('tokens drawn at random instead, max/mean', maxToMean(model, randomOwnership(model), zones[0]!).toFixed(3)),
    measured('series held by an ingester, mean', Math.round(perIngester).toLocaleString('en')),
    measured('series held, max/mean of a zone, tenants of all sizes', worst.toFixed(3)),
    measured(
      '  of which sampling alone makes about (3 sigma)',
      percent(3 / Math.sqrt((model.tokens.length * 3) / model.instances.length)),
    ),
  ];
}

function maxToMean(model: SimModel, values: Float64Array, zone: string): number {
  const own = [...values].filter((_, i) => model.instances[i]!.zone === zone);
  return (Math.max(...own) * own.length) / own.reduce((sum, value) => sum + value, 0);
}

function randomOwnership(model: SimModel): Float64Array {
  const draw = (): Uint32Array => Uint32Array.from({ length: model.options.tokenCount }, () => model.random.nextU32()).sort();
  return ownershipOf(
    model.instances.map((_, i) => makeIngester(i % model.options.zones, Math.floor(i / model.options.zones), draw())),
    true,
  );
}

/** How much the shards of two tenants have in common. */
export function overlapFindings(model: SimModel): Finding[] {
  const view = viewOf(model.instances);
  const smallest = Math.min(...model.tenants.map(({ shardSize }) => shardSize));
  const small = model.tenants.filter(({ shardSize }) => shardSize === smallest);
  const shards = small.map(({ id }) => view.shardOf(id, smallest).instances);
  const pairs = 50_000;
  const counts = new Float64Array(smallest + 1);
  let quorum = 0;
  for (let i = 0; i < pairs; i++) {
    const a = model.random.nextU32() % shards.length;
    const b = (a + 1 + (model.random.nextU32() % Math.max(1, shards.length - 1))) % shards.length;
    const common = shards[a]!.filter(({ id }) => shards[b]!.some((other) => other.id === id));
    counts[common.length]!++;
    if (new Set(common.map(({ zone }) => zone)).size >= 2) quorum++;
  }
  const expected = (smallest * smallest) / model.instances.length;
  const mean = counts.reduce((sum, count, size) => sum + count * size, 0) / pairs;
  return [
    measured('tenants with the smallest shard', `${small.length} of ${model.tenants.length}, ${smallest} ingesters each`),
    measured(
      'ingesters that two of them share, mean',
      `${mean.toFixed(3)} (${expected.toFixed(3)} if shards were drawn at random)`,
    ),
    measured('pairs that share none', percent(counts[0]! / pairs)),
    measured('pairs that share some in two zones', `${percent(quorum / pairs)} (one could cost the other a quorum)`),
    measured('pairs with the same shard', percent(counts[smallest]! / pairs)),
  ];
}
