import { createRegistry, createSilentLogger } from '@telamon/telemetry';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { describeResultsCache } from './cache-conformance.fixture.ts';
import { MemoryCache } from './memory-cache.ts';
import { RedisCache } from './redis-cache.ts';
import { RedisProtocolServer } from './redis-protocol.fixture.ts';
import { REDIS_PROGRAM, RedisServer } from './redis-server.fixture.ts';

function redisOf(port: number, changes: Partial<ConstructorParameters<typeof RedisCache>[0]> = {}): RedisCache {
  const cache = new RedisCache({
    host: '127.0.0.1',
    port,
    username: '',
    password: '',
    database: 0,
    isTls: false,
    connectTimeoutMs: 2_000,
    commandTimeoutMs: 2_000,
    maxItemBytes: 1 << 20,
    reconnectDelayMs: 10,
    logger: createSilentLogger(),
    registry: createRegistry(),
    ...changes,
  });
  onTestFinished(() => cache.close());
  return cache;
}

/** Waits until the cache keeps something. */
async function untilReady(cache: RedisCache): Promise<void> {
  await vi.waitFor(
    async () => {
      await cache.set('probe', Buffer.from('x'), 1000);
      expect(await cache.get('probe')).toBeDefined();
    },
    { timeout: 10_000 },
  );
}

/** Time passes by itself; who waits for a condition waits long enough. */
const passReally = async (): Promise<void> => {};

describe('memory', () => {
  describeResultsCache(async () => {
    let nowMs = 1_000;
    const cache = new MemoryCache({ maxBytes: 1 << 20, nowMs: () => nowMs });
    return {
      cache,
      pass: async (durationMs) => {
        nowMs += durationMs;
      },
    };
  });

  it('forgets what was not used for longest when it is full', async () => {
    const cache = new MemoryCache({ maxBytes: 10_000, nowMs: () => 0 });
    for (let i = 0; i < 8; i++) await cache.set(`k${i}`, new Uint8Array(1000), 1000);
    expect(await cache.get('k0')).toBeDefined();
    for (let i = 8; i < 12; i++) await cache.set(`k${i}`, new Uint8Array(1000), 1000);
    expect(await cache.get('k0')).toBeDefined();
    expect(await cache.get('k1')).toBeUndefined();
    expect(cache.sizeBytes).toBeLessThanOrEqual(10_000);
    await cache.set('too large', new Uint8Array(20_000), 1000);
    expect(await cache.get('too large')).toBeUndefined();
  });
});

describe('redis, a few commands of its protocol', () => {
  describeResultsCache(async () => {
    const server = await RedisProtocolServer.start();
    onTestFinished(() => server.end());
    const cache = redisOf(server.port);
    await untilReady(cache);
    return { cache, pass: passReally };
  });

  it('goes on without a server that does not answer', async () => {
    const server = await RedisProtocolServer.start();
    onTestFinished(() => server.end());
    const registry = createRegistry();
    const cache = redisOf(server.port, { commandTimeoutMs: 50, registry });
    await untilReady(cache);
    server.isDeaf = true;
    const begunAtMs = performance.now();
    expect(await cache.get('probe')).toBeUndefined();
    await cache.set('probe', Buffer.from('x'), 1000);
    expect(performance.now() - begunAtMs).toBeLessThan(2_000);
    expect(await registry.valueOf('telamon_query_frontend_results_cache_failures_total')).toBe(2);
  });

  it('goes on without a server', async () => {
    const server = await RedisProtocolServer.start();
    const { port } = server;
    await server.end();
    const cache = redisOf(port);
    expect(await cache.get('a')).toBeUndefined();
    await cache.set('a', Buffer.from('x'), 1000);
  });

  it('does not keep what is larger than an item may be', async () => {
    const server = await RedisProtocolServer.start();
    onTestFinished(() => server.end());
    const cache = redisOf(server.port, { maxItemBytes: 100 });
    await untilReady(cache);
    await cache.set('small', new Uint8Array(100), 1000);
    await cache.set('large', new Uint8Array(101), 1000);
    expect(await cache.get('small')).toBeDefined();
    expect(await cache.get('large')).toBeUndefined();
  });
});

describe.skipIf(REDIS_PROGRAM === undefined)('redis, a real server', () => {
  describeResultsCache(async () => {
    const server = await RedisServer.start();
    onTestFinished(() => server.end());
    const cache = redisOf(server.port);
    await untilReady(cache);
    return { cache, pass: passReally };
  });

  it('comes back to a server that was away', async () => {
    const server = await RedisServer.start();
    onTestFinished(() => server.end());
    const cache = redisOf(server.port);
    await untilReady(cache);
    await server.kill();
    expect(await cache.get('probe')).toBeUndefined();
    await server.begin();
    await untilReady(cache);
  });

  it('keeps nothing with a wrong password, and everything with the right one', async () => {
    const server = await RedisServer.start('secret');
    onTestFinished(() => server.end());
    const wrong = redisOf(server.port, { password: 'guess' });
    const right = redisOf(server.port, { password: 'secret', database: 3 });
    await untilReady(right);
    await wrong.set('a', Buffer.from('x'), 1000);
    expect(await wrong.get('a')).toBeUndefined();
  });
});
