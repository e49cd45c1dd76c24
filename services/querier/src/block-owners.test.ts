import { createRingView, type Instance, type InstanceState, tokenOfKey } from '@telamon/ring';
import { expect, it } from 'vitest';
import { nextOwner } from './block-owners.ts';

const NOW_MS = 100_000;

function instance(id: string, state: InstanceState, heartbeatMs: number = NOW_MS): Instance {
  const tokens = Uint32Array.from({ length: 16 }, (_, i) => tokenOfKey(`${id} ${i}`)).sort();
  return { id, zone: id, address: id, state, tokens, features: [], heartbeatMs, registeredMs: 1, readOnlyChangedMs: 0 };
}

/** Gateways in the order in which they are asked for one block. */
function orderOf(instances: readonly Instance[], zone: string = ''): string[] {
  const view = createRingView(instances, {
    replicationFactor: 2,
    isZoneAware: true,
    heartbeatTimeoutMs: 60_000,
    nowMs: NOW_MS,
  });
  const asked = new Set<string>();
  for (;;) {
    const next = nextOwner({ view, zone }, 'X', asked);
    if (next === undefined) return [...asked];
    asked.add(next.id);
  }
}

it('names the owner in the zone first, then the other, then whoever is active', () => {
  const all = ['a', 'b', 'c'].map((id) => instance(id, 'active'));
  const [first, second, third] = orderOf(all);
  expect(orderOf(all, second)).toEqual([second, first, third]);
  expect(orderOf(all, third)).toEqual([first, second, third]);
});

it('names those that join or leave last, and never who is silent', () => {
  const order = orderOf([
    instance('a', 'active'),
    instance('b', 'joining'),
    instance('c', 'leaving'),
    instance('d', 'active', 1),
  ]);
  expect(order[0]).toBe('a');
  expect(order.slice(1).sort()).toEqual(['b', 'c']);
});

it('names nobody where nobody lives', () => {
  expect(orderOf([instance('a', 'active', 1)])).toEqual([]);
  expect(orderOf([])).toEqual([]);
});
