import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLIENT_CERT, CLIENT_KEY, SERVER_CERT, SERVER_KEY, TEST_CA } from '../certificates.fixture.ts';
import type { RpcLog } from '../rpc-log.ts';
import { GrpcTransport, type GrpcTransportOptions } from './grpc-transport.ts';
import type { PeerService } from './peer-contract.ts';
import { PeerServer, type PeerServerOptions } from './peer-server.ts';
import { PeerTls } from './peer-tls.ts';

/** Says nothing; keeps errors. */
export class QuietLog implements RpcLog {
  readonly errors: string[] = [];
  info(): void {}
  warn(): void {}
  error(message: string): void {
    this.errors.push(message);
  }
}

/** What is opened in a test is closed at its end, last first. */
export class Cleanup {
  readonly #steps: (() => unknown)[] = [];

  add(step: () => unknown): void {
    this.#steps.push(step);
  }

  async run(): Promise<void> {
    for (const step of this.#steps.splice(0).reverse()) await step();
  }
}

/** Server and transport of a test. */
export interface GrpcBedOptions {
  readonly server?: Partial<PeerServerOptions>;
  readonly transport?: GrpcTransportOptions;
}

/** A server on a free port and a transport to it. */
export class GrpcBed {
  readonly transport: GrpcTransport;
  readonly deadAddress: string;
  readonly log: QuietLog = new QuietLog();
  readonly #services: readonly PeerService[];
  readonly #options: GrpcBedOptions;
  server: PeerServer;
  #port = 0;

  private constructor(services: readonly PeerService[], options: GrpcBedOptions, deadPort: number) {
    this.#services = services;
    this.#options = options;
    this.transport = new GrpcTransport(options.transport);
    this.server = this.#makeServer();
    this.deadAddress = `127.0.0.1:${deadPort}`;
  }

  static async open(services: readonly PeerService[], options: GrpcBedOptions, cleanup: Cleanup): Promise<GrpcBed> {
    const bed = new GrpcBed(services, options, await freePort());
    await bed.server.start();
    bed.#port = bed.server.port;
    cleanup.add(() => bed.pause());
    cleanup.add(() => bed.transport.close());
    return bed;
  }

  get address(): string {
    return `127.0.0.1:${this.#port}`;
  }

  get port(): number {
    return this.#port;
  }

  async pause(): Promise<void> {
    await this.server.stop(0);
  }

  async resume(): Promise<void> {
    this.server = this.#makeServer();
    await this.server.start();
  }

  #makeServer(): PeerServer {
    return new PeerServer(this.#services, { address: '127.0.0.1', port: this.#port, log: this.log, ...this.#options.server });
  }
}

/** Certificates of both sides in files: the server's, checked by callers, and the client's, checked by the server. */
export async function openTls(cleanup: Cleanup): Promise<{ server: PeerTls; client: PeerTls; folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'telamon-peer-'));
  cleanup.add(() => rm(folder, { recursive: true }));
  const file = (name: string): string => join(folder, name);
  const files = {
    'ca.pem': TEST_CA,
    'server.pem': SERVER_CERT,
    'server.key': SERVER_KEY,
    'client.pem': CLIENT_CERT,
    'client.key': CLIENT_KEY,
  };
  for (const [name, content] of Object.entries(files)) await writeFile(file(name), content);
  const load = async (name: string): Promise<PeerTls> => {
    const tls = await PeerTls.load({
      files: {
        certFile: file(`${name}.pem`),
        keyFile: file(`${name}.key`),
        clientCaFile: file('ca.pem'),
        caFile: file('ca.pem'),
      },
      log: new QuietLog(),
      checkIntervalMs: 20,
    });
    cleanup.add(() => tls.close());
    return tls;
  };
  return { server: await load('server'), client: await load('client'), folder };
}

/** A port where nobody listens. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
