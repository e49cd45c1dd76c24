import { TelamonError } from '@telamon/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRingView } from './create-ring-view.ts';
import type { Instance, InstanceState } from './instance.ts';
import { gridOf, instanceOf, NOW_MS, pseudoTokens, TIMEOUT_MS } from './ring.fixture.ts';
import type { ReplicaSet, RingOperation, RingView } from './ring-view.ts';

const STATES: readonly InstanceState[] = ['pending', 'joining', 'active', 'readonly', 'leaving'];
const OPERATIONS: readonly RingOperation[] = ['write', 'read', 'own', 'prepare'];

function viewOf(instances: readonly Instance[], isZoneAware: boolean, replicationFactor = 3): RingView {
  return createRingView(instances, { replicationFactor, isZoneAware, heartbeatTimeoutMs: TIMEOUT_MS, nowMs: NOW_MS });
}

/** Rings of up to 12 instances in up to 4 zones with few tokens, in all states, some silent; equal tokens included. */
const rings = fc.array(
  fc.record({
    zone: fc.integer({ min: 0, max: 3 }),
    state: fc.oneof({ weight: 6, arbitrary: fc.constant('active' as InstanceState) }, fc.constantFrom(...STATES)),
    isSilent: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.constant(true)),
    tokens: fc.array(fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 2 ** 32 - 1 })), { maxLength: 6 }),
  }),
  { maxLength: 12 },
);
const ringInstances = rings.map((all) =>
  all.map((sketch, i) => instanceOf({ ...sketch, id: `i${String(i).padStart(2, '0')}`, zone: `z${sketch.zone}` })),
);
const keys = fc.oneof(fc.integer({ min: 0, max: 45 }), fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.constant(2 ** 32 - 1));

function isHealthy(instance: Instance): boolean {
  return NOW_MS - instance.heartbeatMs <= TIMEOUT_MS;
}

interface ModelCase {
  readonly instances: readonly Instance[];
  readonly isZoneAware: boolean;
  readonly operation: RingOperation;
  readonly key: number;
}

/** The definition, without tables or caches: ids of the healthy members, in the order of the walk. */
function modelMembers({ instances, isZoneAware, operation, key }: ModelCase): Instance[] {
  const all = instances
    .flatMap((instance, owner) => [...instance.tokens].map((token) => ({ token, owner, instance })))
    .sort((a, b) => a.token - b.token || a.owner - b.owner);
  const order = [...all.filter(({ token }) => token > key), ...all.filter(({ token }) => token <= key)];
  const members: Instance[] = [];
  const seen = new Set<string>();
  const fullZones = new Set<string>();
  let replicas = 0;
  for (const { instance } of order) {
    if (replicas === 3 || seen.has(instance.id) || (isZoneAware && fullZones.has(instance.zone))) continue;
    seen.add(instance.id);
    const { state } = instance;
    const isAnyone = operation === 'own' || operation === 'prepare';
    const isReplica =
      (state === 'active' || (operation === 'prepare' && state === 'joining')) && (!isAnyone || isHealthy(instance));
    if (isReplica) replicas++;
    if (isReplica) fullZones.add(instance.zone);
    if (isReplica || (operation === 'read' && (state === 'leaving' || state === 'readonly'))) members.push(instance);
  }
  return members;
}

function attempt(action: () => ReplicaSet): ReplicaSet | undefined {
  try {
    return action();
  } catch (error) {
    expect(error).toBeInstanceOf(TelamonError);
    expect(error).toMatchObject({ id: 'ring-too-few-instances', status: 503, isRetryable: true });
    return undefined;
  }
}

function idsOf(instances: readonly Instance[]): string[] {
  return instances.map(({ id }) => id);
}

/** Every way to leave out `count` of some things. */
function* without<T>(all: readonly T[], count: number): Generator<T[]> {
  if (count <= 0) {
    yield [...all];
    return;
  }
  for (let i = 0; i < all.length; i++) {
    for (const rest of without(all.slice(i + 1), count - 1)) yield [...all.slice(0, i), ...rest];
  }
}

