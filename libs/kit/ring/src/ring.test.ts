import { encodeUtf8 } from '@telamon/bytes';
import { createSilentLogger, FakeClock } from '@telamon/telemetry';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Instance } from './instance.ts';
import { encodeInstance, type InstanceEntry, ringKey } from './instance-codec.ts';
import { gridOf } from './ring.fixture.ts';
import { Ring } from './ring.ts';
import { SwitchableKv } from './switchable-kv.fixture.ts';

const TIMEOUT_MS = 60_000;

let clock: FakeClock;
let kv: SwitchableKv;
let ring: Ring;
let changes: number;

function entryOf(instance: Instance, changed: Partial<InstanceEntry> = {}): InstanceEntry {
  return { ...instance, heartbeatMs: Math.floor(clock.nowMs()), incarnation: 'one', startedMs: 1, ...changed };
}

async function beat(instances: readonly Instance[], changed: Partial<InstanceEntry> = {}): Promise<void> {
  for (const instance of instances) await kv.put(ringKey('ingester', instance.id), encodeInstance(entryOf(instance, changed)));
}

/** Lets time pass in which these instances send heartbeats. */
async function live(instances: readonly Instance[], ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 5000) {
    await beat(instances);
    await clock.advance(Math.min(5000, ms - passed));
  }
}

async function startRing(isZoneAware = true): Promise<void> {
  changes = 0;
  const logger = createSilentLogger();
  ring = new Ring({ name: 'ingester', kv, replicationFactor: 3, isZoneAware, heartbeatTimeoutMs: TIMEOUT_MS, logger, clock });
  ring.onChange(() => changes++);
  ring.service.start();
  await ring.service.untilRunning();
}

function ids(): string[] {
  return ring.view().instances.map(({ id }) => id);
}

function alive(): string[] {
  const view = ring.view();
  return view.instances.filter((instance) => view.isAlive(instance)).map(({ id }) => id);
}

const GRID = gridOf(3, 2, 8);
const ALL = GRID.map(({ id }) => id).sort();

beforeEach(() => {
  clock = new FakeClock();
  kv = new SwitchableKv();
});

afterEach(async () => {
  ring.service.stop();
  await ring.service.untilTerminated();
  expect(clock.timerCount).toBe(0);
});

