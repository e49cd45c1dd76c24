import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeUtf8 } from '@telamon/bytes';
import { createRegistry, createSilentLogger, FakeClock } from '@telamon/telemetry';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeInstance, encodeInstance, type InstanceEntry, ringKey } from './instance-codec.ts';
import { Lifecycler, type LifecyclerSettings } from './lifecycler.ts';
import { Ring } from './ring.ts';
import { registerRingMetrics } from './ring-metrics.ts';
import { SwitchableKv } from './switchable-kv.fixture.ts';

const PERIOD_MS = 5000;
const TIMEOUT_MS = 60_000;
const logger = createSilentLogger();

let clock: FakeClock;
let kv: SwitchableKv;
let directory: string;
let started: { stop(): void; untilTerminated(): Promise<void> }[];

beforeEach(() => {
  clock = new FakeClock();
  kv = new SwitchableKv();
  directory = mkdtempSync(join(tmpdir(), 'lifecycler-'));
  started = [];
});

afterEach(async () => {
  for (const service of started.reverse()) {
    service.stop();
    await passUntil(service.untilTerminated().catch(() => {}));
  }
  expect(clock.timerCount).toBe(0);
  rmSync(directory, { recursive: true });
});

/** Lets time pass until a promise settles; slowly after a while, as it may wait for the disk. */
async function passUntil<T>(promise: Promise<T>): Promise<T> {
  let isSettled = false;
  const settled = promise.finally(() => {
    isSettled = true;
  });
  settled.catch(() => {});
  for (let i = 0; i < 5000 && !isSettled; i++) {
    await clock.advance(100);
    if (i > 20) await new Promise((resolve) => setTimeout(resolve, 1));
  }
  if (!isSettled) throw new Error('did not settle');
  return await settled;
}

async function startRing(): Promise<Ring> {
  const ring = new Ring({
    name: 'ingester',
    kv,
    replicationFactor: 3,
    isZoneAware: true,
    heartbeatTimeoutMs: TIMEOUT_MS,
    logger,
    clock,
  });
  ring.service.start();
  started.push(ring.service);
  await passUntil(ring.service.untilRunning());
  return ring;
}

interface Node {
  readonly ring: Ring;
  readonly lifecycler: Lifecycler;
}

async function makeNode(id: string, extra: Partial<LifecyclerSettings> = {}): Promise<Node> {
  const ring = await startRing();
  const settings = {
    ring,
    kv,
    id,
    address: `${id}:9095`,
    zone: 'zone-a',
    tokenCount: 32,
    heartbeatPeriodMs: PERIOD_MS,
    logger,
    clock,
  };
  const lifecycler = new Lifecycler({ ...settings, ...extra });
  started.push(lifecycler.service);
  return { ring, lifecycler };
}

async function startNode(id: string, extra: Partial<LifecyclerSettings> = {}): Promise<Node> {
  const node = await makeNode(id, extra);
  node.lifecycler.service.start();
  await passUntil(node.lifecycler.service.untilRunning());
  return node;
}

async function runNode(id: string, extra: Partial<LifecyclerSettings> = {}): Promise<Node> {
  const node = await startNode(id, extra);
  await passUntil(node.lifecycler.activate());
  return node;
}

async function stopNode({ lifecycler, ring }: Node): Promise<void> {
  lifecycler.service.stop();
  await passUntil(lifecycler.service.untilTerminated());
  ring.service.stop();
  await passUntil(ring.service.untilTerminated());
}

async function stored(id: string): Promise<InstanceEntry | undefined> {
  const entry = await kv.get(ringKey('ingester', id));
  return entry === undefined ? undefined : decodeInstance(id, entry.value);
}

/** States that a key goes through from now on. */
function statesOf(id: string): string[] {
  const states: string[] = [];
  kv.watch('ring.ingester', ({ key, value }) => {
    if (key !== ringKey('ingester', id)) return;
    const state = value === undefined ? 'gone' : decodeInstance(id, value).state;
    if (state !== states.at(-1)) states.push(state);
  });
  return states;
}