describe('replicasOf', () => {
  it('finds what the definition says', () => {
    fc.assert(
      fc.property(ringInstances, fc.boolean(), fc.constantFrom(...OPERATIONS), keys, (instances, isZoneAware, operation, key) => {
        const members = modelMembers({ instances, isZoneAware, operation, key });
        const set = attempt(() => viewOf(instances, isZoneAware).replicasOf(key, operation));
        const healthy = members.filter(isHealthy);
        if (operation === 'write') {
          expect(set === undefined).toBe(healthy.length < 2);
          if (set !== undefined) expect(idsOf(set.instances)).toEqual(idsOf(healthy));
          if (set !== undefined) expect(set.maxErrors).toBe(healthy.length - 2);
        } else if (operation !== 'read') {
          expect(idsOf(set?.instances ?? [])).toEqual(idsOf(members));
        } else if (!isZoneAware && set !== undefined) {
          expect(idsOf(set.instances)).toEqual(idsOf(healthy));
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('finds the same instances for all tokens where the view says that there is one set', () => {
    let found = 0;
    fc.assert(
      fc.property(
        ringInstances,
        fc.boolean(),
        fc.constantFrom(...OPERATIONS),
        keys,
        keys,
        (all, isZoneAware, operation, a, b) => {
          const view = viewOf(all.slice(0, 4), isZoneAware);
          if (!view.isOneSet) return;
          found++;
          const setOf = (key: number): string[] | undefined => {
            const set = attempt(() => view.replicasOf(key, operation));
            return set && idsOf(set.instances).sort();
          };
          expect(setOf(a)).toEqual(setOf(b));
        },
      ),
      { numRuns: 500 },
    );
    expect(found).toBeGreaterThan(50);
    expect(viewOf(gridOf(3, 1, 4), true).isOneSet).toBe(true);
    expect(viewOf(gridOf(3, 2, 4), true).isOneSet).toBe(false);
    expect(viewOf(gridOf(2, 2, 4), true).isOneSet).toBe(false);
  });

  it('returns one object for one range', () => {
    const view = viewOf(gridOf(3, 2, 4), true);
    const { tokens } = view.instances[0]!;
    expect(view.replicasOf(tokens[1]! - 1, 'write')).toBe(view.replicasOf(tokens[1]! - 1, 'write'));
  });

  it('takes three zones where there are three, whatever the state of one', () => {
    const instances = gridOf(3, 3, 8);
    for (const state of ['leaving', 'readonly', 'joining', 'pending'] as const) {
      const view = viewOf([{ ...instances[0]!, state }, ...instances.slice(1)], true);
      for (const token of pseudoTokens(5, 50)) {
        const set = view.replicasOf(token, 'write');
        expect(new Set(set.instances.map(({ zone }) => zone)).size).toBe(3);
        expect(set).toMatchObject({ maxErrors: 1, isZoneAware: true });
        expect(idsOf(set.instances)).not.toContain(instances[0]!.id);
      }
    }
  });

  it('writes to two zones when all of the third leave', () => {
    const instances = gridOf(3, 2, 8).map((instance) =>
      instance.zone === 'zone-b' ? { ...instance, state: 'leaving' as const } : instance,
    );
    expect(viewOf(instances, true).replicasOf(7, 'write')).toMatchObject({ instances: { length: 2 }, maxErrors: 0 });
  });

  it('says who is missing', () => {
    const silent = gridOf(3, 1, 4).map((instance, i) => ({ ...instance, heartbeatMs: i < 2 ? 0 : NOW_MS }));
    expect(() => viewOf(silent, true).replicasOf(1, 'write')).toThrow(
      'at least 2 live replicas required across different availability zones, could only find 1 - unhealthy instances: ' +
        'ingester-zone-a-0, ingester-zone-b-0',
    );
    expect(() => viewOf([], true).replicasOf(1, 'write')).toThrow('no instance of the ring takes the write operation');
  });

  it('gives to the next what a silent owner owned', () => {
    const instances = gridOf(1, 4, 8);
    const view = viewOf(instances, false, 1);
    const token = pseudoTokens(3, 1)[0]!;
    const [owner] = view.replicasOf(token, 'own').instances;
    const without = instances.filter(({ id }) => id !== owner!.id);
    const [next] = viewOf([...without, { ...owner!, heartbeatMs: 0 }], false, 1).replicasOf(token, 'own').instances;
    expect(next!.id).toBe(viewOf(without, false, 1).replicasOf(token, 'own').instances[0]!.id);
  });
});

describe('quorums', () => {
  /** Whether every read that may succeed meets every write that did. */
  function meets(write: ReplicaSet, read: ReplicaSet): boolean {
    const zones = [...new Set(read.instances.map(({ zone }) => zone))];
    const reads = read.isZoneAware
      ? [...without(zones, read.maxUnavailableZones)].map((left) => read.instances.filter(({ zone }) => left.includes(zone)))
      : [...without(read.instances, read.maxErrors)];
    return [...without(write.instances, write.maxErrors)].every((written) =>
      reads.every((asked) => written.some(({ id }) => asked.some((instance) => instance.id === id))),
    );
  }

  it('meet, whatever changes between the write and the read', () => {
    const changes = fc.array(fc.record({ state: fc.constantFrom('active', 'readonly', 'leaving'), isSilent: fc.boolean() }), {
      minLength: 12,
      maxLength: 12,
    });
    const scenario = fc.record({
      before: ringInstances,
      changes,
      isZoneAware: fc.boolean(),
      key: keys,
      factor: fc.integer({ min: 1, max: 5 }),
    });
    let reads = 0;
    fc.assert(
      fc.property(scenario, ({ before, changes, isZoneAware, key, factor }) => {
        const write = attempt(() => viewOf(before, isZoneAware, factor).replicasOf(key, 'write'));
        if (write === undefined) return;
        const after = before.map((instance, i) =>
          instance.state === 'pending' || instance.state === 'joining'
            ? instance
            : { ...instance, state: changes[i]!.state as InstanceState, heartbeatMs: changes[i]!.isSilent ? 0 : NOW_MS },
        );
        const view = viewOf(after, isZoneAware, factor);
        const read = attempt(() => view.allFor('read'));
        if (read === undefined) return;
        reads++;
        expect(meets(write, read)).toBe(true);
      }),
      { numRuns: 2000 },
    );
    expect(reads).toBeGreaterThan(200);
  });

  it('of one range meet, too, while nobody comes back', () => {
    let reads = 0;
    fc.assert(
      fc.property(ringInstances, fc.nat(11), fc.boolean(), keys, (before, gone, isZoneAware, key) => {
        const write = attempt(() => viewOf(before, isZoneAware).replicasOf(key, 'write'));
        const after = before.map((instance, i) =>
          i === gone && instance.state === 'active' ? { ...instance, state: 'leaving' as const } : instance,
        );
        const read = attempt(() => viewOf(after, isZoneAware).replicasOf(key, 'read'));
        if (write === undefined || read === undefined) return;
        reads++;
        expect(meets(write, read)).toBe(true);
      }),
      { numRuns: 1000 },
    );
    expect(reads).toBeGreaterThan(100);
  });

  it('of reads survive one zone, not two', () => {
    const instances = gridOf(3, 3, 4);
    const down = (zones: string[]): RingView =>
      viewOf(
        instances.map((instance) => (zones.includes(instance.zone) ? { ...instance, heartbeatMs: 0 } : instance)),
        true,
      );
    expect(down([]).allFor('read')).toMatchObject({ maxUnavailableZones: 1, maxErrors: 0, instances: { length: 9 } });
    expect(down(['zone-a']).allFor('read')).toMatchObject({ maxUnavailableZones: 0, instances: { length: 6 } });
    expect(() => down(['zone-a', 'zone-c']).allFor('read')).toThrow('too many unhealthy zones');
  });

  it('of reads do not count instances that never held data', () => {
    const instances = gridOf(3, 2, 4).map((instance, i) => (i < 3 ? { ...instance, state: 'joining' as const } : instance));
    expect(viewOf(instances, true).allFor('read')).toMatchObject({ maxUnavailableZones: 1, instances: { length: 3 } });
  });

  it('of reads leave out all of a zone with one silent instance', () => {
    const [first, ...rest] = gridOf(3, 3, 4);
    const set = viewOf([{ ...first!, heartbeatMs: 0 }, ...rest], true).allFor('read');
    expect([...new Set(set.instances.map(({ zone }) => zone))].sort()).toEqual(['zone-b', 'zone-c']);
  });
});

describe('shardOf', () => {
  const identifiers = fc.stringMatching(/^[a-z0-9-]{1,20}$/);
  const grid = gridOf(3, 8, 16);

  it('gives each zone its part, the same on every call', () => {
    fc.assert(
      fc.property(identifiers, fc.integer({ min: 1, max: 23 }), (tenant, size) => {
        const shard = viewOf(grid, true).shardOf(tenant, size);
        const perZone = Math.ceil(size / 3);
        for (const zone of ['zone-a', 'zone-b', 'zone-c']) {
          expect(shard.instances.filter((instance) => instance.zone === zone)).toHaveLength(perZone);
        }
        expect(idsOf(shard.instances)).toEqual(idsOf(viewOf([...grid].reverse(), true).shardOf(tenant, size).instances));
      }),
    );
  });

  it('changes by one instance when one comes or goes, and grows by keeping', () => {
    fc.assert(
      fc.property(identifiers, fc.nat(23), fc.integer({ min: 1, max: 6 }), (tenant, gone, perZone) => {
        const whole = idsOf(viewOf(grid, true).shardOf(tenant, perZone * 3).instances);
        const less = idsOf(
          viewOf(
            grid.filter((_, i) => i !== gone),
            true,
          ).shardOf(tenant, perZone * 3).instances,
        );
        expect(whole.filter((id) => !less.includes(id)).length).toBeLessThanOrEqual(1);
        expect(less.filter((id) => !whole.includes(id)).length).toBeLessThanOrEqual(1);
        const larger = idsOf(viewOf(grid, true).shardOf(tenant, perZone * 3 + 3).instances);
        expect(larger).toEqual(expect.arrayContaining(whole));
      }),
    );
  });

  it('looks back on every shard that there was in that time', () => {
    const steps = fc.array(fc.record({ who: fc.nat(23), what: fc.constantFrom('join', 'readonly', 'active') }), { maxLength: 6 });
    fc.assert(
      fc.property(identifiers, steps, fc.integer({ min: 1, max: 4 }), (tenant, changes, perZone) => {
        const stepMs = 1000;
        let now = NOW_MS - changes.length * stepMs;
        let instances: Instance[] = grid.filter((_, i) => !changes.some(({ who, what }) => who === i && what === 'join'));
        const earlier = [idsOf(viewOf(instances, true).shardOf(tenant, perZone * 3).instances)];
        for (const { who, what } of changes) {
          now += stepMs;
          const instance = instances.find(({ id }) => id === grid[who]!.id);
          const others = instances.filter(({ id }) => id !== grid[who]!.id);
          if (instance === undefined) instances = [...instances, { ...grid[who]!, registeredMs: now }];
          else if (what !== 'join')
            instances = [...others, { ...instance, state: what as InstanceState, readOnlyChangedMs: now }];
          earlier.push(idsOf(viewOf(instances, true).shardOf(tenant, perZone * 3).instances));
        }
        const back = idsOf(viewOf(instances, true).shardOf(tenant, perZone * 3, (changes.length + 1) * stepMs).instances);
        for (const shard of earlier) expect(back).toEqual(expect.arrayContaining(shard));
      }),
      { numRuns: 500 },
    );
  });

  it('leaves out instances that take no writes', () => {
    const instances = grid.map((instance, i) => (i % 2 === 0 ? { ...instance, state: 'readonly' as const } : instance));
    const shard = viewOf(instances, true).shardOf('t', 9);
    expect(shard.instances).toHaveLength(9);
    expect(shard.instances.every(({ state }) => state === 'active')).toBe(true);
  });

  it('is the ring itself for size 0 and for everyone', () => {
    const view = viewOf(grid, true);
    expect(view.shardOf('t', 0)).toBe(view);
    expect(view.shardOf('t', 24)).toBe(view);
    expect(view.shardOf('t', 6)).toBe(view.shardOf('t', 6));
  });

  it('finds replicas within the shard', () => {
    const shard = viewOf(grid, true).shardOf('tenant', 6);
    const members = idsOf(shard.instances);
    for (const token of pseudoTokens(9, 100)) {
      const set = shard.replicasOf(token, 'write');
      expect(set.instances).toHaveLength(3);
      expect(members).toEqual(expect.arrayContaining(idsOf(set.instances)));
    }
  });

  it('ignores zones where the ring does', () => {
    expect(viewOf(grid, false).shardOf('tenant', 5).instances).toHaveLength(5);
  });

  it('never changes what it chooses', () => {
    expect(idsOf(viewOf(grid, true).shardOf('tenant-1', 6).instances)).toEqual([
      'ingester-zone-a-1',
      'ingester-zone-a-6',
      'ingester-zone-b-2',
      'ingester-zone-b-4',
      'ingester-zone-c-3',
      'ingester-zone-c-6',
    ]);
  });
});

describe('isUsable', () => {
  it('asks for health and state', () => {
    const [a, b, c] = gridOf(1, 3, 2);
    const view = viewOf([{ ...a!, heartbeatMs: 0 }, { ...b!, state: 'leaving' }, c!], true);
    expect([a!, b!, c!].map((instance) => view.isUsable(instance, 'write'))).toEqual([false, false, true]);
    expect([a!, b!, c!].map((instance) => view.isUsable(instance, 'read'))).toEqual([false, true, true]);
    expect(view.isUsable({ ...c!, id: 'unknown' }, 'read')).toBe(false);
  });
});
