/** What calls between processes cost, both ends in this one: rates, and CPU of caller and server together. */
import { GrpcTransport } from './grpc-transport.ts';
import { InProcessTransport } from './in-process-transport.ts';
import type { PeerClient, PeerService } from './peer-contract.ts';
import { PeerServer } from './peer-server.ts';

const CHUNK_BYTES = 200_000;
const PATH = '/bench.v1.Bench/';
const services: readonly PeerService[] = [
  {
    name: 'bench.v1.Bench',
    unary: { Push: async () => new Uint8Array(0), Echo: async (message) => message },
    streams: {
      Read: async function* (message) {
        const chunk = Buffer.alloc(message.length === 0 ? CHUNK_BYTES : 1000);
        while (true) yield chunk;
      },
    },
    duplex: {
      Acknowledge: async function* (messages) {
        for await (const _ of messages) yield new Uint8Array(1);
      },
    },
  },
];

interface Run {
  readonly name: string;
  readonly bytesPerCall: number;
  /** Works until the time is over; returns the number of calls or messages. */
  readonly work: (client: PeerClient, endMs: number) => Promise<number>;
}

async function inParallel(width: number, endMs: number, call: () => Promise<unknown>): Promise<number> {
  let count = 0;
  const worker = async (): Promise<void> => {
    for (; performance.now() < endMs; count++) await call();
  };
  await Promise.all(Array.from({ length: width }, worker));
  return count;
}

function unary(name: string, method: string, sizeBytes: number, width: number): Run {
  const message = Buffer.alloc(sizeBytes, 1);
  const work: Run['work'] = (client, endMs) => inParallel(width, endMs, () => client.unary(PATH + method, message));
  return { name: `${name}, ${width} at a time`, bytesPerCall: sizeBytes, work };
}

async function readFor(client: PeerClient, endMs: number, request: Uint8Array): Promise<number> {
  let count = 0;
  for await (const _ of client.stream(`${PATH}Read`, request)) {
    count++;
    if (performance.now() > endMs) break;
  }
  return count;
}

async function duplexFor(client: PeerClient, endMs: number, sizeBytes: number): Promise<number> {
  const message = Buffer.alloc(sizeBytes, 1);
  async function* source(): AsyncGenerator<Uint8Array> {
    while (performance.now() < endMs) yield message;
  }
  let count = 0;
  for await (const _ of client.duplex(`${PATH}Acknowledge`, source())) count++;
  return count;
}

const RUNS: readonly Run[] = [
  unary('unary 100 B', 'Echo', 100, 1),
  unary('unary 100 B', 'Echo', 100, 32),
  unary('unary 200 KB in, nothing out', 'Push', CHUNK_BYTES, 1),
  unary('unary 200 KB in, nothing out', 'Push', CHUNK_BYTES, 8),
  unary('unary 200 KB in and out', 'Echo', CHUNK_BYTES, 8),
  { name: 'server stream of 1 KB', bytesPerCall: 1000, work: (client, endMs) => readFor(client, endMs, Buffer.alloc(1)) },
  {
    name: 'server stream of 200 KB',
    bytesPerCall: CHUNK_BYTES,
    work: (client, endMs) => readFor(client, endMs, Buffer.alloc(0)),
  },
  { name: 'duplex 100 B, acknowledged', bytesPerCall: 100, work: (client, endMs) => duplexFor(client, endMs, 100) },
  {
    name: 'duplex 200 KB, acknowledged',
    bytesPerCall: CHUNK_BYTES,
    work: (client, endMs) => duplexFor(client, endMs, CHUNK_BYTES),
  },
];

async function measure(run: Run, client: PeerClient, runMs: number): Promise<void> {
  await run.work(client, performance.now() + runMs / 2);
  const cpu = process.cpuUsage();
  const startedMs = performance.now();
  const count = await run.work(client, startedMs + runMs);
  const seconds = (performance.now() - startedMs) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const rate = Math.round(count / seconds).toLocaleString('en');
  const megabytes = ((count * run.bytesPerCall) / seconds / 1e6).toFixed(0);
  const cpuMicros = ((user + system) / count).toFixed(1);
  process.stdout.write(
    `  ${run.name.padEnd(44)} ${rate.padStart(10)}/s ${megabytes.padStart(6)} MB/s ${cpuMicros.padStart(8)} us CPU each\n`,
  );
}

const log = { info: () => {}, warn: console.warn, error: console.error };
const runMs = Number(process.argv[2] ?? 1000);
const only = process.argv[3] ?? '';
const server = new PeerServer(services, { address: '127.0.0.1', port: 0, log });
await server.start();
const grpc = new GrpcTransport();
const local = new InProcessTransport({ log });
local.register('here', services);
for (const [name, client] of [
  ['gRPC over loopback', grpc.client(`127.0.0.1:${server.port}`)],
  ['in process', local.client('here')],
] as const) {
  process.stdout.write(`${name}\n`);
  for (const run of RUNS) if (run.name.includes(only)) await measure(run, client, runMs);
}
await grpc.close();
await server.stop(1000);
