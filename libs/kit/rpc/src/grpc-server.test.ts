import { connect as connectHttp2, constants } from 'node:http2';
import { gzipSync } from 'node:zlib';
import { Client, compressionAlgorithms, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { TelamonError } from '@telamon/model';
import { afterEach, describe, expect, it } from 'vitest';
import { encodeFrame } from './grpc-frame.ts';
import { GrpcError, GrpcStatus } from './grpc-status.ts';
import type { HttpListener } from './http-listener.ts';
import { useListeners } from './listener.fixture.ts';
import { eventually } from './raw-client.fixture.ts';

const start = useListeners();
const clients: Client[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});

const identity = (bytes: Buffer): Buffer => bytes;
const ECHO = '/test.Service/Echo';

function clientOf(listener: HttpListener, options: object = {}): Client {
  const client = new Client(`127.0.0.1:${listener.port}`, credentials.createInsecure(), options);
  clients.push(client);
  return client;
}

interface CallOptions {
  readonly metadata?: Record<string, string>;
  readonly deadlineMs?: number;
  readonly client?: object;
}

function call(listener: HttpListener, path: string, message: Buffer, options: CallOptions = {}): Promise<Buffer> {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(options.metadata ?? {})) metadata.set(name, value);
  const deadline = options.deadlineMs === undefined ? {} : { deadline: Date.now() + options.deadlineMs };
  return new Promise((resolve, reject) => {
    const done = (error: ServiceError | null, reply?: Buffer): void => (error ? reject(error) : resolve(reply!));
    clientOf(listener, options.client).makeUnaryRequest(path, identity, identity, message, metadata, deadline, done);
  });
}

async function echoServer(maxMessageBytes: number = 1 << 20): Promise<HttpListener> {
  return await start((l) => l.grpcMethod(ECHO, async (message) => message, { maxMessageBytes }));
}

