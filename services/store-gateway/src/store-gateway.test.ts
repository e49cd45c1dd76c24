import type { Owns } from '@telamon/contract';
import { createService } from '@telamon/lifecycle';
import { createRingView, type Instance, type InstanceState, type RingReader, tokenOfKey } from '@telamon/ring';
import { createSilentLogger } from '@telamon/telemetry';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ownedBy } from './block-ownership.ts';

import { createStoreGateway, type StoreGatewayOptions } from './store-gateway.ts';

const BLOCKS = Array.from({ length: 300 }, (_, i) => `01HX${String(i).padStart(22, '0')}`);

function instance(id: string, state: InstanceState = 'active', heartbeatMs = 1000): Instance {
  const tokens = Uint32Array.from({ length: 64 }, (_, i) => tokenOfKey(`${id} ${i}`)).sort();
  return { id, zone: '', address: id, state, tokens, heartbeatMs, registeredMs: 1, readOnlyChangedMs: 0, features: [] };
}

class TestRing implements RingReader {
  instances: readonly Instance[] = [];
  view() {
    return createRingView(this.instances, { replicationFactor: 2, isZoneAware: false, heartbeatTimeoutMs: 500, nowMs: 1000 });
  }
  onChange() {
    return () => {};
  }
}

function ownedCount(ring: TestRing, id: string): number {
  return BLOCKS.filter(ownedBy(ring.view(), id)).length;
}

async function until(isTrue: () => boolean): Promise<void> {
  const endMs = Date.now() + 5000;
  while (!isTrue()) {
    if (Date.now() > endMs) throw new Error('waited in vain');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('what a store-gateway owns', () => {
  it('is its share, as often as the replication says', () => {
    const ring = new TestRing();
    ring.instances = ['a', 'b', 'c', 'd'].map((id) => instance(id));
    const counts = ['a', 'b', 'c', 'd'].map((id) => ownedCount(ring, id));
    expect(counts.reduce((sum, count) => sum + count)).toBe(2 * BLOCKS.length);
    for (const count of counts) expect(count).toBeGreaterThan(60);
  });

  it('is kept while others join, and taken over from those who are gone', () => {
    const ring = new TestRing();
    ring.instances = [instance('a'), instance('b'), instance('c', 'joining')];
    expect(['a', 'b'].map((id) => ownedCount(ring, id))).toEqual([300, 300]);
    expect(ownedCount(ring, 'c')).toBeGreaterThan(100);
    ring.instances = [instance('a'), instance('b'), instance('c')];
    expect(ownedCount(ring, 'a') + ownedCount(ring, 'b') + ownedCount(ring, 'c')).toBe(600);
    ring.instances = [instance('a'), instance('b'), instance('c', 'active', 0)];
    expect(['a', 'b'].map((id) => ownedCount(ring, id))).toEqual([300, 300]);
  });

  it('is everything for one who is alone or sees nobody', () => {
    const ring = new TestRing();
    expect(ownedCount(ring, 'a')).toBe(300);
    ring.instances = [instance('a', 'joining')];
    expect(ownedCount(ring, 'a')).toBe(300);
  });
});

interface Started {
  readonly syncs: number[];
  readonly events: string[];
  readonly ring: TestRing;
  fail: Error | undefined;
}

function start(
  options: Partial<StoreGatewayOptions> = {},
): Started & { readonly service: ReturnType<typeof createStoreGateway> } {
  const ring = new TestRing();
  ring.instances = [instance('a', 'joining'), instance('b'), instance('c')];
  const started: Started = { syncs: [], events: [], ring, fail: undefined };
  const sync = async (_signal: AbortSignal, owns: Owns): Promise<void> => {
    if (started.fail !== undefined) throw started.fail;
    started.syncs.push(BLOCKS.filter(owns).length);
    started.events.push('sync');
  };
  const activate = async (): Promise<void> => {
    ring.instances = ring.instances.map((one) => (one.id === 'a' ? instance('a') : one));
    started.events.push('activate');
  };
  const service = createStoreGateway({
    blocks: new Map([['metrics', { sync, close: async () => {} }]]),
    syncIntervalMs: 3_600_000,
    ringLookMs: 1,
    logger: createSilentLogger(),
    membership: { ring, lifecycler: { service: createService({ name: 'ring' }), activate, instance: ring.instances[0]! } },
    ...options,
  });
  onTestFinished(async () => {
    service.stop();
    await service.untilTerminated().catch(() => undefined);
  });
  service.start();
  return Object.assign(started, { service });
}

describe('the store-gateway', () => {
  it('looks over what it will own, then is active, then looks again when the ring changes', async () => {
    const started = start();
    await started.service.untilRunning();
    expect(started.events.slice(0, 2)).toEqual(['sync', 'activate']);
    expect(started.syncs[0]).toBeGreaterThan(100);
    expect(started.syncs[0]).toBeLessThan(300);
    // Its own way to active is a change, too.
    await until(() => started.syncs.length === 2);
    started.ring.instances = started.ring.instances.filter(({ id }) => id !== 'c');
    await until(() => started.syncs.length === 3);
    expect(started.syncs[2]).toBe(300);
  });

  it('looks again after a failure', async () => {
    const started = start();
    await started.service.untilRunning();
    await until(() => started.syncs.length === 2);
    started.fail = new Error('the bucket is away');
    started.ring.instances = started.ring.instances.filter(({ id }) => id !== 'c');
    for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
    expect(started.syncs).toHaveLength(2);
    started.fail = undefined;
    await until(() => started.syncs.length === 3);
  });

  it('owns everything without a ring, and does not start without the bucket', async () => {
    let owned = 0;
    const facet = {
      sync: async (_: AbortSignal, owns: Owns) => {
        owned = BLOCKS.filter(owns).length;
      },
      close: async () => {},
    };
    const blocks = new Map([['metrics', facet]]);
    const alone = createStoreGateway({ blocks, syncIntervalMs: 1000, logger: createSilentLogger() });
    alone.start();
    await alone.untilRunning();
    expect(owned).toBe(300);
    alone.stop();
    await alone.untilTerminated();
    const broken = new Map([['metrics', { sync: () => Promise.reject(new Error('away')), close: async () => {} }]]);
    const started = start({ blocks: broken });
    await expect(started.service.untilRunning()).rejects.toThrow('away');
    expect(started.events).toEqual([]);
  });
});
