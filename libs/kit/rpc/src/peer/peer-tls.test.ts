import { copyFile, writeFile } from 'node:fs/promises';
import { connect as connectTcp } from 'node:net';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { TelamonError } from '@telamon/model';
import { afterEach, expect, it } from 'vitest';
import { CLIENT_CERT, CLIENT_KEY, ROGUE_CERT, ROGUE_KEY, SERVER_CERT, SERVER_KEY, TEST_CA } from '../certificates.fixture.ts';
import { channelSecurity, createPeerContext } from './channel-security.ts';
import { Cleanup, freePort, GrpcBed, openTls, QuietLog } from './grpc-peer.fixture.ts';
import { GrpcTransport } from './grpc-transport.ts';
import type { PeerService } from './peer-contract.ts';
import { PeerTls } from './peer-tls.ts';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const services: readonly PeerService[] = [{ name: 'test.v1.Tls', unary: { Echo: async (message) => message } }];
const ECHO = '/test.v1.Tls/Echo';
const message = Buffer.from('x');

/** Common name of the certificate that a new connection is shown. */
async function shownName(port: number): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', ca: TEST_CA, cert: CLIENT_CERT, key: CLIENT_KEY, rejectUnauthorized: false });
  try {
    await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
    return String(socket.getPeerCertificate().subject.CN);
  } finally {
    socket.destroy();
  }
}

async function untilTrue(condition: () => Promise<boolean>): Promise<void> {
  const endMs = Date.now() + 5000;
  while (!(await condition())) {
    if (Date.now() > endMs) throw new Error('condition not met in time');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

it('lets in only callers with a certificate of the authority, and calls only servers with one', async () => {
  const { server, folder } = await openTls(cleanup);
  const bed = await GrpcBed.open(services, { server: { tls: server } }, cleanup);
  await writeFile(join(folder, 'rogue.pem'), ROGUE_CERT);
  await writeFile(join(folder, 'rogue.key'), ROGUE_KEY);
  const file = (name: string): string => join(folder, name);
  const cases = [
    { certFile: '', keyFile: '', clientCaFile: '', caFile: file('ca.pem') },
    { certFile: file('rogue.pem'), keyFile: file('rogue.key'), clientCaFile: '', caFile: file('ca.pem') },
    { certFile: file('client.pem'), keyFile: file('client.key'), clientCaFile: '', caFile: file('rogue.pem') },
  ];
  for (const files of cases) {
    const tls = await PeerTls.load({ files, log: new QuietLog(), checkIntervalMs: 0 });
    const transport = new GrpcTransport({ tls });
    const error = await transport
      .client(bed.address)
      .unary(ECHO, message, { timeoutMs: 2000 })
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ id: 'peer-unavailable', status: 503 });
    await transport.close();
    tls.close();
  }
  // Plain against TLS.
  const error = await bed.transport
    .client(bed.address)
    .unary(ECHO, message, { timeoutMs: 2000 })
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(TelamonError);
});

it('checks the name of the server, which may be another than its address', async () => {
  const { server, client } = await openTls(cleanup);
  const bed = await GrpcBed.open(services, { server: { tls: server } }, cleanup);
  for (const [serverName, isGood] of [
    ['localhost', true],
    ['elsewhere', false],
    ['127.0.0.1', true],
    ['127.0.0.2', false],
    ['', true],
  ] as const) {
    const transport = new GrpcTransport({ tls: client, serverName });
    cleanup.add(() => transport.close());
    const reply = await transport
      .client(bed.address)
      .unary(ECHO, message, { timeoutMs: 2000 })
      .catch(() => undefined);
    expect(reply !== undefined).toBe(isGood);
  }
});

it('asks for names alone, as TLS knows no request for an IP address', async () => {
  const { client } = await openTls(cleanup);
  const context = createPeerContext(client);
  const requested = (address: string, serverName = ''): string => channelSecurity(context, address, serverName).requestedName;
  expect(requested('ingester-1:9095')).toBe('');
  expect(requested('ingester-1:9095', 'ingester')).toBe('ingester');
  for (const address of ['10.0.0.1:9095', '[::1]:9095']) expect(requested(address)).toBe('peer.invalid');
  expect(requested('10.0.0.1:9095', 'ingester')).toBe('ingester');
  expect(requested('ingester-1:9095', '10.0.0.1')).toBe('peer.invalid');
  expect(channelSecurity(undefined, '10.0.0.1:9095', '').requestedName).toBe('');
});

it('shows new certificates to new connections while calls go on without a failure', async () => {
  const { server, client, folder } = await openTls(cleanup);
  const bed = await GrpcBed.open(services, { server: { tls: server }, transport: { tls: client } }, cleanup);
  const peer = bed.transport.client(bed.address);
  let isRotating = true;
  let done = 0;
  const load = Array.from({ length: 4 }, async () => {
    for (; isRotating || done < 20; done++) await peer.unary(ECHO, message);
  });
  expect(await shownName(bed.port)).toBe('server');
  for (const [cert, key, name] of [
    ['client.pem', 'client.key', 'client'],
    ['kept.pem', 'kept.key', 'server'],
  ] as const) {
    await writeFile(join(folder, 'kept.pem'), SERVER_CERT);
    await writeFile(join(folder, 'kept.key'), SERVER_KEY);
    // One after the other, as operators do: in between they don't fit, and the last good pair stays.
    await copyFile(join(folder, cert), join(folder, 'server.pem'));
    await server.reload();
    await copyFile(join(folder, key), join(folder, 'server.key'));
    await untilTrue(async () => (await shownName(bed.port)) === name);
  }
  // The callers' own certificate: their channels are renewed under way.
  await copyFile(join(folder, 'kept.pem'), join(folder, 'client.pem'));
  await copyFile(join(folder, 'kept.key'), join(folder, 'client.key'));
  const before = client.material;
  await untilTrue(async () => client.material !== before);
  const soFar = done;
  await untilTrue(async () => done > soFar + 20);
  isRotating = false;
  await Promise.all(load);
});

it('keeps the last good state when a file turns bad, and refuses a bad one at the start', async () => {
  const { server, folder } = await openTls(cleanup);
  const good = server.material;
  await writeFile(join(folder, 'server.pem'), 'not a certificate');
  await server.reload();
  expect(server.material).toBe(good);
  const files = { certFile: join(folder, 'server.pem'), keyFile: join(folder, 'server.key'), clientCaFile: '', caFile: '' };
  for (const bad of [files, { ...files, keyFile: '' }, { ...files, certFile: join(folder, 'none.pem') }]) {
    await expect(PeerTls.load({ files: bad, log: new QuietLog() })).rejects.toBeInstanceOf(TelamonError);
  }
});

it('fails in time against a port where nobody talks TLS', async () => {
  const { client } = await openTls(cleanup);
  const transport = new GrpcTransport({ tls: client });
  cleanup.add(() => transport.close());
  const work = transport.client(`127.0.0.1:${await freePort()}`).unary(ECHO, message, { timeoutMs: 1000 });
  await expect(work).rejects.toMatchObject({ status: 503 });
});

it('cuts a connection that never shakes hands', async () => {
  const { server } = await openTls(cleanup);
  const bed = await GrpcBed.open(services, { server: { tls: server, limits: { handshakeTimeoutMs: 100 } } }, cleanup);
  const socket = connectTcp(bed.port, '127.0.0.1');
  socket.on('error', () => {});
  socket.resume();
  await new Promise((resolve) => socket.once('close', resolve));
});
