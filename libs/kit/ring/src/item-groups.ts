import type { Instance } from './instance.ts';
import { ItemOutcomes } from './item-outcomes.ts';
import type { RingView } from './ring-view.ts';
import { SharedOutcomes } from './shared-outcomes.ts';
import type { WriteOutcomes } from './write-outcomes.ts';

/** The items of each instance, and what each item needs. */
export interface ItemGroups {
  /** Positions of items, ascending. */
  readonly items: ReadonlyMap<Instance, readonly number[]>;
  readonly outcomes: WriteOutcomes;
}

/** Finds the replicas of items for a write. Throws as {@link RingView.replicasOf}. */
export function groupItems(view: RingView, tokens: Uint32Array): ItemGroups {
  return view.isOneSet && tokens.length > 0 ? groupAll(view, tokens) : groupEach(view, tokens);
}

function groupAll(view: RingView, tokens: Uint32Array): ItemGroups {
  const { instances, maxErrors } = view.replicasOf(tokens[0]!, 'write');
  const all = firstPositions(tokens.length);
  return {
    items: new Map(instances.map((instance) => [instance, all])),
    outcomes: new SharedOutcomes(tokens.length, instances.length, maxErrors),
  };
}

function groupEach(view: RingView, tokens: Uint32Array): ItemGroups {
  const items = new Map<Instance, number[]>();
  const outcomes = new ItemOutcomes(tokens.length);
  for (let item = 0; item < tokens.length; item++) {
    const { instances, maxErrors } = view.replicasOf(tokens[item]!, 'write');
    outcomes.expect(item, instances.length, maxErrors);
    for (let i = 0; i < instances.length; i++) {
      const instance = instances[i]!;
      const group = items.get(instance);
      if (group === undefined) items.set(instance, [item]);
      else group.push(item);
    }
  }
  return { items, outcomes };
}

/** As most requests of a sender are of one size, so are most of these. */
let lastPositions: readonly number[] = [];

function firstPositions(count: number): readonly number[] {
  if (lastPositions.length !== count) lastPositions = Array.from({ length: count }, (_, position) => position);
  return lastPositions;
}
