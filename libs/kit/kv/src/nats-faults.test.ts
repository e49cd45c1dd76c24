import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { createRegistry, SYSTEM_CLOCK } from '@telamon/telemetry';
import { connect, type NatsConnection as NatsClient, type StreamInfo } from 'nats';
import { describe, expect, it } from 'vitest';
import { createKvMetrics } from './kv-metrics.ts';
import type { KvStore } from './kv-store.ts';
import { NatsKv, type NatsKvOptions } from './nats-kv.ts';
import { NATS } from './nats-options.ts';
import { NATS_PROGRAMS, NatsServer, startNatsCluster } from './nats-server.fixture.ts';

/** A lost watch must tell again within this time after the servers are back. */
const RECOVERY_MS = 12_000;
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

async function until(what: string, check: () => boolean | Promise<boolean>, timeoutMs: number = RECOVERY_MS): Promise<void> {
  const endMs = performance.now() + timeoutMs;
  while (!(await check())) {
    if (performance.now() > endMs) throw new Error(`waited ${timeoutMs} ms in vain until ${what}`);
    await delay(20);
  }
}

/** Registers what must run when the test is over. */
type Finish = (dispose: () => void | Promise<void>) => void;

function openKv(onTestFinished: Finish, servers: readonly NatsServer[], options: Partial<NatsKvOptions['config']> = {}): NatsKv {
  const config = { ...NATS.defaults(), url: servers.map(({ url }) => url), bucket: 'test', ...options };
  const kv = new NatsKv({ config });
  onTestFinished(() => kv.close());
  return kv;
}

/** What a listener believes. */
function follow(kv: KvStore, prefix: string): Map<string, string> {
  const believed = new Map<string, string>();
  kv.watch(prefix, ({ key, value }) => {
    if (value === undefined) believed.delete(key);
    else believed.set(key, new TextDecoder().decode(value));
  });
  return believed;
}

async function rawClient(onTestFinished: Finish, server: NatsServer): Promise<NatsClient> {
  const client = await connect({ servers: server.url });
  onTestFinished(() => client.close());
  return client;
}

/** Asked until it is answered: a cluster may be electing. */
async function bucketInfo(servers: readonly NatsServer[], stream: string): Promise<StreamInfo> {
  const client = await connect({ servers: servers.map(({ url }) => url) });
  let info: StreamInfo | undefined;
  try {
    await until('the bucket is described', async () => {
      info = await (await client.jetstreamManager({ timeout: 1_000, checkAPI: false })).streams
        .info(stream)
        .catch(() => undefined);
      return info?.cluster?.leader !== undefined;
    });
  } finally {
    await client.close();
  }
  return info!;
}

