import type { BlockRequest } from '@telamon/contract';
import { TelamonError } from '@telamon/model';
import { createRingView, type Instance, type RingReader, tokenOfKey } from '@telamon/ring';
import { InProcessTransport, type PeerStreamHandler } from '@telamon/rpc';
import { FakeClock } from '@telamon/telemetry';
import { describe, expect, it } from 'vitest';
import { createBlockReader } from './block-reader.ts';

const NEVER = new AbortController().signal;
const SERVICE = 'telamon.v1.StoreGateway';

function instance(id: string, zone: string): Instance {
  const tokens = Uint32Array.from({ length: 16 }, (_, i) => tokenOfKey(`${id} ${i}`)).sort();
  const times = { heartbeatMs: 1000, registeredMs: 1, readOnlyChangedMs: 0 };
  return { id, zone, address: id, state: 'active', tokens, features: [], ...times };
}

function ringOf(instances: readonly Instance[]): RingReader {
  const view = createRingView(instances, { replicationFactor: 3, isZoneAware: true, heartbeatTimeoutMs: 60_000, nowMs: 1000 });
  return { view: () => view, onChange: () => () => {} };
}

/** Replies are texts: `data ULID` or `read ULID`. */
const REQUEST = {
  method: 'Read',
  encode: (blocks: readonly string[]) => Buffer.from(blocks.join(' ')),
  blocksOf: (reply: Uint8Array) => {
    const text = Buffer.from(reply).toString();
    return text.startsWith('read ') ? [text.slice(5)] : [];
  },
};

function requestOf(blocks: readonly string[]): BlockRequest {
  return { ...REQUEST, blocks };
}

type Gateway = (blocks: string[], signal: AbortSignal) => AsyncIterable<string>;

/** Sends a message and the confirmation for each block. */
const honest: Gateway = async function* (blocks) {
  for (const block of blocks) {
    yield `data ${block}`;
    yield `read ${block}`;
  }
};
/** What a call does that gives nothing. */
function giving(next: (signal: AbortSignal) => Promise<never>): Gateway {
  return (_, signal) => ({ [Symbol.asyncIterator]: () => ({ next: () => next(signal) }) });
}

function failing(error: TelamonError): Gateway {
  return giving(() => Promise.reject(error));
}

