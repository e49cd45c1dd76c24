import { TelamonError } from '@telamon/model';
import { createRingView, type Instance, type RingReader, type RingView } from '@telamon/ring';
import { InProcessTransport, type PeerService } from '@telamon/rpc';
import { describe, expect, it } from 'vitest';
import { createReplicaReader, type ReplicaReaderOptions } from './replica-reader.ts';

const NEVER = new AbortController().signal;
const SERVICE = 'telamon.v1.Ingester';
const DOWN = new TelamonError('down', { status: 503 });

function ringOf(ids: readonly string[]): RingReader {
  const instances = ids.map((id, i): Instance => {
    const tokens = Uint32Array.from({ length: 8 }, (_, n) => n * 500_000_000 + i);
    const times = { heartbeatMs: 1000, registeredMs: 1, readOnlyChangedMs: 0 };
    return { id, zone: id[0]!, address: id, state: 'active', tokens, features: [], ...times };
  });
  const view = createRingView(instances, { replicationFactor: 3, isZoneAware: true, heartbeatTimeoutMs: 60_000, nowMs: 1000 });
  return { view: () => view, onChange: () => () => {} };
}

/** An ingester that answers with its own name, the tenant and the message. */
function answering(id: string): PeerService {
  return {
    name: SERVICE,
    unary: { Ask: async (message, { tenant }) => Buffer.from(`${id} ${tenant} ${Buffer.from(message)}`) },
    streams: {
      List: async function* (_message, { tenant }) {
        yield Buffer.from(`${id} ${tenant} 1`);
        yield Buffer.from(`${id} ${tenant} 2`);
      },
    },
  };
}

function failing(error: Error): PeerService {
  return {
    name: SERVICE,
    unary: { Ask: () => Promise.reject(error) },
    streams: { List: () => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(error) }) }) },
  };
}

const IDS = ['a1', 'a2', 'b1', 'b2', 'c1', 'c2'];

function readerOf(broken: Record<string, Error> = {}, more: Partial<ReplicaReaderOptions> = {}) {
  const transport = new InProcessTransport({ log: { error: () => {} } as never });
  for (const id of IDS) transport.register(id, [broken[id] === undefined ? answering(id) : failing(broken[id])]);
  const settings = { viewOf: () => ringOf(IDS).view(), transport, service: SERVICE, hedgeAfterMs: 60_000, timeoutMs: 5000 };
  const reader = createReplicaReader({ ...settings, ...more });
  return {
    gather: async () => (await reader.gather('t', 'Ask', Buffer.from('x'), NEVER)).map((reply) => Buffer.from(reply).toString()),
    list: async (signal = NEVER) => {
      const found: string[] = [];
      for await (const reply of reader.stream('t', 'List', Buffer.from('x'), signal)) found.push(Buffer.from(reply).toString());
      return found;
    },
  };
}

function zonesOf(replies: readonly string[]): string[] {
  return [...new Set(replies.map((reply) => reply[0]!))].sort();
}

describe('reading replicas', () => {
  it('asks two zones of three, whole', async () => {
    const { gather, list } = readerOf();
    const replies = await gather();
    expect(zonesOf(replies)).toHaveLength(2);
    expect(replies).toHaveLength(4);
    expect(replies[0]).toMatch(/^[abc][12] t x$/);
    const listed = await list();
    expect(zonesOf(listed)).toHaveLength(2);
    expect(listed).toHaveLength(8);
  });

  it('asks only those that may hold data of the tenant', async () => {
    const shard = ringOf(['a2', 'b1', 'c2']).view();
    const asked: string[] = [];
    const viewOf = (tenant: string): RingView => {
      asked.push(tenant);
      return shard;
    };
    const { gather, list } = readerOf({}, { viewOf });
    for (const reply of [...(await gather()), ...(await list())]) expect(reply).toMatch(/^(a2|b1|c2) t /);
    expect(asked).toEqual(['t', 't']);
  });

  it('does without a zone that fails', async () => {
    const { gather, list } = readerOf({ b1: DOWN });
    for (let i = 0; i < 10; i++) {
      expect(zonesOf(await gather())).toEqual(['a', 'c']);
      expect(zonesOf((await list()).filter((reply) => !reply.startsWith('b')))).toEqual(['a', 'c']);
    }
  });

  it('fails when two zones do, with the error of those who blame the request', async () => {
    const down = readerOf({ b1: DOWN, c2: DOWN });
    await expect(down.gather()).rejects.toMatchObject({ status: 503, id: 'replicas-no-quorum' });
    await expect(down.list()).rejects.toMatchObject({ status: 503, id: 'replicas-no-quorum' });
    const refused = new TelamonError('bad matcher', { status: 422, id: 'err-x', isRetryable: false });
    const blamed = readerOf({ a1: refused, b1: refused, c1: refused });
    await expect(blamed.gather()).rejects.toMatchObject({ status: 422, id: 'err-x' });
  });

  it('does not call whom the guard holds back, and tells it how calls ended', async () => {
    const told: string[] = [];
    const guard = {
      enter: (id: string) => {
        if (id === 'a1') throw new TelamonError('open', { status: 503 });
        return { succeed: () => told.push(`${id} good`), fail: (error: unknown) => told.push(`${id} ${(error as Error).name}`) };
      },
    };
    const { gather } = readerOf({}, { guard });
    expect(zonesOf(await gather())).toEqual(['b', 'c']);
    expect(told.filter((text) => /^[bc][12] good$/.test(text)).sort()).toEqual(['b1 good', 'b2 good', 'c1 good', 'c2 good']);
  });
});
