import type { Owns } from '@telamon/contract';
import { type Instance, type RingOperation, type RingView, tokenOfKey } from '@telamon/ring';

/**
 * Which blocks an instance is to keep: those that it owns, and those that it will own once the instances that are joining are there. What
 * can't be known (nobody else is in the ring) counts as owned, because somebody must have it.
 */
export function ownedBy(view: RingView, instanceId: string): Owns {
  const isMine = (ulid: string, operation: RingOperation): boolean => {
    const { instances } = view.replicasOf(tokenOfKey(ulid), operation);
    return instances.some(({ id }) => id === instanceId);
  };
  const hasAny = (operation: RingOperation): boolean => view.instances.some((instance) => view.isUsable(instance, operation));
  const operations = (['own', 'prepare'] as const).filter(hasAny);
  return (ulid) => operations.length === 0 || operations.some((operation) => isMine(ulid, operation));
}

/** A text that changes whenever {@link ownedBy} may answer otherwise. Cost: O(instances and tokens). */
export function ownershipKey(view: RingView): string {
  return view.instances
    .filter((instance) => view.isUsable(instance, 'prepare'))
    .map(describe)
    .join('\n');
}

function describe({ id, zone, state, tokens }: Instance): string {
  return `${id} ${zone} ${state} ${tokens.length} ${tokens[0] ?? ''} ${tokens.at(-1) ?? ''}`;
}
