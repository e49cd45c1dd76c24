import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../../../..');
const START_TIMEOUT_MS = 20_000;

/** Path of a `redis-server`: named by TELAMON_TEST_REDIS, fetched for the tests, or installed; undefined when there is none. */
export const REDIS_PROGRAM: string | undefined = [
  process.env.TELAMON_TEST_REDIS ?? '',
  join(ROOT, '.cache/tools/redis-server/usr/bin/redis-server'),
  ...(process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'redis-server')),
].find(isProgram);

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return path !== '';
  } catch {
    return false;
  }
}

/** A real server on 127.0.0.1 that keeps nothing on disk; ends only the process that it started. */
export class RedisServer {
  readonly port: number;
  readonly #folder: string;
  #process: ChildProcess | undefined;

  private constructor(port: number) {
    this.port = port;
    this.#folder = mkdtempSync(join(tmpdir(), 'telamon-redis-'));
  }

  /** Starts a server that wants this password, '' for none. */
  static async start(password = ''): Promise<RedisServer> {
    const server = new RedisServer(await freePort());
    await server.begin(password);
    return server;
  }

  /** Starts the process (again) on the same port. */
  async begin(password = ''): Promise<void> {
    const program = REDIS_PROGRAM!;
    // Unpacked and not installed, it brings its libraries along.
    const libraries = join(dirname(program), '../lib/x86_64-linux-gnu');
    const args = ['--port', String(this.port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', this.#folder];
    if (password !== '') args.push('--requirepass', password);
    this.#process = spawn(program, args, { stdio: 'ignore', env: { ...process.env, LD_LIBRARY_PATH: libraries } });
    const deadlineMs = performance.now() + START_TIMEOUT_MS;
    while (!(await answers(this.port))) {
      if (performance.now() > deadlineMs || this.#process.exitCode !== null) throw new Error('redis-server does not start');
      await delay(20);
    }
  }

  /** Kills the process. */
  async kill(): Promise<void> {
    const running = this.#process;
    this.#process = undefined;
    if (running === undefined || running.exitCode !== null) return;
    running.kill('SIGKILL');
    await once(running, 'exit');
  }

  /** Kills the process and removes its folder. */
  async end(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