for (const program of NATS_PROGRAMS) {
  const start = async (onTestFinished: Finish): Promise<NatsServer> => {
    const server = await NatsServer.start({ program });
    onTestFinished(() => server.dispose());
    return server;
  };

  describe.skipIf(!program.isThere)(`NatsKv on ${program.name}, faults`, { timeout: 90_000, concurrent: true }, () => {
    it('keeps its view while the server is killed, fails calls in time, and goes on after a restart', async ({
      onTestFinished,
    }) => {
      const server = await start(onTestFinished);
      const [kv, writer] = [openKv(onTestFinished, [server]), openKv(onTestFinished, [server])];
      const believed = follow(kv, 'ring');
      await writer.put('ring.a', bytes('1'));
      await until('the value is told', () => believed.get('ring.a') === '1');
      await server.kill();
      const startedMs = performance.now();
      const isUnavailable = { id: 'kv-unavailable', status: 503, isRetryable: true };
      await expect(kv.get('ring.a', { timeoutMs: 700 })).rejects.toMatchObject(isUnavailable);
      expect(performance.now() - startedMs).toBeLessThan(3_000);
      await until('the loss is known', () => !kv.isConnected);
      expect(believed.get('ring.a')).toBe('1');
      const written = writer.put('ring.a', bytes('2'), { timeoutMs: 20_000 });
      await server.start();
      await written;
      await until('the new value is told', () => believed.get('ring.a') === '2');
      await until('it is connected', () => kv.isConnected);
    });

    it('starts while there is no server', async ({ onTestFinished }) => {
      const server = await NatsServer.reserve({ program });
      onTestFinished(() => server.dispose());
      const kv = openKv(onTestFinished, [server]);
      const believed = follow(kv, '');
      expect(kv.isConnected).toBe(false);
      await expect(kv.put('a', bytes('1'), { timeoutMs: 500 })).rejects.toMatchObject({ id: 'kv-unavailable' });
      await server.start();
      await until('it is connected', () => kv.isConnected);
      await kv.put('a', bytes('1'));
      await until('the value is told', () => believed.get('a') === '1');
    });

    it('notices a server that hangs, and stores a conditional write once when the answer was lost', async ({
      onTestFinished,
    }) => {
      const server = await start(onTestFinished);
      const kv = openKv(onTestFinished, [server], { timeoutMs: 300 });
      const revision = await kv.put('a', bytes('1'));
      server.setPaused(true);
      const updated = kv.update('a', bytes('2'), revision, { timeoutMs: 30_000 });
      const created = kv.create('b', bytes('3'), { timeoutMs: 30_000 });
      await delay(1_000);
      server.setPaused(false);
      const entry = { key: 'a', revision: await updated };
      expect(await kv.get('a')).toMatchObject(entry);
      const createdRevision = await created;
      expect(await kv.get('b')).toMatchObject({ revision: createdRevision });
      server.setPaused(true);
      const startedMs = performance.now();
      await until('the silence is noticed', () => !kv.isConnected);
      expect(performance.now() - startedMs).toBeLessThan(RECOVERY_MS);
      server.setPaused(false);
      await until('it is connected again', () => kv.isConnected);
    });

    it('tells the deletions of a bucket that was wiped, and makes it again for the next write', async ({ onTestFinished }) => {
      const server = await start(onTestFinished);
      const kv = openKv(onTestFinished, [server]);
      const believed = follow(kv, 'ring');
      for (const name of ['a', 'b', 'c']) await kv.put(`ring.${name}`, bytes(name));
      await until('all is told', () => believed.size === 3);
      const client = await rawClient(onTestFinished, server);
      await (await client.jetstreamManager()).streams.delete('KV_test');
      expect(await kv.get('ring.a')).toBeUndefined();
      await kv.put('ring.b', bytes('new'));
      await until('the deletions are told', () => believed.size === 1 && believed.get('ring.b') === 'new');
      await kv.put('ring.d', bytes('d'));
      await until('the watch goes on', () => believed.get('ring.d') === 'd');
    });

    it('finds deletions that left no message', async ({ onTestFinished }) => {
      const server = await start(onTestFinished);
      const kv = openKv(onTestFinished, [server]);
      const believed = follow(kv, 'ring');
      for (const name of ['a', 'b', 'c']) await kv.put(`ring.${name}`, bytes(name));
      await until('all is told', () => believed.size === 3);
      const client = await rawClient(onTestFinished, server);
      await (await client.jetstreamManager()).streams.purge('KV_test', { filter: '$KV.test.ring.c' });
      await until('the deletion is told', () => !believed.has('ring.c'), 15_000);
      expect([...believed.keys()].sort()).toEqual(['ring.a', 'ring.b']);
    });

    it('survives what other clients write and understands their deletions', async ({ onTestFinished }) => {
      const server = await start(onTestFinished);
      const client = await rawClient(onTestFinished, server);
      // A bucket that an operator made: no limit of sizes, a longer history.
      const foreign = await client.jetstream().views.kv('test', { history: 5 });
      const registry = createRegistry();
      const metrics = createKvMetrics(registry);
      const kv = new NatsKv({ config: { ...NATS.defaults(), url: [server.url], bucket: 'test' }, metrics });
      onTestFinished(() => kv.close());
      const believed = follow(kv, '');
      await foreign.put('ring.a', 'hello');
      await foreign.put('ring.b', '1');
      await foreign.put('ring.c', '1');
      await until('values are told', () => believed.size === 3);
      await foreign.put('ring.a', new Uint8Array(800_000));
      await foreign.put('odd/key=1', 'x');
      await foreign.delete('ring.b');
      await foreign.purge('ring.c');
      await until('only what is well-formed is left', () => believed.size === 0);
      expect(await kv.list('')).toEqual([]);
      expect(await kv.get('ring.a')).toBeUndefined();
      await kv.create('ring.a', bytes('mine'));
      await until('it is told', () => believed.get('ring.a') === 'mine');
      expect((await foreign.get('ring.a'))?.string()).toBe('mine');
      await kv.delete('ring.a');
      expect((await foreign.get('ring.a'))?.operation).toBe('DEL');
      expect(await registry.valueOf('telamon_kv_ignored_values_total')).toBeGreaterThanOrEqual(2);
      expect(await registry.valueOf('telamon_kv_connected')).toBe(1);
    });

    it('keeps clusters with different labels apart and refuses labels that are no name', async ({ onTestFinished }) => {
      const server = await start(onTestFinished);
      const config = { ...NATS.defaults(), url: [server.url] };
      const [one, two] = [new NatsKv({ config, clusterLabel: 'one' }), new NatsKv({ config, clusterLabel: 'two' })];
      onTestFinished(async () => void (await Promise.all([one.close(), two.close()])));
      await one.put('a', bytes('1'));
      expect(await two.get('a')).toBeUndefined();
      expect(await two.list('')).toEqual([]);
      expect(() => new NatsKv({ config, clusterLabel: 'a.b' })).toThrow('cannot be the name');
    });

    it('forgets the markers of old deletions, and nobody minds', async ({ onTestFinished }) => {
      const server = await start(onTestFinished);
      let aheadMs = 0;
      const clock = { ...SYSTEM_CLOCK, monotonicMs: () => SYSTEM_CLOCK.monotonicMs() + aheadMs };
      const config = { ...NATS.defaults(), url: [server.url], bucket: 'test' };
      const [old, kv] = [new NatsKv({ config, clock }), openKv(onTestFinished, [server])];
      onTestFinished(() => old.close());
      const [believed, also] = [follow(kv, ''), follow(old, '')];
      for (const key of ['a', 'b', 'c']) await kv.put(key, bytes('1'));
      await kv.delete('a');
      await kv.delete('b');
      await until('the deletions are told', () => believed.size === 1 && also.size === 1);
      aheadMs = 3 * 3_600_000;
      const client = await rawClient(onTestFinished, server);
      const jsm = await client.jetstreamManager();
      await until('the markers are gone', async () => (await jsm.streams.info('KV_test')).state.messages === 1);
      await kv.create('a', bytes('2'));
      await until('it goes on', () => believed.get('a') === '2' && also.get('a') === '2');
      expect([...believed.keys()].sort()).toEqual(['a', 'c']);
    });

    it('reads everything again from time to time', async ({ onTestFinished }) => {
      const server = await start(onTestFinished);
      let aheadMs = 0;
      const clock = { ...SYSTEM_CLOCK, monotonicMs: () => SYSTEM_CLOCK.monotonicMs() + aheadMs };
      const kv = new NatsKv({ config: { ...NATS.defaults(), url: [server.url], bucket: 'test' }, clock });
      onTestFinished(() => kv.close());
      const believed = follow(kv, '');
      await kv.put('a', bytes('1'));
      await until('the value is told', () => believed.get('a') === '1');
      const jsm = await (await rawClient(onTestFinished, server)).jetstreamManager();
      const names = async (): Promise<string[]> => (await jsm.consumers.list('KV_test').next()).map(({ name }) => name);
      const before = await names();
      aheadMs = 121_000;
      await until('there is another consumer', async () => {
        const now = await names();
        return now.length === 1 && now[0] !== before[0];
      });
      await kv.put('a', bytes('2'));
      await until('it goes on', () => believed.get('a') === '2');
    });

    it('leaves a server that takes connections and knows no JetStream', async ({ onTestFinished }) => {
      const silent = await NatsServer.start({ program, hasJetStream: false });
      const good = await NatsServer.reserve({ program });
      onTestFinished(async () => void (await Promise.all([silent.dispose(), good.dispose()])));
      const kv = openKv(onTestFinished, [silent, good]);
      await expect(kv.put('a', bytes('1'), { timeoutMs: 1_500 })).rejects.toMatchObject({ id: 'kv-unavailable' });
      await good.start();
      await until('the other server is found', () => kv.isConnected, 40_000);
      await kv.put('a', bytes('1'));
    });

    it('does not leak consumers over many restarts of the watch', async ({ onTestFinished }) => {
      const server = await start(onTestFinished);
      const kv = openKv(onTestFinished, [server]);
      const believed = follow(kv, '');
      await kv.put('k', bytes('0'));
      const client = await rawClient(onTestFinished, server);
      const jsm = await client.jetstreamManager();
      for (let i = 1; i <= 3; i++) {
        for await (const consumer of jsm.consumers.list('KV_test')) await jsm.consumers.delete('KV_test', consumer.name);
        await kv.put('k', bytes(String(i)));
        await until('the watch is back', () => believed.get('k') === String(i));
      }
      await until('one consumer is left', async () => (await jsm.streams.info('KV_test')).state.consumer_count === 1);
    });

    const isReplicated = program === NATS_PROGRAMS[0];
    const itIfOld = isReplicated ? undefined : it;
    itIfOld?.('makes a bucket without replicas where they would lose conditional writes', async ({ onTestFinished }) => {
      const server = await start(onTestFinished);
      const kv = openKv(onTestFinished, [server], { replicas: 3 });
      await kv.put('a', bytes('1'));
      const jsm = await (await rawClient(onTestFinished, server)).jetstreamManager();
      expect((await jsm.streams.info('KV_test')).config.num_replicas).toBe(1);
    });

    const itIfNew = isReplicated ? it : undefined;
    itIfNew?.('goes on after kill -9 of the leader of three servers, and of a follower', async ({ onTestFinished }) => {
      const servers = await startNatsCluster(program);
      onTestFinished(async () => void (await Promise.all(servers.map((server) => server.dispose()))));
      const bucket = `r3-${randomUUID().slice(0, 8)}`;
      const [kv, writer] = [
        openKv(onTestFinished, servers, { replicas: 3, bucket }),
        openKv(onTestFinished, servers, { replicas: 3, bucket }),
      ];
      const believed = follow(kv, 'ring');
      await writer.put('ring.a', bytes('0'), { timeoutMs: 30_000 });
      await until('the first value is told', () => believed.get('ring.a') === '0', 30_000);
      for (const round of [1, 2]) {
        const info = await bucketInfo(servers, `KV_${bucket}`);
        const leader = servers.find(({ port }) => `n${port}` === info.cluster?.leader)!;
        const victim = round === 1 ? leader : servers.find((server) => server !== leader)!;
        expect(info.config.num_replicas).toBe(3);
        await victim.kill();
        const revision = await writer.put('ring.a', bytes(String(round)), { timeoutMs: 20_000 });
        await until(`round ${round} is told`, () => believed.get('ring.a') === String(round), 15_000);
        expect(await kv.get('ring.a', { timeoutMs: 10_000 })).toMatchObject({ revision });
        await victim.start();
      }
      expect((await writer.list('', { timeoutMs: 10_000 })).map(({ key }) => key)).toEqual(['ring.a']);
    });
  });
}
