import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { ChildServer, freePort } from '../harness/child-server.ts';
import { waitUntil } from '../harness/wait-until.ts';

/** One or three real NATS servers with JetStream on 127.0.0.1, each with a folder of its own. */
export class NatsServers {
  readonly ports: readonly number[];
  readonly #program: string;
  readonly #folders: readonly string[];
  readonly #servers: ChildServer[];

  private constructor(program: string, ports: readonly number[], folders: readonly string[]) {
    this.#program = program;
    this.ports = ports;
    this.#folders = folders;
    this.#servers = new Array(ports.length);
  }

  static async start(program: string, count: 1 | 3, folder: string): Promise<NatsServers> {
    const ports: number[] = [];
    const routes: number[] = [];
    for (let i = 0; i < count; i++) {
      ports.push(await freePort());
      routes.push(await freePort());
    }
    const folders = ports.map((_port, i) => join(folder, `nats-${i}`));
    const servers = new NatsServers(program, ports, folders);
    for (const [i, own] of folders.entries()) {
      mkdirSync(own, { recursive: true });
      writeFileSync(
        join(own, 'server.conf'),
        configOf({ i, ports, routes: count === 1 ? [] : routes, store: join(own, 'store') }),
      );
    }
    await Promise.all(folders.map((_own, i) => servers.startOne(i)));
    return servers;
  }

  /** Starts a server (again) on its port and folder and waits until it takes connections. */
  async startOne(i: number): Promise<void> {
    const folder = this.#folders[i]!;
    const server = new ChildServer({
      program: this.#program,
      args: ['-c', join(folder, 'server.conf')],
      logPath: join(folder, 'log'),
      isShielded: true,
    });
    this.#servers[i] = server;
    await waitUntil(`nats-server ${i}`, async () => {
      server.requireRunning();
      return await greets(this.ports[i]!);
    });
  }

  /** kill -9 of one server; its folder stays. */
  async killOne(i: number): Promise<void> {
    await this.#servers[i]?.end('SIGKILL');
  }

  async killAll(): Promise<void> {
    await Promise.all(this.ports.map((_port, i) => this.killOne(i)));
  }

  /** Of servers that are dead: what they stored is gone. */
  wipe(): void {
    for (const folder of this.#folders) rmSync(join(folder, 'store'), { recursive: true, force: true });
  }

  async startAll(): Promise<void> {
    await Promise.all(this.ports.map((_port, i) => this.startOne(i)));
  }
}

interface ServerConfig {
  readonly i: number;
  readonly ports: readonly number[];
  readonly routes: readonly number[];
  readonly store: string;
}

function configOf({ i, ports, routes, store }: ServerConfig): string {
  const lines = [
    `listen: "127.0.0.1:${ports[i]}"`,
    `server_name: "n${i}"`,
    `jetstream: { enabled: true, max_memory_store: 64MB, max_file_store: 512MB, store_dir: ${JSON.stringify(store)} }`,
  ];
  if (routes.length > 0) {
    const others = routes.filter((_port, at) => at !== i).map((port) => `nats-route://127.0.0.1:${port}`);
    lines.push(`cluster: { name: telamon, listen: "127.0.0.1:${routes[i]}", routes: [${others.join(', ')}] }`);
  }
  return `${lines.join('\n')}\n`;
}

/** Whether a NATS server answers on a port: it speaks first. */
function greets(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const settle = (isIt: boolean): void => {
      socket.destroy();
      resolve(isIt);
    };
    socket.once('data', (bytes) => settle(bytes.toString('latin1').startsWith('INFO ')));
    socket.once('error', () => settle(false)).once('close', () => settle(false));
  });
}
