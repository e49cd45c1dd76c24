import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { waitUntil } from '../harness/wait-until.ts';
import { FaultProxy } from './fault-proxy.ts';
import { ownerOfPort } from './socket-owner.ts';

let echo: Server;
let proxy: FaultProxy;
const open: Socket[] = [];

beforeEach(async () => {
  echo = createServer((socket) => socket.on('error', () => {}).pipe(socket)).listen(0, '127.0.0.1');
  await once(echo, 'listening');
  const { port } = echo.address() as { readonly port: number };
  const sourceOf = (client: number): string => (ownerOfPort(client, [process.pid]) === process.pid ? 'self' : '');
  proxy = await FaultProxy.start({ targetPorts: () => [port], random: Math.random, sourceOf });
});
afterEach(async () => {
  for (const socket of open.splice(0)) socket.destroy();
  await proxy.close();
  echo.close();
});

async function dial(): Promise<{ readonly socket: Socket; readonly got: () => string; readonly isClosed: () => boolean }> {
  const socket = connect(proxy.port, '127.0.0.1');
  open.push(socket);
  let text = '';
  let isClosed = false;
  socket.on('data', (data) => {
    text += data.toString();
  });
  socket
    .on('error', () => {})
    .once('close', () => {
      isClosed = true;
    });
  await once(socket, 'connect');
  return { socket, got: () => text, isClosed: () => isClosed };
}

it('carries bytes both ways in order', async () => {
  const { socket, got } = await dial();
  const want = Array.from({ length: 2000 }, (_x, i) => `${i},`).join('');
  for (let i = 0; i < want.length; i += 100) socket.write(want.slice(i, i + 100));
  await waitUntil('the echo', () => got() === want);
});

it('delays, keeps the order and stops delaying', async () => {
  const { socket, got } = await dial();
  proxy.fail({ latencyMs: 100 });
  const startMs = performance.now();
  socket.write('a');
  socket.write('b');
  await waitUntil('the echo', () => got() === 'ab');
  expect(performance.now() - startMs).toBeGreaterThan(190);
  proxy.heal();
  socket.write('c');
  await waitUntil('the echo', () => got() === 'abc');
});

it('swallows what is sent into a black hole and cuts such connections off when it heals', async () => {
  const { socket, got, isClosed } = await dial();
  socket.write('a');
  await waitUntil('the echo', () => got() === 'a');
  proxy.fail({ isBlackhole: true });
  socket.write('lost');
  const other = await dial();
  other.socket.write('lost, too');
  expect([isClosed(), other.isClosed(), got()]).toEqual([false, false, 'a']);
  proxy.heal();
  await waitUntil('both to be cut off', () => isClosed() && other.isClosed());
  expect([got(), other.got()]).toEqual(['a', '']);
});

it('harms only the source that it is told to', async () => {
  proxy.fail({ isRefused: true }, 'another');
  const { socket, got, isClosed } = await dial();
  socket.write('a');
  await waitUntil('the echo', () => got() === 'a');
  proxy.fail({ isRefused: true }, 'self');
  await waitUntil('the connection to be cut off', isClosed);
});

it('cuts off at random', async () => {
  proxy.fail({ resetChance: 1 });
  const { socket, isClosed } = await dial();
  socket.write('a');
  await waitUntil('the connection to be cut off', isClosed);
});