describe('gRPC', () => {
  it('serves the reference client, HTTP/1.1 and HTTP/2 on one port', async () => {
    const listener = await start((l) => {
      l.grpcMethod(ECHO, async (message, c) => Buffer.concat([Buffer.from(`${c.tenants.join()} `), message]));
      l.route('POST', '/v1/metrics', async (c) => await c.text(200, `${(await c.readBody({ maxBytes: 10 })).length}`));
    });
    expect((await call(listener, ECHO, Buffer.from('hi'))).toString()).toBe('anonymous hi');
    expect(await (await fetch(`${listener.url}/v1/metrics`, { method: 'POST', body: 'abc' })).text()).toBe('3');
    const over2 = await http2Post(
      listener,
      { ':path': '/v1/metrics', 'content-type': 'application/x-protobuf' },
      Buffer.from('abcd'),
    );
    expect(over2).toMatchObject({ status: 200, body: '4' });
    const tooLong = await http2Post(listener, { ':path': '/v1/metrics' }, Buffer.alloc(11));
    expect(tooLong.status).toBe(413);
  });

  it('carries messages of every size, compressed or not', async () => {
    const listener = await echoServer(8 << 20);
    const limits = { 'grpc.max_receive_message_length': -1 };
    const gzip = { ...limits, 'grpc.default_compression_algorithm': compressionAlgorithms.gzip };
    for (const size of [0, 1, 65_536, 5_000_000]) {
      const message = Buffer.alloc(size, 'x');
      expect((await call(listener, ECHO, message, { client: limits })).equals(message)).toBe(true);
      expect((await call(listener, ECHO, message, { client: gzip })).equals(message)).toBe(true);
    }
  });

  it('refuses messages over the limit, declared or after decompression (B14, B32)', async () => {
    const listener = await echoServer(1000);
    await expect(call(listener, ECHO, Buffer.alloc(1001))).rejects.toMatchObject({ code: GrpcStatus.RESOURCE_EXHAUSTED });
    const bomb = { 'grpc.default_compression_algorithm': compressionAlgorithms.gzip };
    await expect(call(listener, ECHO, Buffer.alloc(500_000), { client: bomb })).rejects.toMatchObject({
      code: GrpcStatus.RESOURCE_EXHAUSTED,
      details: 'decompressed message is larger than the limit of 1000 bytes',
    });
    const declared = Buffer.from([0, 0xff, 0xff, 0xff, 0xff, 1, 2, 3]);
    expect(await grpcPost(listener, declared)).toMatchObject({ 'grpc-status': '8' });
  });

  it.each([
    ['truncated', Buffer.from([0, 0, 0, 0, 5, 1]), '13'],
    ['half a frame header', Buffer.from([0, 0]), '13'],
    ['empty', Buffer.alloc(0), '13'],
    ['unknown flag', Buffer.from([7, 0, 0, 0, 0]), '13'],
    ['two messages', Buffer.concat([encodeFrame(Buffer.from('a')), encodeFrame(Buffer.from('b'))]), '13'],
    ['compressed without an encoding', Buffer.concat([Buffer.from([1, 0, 0, 0, 1]), Buffer.from('a')]), '13'],
  ])('refuses a %s message', async (_name, body, status) => {
    expect(await grpcPost(await echoServer(), body)).toMatchObject({ 'grpc-status': status });
  });

  it('refuses bytes that are not gzip, and other encodings', async () => {
    const listener = await echoServer();
    const frame = (body: Buffer): Buffer => Buffer.concat([Buffer.from([1, 0, 0, 0, body.length]), body]);
    expect(await grpcPost(listener, frame(Buffer.from('nope')), { 'grpc-encoding': 'gzip' })).toMatchObject({
      'grpc-status': '13',
    });
    const snappy = await grpcPost(listener, frame(Buffer.from('nope')), { 'grpc-encoding': 'snappy' });
    expect(snappy).toMatchObject({ 'grpc-status': '12', 'grpc-accept-encoding': 'identity,gzip' });
    const good = await grpcPost(listener, frame(gzipSync('ok')), { 'grpc-encoding': 'gzip' });
    expect(good).toMatchObject({ 'grpc-status': '0' });
  });

  it('answers unknown and malformed methods without running a handler (B31)', async () => {
    let calls = 0;
    const listener = await start((l) => {
      l.grpcMethod(ECHO, async (message) => {
        calls++;
        return message;
      });
    });
    await expect(call(listener, '/test.Service/Other', Buffer.alloc(0))).rejects.toMatchObject({
      code: GrpcStatus.UNIMPLEMENTED,
    });
    for (const path of [
      'test.Service/Echo',
      '/test.Service/echo',
      '/test.Service%2FEcho',
      '//test.Service/Echo',
      '/TEST.SERVICE/ECHO',
    ]) {
      expect(await grpcPost(listener, encodeFrame(Buffer.alloc(0)), { ':path': path })).not.toMatchObject({ 'grpc-status': '0' });
    }
    expect(await grpcPost(listener, encodeFrame(Buffer.alloc(0)), { 'content-type': 'application/grpc+json' })).toMatchObject({
      'grpc-status': '12',
    });
    expect(calls).toBe(0);
  });

  it('gives errors with their code, text and details', async () => {
    const details = Buffer.from([8, 14]);
    const listener = await start((l) => {
      l.grpcMethod('/t.S/Limit', async () => Promise.reject(new TelamonError('zu viele: ü %', { status: 429 })));
      l.grpcMethod('/t.S/Busy', async () => Promise.reject(new GrpcError(GrpcStatus.UNAVAILABLE, 'later', details)));
      l.grpcMethod('/t.S/Bug', async () => Promise.reject(new Error('secret')));
    });
    const empty = Buffer.alloc(0);
    await expect(call(listener, '/t.S/Limit', empty)).rejects.toMatchObject({ code: 8, details: 'zu viele: ü %' });
    await expect(call(listener, '/t.S/Bug', empty)).rejects.toMatchObject({ code: 13, details: 'internal error' });
    const failure = await call(listener, '/t.S/Busy', empty).catch((error: ServiceError) => error);
    expect((failure as ServiceError).metadata.get('grpc-status-details-bin')[0]).toEqual(details);
  });

  it('keeps deadlines and notices cancellation', async () => {
    const reasons: unknown[] = [];
    const listener = await start((l) => {
      l.grpcMethod('/t.S/Hang', async (_message, c) => {
        c.signal.addEventListener('abort', () => reasons.push(c.signal.reason));
        return await new Promise(() => {});
      });
    });
    await expect(call(listener, '/t.S/Hang', Buffer.alloc(0), { deadlineMs: 100 })).rejects.toMatchObject({ code: 4 });
    await eventually(() => reasons.length === 1 && listener.inFlight === 0);
    const timed = await grpcPost(listener, encodeFrame(Buffer.alloc(0)), { ':path': '/t.S/Hang', 'grpc-timeout': '50m' });
    expect(timed).toMatchObject({ 'grpc-status': '4', 'grpc-message': 'deadline exceeded' });
    expect(await grpcPost(listener, encodeFrame(Buffer.alloc(0)), { ':path': '/t.S/Hang', 'grpc-timeout': 'x' })).toMatchObject({
      'grpc-status': '3',
    });
  });

  it('resolves the tenant', async () => {
    const listener = await start((l) => l.grpcMethod(ECHO, async (_m, c) => Buffer.from(c.tenants.join())), {
      tenants: { isMultitenant: true },
    });
    const empty = Buffer.alloc(0);
    await expect(call(listener, ECHO, empty)).rejects.toMatchObject({ code: 16, details: 'no org id' });
    await expect(call(listener, ECHO, empty, { metadata: { 'x-scope-orgid': 'a/b' } })).rejects.toMatchObject({ code: 3 });
    expect((await call(listener, ECHO, empty, { metadata: { 'x-scope-orgid': 'team' } })).toString()).toBe('team');
  });

  it('ends a connection that resets streams rapidly (B33)', async () => {
    const listener = await start((l) => l.grpcMethod('/t.S/Hang', async () => await new Promise(() => {})), {
      http2Guard: { maxResetsPerSecond: 20, nowMs: () => 0 },
    });
    const session = connectHttp2(listener.url);
    let goaway = 0;
    session.on('goaway', (code) => {
      goaway = code;
    });
    session.on('error', () => {});
    await new Promise((resolve) => session.once('connect', resolve));
    for (let i = 0; i < 500 && !session.destroyed && goaway === 0; i++) {
      const stream = session.request({ ':method': 'POST', ':path': '/t.S/Hang', 'content-type': 'application/grpc' });
      stream.on('error', () => {});
      stream.write(encodeFrame(Buffer.alloc(0)));
      stream.close(constants.NGHTTP2_CANCEL);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await eventually(() => session.destroyed);
    expect(goaway).toBe(constants.NGHTTP2_ENHANCE_YOUR_CALM);
    await eventually(() => listener.inFlight === 0);
    expect((await fetch(`${listener.url}/x`)).status).toBe(404);
  });

  it('ends a connection that floods it with pings (B33)', async () => {
    const listener = await start((l) => l.grpcMethod(ECHO, async (m) => m), {
      http2Guard: { maxControlFramesPerSecond: 20, nowMs: () => 0 },
    });
    const session = connectHttp2(listener.url, { maxOutstandingPings: 1000 });
    session.on('error', () => {});
    await new Promise((resolve) => session.once('connect', resolve));
    for (let i = 0; i < 100 && !session.destroyed; i++) session.ping(() => {});
    await eventually(() => session.destroyed);
  });

  it('refuses header blocks over the bound (B34)', async () => {
    const listener = await echoServer();
    const session = connectHttp2(listener.url, { maxSendHeaderBlockLength: 1 << 24 });
    session.on('error', () => {});
    const stream = session.request({
      ':method': 'POST',
      ':path': ECHO,
      'content-type': 'application/grpc',
      x: 'a'.repeat(1 << 20),
    });
    let isRefused = false;
    stream.on('error', () => {
      isRefused = true;
    });
    stream.on('response', (headers) => {
      isRefused = headers[':status'] === 431;
    });
    stream.end();
    await eventually(() => isRefused || session.destroyed);
    session.destroy();
    expect((await call(listener, ECHO, Buffer.from('x'))).toString()).toBe('x');
  });

  it('serves routes over HTTP/2: streams, compressed ones, and clients that leave', async () => {
    const logged: string[] = [];
    const note = (message: string): void => void logged.push(message);
    let wasAborted = false;
    const listener = await start(
      (l) => {
        l.route('POST', '/big', async (c) => await c.stream(200, 'text/plain', pieces(50)));
        l.route('POST', '/hang', async (c) => {
          await new Promise<void>((resolve) => c.signal.addEventListener('abort', () => resolve()));
          wasAborted = true;
          await c.text(200, 'too late');
        });
      },
      { hasHttp2: true, log: { info: () => {}, warn: note, error: note } },
    );
    const plain = await http2Post(listener, { ':path': '/big' }, Buffer.alloc(0));
    expect([plain.status, plain.body.length]).toEqual([200, 50 * 65_536]);
    const zipped = await http2Post(listener, { ':path': '/big', 'accept-encoding': 'gzip' }, Buffer.alloc(0));
    expect(zipped.headers['content-encoding']).toBe('gzip');
    expect(zipped.body.length).toBeGreaterThan(1000);
    expect((await http2Post(listener, { ':path': '/none' }, Buffer.alloc(0))).status).toBe(404);
    const session = connectHttp2(listener.url);
    const stream = session.request({ ':method': 'POST', ':path': '/hang' });
    stream.on('error', () => {});
    await eventually(() => listener.inFlight === 1);
    stream.close(constants.NGHTTP2_CANCEL);
    await eventually(() => wasAborted && listener.inFlight === 0);
    session.close();
    expect(logged).toEqual([]);
  });

  it('drains calls in progress', async () => {
    let release: (() => void) | undefined;
    const listener = await start((l) => {
      l.grpcMethod('/t.S/Wait', async (message) => {
        await new Promise<void>((resolve) => {
          release = resolve;
        });
        return message;
      });
    });
    const waiting = call(listener, '/t.S/Wait', Buffer.from('x'));
    await eventually(() => release !== undefined);
    const stopped = listener.stop(5000);
    release!();
    expect((await waiting).toString()).toBe('x');
    await stopped;
  });
});

async function* pieces(count: number): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < count; i++) yield Buffer.alloc(65_536, 'x');
}

async function http2Post(
  listener: HttpListener,
  headers: Record<string, string>,
  body: Buffer,
): Promise<{ status: number; body: string; headers: Record<string, unknown> }> {
  const session = connectHttp2(listener.url);
  const stream = session.request({ ':method': 'POST', ...headers });
  const collected: Record<string, unknown> = {};
  stream.on('response', (received) => Object.assign(collected, received));
  stream.on('trailers', (received) => Object.assign(collected, received));
  stream.on('error', () => {});
  let text = '';
  stream.on('data', (chunk) => {
    text += chunk.toString();
  });
  stream.end(body);
  await new Promise((resolve) => stream.on('close', resolve));
  session.close();
  return { status: Number(collected[':status']), body: text, headers: collected };
}

async function grpcPost(
  listener: HttpListener,
  body: Buffer,
  headers: Record<string, string> = {},
): Promise<Record<string, unknown>> {
  const base = { ':path': ECHO, 'content-type': 'application/grpc', te: 'trailers' };
  return (await http2Post(listener, { ...base, ...headers }, body)).headers;
}
