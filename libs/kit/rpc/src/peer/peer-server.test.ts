import { connect as connectHttp2, constants } from 'node:http2';
import { gzipSync } from 'node:zlib';
import { TelamonError } from '@telamon/model';
import { createRegistry } from '@telamon/telemetry';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../raw-client.fixture.ts';
import { Cleanup, GrpcBed, type GrpcBedOptions } from './grpc-peer.fixture.ts';
import { GrpcTransport } from './grpc-transport.ts';
import type { PeerCall, PeerService } from './peer-contract.ts';
import { PeerServer } from './peer-server.ts';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const PATH = '/test.v1.Server/';
let waiting: { release: () => void; call: PeerCall }[] = [];
let calls = 0;
const services: readonly PeerService[] = [
  {
    name: 'test.v1.Server',
    unary: {
      Echo: async (message) => {
        calls++;
        return message;
      },
      Wait: async (message, call) => {
        await new Promise<void>((release) => waiting.push({ release, call }));
        return message;
      },
      Bug: async () => {
        throw new Error('secret');
      },
    },
  },
];

async function open(options: GrpcBedOptions = {}): Promise<GrpcBed> {
  waiting = [];
  calls = 0;
  return await GrpcBed.open(services, options, cleanup);
}

async function failureOf(work: Promise<unknown>): Promise<TelamonError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(TelamonError);
  return error as TelamonError;
}

/** Sends one request as it is; resolves to its reply's headers and trailers in one, or to the code of its reset. */
async function rawCall(port: number, headers: Record<string, string>, body: Uint8Array): Promise<Record<string, unknown>> {
  const session = connectHttp2(`http://127.0.0.1:${port}`);
  session.on('error', () => {});
  try {
    return await new Promise((resolve) => {
      const found: Record<string, unknown> = {};
      const defaults = { ':method': 'POST', 'content-type': 'application/grpc', te: 'trailers' };
      const stream = session.request({ ...defaults, ...headers });
      stream.on('response', (head) => Object.assign(found, head));
      stream.on('trailers', (trailers) => Object.assign(found, trailers));
      stream.on('error', () => {});
      stream.on('close', () => resolve({ ...found, rstCode: stream.rstCode }));
      stream.resume();
      stream.end(body);
    });
  } finally {
    session.destroy();
  }
}

function frame(message: Uint8Array, isCompressed = false): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt8(isCompressed ? 1 : 0, 0);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

describe('who may call', () => {
  it.each([['other'], ['']])('refuses a call from cluster "%s" and counts it', async (cluster) => {
    const registry = createRegistry();
    const bed = await open({ server: { cluster: 'mine', registry }, transport: { cluster } });
    const error = await failureOf(bed.transport.client(bed.address).unary(`${PATH}Echo`, Buffer.from('x')));
    expect(error).toMatchObject({ id: 'peer-wrong-cluster', status: 503 });
    expect(calls).toBe(0);
    expect(await registry.valueOf('telamon_peer_server_refused_calls_total', { reason: 'cluster' })).toBe(1);
    const reply = await rawCall(bed.port, { ':path': `${PATH}Echo`, 'telamon-cluster': 'x' }, frame(Buffer.from('x')));
    expect(reply['grpc-status']).toBe('9');
  });

  it('takes calls of its own cluster, and of any when it has no name', async () => {
    for (const [ours, theirs] of [
      ['mine', 'mine'],
      ['', 'theirs'],
    ] as const) {
      const bed = await open({ server: { cluster: ours }, transport: { cluster: theirs } });
      expect(await bed.transport.client(bed.address).unary(`${PATH}Echo`, Buffer.from('x'))).toEqual(Buffer.from('x'));
    }
  });

  it('refuses calls over the limit before reading them, and takes them again later', async () => {
    const registry = createRegistry();
    const bed = await open({ server: { limits: { maxCalls: 2 }, registry } });
    const client = bed.transport.client(bed.address);
    const held = [client.unary(`${PATH}Wait`, Buffer.from('1')), client.unary(`${PATH}Wait`, Buffer.from('2'))];
    await eventually(() => waiting.length === 2);
    expect(await failureOf(client.unary(`${PATH}Echo`, Buffer.from('x')))).toMatchObject({ id: 'peer-overloaded', status: 503 });
    const reply = await rawCall(bed.port, { ':path': `${PATH}Echo` }, frame(Buffer.from('x')));
    expect(reply['grpc-status']).toBe('8');
    for (const { release } of waiting) release();
    await Promise.all(held);
    await eventually(() => bed.server.inFlight === 0);
    expect(await client.unary(`${PATH}Echo`, Buffer.from('x'))).toEqual(Buffer.from('x'));
    expect(await registry.valueOf('telamon_peer_server_refused_calls_total', { reason: 'overload' })).toBe(2);
  });

  it.each([
    ['of an unknown service', '/test.v1.Other/Echo'],
    ['in other letters', '/test.v1.server/echo'],
    ['percent-encoded', '/test.v1.Server%2FEcho'],
    ['with a trailing slash', `${PATH}Echo/`],
    ['with a query', `${PATH}Echo?a=b`],
    ['of odd characters', '/%00\u00ff"<x>'],
  ])('answers a path %s with UNIMPLEMENTED', async (_what, path) => {
    const bed = await open();
    const reply = await rawCall(bed.port, { ':path': path }, frame(Buffer.from('x')));
    expect([reply['grpc-status'], reply.rstCode]).toEqual(['12', constants.NGHTTP2_NO_ERROR]);
    expect(calls).toBe(0);
    expect(await bed.transport.client(bed.address).unary(`${PATH}Echo`, Buffer.from('y'))).toEqual(Buffer.from('y'));
  });

  it('runs nothing for a path without the slash', async () => {
    const bed = await open();
    const reply = await rawCall(bed.port, { ':path': 'test.v1.Server/Echo' }, frame(Buffer.from('x')));
    expect(reply).toEqual({ rstCode: constants.NGHTTP2_PROTOCOL_ERROR });
    expect(calls).toBe(0);
  });

  it('refuses a malformed or repeated tenant', async () => {
    const bed = await open();
    for (const tenant of ['a/b', '..', 'a|b', 'x'.repeat(200)]) {
      const reply = await rawCall(bed.port, { ':path': `${PATH}Echo`, 'x-scope-orgid': tenant }, frame(Buffer.from('x')));
      expect(reply['grpc-status']).toBe('3');
    }
    expect(calls).toBe(0);
  });
});

