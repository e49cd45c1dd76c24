import { checked, type Finding, measured, percent } from './finding.ts';
import { type SimModel, viewOf } from './model.ts';
import { holdersLeft, lostShare, type Placement, placeAll, shareOf } from './placement.ts';

/** Ingesters that fail at once, in the experiments with random ones. */
const FAILURES = [1, 2, 3, 5, 10, 30];

/** What is lost, and what can't be reached, when ingesters are destroyed or down. */
export async function lossFindings(model: SimModel, placement: Placement): Promise<Finding[]> {
  const zones = [...new Set(model.instances.map(({ zone }) => zone))];
  const findings: Finding[] = [];
  for (const zone of zones) {
    const lost = lostShare(model, placement, positionsOf(model, zone));
    findings.push(checked(`acknowledged series lost with all disks of ${zone}`, percent(lost), '0', lost === 0));
  }
  findings.push(...(await zoneDownFindings(model, zones[0]!)));
  for (const count of FAILURES) findings.push(randomLoss(model, placement, count));
  for (const count of FAILURES) findings.push(randomOutage(model, placement, count));
  findings.push(...unreadable(model));
  return findings;
}

/** Written while a zone is down, so to two replicas; then single ingesters of the others are destroyed. */
async function zoneDownFindings(model: SimModel, zone: string): Promise<Finding[]> {
  const down = positionsOf(model, zone);
  const written = await placeAll(model, viewOf(model.instances), (position) => down[position] === 1);
  const acked = shareOf(model, (sample) => written.acked[sample] === 1);
  let lost = 0;
  for (let trial = 0; trial < model.options.trials; trial++) {
    lost += lostShare(model, written, draw(model, 1, down));
  }
  return [
    checked(`series acknowledged while ${zone} is down`, percent(acked), '100 %', acked > 1 - 1e-9),
    checked('  of these lost when one more ingester is destroyed', percent(lost / model.options.trials), '0', lost === 0),
  ];
}

function randomLoss(model: SimModel, placement: Placement, count: number): Finding {
  let lost = 0;
  let trialsWithLoss = 0;
  for (let trial = 0; trial < model.options.trials; trial++) {
    const share = lostShare(model, placement, draw(model, count));
    lost += share;
    if (share > 0) trialsWithLoss++;
  }
  const mean = lost / model.options.trials;
  const value = `${percent(mean)} of series, in ${percent(trialsWithLoss / model.options.trials)} of ${model.options.trials} trials any`;
  const what = `lost when ${count} random disk(s) go at once`;
  return count < 3 ? checked(what, value, '0', lost === 0) : measured(what, value);
}

function randomOutage(model: SimModel, placement: Placement, count: number): Finding {
  let noQuorum = 0;
  for (let trial = 0; trial < model.options.trials; trial++) {
    const down = draw(model, count);
    noQuorum += shareOf(model, (sample) => holdersLeft(placement, sample, down) < 2);
  }
  const what = `no write quorum while ${count} random ingester(s) are down`;
  const value = `${percent(noQuorum / model.options.trials)} of series`;
  return count < 2 ? checked(what, value, '0', noQuorum === 0) : measured(what, value);
}

/** A read needs all instances of a tenant's shard in two of three zones. */
function unreadable(model: SimModel): Finding[] {
  const view = viewOf(model.instances);
  const shards = model.tenants.map((tenant) =>
    view.shardOf(tenant.id, tenant.shardSize).instances.map(({ id, zone }) => ({ id, zone })),
  );
  return FAILURES.slice(1).map((count) => {
    let failing = 0;
    const trials = Math.ceil(model.options.trials / 10);
    for (let trial = 0; trial < trials; trial++) {
      const drawn = draw(model, count);
      const down = new Set(model.instances.flatMap(({ id }, position) => (drawn[position] === 1 ? [id] : [])));
      for (const shard of shards) {
        const zones = new Set<string>();
        for (const { id, zone } of shard) if (down.has(id)) zones.add(zone);
        if (zones.size > 1) failing++;
      }
    }
    const share = failing / (trials * shards.length);
    return measured(
      `tenants without a read quorum while ${count} are down`,
      `${percent(share)} (the largest first: their shards are everyone)`,
    );
  });
}

function positionsOf(model: SimModel, zone: string): Uint8Array {
  return Uint8Array.from(model.instances, (instance) => (instance.zone === zone ? 1 : 0));
}

/** So many different ingesters at random, besides some that are chosen already. */
function draw(model: SimModel, count: number, chosen: Uint8Array = new Uint8Array(model.instances.length)): Uint8Array {
  const drawn = chosen.slice();
  for (let left = Math.min(count, drawn.filter((is) => is === 0).length); left > 0; ) {
    const position = model.random.nextU32() % drawn.length;
    if (drawn[position] === 1) continue;
    drawn[position] = 1;
    left--;
  }
  return drawn;
}
