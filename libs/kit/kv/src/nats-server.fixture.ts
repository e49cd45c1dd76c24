import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../../../..');
const START_TIMEOUT_MS = 20_000;

/** A `nats-server` program. `npm test` fetches both; without them the tests that need one are skipped. */
export interface NatsProgram {
  readonly name: string;
  readonly path: string;
  readonly isThere: boolean;
}

/** The newest and the oldest supported server. */
export const NATS_PROGRAMS: readonly NatsProgram[] = [
  programOf('nats-server 2.15', process.env.TELAMON_TEST_NATS ?? join(ROOT, '.cache/tools/nats-server/bin/nats-server')),
  programOf(
    'nats-server 2.9 of Debian',
    process.env.TELAMON_TEST_NATS_DEBIAN ?? join(ROOT, '.cache/tools/nats-server-debian/usr/sbin/nats-server'),
  ),
];

function programOf(name: string, path: string): NatsProgram {
  try {
    accessSync(path, constants.X_OK);
    return { name, path, isThere: true };
  } catch {
    return { name, path, isThere: false };
  }
}

/** What a server is told beside its ports. */
export interface NatsServerOptions {
  readonly program: NatsProgram;
  /** More lines of the configuration file, e.g. `tls` or `authorization`. */
  readonly config?: string;
  /** Default true. */
  readonly hasJetStream?: boolean;
  /** Servers of one cluster: name and everyone's cluster ports, this one's first. */
  readonly cluster?: { readonly name: string; readonly ports: readonly number[] };
}

/** A real server with JetStream on 127.0.0.1, with its own folder; ends only the process that it started. */
export class NatsServer {
  readonly url: string;
  readonly port: number;
  readonly folder: string;
  readonly #options: NatsServerOptions;
  #child: ChildProcess | undefined;

  private constructor(port: number, options: NatsServerOptions) {
    this.port = port;
    this.url = `nats://127.0.0.1:${port}`;
    this.folder = mkdtempSync(join(tmpdir(), 'telamon-nats-'));
    this.#options = options;
  }

  /** Starts one; resolves when it takes connections (a cluster may still have no leader). */
  static async start(options: NatsServerOptions): Promise<NatsServer> {
    const server = new NatsServer(await freePort(), options);
    try {
      await server.start();
    } catch (error) {
      await server.dispose();
      throw error;
    }
    return server;
  }

  /** Prepares one on a free port without starting it. */
  static async reserve(options: NatsServerOptions): Promise<NatsServer> {
    return new NatsServer(await freePort(), options);
  }

  /** Starts it (again) on the same port and folder. */
  async start(): Promise<void> {
    const configPath = join(this.folder, 'server.conf');
    writeFileSync(configPath, this.#config());
    const log = openSync(join(this.folder, 'log'), 'a');
    const child = spawn(this.#options.program.path, ['-c', configPath], { stdio: ['ignore', log, log] });
    this.#child = child;
    const reap = (): void => void child.kill('SIGKILL');
    process.once('exit', reap);
    child.once('exit', () => process.off('exit', reap));
    const endMs = performance.now() + START_TIMEOUT_MS;
    while (!(await isListening(this.port))) {
      if (child.exitCode !== null || performance.now() > endMs) throw new Error(`nats-server did not start: ${this.logTail()}`);
      await delay(20);
    }
  }

  /** kill -9; the folder stays. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  /** Stops (SIGSTOP) or continues it: a server that is there and does not answer. */
  setPaused(isPaused: boolean): void {
    this.#child?.kill(isPaused ? 'SIGSTOP' : 'SIGCONT');
  }

  /** The last of what it printed. */
  logTail(): string {
    return readFileSync(join(this.folder, 'log'), 'utf8').slice(-2000);
  }

  /** Ends it and removes its folder. */
  async dispose(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }

  #config(): string {
    const { cluster, config = '', hasJetStream = true } = this.#options;
    const jetStream = [
      'jetstream: { enabled: true, max_memory_store: 64MB, max_file_store: 512MB,',
      `  store_dir: ${JSON.stringify(join(this.folder, 'store'))} }`,
    ];
    const lines = [
      `listen: "127.0.0.1:${this.port}"`,
      `server_name: "n${this.port}"`,
      ...(hasJetStream ? jetStream : []),
      config,
    ];
    if (cluster !== undefined) {
      const routes = cluster.ports.map((port) => `nats-route://127.0.0.1:${port}`).join(', ');
      lines.push(`cluster: { name: ${cluster.name}, listen: "127.0.0.1:${cluster.ports[0]}", routes: [${routes}] }`);
    }
    return `${lines.join('\n')}\n`;
  }
}

/** Starts three servers of one cluster. */
export async function startNatsCluster(program: NatsProgram): Promise<NatsServer[]> {
  const ports = [await freePort(), await freePort(), await freePort()];
  const servers: NatsServer[] = [];
  for (const port of ports) {
    const rest = ports.filter((other) => other !== port);
    servers.push(await NatsServer.start({ program, cluster: { name: 'test', ports: [port, ...rest] } }));
  }
  return servers;
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

function isListening(port: number): Promise<boolean> {
  return new Promise((settle) => {
    const socket = connect(port, '127.0.0.1');
    // The server speaks first, so an answer tells it from a port of someone else.
    socket.once('data', (bytes) => {
      socket.destroy();
      settle(bytes.toString('latin1').startsWith('INFO '));
    });
    socket.once('error', () => settle(false));
    socket.once('close', () => settle(false));
  });
}