describe('what a call may hold', () => {
  it('refuses a compressed message that grows past the bound', async () => {
    const bed = await open({ server: { limits: { maxReceiveBytes: 1 << 20 } } });
    const bomb = frame(gzipSync(new Uint8Array(64 << 20)), true);
    const reply = await rawCall(bed.port, { ':path': `${PATH}Echo`, 'grpc-encoding': 'gzip' }, bomb);
    expect(reply['grpc-status']).toBe('8');
    expect(calls).toBe(0);
  });

  it.each([
    ['of no message', Buffer.alloc(0)],
    ['of two messages', Buffer.concat([frame(Buffer.from('a')), frame(Buffer.from('b'))])],
  ])('refuses a unary call %s', async (_what, body) => {
    const bed = await open();
    const reply = await rawCall(bed.port, { ':path': `${PATH}Echo` }, body);
    expect(reply['grpc-status']).toBe('3');
    expect(calls).toBe(0);
  });

  it('gives up on a message that never becomes whole', async () => {
    const bed = await open({ server: { limits: { receiveTimeoutMs: 100 } } });
    const session = connectHttp2(`http://127.0.0.1:${bed.port}`);
    cleanup.add(() => session.destroy());
    const stream = session.request({ ':method': 'POST', ':path': `${PATH}Echo`, 'content-type': 'application/grpc' });
    stream.on('error', () => {});
    stream.write(frame(Buffer.from('hello')).subarray(0, 7));
    const status = await new Promise((resolve) => stream.on('response', (headers) => resolve(headers['grpc-status'])));
    expect(status).toBe('4');
    await eventually(() => bed.server.inFlight === 0);
  });
});