const dead: Gateway = failing(new TelamonError('no', { status: 503 }));
const silent: Gateway = giving(
  (signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
);
const forgetful: Gateway = async function* (blocks) {
  for (const block of blocks) yield `data ${block}`;
};
interface Cluster {
  readonly read: (blocks: readonly string[], signal?: AbortSignal) => Promise<string[]>;
  /** Gateways in the order in which they were asked, with what for. */
  readonly asked: string[];
  readonly retries: string[];
  readonly clock: FakeClock;
  /** Calls that run. */
  readonly running: () => number;
}

function clusterOf(gateways: Record<string, Gateway>, zone = 'b'): Cluster {
  const transport = new InProcessTransport({ log: { error: () => {} } as never });
  const asked: string[] = [];
  const retries: string[] = [];
  const clock = new FakeClock();
  let running = 0;
  for (const [id, gateway] of Object.entries(gateways)) {
    const handler: PeerStreamHandler = async function* (message, { signal }) {
      const blocks = Buffer.from(message).toString().split(' ');
      asked.push(`${id}: ${blocks.join(' ')}`);
      running++;
      try {
        for await (const text of gateway(blocks, signal)) yield Buffer.from(text);
      } finally {
        running--;
      }
    };
    transport.register(id, [{ name: SERVICE, streams: { Read: handler } }]);
  }
  const reader = createBlockReader({
    ring: ringOf(Object.keys(gateways).map((id) => instance(id, id[0]!))),
    transport,
    service: SERVICE,
    zone,
    maxAttempts: 3,
    hedgeAfterMs: 1000,
    timeoutMs: 5000,
    clock,
    onRetry: (count, why) => retries.push(`${count} ${why}`),
  });
  const read = async (blocks: readonly string[], signal: AbortSignal = NEVER): Promise<string[]> => {
    const found: string[] = [];
    for await (const reply of reader.stream('t', requestOf(blocks), signal)) found.push(Buffer.from(reply).toString());
    return found.filter((text) => text.startsWith('data ')).sort();
  };
  return { read, asked, retries, clock, running: () => running };
}

async function until(isTrue: () => boolean): Promise<void> {
  const endMs = Date.now() + 5000;
  while (!isTrue()) {
    if (Date.now() > endMs) throw new Error('waited in vain');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('reading blocks', () => {
  it('asks each block once, in the own zone', async () => {
    const { read, asked } = clusterOf({ a1: honest, b1: honest, c1: honest });
    expect(await read(['X', 'Y'])).toEqual(['data X', 'data Y']);
    expect(asked).toEqual(['b1: X Y']);
  });

  it('shares blocks among the gateways of the zone', async () => {
    const { read, asked } = clusterOf({ a1: honest, b1: honest, b2: honest, b3: honest });
    const blocks = Array.from({ length: 60 }, (_, i) => `X${i}`);
    expect(await read(blocks)).toHaveLength(60);
    expect(asked.map((text) => text.slice(0, 2)).sort()).toEqual(['b1', 'b2', 'b3']);
  });

  it('asks others for what a gateway failed to read or did not confirm', async () => {
    const failing = clusterOf({ a1: honest, b1: dead, c1: honest });
    expect(await failing.read(['X', 'Y'])).toEqual(['data X', 'data Y']);
    expect(failing.retries).toEqual(['2 failed']);
    const short = clusterOf({ a1: honest, b1: forgetful, c1: honest });
    // What came without a confirmation comes again.
    expect(await short.read(['X'])).toEqual(['data X', 'data X']);
    expect(short.retries).toEqual(['1 not-read']);
  });

  it('asks only for the rest when a gateway failed half way', async () => {
    const half: Gateway = async function* ([first]) {
      yield `data ${first}`;
      yield `read ${first}`;
      throw new TelamonError('gone', { status: 503 });
    };
    const { read, asked } = clusterOf({ a1: honest, b1: half, c1: honest });
    expect(await read(['X', 'Y'])).toEqual(['data X', 'data Y']);
    expect(asked).toHaveLength(2);
    expect(asked[1]).toMatch(/: Y$/);
  });

  it('fails when three gateways did not confirm a block, naming it', async () => {
    const { read, asked } = clusterOf({ a1: forgetful, b1: forgetful, c1: forgetful, c2: forgetful });
    const failure = read(['X']);
    await expect(failure).rejects.toMatchObject({ status: 500, id: 'err-mimir-store-consistency-check-failed' });
    await expect(failure).rejects.toThrow('The failed blocks are: X');
    expect(asked).toHaveLength(3);
  });

  it('fails with what the gateways say when all of them fail', async () => {
    const corrupt = failing(new TelamonError('block X is corrupted', { status: 500, id: 'err-telamon-block-corrupted' }));
    const { read, asked } = clusterOf({ a1: corrupt, b1: corrupt, c1: corrupt });
    await expect(read(['X'])).rejects.toMatchObject({ status: 500, id: 'err-telamon-block-corrupted' });
    expect(asked).toHaveLength(3);
  });

  it('asks nobody else when the request is at fault', async () => {
    const strict = failing(
      new TelamonError('too many', { status: 422, id: 'err-mimir-max-chunks-per-query', isRetryable: false }),
    );
    const { read, asked } = clusterOf({ a1: honest, b1: strict, c1: honest });
    await expect(read(['X'])).rejects.toMatchObject({ status: 422, id: 'err-mimir-max-chunks-per-query' });
    expect(asked).toHaveLength(1);
  });

  it('asks whoever is there when all owners were asked', async () => {
    // Two zones: two owners; the third gateway owns nothing of it.
    const gateways = { a1: dead, a2: dead, b1: dead, b2: dead };
    const owners = clusterOf(gateways);
    await expect(owners.read(['X'])).rejects.toMatchObject({ status: 503 });
    expect(new Set(owners.asked).size).toBe(3);
    const last = owners.asked.at(-1)!.slice(0, 2);
    const saved = clusterOf({ ...gateways, [last]: honest });
    expect(await saved.read(['X'])).toEqual(['data X']);
  });

  it('asks another gateway for one that keeps silent, and ends the silent call', async () => {
    const { read, clock, asked, retries, running } = clusterOf({ a1: honest, b1: silent, c1: honest });
    const reading = read(['X', 'Y']);
    await until(() => asked.length === 1);
    await clock.advance(1000);
    expect(await reading).toEqual(['data X', 'data Y']);
    expect(retries).toEqual(['2 slow']);
    await until(() => running() === 0);
  });

  it('ends the calls when nobody reads on, and when the signal says so', async () => {
    const { read, asked, running } = clusterOf({ a1: silent, b1: silent, c1: silent });
    const stop = new AbortController();
    const reading = read(['X'], stop.signal);
    await until(() => asked.length === 1);
    stop.abort(new Error('enough'));
    await expect(reading).rejects.toThrow('enough');
    await until(() => running() === 0);
  });

  it('says that there is no store-gateway', async () => {
    await expect(clusterOf({}).read(['X'])).rejects.toMatchObject({ status: 503, id: 'store-gateways-missing' });
    expect(await clusterOf({}).read([])).toEqual([]);
  });

  it('takes messages only as fast as they are read', async () => {
    let sent = 0;
    const eager: Gateway = async function* (blocks) {
      for (; sent < 100; sent++) yield `data ${sent}`;
      for (const block of blocks) yield `read ${block}`;
    };
    const transport = new InProcessTransport({ log: { error: () => {} } as never });
    const handler: PeerStreamHandler = async function* (message, { signal }) {
      for await (const text of eager(Buffer.from(message).toString().split(' '), signal)) yield Buffer.from(text);
    };
    transport.register('a1', [{ name: SERVICE, streams: { Read: handler } }]);
    const ring = ringOf([instance('a1', 'a')]);
    const settings = { ring, transport, service: SERVICE, zone: '', maxAttempts: 3, hedgeAfterMs: 0, timeoutMs: 5000 };
    const replies = createBlockReader(settings)
      .stream('t', requestOf(['X']), NEVER)
      [Symbol.asyncIterator]();
    await replies.next();
    for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve));
    expect(sent).toBeLessThan(4);
    await replies.return?.();
  });
});
