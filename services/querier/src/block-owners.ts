import { type Instance, type RingView, tokenOfKey } from '@telamon/ring';

/** Who may be asked for a block. */
export interface BlockOwnersOptions {
  readonly view: RingView;
  /** Zone of this process; owners in it are asked first. '' for none. */
  readonly zone: string;
}

/**
 * The store-gateway to ask next for a block, among those that were not asked yet: owners in this zone, then the other owners, then
 * whoever is active, then whoever lives, because any of them can read it: one that joins may serve before this process knows.
 * undefined when nobody is left. Cost: O(instances) at worst.
 */
export function nextOwner({ view, zone }: BlockOwnersOptions, ulid: string, asked: ReadonlySet<string>): Instance | undefined {
  const owners = ownersOf(view, ulid).filter(({ id }) => !asked.has(id));
  const near = zone === '' ? undefined : owners.find((owner) => owner.zone === zone);
  if (near !== undefined || owners.length > 0) return near ?? owners[0];
  const living = view.instances.filter((instance) => !asked.has(instance.id) && view.isAlive(instance));
  const active = living.filter((instance) => view.isUsable(instance, 'own'));
  const others = active.length > 0 ? active : living;
  // Not the same one for every block.
  return others[tokenOfKey(ulid) % Math.max(1, others.length)];
}

function ownersOf(view: RingView, ulid: string): readonly Instance[] {
  // An empty ring has nobody to ask, which is found out by whoever asks.
  if (!view.instances.some((instance) => view.isUsable(instance, 'own'))) return [];
  return view.replicasOf(tokenOfKey(ulid), 'own').instances;
}
