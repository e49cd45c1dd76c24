import { type Instance, type RingView, ZoneTokens } from '@telamon/ring';
import { type Finding, measured, percent } from './finding.ts';
import { makeIngester, type SimModel, viewOf } from './model.ts';

/** What it costs when an ingester comes or goes. */
export function ringChangeFindings(model: SimModel): Finding[] {
  const { instances, options } = model;
  const before = viewOf(instances);
  const first = instances.filter(({ zone }) => zone === instances[0]!.zone);
  const tokens = new ZoneTokens(first.map((instance) => instance.tokens)).add(options.tokenCount);
  const joined = [...instances, makeIngester(0, first.length, tokens)];
  const left = instances.slice(1);
  const leaving = [{ ...instances[0]!, state: 'leaving' as const }, ...left];
  return [
    measured('one ingester more: series with another replica', moved(model, before, joined)),
    measured('  if each went to the newcomer for balance alone', percent(1 / (first.length + 1))),
    measured('one ingester forgotten: series with another replica', moved(model, before, left)),
    measured('one ingester leaving: series with another replica', moved(model, before, leaving)),
    measured('tenants whose shard changes by one ingester more', shardsChanged(model, before, joined)),
    measured(
      'CPU of a view made from nothing',
      `${cpuMs(() => viewOf(joined)).toFixed(1)} ms for ${(instances.length * options.tokenCount).toLocaleString('en')} tokens`,
    ),
    measured('CPU of the first look-up in a range, of the next', lookUpCost(viewOf(joined), model)),
    measured('CPU of a shard of a tenant after that', `${shardCostMs(model, joined).toFixed(3)} ms`),
  ];
}

/** Replicas that a series has after a change and did not have before, as a share of the series. */
function moved(model: SimModel, before: RingView, instances: readonly Instance[]): string {
  const after = viewOf(instances);
  let share = 0;
  let total = 0;
  for (const { id, shardSize, first, count, series } of model.tenants) {
    const [old, now] = [before.shardOf(id, shardSize), after.shardOf(id, shardSize)];
    let changed = 0;
    for (let sample = first; sample < first + count; sample++) {
      const token = model.tokens[sample]!;
      const had = old.replicasOf(token, 'write').instances;
      if (now.replicasOf(token, 'write').instances.some(({ id: holder }) => !had.some((instance) => instance.id === holder)))
        changed++;
    }
    share += (changed / count) * series;
    total += series;
  }
  return percent(share / total);
}

function shardsChanged(model: SimModel, before: RingView, instances: readonly Instance[]): string {
  const after = viewOf(instances);
  let changed = 0;
  let most = 0;
  for (const { id, shardSize } of model.tenants) {
    const old = new Set(before.shardOf(id, shardSize).instances.map((instance) => instance.id));
    const added = after.shardOf(id, shardSize).instances.filter((instance) => !old.has(instance.id)).length;
    if (added > 0) changed++;
    most = Math.max(most, added);
  }
  return `${percent(changed / model.tenants.length)}, by at most ${most}`;
}

/** CPU time of all threads in an action, ms. */
function cpuOf(action: () => void): number {
  const before = process.cpuUsage();
  action();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** The median of a few runs. */
function cpuMs(action: () => void): number {
  const times = Array.from({ length: 5 }, () => cpuOf(action));
  return times.sort((a, b) => a - b)[2]!;
}

function lookUpCost(view: RingView, { tokens }: SimModel): string {
  const some = tokens.subarray(0, 100_000);
  const pass = (): number => {
    const ms = cpuOf(() => {
      for (let i = 0; i < some.length; i++) view.replicasOf(some[i]!, 'write');
    });
    return (ms * 1e6) / some.length;
  };
  return `${Math.round(pass())} ns, ${Math.round(Math.min(pass(), pass(), pass()))} ns`;
}

function shardCostMs(model: SimModel, instances: readonly Instance[]): number {
  const view = viewOf(instances);
  const tenants = model.tenants.slice(-500);
  const ms = cpuOf(() => {
    for (const { id, shardSize } of tenants) view.shardOf(id, shardSize);
  });
  return ms / tenants.length;
}
