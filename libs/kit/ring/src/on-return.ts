import type { Instance } from './instance.ts';
import type { RingReader } from './ring-view.ts';

/**
 * Tells of each instance that begins to serve: active or read-only in a new view, and not so, or not there, in the one before. What
 * was learnt from calls to it while it was away says nothing about it any more. Returns the function that ends it. Cost: O(instances) a change.
 */
export function onReturn(ring: RingReader, tell: (instance: Instance) => void): () => void {
  let serving = servingIn(ring);
  return ring.onChange(() => {
    const before = serving;
    serving = servingIn(ring);
    for (const [id, instance] of serving) if (!before.has(id)) tell(instance);
  });
}

function servingIn(ring: RingReader): ReadonlyMap<string, Instance> {
  const serving = ring.view().instances.filter(({ state }) => state === 'active' || state === 'readonly');
  return new Map(serving.map((instance) => [instance.id, instance]));
}