describe('Ring', () => {
  it('knows everyone once it runs, and follows what changes', async () => {
    await beat(GRID.slice(0, 5));
    await startRing();
    expect(ids()).toEqual(ALL.filter((id) => id !== GRID[5]!.id));
    await beat(GRID.slice(5));
    await clock.advance(50);
    expect(ids()).toEqual(ALL);
    expect(ring.view().replicasOf(7, 'write').instances).toHaveLength(3);
    await beat(GRID.slice(0, 1), { state: 'leaving' });
    await clock.advance(50);
    expect(ring.view().isUsable(GRID[0]!, 'write')).toBe(false);
    expect(ring.view().isUsable(GRID[0]!, 'read')).toBe(true);
    await kv.delete(ringKey('ingester', GRID[0]!.id));
    await clock.advance(50);
    expect(ids()).not.toContain(GRID[0]!.id);
  });

  it('keeps its view while only heartbeats come', async () => {
    await beat(GRID);
    await startRing();
    const view = ring.view();
    changes = 0;
    await live(GRID, 60_000);
    expect(ring.view()).toBe(view);
    expect(changes).toBe(0);
    expect(Math.max(...ring.rows().map(({ heartbeatAgeMs }) => heartbeatAgeMs))).toBeLessThanOrEqual(5000);
  });

  it('makes one view of changes that come together', async () => {
    await beat(GRID);
    await startRing();
    changes = 0;
    await beat(GRID, { state: 'readonly' });
    await clock.advance(50);
    expect(changes).toBe(1);
  });

  it('finds out who is silent, and who is back', async () => {
    await beat(GRID);
    await startRing();
    await live(GRID.slice(1), TIMEOUT_MS + 2000);
    expect(alive()).toEqual(ALL.filter((id) => id !== GRID[0]!.id));
    expect(ring.silentMs(GRID[0]!.id)).toBeGreaterThan(TIMEOUT_MS);
    await live(GRID, 2000);
    expect(alive()).toEqual(ALL);
    expect(ids()).toEqual(ALL);
  });

  it('takes entries that were old when first seen for silent', async () => {
    await beat(GRID);
    await clock.advance(TIMEOUT_MS + 1);
    await startRing();
    expect(alive()).toEqual([]);
  });

  it('does not mind clocks that differ', async () => {
    await beat(GRID, { heartbeatMs: clock.nowMs() - 3_600_000 });
    await startRing();
    expect(alive()).toEqual([]);
    await beat(GRID, { heartbeatMs: clock.nowMs() - 3_599_000 });
    await clock.advance(1500);
    expect(alive()).toEqual(ALL);
  });

  it('serves the last view while the store is away, and blames nobody', async () => {
    await beat(GRID);
    await startRing();
    kv.isAway = true;
    await clock.advance(300_000);
    expect(alive()).toEqual(ALL);
    kv.comeBack();
    await clock.advance(5000);
    expect(alive()).toEqual(ALL);
    // Everyone has a while to be heard again.
    await live(GRID.slice(1), TIMEOUT_MS + 2000);
    expect(alive()).toEqual(ALL);
    await live(GRID.slice(1), TIMEOUT_MS * 0.6);
    expect(alive()).toEqual(ALL.filter((id) => id !== GRID[0]!.id));
  });

  it('blames nobody while the store answers but nobody can write, and when it goes on in bursts', async () => {
    await beat(GRID);
    await startRing();
    for (let i = 0; i < 3; i++) {
      await clock.advance(300_000);
      expect(alive()).toEqual(ALL);
      // Those that wait longest between two attempts come last.
      for (const instance of GRID) {
        await beat([instance]);
        await clock.advance(5000);
        expect(alive()).toEqual(ALL);
      }
    }
    expect(changes).toBe(1);
  });

  it('finds out that all are silent while another ring is heard', async () => {
    await beat(GRID);
    await startRing();
    for (let passed = 0; passed < TIMEOUT_MS + 5000; passed += 5000) {
      await kv.put(ringKey('compactor', 'compactor-0'), encodeInstance(entryOf({ ...GRID[0]!, id: 'compactor-0' })));
      await clock.advance(5000);
    }
    expect(alive()).toEqual([]);
    expect(ids()).toEqual(ALL);
  });

  it('does not run before it was read, however long that takes', async () => {
    kv.isAway = true;
    await beat(GRID);
    ring = new Ring({
      name: 'ingester',
      kv,
      replicationFactor: 3,
      isZoneAware: true,
      heartbeatTimeoutMs: TIMEOUT_MS,
      logger: createSilentLogger(),
      clock,
    });
    ring.service.start();
    await clock.advance(30_000);
    expect(ring.service.state).toBe('starting');
    kv.comeBack();
    await clock.advance(2000);
    expect(ring.service.state).toBe('running');
    expect(ids()).toEqual(ALL);
  });

  it('keeps everyone with data when the store is wiped, told or not, until they are back or forgotten', async () => {
    const [leaving, joining, ...rest] = GRID;
    for (const isTold of [true, false]) {
      await beat([leaving!], { state: 'leaving' });
      await beat([joining!], { state: 'joining' });
      await beat(rest);
      await startRing();
      const wiped = new SwitchableKv();
      if (isTold) for (const id of ALL) await kv.delete(ringKey('ingester', id));
      kv.list = (...args) => wiped.list(...args);
      await clock.advance(15_000);
      expect(ids()).toEqual(ALL.filter((id) => id !== joining!.id));
      kv = new SwitchableKv();
      ring.service.stop();
      await ring.service.untilTerminated();
    }
  });

  it('counts a vanished instance as silent in the end, and forgets it when told to, everywhere', async () => {
    await beat(GRID);
    await startRing();
    const first = ring;
    await startRing();
    for (const id of ALL) await kv.delete(ringKey('ingester', id));
    await live(GRID.slice(1), TIMEOUT_MS + 40_000);
    expect(ids()).toEqual(ALL);
    expect(alive()).toEqual(ALL.filter((id) => id !== GRID[0]!.id));
    await ring.forget(GRID[0]!.id);
    await clock.advance(50);
    for (const each of [ring, first]) expect(each.view().instances.map(({ id }) => id)).not.toContain(GRID[0]!.id);
    first.service.stop();
    await first.service.untilTerminated();
  });

  it('takes entries of a store whose revisions began anew', async () => {
    await live(GRID, 20_000);
    await startRing();
    const fresh = new SwitchableKv();
    // The new store has lower revisions than what is known.
    await fresh.put(
      ringKey('ingester', GRID[0]!.id),
      encodeInstance(entryOf(GRID[0]!, { state: 'leaving', heartbeatMs: clock.nowMs() + 1 })),
    );
    kv.list = (...args) => fresh.list(...args);
    await clock.advance(15_000);
    expect(ring.entryOf(GRID[0]!.id)?.state).toBe('leaving');
  });

  it('keeps the last good entry when someone writes rubbish', async () => {
    await beat(GRID);
    await startRing();
    const key = ringKey('ingester', GRID[0]!.id);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 50 }), async (rubbish) => {
        await kv.put(key, rubbish);
      }),
      { numRuns: 20 },
    );
    await kv.put(key, encodeInstance({ ...entryOf(GRID[1]!), id: GRID[1]!.id }));
    await kv.put(ringKey('ingester', 'stranger'), encodeUtf8('{}'));
    await kv.put(`${ringKey('ingester', 'deeper')}.key`, encodeInstance(entryOf(GRID[1]!)));
    await kv.put(key, new Uint8Array(400_000));
    await clock.advance(15_000);
    expect(ids()).toEqual(ALL);
    expect(ring.entryOf(GRID[0]!.id)).toMatchObject({ state: 'active', id: GRID[0]!.id });
    expect(ring.badEntries).toBeGreaterThan(20);
  });

  it('ignores an old value that comes again', async () => {
    await beat(GRID);
    const old = await kv.list('ring.ingester');
    await startRing();
    await clock.advance(1000);
    await beat(GRID.slice(0, 1), { state: 'leaving' });
    await clock.advance(50);
    kv.list = async () => old;
    await clock.advance(15_000);
    expect(ring.entryOf(GRID[0]!.id)?.state).toBe('leaving');
  });

  it('finds deletions that no watch told of, but no new entry missing', async () => {
    await beat(GRID, { state: 'leaving' });
    await startRing();
    const before = (await kv.list('ring.ingester')).filter(({ key }) => !key.endsWith(GRID[0]!.id));
    kv.list = async () => {
      // Comes while the list is on its way, which does not know it yet.
      await kv.put(ringKey('ingester', 'late'), encodeInstance(entryOf({ ...GRID[0]!, id: 'late' })));
      await new Promise((resolve) => setImmediate(resolve));
      return before;
    };
    await clock.advance(12_500);
    await clock.advance(50);
    expect(ids()).toEqual([...ALL.filter((id) => id !== GRID[0]!.id), 'late'].sort());
  });

  it('looks back on shards for as long as asked, though its view stays', async () => {
    const old = gridOf(3, 8, 16);
    await beat(old);
    await startRing();
    const tenants = Array.from({ length: 50 }, (_, i) => `tenant-${i}`);
    const shard = (tenant: string, lookbackMs: number): string[] =>
      ring
        .view()
        .shardOf(tenant, 6, lookbackMs)
        .instances.map(({ id }) => id);
    const before = tenants.map((tenant) => shard(tenant, 0));
    const newcomer = { ...gridOf(3, 9, 16)[24]!, registeredMs: Math.floor(clock.nowMs()) };
    await live([...old, newcomer], 10_000);
    const view = ring.view();
    const affected = tenants.filter((tenant, i) => shard(tenant, 0).join() !== before[i]!.join());
    expect(affected.length).toBeGreaterThan(0);
    for (const [i, tenant] of tenants.entries()) expect(shard(tenant, 60_000)).toEqual(expect.arrayContaining(before[i]!));
    await live([...old, newcomer], 60_000);
    expect(ring.view()).toBe(view);
    for (const tenant of tenants) expect(shard(tenant, 60_000)).toEqual(shard(tenant, 0));
  });

  it('forgets the silent, not the living', async () => {
    await beat(GRID);
    await startRing();
    await expect(ring.forget(GRID[0]!.id)).rejects.toMatchObject({ status: 409 });
    await expect(ring.forget('nobody')).rejects.toMatchObject({ status: 404 });
    await live(GRID.slice(1), TIMEOUT_MS + 2000);
    await ring.forget(GRID[0]!.id);
    await clock.advance(50);
    expect(ids()).not.toContain(GRID[0]!.id);
    expect(await kv.get(ringKey('ingester', GRID[0]!.id))).toBeUndefined();
  });
});
