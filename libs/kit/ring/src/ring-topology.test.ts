import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Instance } from './instance.ts';
import { instanceOf } from './ring.fixture.ts';
import { RingTopology } from './ring-topology.ts';
import { TokenTable } from './token-table.ts';

const token = fc.oneof(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 2 ** 32 - 1 }));
const tokenLists = fc.array(
  fc.uniqueArray(token, { maxLength: 8 }).map((all) => Uint32Array.from(all).sort()),
  { maxLength: 7 },
);

describe('TokenTable', () => {
  it('has every token with its owner in order, and finds the first above a key', () => {
    fc.assert(
      fc.property(tokenLists, fc.array(token), (lists, keys) => {
        const table = TokenTable.merge(lists);
        const expected = lists.flatMap((tokens, owner) => [...tokens].map((one) => [one, owner] as const));
        expected.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
        expect([...table.tokens].map((one, i) => [one, table.owners[i]])).toEqual(expected);
        for (const key of [...keys, ...table.tokens, 2 ** 32 - 1, 0]) {
          const found = expected.findIndex(([one]) => one > key);
          expect(table.find(key)).toBe(Math.max(0, found));
        }
      }),
    );
  });
});

describe('RingTopology', () => {
  const rings = fc.array(
    fc.record({
      id: fc.integer({ min: 0, max: 9 }),
      zone: fc.integer({ min: 0, max: 2 }),
      tokens: fc.array(token, { maxLength: 6 }),
      isReadOnly: fc.boolean(),
    }),
    { maxLength: 8 },
  );
  const instances = rings.map((all): Instance[] => {
    const byId = new Map(all.map((sketch) => [sketch.id, sketch]));
    return [...byId.values()].map(({ id, zone, tokens, isReadOnly }) =>
      instanceOf({ id: `i${id}`, zone: `z${zone}`, tokens, state: isReadOnly ? 'readonly' : 'active' }),
    );
  });

  function partsOf(topology: RingTopology): unknown {
    const { table, zones, zoneOf, sizeOfZone } = topology;
    const key = topology.instances.map(({ id, state, tokens }) => `${id} ${state} ${tokens}`);
    return { key, tokens: table.tokens, owners: table.owners, zones, zoneOf, sizeOfZone };
  }

  it('made from another one is the same as made from nothing', () => {
    fc.assert(
      fc.property(fc.array(instances, { minLength: 1, maxLength: 5 }), fc.boolean(), (steps, isZoneAware) => {
        let derived: RingTopology | undefined;
        for (const step of steps) {
          derived = RingTopology.of(step, isZoneAware, derived);
          const fresh = RingTopology.of(step, isZoneAware);
          expect(partsOf(derived)).toEqual(partsOf(fresh));
          for (const key of [0, 7, 31, 2 ** 31]) expect(derived.table.find(key)).toBe(fresh.table.find(key));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('stays the same object while only states of life change', () => {
    const ring = [1, 2, 3].map((i) => instanceOf({ id: `i${i}`, tokens: [i, 10 * i] }));
    const topology = RingTopology.of(ring, false);
    const changed = ring.map((instance) => ({
      ...instance,
      tokens: instance.tokens.slice(),
      state: 'leaving' as const,
      heartbeatMs: 1,
    }));
    expect(RingTopology.of(changed, false, topology)).toBe(topology);
    const readOnly = RingTopology.of([{ ...ring[0]!, state: 'readonly' }, ...ring.slice(1)], false, topology);
    expect(readOnly).not.toBe(topology);
    expect(readOnly.table).toBe(topology.table);
  });
});