describe('Lifecycler', () => {
  it('joins, serves, leaves, and comes back with its tokens', async () => {
    const states = statesOf('i-0');
    const first = await runNode('i-0');
    const { tokens, registeredMs } = (await stored('i-0'))!;
    expect(tokens).toHaveLength(32);
    expect(states).toEqual(['pending', 'joining', 'active']);
    await clock.advance(10_000);
    await stopNode(first);
    expect(await stored('i-0')).toMatchObject({ state: 'leaving', tokens, registeredMs });
    const again = await startNode('i-0');
    expect(await stored('i-0')).toMatchObject({ state: 'leaving', tokens, registeredMs });
    await passUntil(again.lifecycler.activate());
    expect(await stored('i-0')).toMatchObject({ state: 'active', tokens, registeredMs, features: [] });
    expect(states).toEqual(['pending', 'joining', 'active', 'leaving', 'active']);
  });

  it('sends heartbeats, apart from those of others', async () => {
    await runNode('i-0');
    const times: number[] = [];
    kv.watch('ring.ingester', ({ value }) => times.push(decodeInstance('i-0', value!).heartbeatMs));
    await clock.advance(60_000);
    const gaps = times.slice(1).map((time, i) => time - times[i]!);
    expect(times.length).toBeGreaterThan(10);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(PERIOD_MS * 1.1 + 1);
    expect(new Set(gaps).size).toBeGreaterThan(3);
  });

  it('goes away for good when told to', async () => {
    const node = await runNode('i-0');
    node.lifecycler.isUnregisteredOnStop = true;
    const states = statesOf('i-0');
    await stopNode(node);
    expect(states).toEqual(['active', 'leaving', 'gone']);
    const plain = await runNode('i-1', { isUnregisteredOnStop: true });
    await stopNode(plain);
    expect(await stored('i-1')).toBeUndefined();
  });

  it('registers again with the same tokens when the store is wiped', async () => {
    const { ring } = await runNode('i-0');
    const { tokens } = (await stored('i-0'))!;
    await kv.delete(ringKey('ingester', 'i-0'));
    await clock.advance(1000);
    expect(ring.view().instances).toHaveLength(1);
    await clock.advance(PERIOD_MS);
    expect(await stored('i-0')).toMatchObject({ tokens, state: 'active' });
  });

  it('knows its tokens from its file when the store is wiped while it is down', async () => {
    const tokensFile = join(directory, 'tokens.json');
    const node = await runNode('i-x', { tokensFile });
    const { tokens, registeredMs } = (await stored('i-x'))!;
    await clock.advance(1000);
    await stopNode(node);
    await kv.delete(ringKey('ingester', 'i-x'));
    await runNode('i-y');
    await clock.advance(5000);
    const states = statesOf('i-x');
    await runNode('i-x', { tokensFile });
    expect(await stored('i-x')).toMatchObject({ tokens });
    // Others may have had its place meanwhile.
    expect((await stored('i-x'))!.registeredMs).toBeGreaterThan(registeredMs);
    expect(states).toEqual(['leaving', 'active']);
  });

  it('comes back as one that may hold data when its file is damaged', async () => {
    const tokensFile = join(directory, 'tokens.json');
    writeFileSync(tokensFile, '{"tokens":');
    const node = await startNode('i-0', { tokensFile });
    expect(await stored('i-0')).toMatchObject({ state: 'leaving', tokens: { length: 32 } });
    expect(JSON.parse(readFileSync(tokensFile, 'utf8')).tokens).toEqual([...node.lifecycler.instance.tokens]);
  });

  it('comes back as joining where it holds no data', async () => {
    await stopNode(await runNode('i-0', { holdsData: false }));
    await startNode('i-0', { holdsData: false });
    expect(await stored('i-0')).toMatchObject({ state: 'joining' });
  });

  it('runs on while the store is away, for as long as that takes', async () => {
    const node = await runNode('i-0');
    const other = await runNode('i-1');
    kv.isAway = true;
    await clock.advance(300_000);
    expect(node.lifecycler.service.state).toBe('running');
    expect(node.lifecycler.notReadyReason()).toBe('');
    expect(other.ring.view().isUsable(node.lifecycler.instance, 'write')).toBe(true);
    kv.comeBack();
    await clock.advance(PERIOD_MS * 1.2);
    expect(await stored('i-0')).toMatchObject({ state: 'active' });
    expect(clock.nowMs() - (await stored('i-0'))!.heartbeatMs).toBeLessThan(PERIOD_MS * 1.2);
  });

  it('waits for the store before it joins, and stops while it waits', async () => {
    const node = await makeNode('i-0');
    const impatient = await makeNode('i-1');
    kv.isAway = true;
    node.lifecycler.service.start();
    impatient.lifecycler.service.start();
    await clock.advance(20_000);
    expect(node.lifecycler.service.state).toBe('starting');
    impatient.lifecycler.service.stop();
    await passUntil(impatient.lifecycler.service.untilTerminated().catch(() => {}));
    expect(impatient.lifecycler.service.state).toBe('terminated');
    kv.comeBack();
    await passUntil(node.lifecycler.service.untilRunning());
    expect(await stored('i-1')).toBeUndefined();
  });

  it('goes on when answers of the store are lost', async () => {
    const { lifecycler } = await runNode('i-0');
    kv.losesAnswers = true;
    await clock.advance(PERIOD_MS * 2);
    kv.losesAnswers = false;
    await clock.advance(PERIOD_MS * 2);
    expect(lifecycler.service.state).toBe('running');
    expect(clock.nowMs() - (await stored('i-0'))!.heartbeatMs).toBeLessThan(PERIOD_MS * 1.2);
  });

  it('overwrites rubbish in its place', async () => {
    const { lifecycler } = await runNode('i-0');
    await kv.put(ringKey('ingester', 'i-0'), encodeUtf8('rubbish'));
    await clock.advance(PERIOD_MS * 1.2);
    expect(await stored('i-0')).toMatchObject({ state: 'active', tokens: lifecycler.instance.tokens });
    await kv.put(ringKey('ingester', 'i-1'), encodeUtf8('rubbish'));
    await runNode('i-1');
    expect(await stored('i-1')).toMatchObject({ state: 'active' });
  });

  it('refuses an id that another process uses, without disturbing that', async () => {
    const holder = await runNode('i-0');
    const states = statesOf('i-0');
    const twin = await makeNode('i-0', { address: 'elsewhere:1' });
    twin.lifecycler.service.start();
    await expect(passUntil(twin.lifecycler.service.untilRunning())).rejects.toMatchObject({
      cause: {
        id: 'ring-instance-id-taken',
        message: expect.stringContaining('the instance id i-0 of the ring ingester is taken by another process at i-0:9095'),
      },
    });
    await clock.advance(20_000);
    expect(states).toEqual(['active']);
    expect(holder.lifecycler.service.state).toBe('running');
    expect(await stored('i-0')).toMatchObject({ address: 'i-0:9095' });
  });

  it('lets one of two have an id that both want at once', async () => {
    const nodes = [await makeNode('i-0', { address: 'a:1' }), await makeNode('i-0', { address: 'b:1' })];
    for (const { lifecycler } of nodes) lifecycler.service.start();
    await clock.advance(30_000);
    expect(nodes.map(({ lifecycler }) => lifecycler.service.state).sort()).toEqual(['failed', 'running']);
  });

  it('keeps its place against one that is still on the way in, and yields to one that serves', async () => {
    const { lifecycler } = await runNode('i-0');
    const mine = (await stored('i-0'))!;
    const intruder = { ...mine, incarnation: 'other', address: 'other:1' };
    await kv.put(ringKey('ingester', 'i-0'), encodeInstance({ ...intruder, state: 'joining' }));
    await clock.advance(PERIOD_MS * 1.2);
    expect(await stored('i-0')).toMatchObject({ incarnation: mine.incarnation, state: 'active' });
    await kv.put(ringKey('ingester', 'i-0'), encodeInstance({ ...intruder, state: 'active' }));
    await clock.advance(PERIOD_MS * 1.2);
    await passUntil(lifecycler.service.untilTerminated().catch(() => {}));
    expect(lifecycler.service.failure).toMatchObject({ id: 'ring-instance-id-taken' });
    expect(await stored('i-0')).toMatchObject({ incarnation: 'other', state: 'active' });
  });

  it('takes an id over from a process that is gone', async () => {
    const node = await runNode('i-0');
    const { tokens } = node.lifecycler.instance;
    const entry = (await stored('i-0'))!;
    await stopNode(node);
    // As if it had been killed a moment ago.
    await kv.put(ringKey('ingester', 'i-0'), encodeInstance({ ...entry, heartbeatMs: Math.floor(clock.nowMs()) }));
    const again = await startNode('i-0', { address: 'other:1' });
    expect(again.lifecycler.instance).toMatchObject({ tokens, state: 'leaving', address: 'other:1' });
  });

  it('takes no writes in read-only mode, over restarts too', async () => {
    const node = await runNode('i-0');
    await passUntil(node.lifecycler.setReadOnly(true));
    expect(await stored('i-0')).toMatchObject({ state: 'readonly', readOnlyChangedMs: expect.any(Number) });
    const { readOnlyChangedMs } = (await stored('i-0'))!;
    expect(readOnlyChangedMs).toBeGreaterThan(0);
    await stopNode(node);
    expect(await stored('i-0')).toMatchObject({ state: 'readonly' });
    const again = await runNode('i-0');
    expect(await stored('i-0')).toMatchObject({ state: 'readonly', readOnlyChangedMs });
    await passUntil(again.lifecycler.setReadOnly(false));
    expect(await stored('i-0')).toMatchObject({ state: 'active' });
  });

  it('gives instances that join at once different tokens', async () => {
    const nodes = [await makeNode('red'), await makeNode('blue'), await makeNode('green')];
    for (const { lifecycler } of nodes) lifecycler.service.start();
    await passUntil(Promise.all(nodes.map(({ lifecycler }) => lifecycler.service.untilRunning())));
    await passUntil(Promise.all(nodes.map(({ lifecycler }) => lifecycler.activate())));
    const tokens = nodes.flatMap(({ lifecycler }) => [...lifecycler.instance.tokens]);
    expect(new Set(tokens).size).toBe(96);
  });

  it('is ready when it was active for long enough', async () => {
    const { lifecycler } = await startNode('i-0', { minReadyMs: 15_000 });
    expect(lifecycler.notReadyReason()).toBe('instance i-0 of the ring ingester is joining');
    await passUntil(lifecycler.activate());
    expect(lifecycler.notReadyReason()).toContain('waits 15 s more');
    await clock.advance(15_000);
    expect(lifecycler.notReadyReason()).toBe('');
    await lifecycler.leave();
    expect(lifecycler.notReadyReason()).toBe('instance i-0 of the ring ingester is leaving');
    await expect(lifecycler.activate()).rejects.toThrow('leaves already');
  });

  it('sends heartbeats while it leaves', async () => {
    const { lifecycler, ring } = await runNode('i-0');
    await lifecycler.leave();
    await clock.advance(TIMEOUT_MS * 2);
    expect(ring.view().isUsable(lifecycler.instance, 'read')).toBe(true);
    expect(ring.view().isUsable(lifecycler.instance, 'write')).toBe(false);
  });

  it('removes others that are silent for long, where told to', async () => {
    await runNode('i-0', { autoForgetTimeouts: 4 });
    const gone = await runNode('i-1');
    await stopNode(gone);
    await clock.advance(TIMEOUT_MS * 3.9);
    expect(await stored('i-1')).toBeDefined();
    await clock.advance(TIMEOUT_MS * 0.3);
    expect(await stored('i-1')).toBeUndefined();
    expect(await stored('i-0')).toBeDefined();
  });

  it('can be counted', async () => {
    const { ring } = await runNode('i-0');
    const registry = createRegistry();
    registerRingMetrics(registry, [ring]);
    await stopNode(await runNode('i-1'));
    expect(await registry.valueOf('cortex_ring_members', { name: 'ingester', state: 'ACTIVE' })).toBe(1);
    expect(await registry.valueOf('cortex_ring_members', { name: 'ingester', state: 'LEAVING' })).toBe(1);
    await clock.advance(TIMEOUT_MS + 2000);
    expect(await registry.valueOf('cortex_ring_members', { name: 'ingester', state: 'Unhealthy' })).toBe(1);
    expect(await registry.valueOf('telamon_ring_tokens', { name: 'ingester' })).toBe(64);
    expect(await registry.valueOf('telamon_ring_bad_entries_total', { name: 'ingester' })).toBe(0);
  });

  it('needs no tokens', async () => {
    const states = statesOf('f-0');
    await runNode('f-0', { tokenCount: 0 });
    expect(states).toEqual(['pending', 'active']);
  });

  it('refuses names that a ring cannot hold', async () => {
    const ring = await startRing();
    const settings = { ring, kv, address: 'a:1', zone: 'z', tokenCount: 1, heartbeatPeriodMs: 1000, logger, clock };
    expect(() => new Lifecycler({ ...settings, id: 'host.domain' })).toThrow("bad instance id 'host.domain'");
    expect(() => new Lifecycler({ ...settings, id: 'a', zone: '' })).toThrow('zone-aware');
    expect(() => new Lifecycler({ ...settings, id: 'a', zone: 'zone a' })).toThrow('bad zone');
  });
});
