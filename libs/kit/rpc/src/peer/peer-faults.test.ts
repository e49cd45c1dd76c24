import { connect as connectHttp2, constants } from 'node:http2';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { TelamonError } from '@telamon/model';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../raw-client.fixture.ts';
import { Cleanup, GrpcBed } from './grpc-peer.fixture.ts';
import { GrpcTransport } from './grpc-transport.ts';
import type { PeerCall, PeerService } from './peer-contract.ts';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const PATH = '/test.v1.Fault/';
let last: PeerCall | undefined;
const services: readonly PeerService[] = [
  {
    name: 'test.v1.Fault',
    unary: {
      Echo: async (message) => message,
      Stuck: async (_message, call) => {
        last = call;
        return await new Promise<never>(() => {});
      },
    },
    streams: {
      Endless: async function* (_message, call) {
        last = call;
        const chunk = Buffer.alloc(64 << 10);
        while (true) yield chunk;
      },
    },
  },
];

/** Passes bytes between callers and a server, until told to do worse. */
class Wire {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #isFrozen = false;

  constructor(targetPort: number) {
    this.#server = createServer((near) => {
      const far = connect(targetPort, '127.0.0.1');
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(from);
        from.on('error', () => {});
        from.on('close', () => to.destroy());
        from.on('data', (chunk) => {
          if (!this.#isFrozen && !to.write(chunk)) from.pause();
        });
        to.on('drain', () => from.resume());
      }
    });
    cleanup.add(() => this.close());
  }

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `127.0.0.1:${(this.#server.address() as { port: number }).port}`;
  }

  /** From now on nothing arrives, and nobody is told. */
  freeze(isFrozen: boolean): void {
    this.#isFrozen = isFrozen;
  }

  reset(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
    this.#sockets.clear();
  }

  async close(): Promise<void> {
    this.reset();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

async function failureOf(work: Promise<unknown>): Promise<TelamonError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(TelamonError);
  return error as TelamonError;
}

async function drain(messages: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of messages);
}

describe('a connection that breaks', () => {
  it('fails calls with 503 at both ends, and the next call goes through', async () => {
    const bed = await GrpcBed.open(services, {}, cleanup);
    const wire = new Wire(bed.port);
    const client = bed.transport.client(await wire.open());
    for (const start of [
      () => client.unary(`${PATH}Stuck`, Buffer.from('x')),
      () => drain(client.stream(`${PATH}Endless`, Buffer.from('x'))),
    ]) {
      last = undefined;
      const failed = failureOf(start());
      await eventually(() => last !== undefined);
      wire.reset();
      expect(await failed).toMatchObject({ id: 'peer-unavailable', status: 503, isRetryable: true });
      await eventually(() => last!.signal.aborted);
      let reply: Uint8Array | undefined;
      const endMs = Date.now() + 5000;
      while (reply === undefined && Date.now() < endMs) {
        reply = await client.unary(`${PATH}Echo`, Buffer.from('again')).catch(() => undefined);
      }
      expect(String(reply)).toBe('again');
    }
  });

  it('never takes half a stream for a whole one, wherever it breaks', async () => {
    const bed = await GrpcBed.open(services, {}, cleanup);
    const wire = new Wire(bed.port);
    const client = bed.transport.client(await wire.open());
    for (let count = 1; count <= 30; count += 3) {
      let read = 0;
      const cut = async (): Promise<void> => {
        for await (const _ of client.stream(`${PATH}Endless`, Buffer.from('x'))) if (++read === count) wire.reset();
      };
      expect(await failureOf(cut())).toMatchObject({ status: 503 });
    }
  });
});

describe('a peer that says nothing', () => {
  it('times out when it accepts and stays silent, and is found when it talks', async () => {
    const sockets: Socket[] = [];
    let isSilent = true;
    const bed = await GrpcBed.open(services, {}, cleanup);
    const mute = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => {});
      if (isSilent) return;
      const far = connect(bed.port, '127.0.0.1');
      far.on('error', () => {});
      socket.pipe(far).pipe(socket);
    });
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    cleanup.add(async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => mute.close(resolve));
    });
    const address = `127.0.0.1:${(mute.address() as { port: number }).port}`;
    const client = bed.transport.client(address);
    const startedMs = performance.now();
    const error = await failureOf(client.unary(`${PATH}Echo`, Buffer.from('x'), { timeoutMs: 200 }));
    expect(error).toMatchObject({ id: 'peer-timeout', status: 504 });
    expect(performance.now() - startedMs).toBeLessThan(1000);
    // The silent connection still stands; a new one is made beside it.
    isSilent = false;
    expect(String(await client.unary(`${PATH}Echo`, Buffer.from('now'), { timeoutMs: 3000 }))).toBe('now');
  });

  it('is cut off by both ends when it falls silent on an open connection', async () => {
    const keepalive = { keepaliveIntervalMs: 100, keepaliveTimeoutMs: 150 };
    const bed = await GrpcBed.open(services, { server: { limits: keepalive }, transport: keepalive }, cleanup);
    const wire = new Wire(bed.port);
    const client = bed.transport.client(await wire.open());
    last = undefined;
    const failed = failureOf(client.unary(`${PATH}Stuck`, Buffer.from('x'), { timeoutMs: 20_000 }));
    await eventually(() => last !== undefined);
    wire.freeze(true);
    const startedMs = performance.now();
    expect(await failed).toMatchObject({ id: 'peer-unavailable', status: 503 });
    await eventually(() => last!.signal.aborted);
    expect(performance.now() - startedMs).toBeLessThan(3000);
  });
});

