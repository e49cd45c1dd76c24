import { once } from 'node:events';
import { constants } from 'node:http2';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { grpcCall, grpcFrame, openSession } from '../harness/grpc-call.ts';
import { exchange } from '../harness/http-exchange.ts';
import { rawExchange } from '../harness/raw-connection.ts';
import { guardServer } from './guarded-server.ts';

const { server } = guardServer({ name: 'bad-grpc' });
const base = (): string => server().listeners['otlp-grpc'];
const EXPORT = '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export';
const UNIMPLEMENTED = 12;
const RESOURCE_EXHAUSTED = 8;
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

/** One HTTP/2 frame. */
function frame(type: number, flags: number, stream: number, payload: Uint8Array): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

it('takes an empty export', async () => {
  expect(await grpcCall(base(), EXPORT, grpcFrame(Buffer.alloc(0)))).toMatchObject({ httpStatus: 200, grpcStatus: 0 });
});

it('B14 stops unpacking a gzip bomb', async () => {
  const bomb = gzipSync(Buffer.alloc(512 * 1024 * 1024));
  const outcome = await grpcCall(base(), EXPORT, grpcFrame(bomb, true), { 'grpc-encoding': 'gzip' });
  expect(outcome.grpcStatus).toBe(RESOURCE_EXHAUSTED);
});

it.each([
  EXPORT.toUpperCase(),
  EXPORT.replace('Export', '%45xport'),
  '/nothing.Service/Method',
  '/',
  `${EXPORT}/more`,
  `/${EXPORT}`,
])('B31 knows no method %s', async (path) => {
  expect((await grpcCall(base(), path, grpcFrame(Buffer.alloc(0)))).grpcStatus).toBe(UNIMPLEMENTED);
});

it('B31 runs nothing for a path without a slash', async () => {
  // HTTP/2 itself forbids it, so a broken stream is as good an answer as a status.
  const isTaken = await grpcCall(base(), EXPORT.slice(1), grpcFrame(Buffer.alloc(0))).then(
    ({ grpcStatus }) => grpcStatus === 0,
    (error: unknown) => !String(error).includes('PROTOCOL_ERROR'),
  );
  expect(isTaken).toBe(false);
  expect(await grpcCall(base(), EXPORT, grpcFrame(Buffer.alloc(0)))).toMatchObject({ grpcStatus: 0 });
});

it('B32 refuses a message that declares 4 GiB', async () => {
  expect((await grpcCall(base(), EXPORT, grpcFrame(Buffer.alloc(64), false, 0xffffffff))).grpcStatus).toBe(RESOURCE_EXHAUSTED);
});

it('B33 ends a connection that resets streams without end', async () => {
  const session = openSession(base());
  let isEnded = false;
  session.on('close', () => {
    isEnded = true;
  });
  session.on('goaway', () => {
    isEnded = true;
  });
  await once(session, 'connect');
  for (let i = 0; i < 20_000 && !isEnded; i++) {
    try {
      const stream = session.request({ ':method': 'POST', ':path': EXPORT, 'content-type': 'application/grpc', te: 'trailers' });
      stream.on('error', () => undefined);
      stream.close(constants.NGHTTP2_CANCEL);
    } catch {
      break;
    }
    if (i % 200 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  if (!isEnded) await Promise.race([once(session, 'close'), new Promise((resolve) => setTimeout(resolve, 3000))]);
  expect(isEnded).toBe(true);
  session.destroy();
  expect((await exchange({ base: server().metrics, path: '/ready', timeoutMs: 5000 })).status).toBe(200);
});

it.each([
  ['SETTINGS', frame(4, 0, 0, Buffer.alloc(0))],
  ['PING', frame(6, 0, 0, Buffer.alloc(8))],
])('B33 survives a flood of %s', async (_name, one) => {
  const block = Buffer.concat(Array.from({ length: 5000 }, () => one));
  await rawExchange(base(), [PREFACE, frame(4, 0, 0, Buffer.alloc(0)), block, block, block, block], 5000);
  expect((await exchange({ base: server().metrics, path: '/ready', timeoutMs: 5000 })).status).toBe(200);
});

it('B34 ends a connection whose headers never end', async () => {
  function* endless(): Generator<Uint8Array> {
    yield Buffer.concat([PREFACE, frame(4, 0, 0, Buffer.alloc(0)), frame(1, 0, 1, Buffer.from([0x82]))]);
    const field = Buffer.concat([Buffer.from([0x00, 0x01, 0x61, 0x7f, 0x80, 0x7d]), Buffer.alloc(16_127, 0x61)]);
    for (let i = 0; i < 700; i++) yield frame(9, 0, 1, field);
  }
  expect((await rawExchange(base(), endless(), 10_000)).isClosedByServer).toBe(true);
});