describe('start and stop', () => {
  it('names the option of a busy port', async () => {
    const bed = await open();
    const second = new PeerServer(services, { address: '127.0.0.1', port: bed.port, log: bed.log });
    const error = await failureOf(second.start());
    expect(error.message).toContain(`--grpc.listen-port=${bed.port}`);
  });

  it('lets calls end before it stops, and takes no new ones', async () => {
    const bed = await open();
    const client = bed.transport.client(bed.address);
    const held = client.unary(`${PATH}Wait`, Buffer.from('last words'));
    await eventually(() => waiting.length === 1);
    const stopped = bed.server.stop(10_000);
    expect(await failureOf(client.unary(`${PATH}Echo`, Buffer.from('x')))).toMatchObject({ status: 503, isRetryable: true });
    waiting[0]!.release();
    expect(String(await held)).toBe('last words');
    await stopped;
  });

  it('sends a large reply whole while it stops', async () => {
    const bed = await open();
    const message = Buffer.alloc(20 << 20, 7);
    const held = bed.transport.client(bed.address).unary(`${PATH}Wait`, message);
    await eventually(() => waiting.length === 1);
    const stopped = bed.server.stop(10_000);
    waiting[0]!.release();
    expect(message.equals(await held)).toBe(true);
    await stopped;
  });

  it('aborts what is left when the time is over', async () => {
    const bed = await open();
    const held = failureOf(bed.transport.client(bed.address).unary(`${PATH}Wait`, Buffer.from('x')));
    await eventually(() => waiting.length === 1);
    await bed.server.stop(50);
    expect(await held).toMatchObject({ id: 'peer-stopping', status: 503 });
    expect(waiting[0]!.call.signal.reason).toMatchObject({ id: 'peer-stopping' });
  });

  it('logs an unexpected failure once and counts it', async () => {
    const [registry, clientRegistry] = [createRegistry(), createRegistry()];
    const bed = await open({ server: { registry }, transport: { registry: clientRegistry } });
    const client = bed.transport.client(bed.address);
    await failureOf(client.unary(`${PATH}Bug`, Buffer.from('x')));
    const held = client.unary(`${PATH}Wait`, Buffer.from('x'));
    await eventually(() => waiting.length === 1);
    expect(bed.log.errors).toEqual(['peer handler failed']);
    expect((await registry.expose()).body.toString()).toContain(
      'telamon_peer_server_call_duration_seconds_count{method="/test.v1.Server/Bug",code="INTERNAL"} 1',
    );
    expect(await registry.valueOf('telamon_peer_server_inflight_calls')).toBe(1);
    expect(await registry.valueOf('telamon_peer_server_connections')).toBeGreaterThan(0);
    expect(await clientRegistry.valueOf('telamon_peer_client_inflight_calls', { address: bed.address })).toBe(1);
    waiting[0]!.release();
    await held;
    bed.transport.retain(new Set());
    expect(await clientRegistry.valueOf('telamon_peer_client_inflight_calls', { address: bed.address })).toBeUndefined();
  });

  it('closes the connections of an address that is not retained', async () => {
    const registry = createRegistry();
    const bed = await open({ server: { registry }, transport: { channelsPerPeer: 3 } });
    const client = bed.transport.client(bed.address);
    await Promise.all(Array.from({ length: 20 }, () => client.unary(`${PATH}Echo`, Buffer.from('x'))));
    expect(await registry.valueOf('telamon_peer_server_connections')).toBe(3);
    bed.transport.retain(new Set());
    const endMs = Date.now() + 5000;
    while ((await registry.valueOf('telamon_peer_server_connections')) !== 0) {
      expect(Date.now()).toBeLessThan(endMs);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  });

  it('lets callers with more calls than a connection takes wait their turn', async () => {
    const limits = { maxStreamsPerConnection: 2 };
    const bed = await open({ server: { limits }, transport: { channelsPerPeer: 1 } });
    const client = bed.transport.client(bed.address);
    // The limit is known once the connection stands.
    await client.unary(`${PATH}Echo`, Buffer.from('x'));
    const held = Array.from({ length: 5 }, () => client.unary(`${PATH}Wait`, Buffer.from('x')));
    const late = failureOf(client.unary(`${PATH}Wait`, Buffer.from('x'), { timeoutMs: 100 }));
    expect(await late).toMatchObject({ id: 'peer-timeout' });
    expect(waiting.length).toBe(2);
    for (let done = 0; done < 5; done++) {
      await eventually(() => waiting.length > done);
      expect(bed.server.inFlight).toBeLessThanOrEqual(2);
      waiting[done]!.release();
    }
    await Promise.all(held);
  });

  it('closes a transport together with calls to an address that is not retained', async () => {
    const bed = await open();
    const client = bed.transport.client(bed.address);
    bed.transport.retain(new Set());
    const held = failureOf(client.unary(`${PATH}Wait`, Buffer.from('x')));
    await eventually(() => waiting.length === 1);
    await bed.transport.close();
    expect(await held).toMatchObject({ id: 'peer-unavailable' });
  });

  it('refuses connections over the limit', async () => {
    const bed = await open({ server: { limits: { maxConnections: 1 } } });
    const held = bed.transport.client(bed.address).unary(`${PATH}Wait`, Buffer.from('x'));
    await eventually(() => waiting.length === 1);
    const second = new GrpcTransport();
    cleanup.add(() => second.close());
    expect(await failureOf(second.client(bed.address).unary(`${PATH}Echo`, Buffer.from('x')))).toMatchObject({ status: 503 });
    waiting[0]!.release();
    await held;
  });
});