describe('a caller that misbehaves', () => {
  it.each([
    ['another protocol', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
    ['zeros', Buffer.alloc(100_000)],
    ['noise', Buffer.from(Array.from({ length: 50_000 }, (_, i) => (i * 7919) % 251))],
    ['a preface and then noise', Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), Buffer.alloc(50_000, 0xff)])],
  ])('survives %s', async (_what, bytes) => {
    const bed = await GrpcBed.open(services, {}, cleanup);
    const socket = connect(bed.port, '127.0.0.1');
    socket.on('error', () => {});
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write(bytes);
    socket.resume();
    await closed;
    expect(String(await bed.transport.client(bed.address).unary(`${PATH}Echo`, Buffer.from('fine')))).toBe('fine');
  });

  it('refuses a message of 4 GiB by its prefix, without taking memory for it', async () => {
    const bed = await GrpcBed.open(services, {}, cleanup);
    const session = connectHttp2(`http://127.0.0.1:${bed.port}`);
    cleanup.add(() => session.destroy());
    const before = process.memoryUsage().rss;
    const statuses = await Promise.all(
      Array.from({ length: 50 }, async () => {
        const stream = session.request({ ':method': 'POST', ':path': `${PATH}Echo`, 'content-type': 'application/grpc' });
        stream.on('error', () => {});
        const status = new Promise((resolve) => stream.on('response', (headers) => resolve(headers['grpc-status'])));
        stream.write(Buffer.from([0, 0xff, 0xff, 0xff, 0xff, 1, 2, 3]));
        return await status;
      }),
    );
    expect(new Set(statuses)).toEqual(new Set(['8']));
    expect(process.memoryUsage().rss - before).toBeLessThan(200 << 20);
  });

  it('ends a connection that opens and resets calls without end', async () => {
    const bed = await GrpcBed.open(services, {}, cleanup);
    const session = connectHttp2(`http://127.0.0.1:${bed.port}`);
    cleanup.add(() => session.destroy());
    let goaway: number | undefined;
    session.on('goaway', (code) => {
      goaway = code;
    });
    session.on('error', () => {});
    for (let round = 0; round < 2000 && goaway === undefined && !session.closed && !session.destroyed; round++) {
      for (let i = 0; i < 20; i++) {
        const stream = session.request({ ':method': 'POST', ':path': `${PATH}Echo`, 'content-type': 'application/grpc' });
        stream.on('error', () => {});
        stream.close(constants.NGHTTP2_CANCEL);
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    await eventually(() => goaway !== undefined || session.destroyed);
    expect(goaway ?? constants.NGHTTP2_ENHANCE_YOUR_CALM).not.toBe(constants.NGHTTP2_NO_ERROR);
    await eventually(() => bed.server.inFlight === 0);
    expect(String(await bed.transport.client(bed.address).unary(`${PATH}Echo`, Buffer.from('fine')))).toBe('fine');
  });

  it('ends a connection with headers of 10 MiB in continuations', async () => {
    // Node reads no further after the GOAWAY, but leaves the end of the connection to the keepalive.
    const keepalive = { keepaliveIntervalMs: 100, keepaliveTimeoutMs: 100 };
    const bed = await GrpcBed.open(services, { server: { limits: keepalive } }, cleanup);
    const socket = connect(bed.port, '127.0.0.1');
    socket.on('error', () => {});
    const closed = new Promise((resolve) => socket.once('close', resolve));
    const before = process.memoryUsage().rss;
    socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
    socket.write(http2Frame(4, 0, 0, Buffer.alloc(0)));
    // A literal field named "x" with a value of 10 MiB (RFC 7541 6.2.2), in HEADERS without END_HEADERS.
    socket.write(http2Frame(1, 0, 1, Buffer.from([0, 1, 0x78, 0x7f, 0x81, 0xff, 0xff, 0x04])));
    socket.resume();
    for (let sent = 0; sent < 640 && !socket.destroyed; sent++) {
      if (!socket.write(http2Frame(9, 0, 1, Buffer.alloc(16_384, 0x78)))) await new Promise((resolve) => setImmediate(resolve));
    }
    await closed;
    expect(process.memoryUsage().rss - before).toBeLessThan(100 << 20);
    expect(String(await bed.transport.client(bed.address).unary(`${PATH}Echo`, Buffer.from('fine')))).toBe('fine');
  });
});

/** RFC 9113 4.1: length (3 bytes), type, flags, stream. */
function http2Frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

it('fails at once for an address that is none', async () => {
  const transport = new GrpcTransport();
  cleanup.add(() => transport.close());
  for (const address of ['', 'no port', '127.0.0.1:99999', 'xds:///x', '[::1', 'host.invalid:9095']) {
    const error = await failureOf(transport.client(address).unary(`${PATH}Echo`, Buffer.from('x'), { timeoutMs: 3000 }));
    expect([503, 504]).toContain(error.status);
    expect(transport.client(address)).toBeDefined();
  }
});

it('reaches a peer that is back with the first call after a word that it is', async () => {
  const bed = await GrpcBed.open(services, {}, cleanup);
  const client = bed.transport.client(bed.address);
  for (let round = 0; round < 5; round++) {
    await bed.pause();
    expect(await failureOf(client.unary(`${PATH}Echo`, Buffer.from('x')))).toMatchObject({ id: 'peer-unavailable' });
    await bed.resume();
    bed.transport.retry(bed.address);
    expect(String(await client.unary(`${PATH}Echo`, Buffer.from('back')))).toBe('back');
  }
});
