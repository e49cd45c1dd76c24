import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ChildServer, type Usage } from './child-server.ts';
import { exchange } from './http-exchange.ts';
import { ROOT, scratchFolder } from './repository.ts';
import { waitUntil } from './wait-until.ts';

/** How to start the product. Everything that a test needs to know of its command line stands in this file. */
export interface TelamonOptions {
  /** Names the scratch folder. */
  readonly name: string;
  /** Kept between restarts; a new scratch folder when not given. */
  readonly dataDir?: string;
  /** More flags, as `--name=value`. */
  readonly flags?: readonly string[];
  /** Tenants by header instead of the one tenant `anonymous`. */
  readonly isMultitenant?: boolean;
  /** YAML of the per-tenant overrides file. */
  readonly overrides?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Base addresses of the listeners. */
export interface Listeners {
  readonly metrics: string;
  readonly 'otlp-grpc': string;
  readonly 'otlp-http': string;
  readonly admin: string;
}

/** Flags that make new blocks of the bucket known within seconds; the default is a minute for either look. */
export const QUICK_BUCKET: readonly string[] = ['--compactor.cleanup-interval=1s', '--store-gateway.sync-interval=1s'];

const READY_TIMEOUT_MS = 30_000;

/** The product as one child process, on ports of its own choice. */
export class TelamonProcess {
  readonly dataDir: string;
  readonly #options: TelamonOptions;
  readonly #folder: string;
  #server: ChildServer | undefined;
  #listeners: Listeners | undefined;

  private constructor(options: TelamonOptions) {
    this.#options = options;
    this.#folder = scratchFolder(options.name);
    this.dataDir = options.dataDir ?? join(this.#folder, 'data');
  }

  /** Starts it and waits until it is ready; throws with the end of its log when it isn't within 30 s. */
  static async start(options: TelamonOptions): Promise<TelamonProcess> {
    const telamon = new TelamonProcess(options);
    await telamon.restart();
    return telamon;
  }

  /** Makes one that isn't started, for tests that fill the data directory first. */
  static prepare(options: TelamonOptions): TelamonProcess {
    const telamon = new TelamonProcess(options);
    mkdirSync(telamon.dataDir, { recursive: true, mode: 0o700 });
    return telamon;
  }

  get listeners(): Listeners {
    if (this.#listeners === undefined) throw new Error('not started');
    return this.#listeners;
  }

  /** Base address of the metrics API. */
  get metrics(): string {
    return this.listeners.metrics;
  }

  get pid(): number {
    return this.#running().pid;
  }

  get logPath(): string {
    return join(this.#folder, 'log');
  }

  /** Everything printed so far. */
  log(): string {
    return readFileSync(this.logPath, 'utf8');
  }

  /** Folder of the file-system bucket of the metrics. */
  get bucketDir(): string {
    return join(this.dataDir, 'bucket', 'metrics');
  }

  /** Starts it (again) on the same data and waits until it is ready. The ports change. */
  async restart(): Promise<void> {
    if (this.#server !== undefined) await this.#server.end('SIGTERM');
    const listenersPath = join(this.dataDir, 'listeners.json');
    rmSync(listenersPath, { force: true });
    const server = new ChildServer({
      program: process.execPath,
      args: [...programArgs(), ...this.#flags()],
      logPath: this.logPath,
      env: { ...this.#options.env },
      cwd: this.#folder,
    });
    this.#server = server;
    this.#listeners = undefined;
    const attempt = async (): Promise<Listeners | 'gone' | undefined> => {
      if (!server.isRunning()) return 'gone';
      const listeners = JSON.parse(readFileSync(listenersPath, 'utf8')) as Listeners;
      return (await exchange({ base: listeners.metrics, path: '/ready', timeoutMs: 2000 })).status === 200
        ? listeners
        : undefined;
    };
    try {
      const found = await waitUntil('telamon to be ready', attempt, { timeoutMs: READY_TIMEOUT_MS });
      if (found !== 'gone') this.#listeners = found;
    } finally {
      if (this.#listeners === undefined) await server.end('SIGKILL');
    }
    server.requireRunning();
  }

  /** kill -9: nothing is flushed. */
  async crash(): Promise<void> {
    await this.#running().end('SIGKILL');
  }

  /** SIGTERM and wait; gives the exit code. The data stays. */
  async stop(): Promise<number | undefined> {
    return await this.#server?.end('SIGTERM');
  }

  /** Ends it and removes its scratch folder. */
  async dispose(): Promise<void> {
    await this.#server?.end('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 3 });
  }

  /** CPU time and resident bytes of the process tree. */
  usage(): Usage {
    return this.#running().usage();
  }

  /** Throws with the end of the log when the process died. */
  requireRunning(): void {
    this.#running().requireRunning();
  }

  #running(): ChildServer {
    if (this.#server === undefined) throw new Error('not started');
    return this.#server;
  }

  #flags(): string[] {
    const { flags = [], isMultitenant = false, overrides } = this.#options;
    const ports = ['http.metrics-listen-port', 'otlp.grpc-listen-port', 'otlp.http-listen-port', 'admin.listen-port'].filter(
      (name) => !flags.some((flag) => flag.startsWith(`--${name}=`)),
    );
    const own = [`--data-dir=${this.dataDir}`, ...ports.map((name) => `--${name}=0`)];
    if (isMultitenant) own.push('--multitenancy-enabled=true');
    if (overrides !== undefined) own.push(`--runtime-config.file=${writeOverrides(this.#folder, overrides)}`);
    return [...own, ...flags];
  }
}

/** The built program, its sources with TELAMON_TEST_FROM_SOURCE, or another program with TELAMON_TEST_MAIN. */
function programArgs(): string[] {
  if (process.env.TELAMON_TEST_MAIN !== undefined) return [process.env.TELAMON_TEST_MAIN];
  if (process.env.TELAMON_TEST_FROM_SOURCE === undefined) return [join(ROOT, 'services/all/dist/main.js')];
  const tsx = createRequire(import.meta.url).resolve('tsx');
  return ['--import', tsx, '-C', 'telamon-source', join(ROOT, 'services/all/src/main.ts')];
}

function writeOverrides(folder: string, yaml: string): string {
  const path = join(folder, 'overrides.yaml');
  writeFileSync(path, yaml);
  return path;
}
