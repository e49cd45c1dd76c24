import { type Instance, type RingView, writeToReplicas } from '@telamon/ring';
import type { SimModel } from './model.ts';

const REPLICAS_MAX = 3;
const NOBODY = 0xffff;
/** Samples of one request. */
const BATCH = 2000;

/** Who holds each sample, as the ingesters know it, and what the distributors acknowledged. */
export interface Placement {
  /** Three positions in the model's instances for each sample; 0xffff for none. */
  readonly holders: Uint16Array;
  /** 1 for each sample whose request was answered with success. */
  readonly acked: Uint8Array;
}

/** Writes every sample through the distributor's code to ingesters that only keep books. Those that are down fail their calls. */
export async function placeAll(
  model: SimModel,
  view: RingView,
  isDown: (position: number) => boolean = () => false,
): Promise<Placement> {
  const positions = new Map(model.instances.map(({ id }, position) => [id, position]));
  const placement = {
    holders: new Uint16Array(model.tokens.length * REPLICAS_MAX).fill(NOBODY),
    acked: new Uint8Array(model.tokens.length),
  };
  for (const tenant of model.tenants) {
    const shard = view.shardOf(tenant.id, tenant.shardSize);
    for (let first = tenant.first; first < tenant.first + tenant.count; first += BATCH) {
      const end = Math.min(first + BATCH, tenant.first + tenant.count);
      const call = async (instance: Instance, items: readonly number[]): Promise<readonly number[]> => {
        const position = positions.get(instance.id)!;
        if (isDown(position)) throw new Error('down');
        for (const item of items) keep(placement.holders, first + item, position);
        return [];
      };
      const isAcked = await writeToReplicas({
        view: shard,
        tokens: model.tokens.subarray(first, end),
        call,
        timeoutMs: 60_000,
      }).then(
        () => true,
        () => false,
      );
      if (isAcked) placement.acked.fill(1, first, end);
    }
  }
  return placement;
}

function keep(holders: Uint16Array, sample: number, position: number): void {
  let at = sample * REPLICAS_MAX;
  while (holders[at] !== NOBODY) at++;
  holders[at] = position;
}

/** Share of the series that were acknowledged and that nobody holds any more; `destroyed` is 1 for each position that is gone. */
export function lostShare(model: SimModel, placement: Placement, destroyed: Uint8Array): number {
  return shareOf(model, (sample) => placement.acked[sample] === 1 && holdersLeft(placement, sample, destroyed) === 0);
}

/** How many still hold a sample. */
export function holdersLeft({ holders }: Placement, sample: number, gone: Uint8Array): number {
  let left = 0;
  for (let at = sample * REPLICAS_MAX; at < (sample + 1) * REPLICAS_MAX; at++) {
    if (holders[at] !== NOBODY && gone[holders[at]!] === 0) left++;
  }
  return left;
}

/** Share of all series for whose samples something holds, each sample standing for its part of the tenant's series. */
export function shareOf(model: SimModel, holds: (sample: number) => boolean): number {
  let share = 0;
  let total = 0;
  for (const { first, count, series } of model.tenants) {
    let hits = 0;
    for (let sample = first; sample < first + count; sample++) if (holds(sample)) hits++;
    share += (hits / count) * series;
    total += series;
  }
  return share / total;
}

/** Series that each ingester holds, by position, estimated. */
export function seriesPerIngester(model: SimModel, { holders }: Placement): Float64Array {
  const loads = new Float64Array(model.instances.length);
  for (const { first, count, series } of model.tenants) {
    for (let at = first * REPLICAS_MAX; at < (first + count) * REPLICAS_MAX; at++) {
      if (holders[at] !== NOBODY) loads[holders[at]!]! += series / count;
    }
  }
  return loads;
}
