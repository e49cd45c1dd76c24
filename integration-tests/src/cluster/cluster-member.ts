import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ChildServer, type Usage } from '../harness/child-server.ts';
import { exchange } from '../harness/http-exchange.ts';
import { ROOT } from '../harness/repository.ts';
import { waitUntil } from '../harness/wait-until.ts';
import type { MemberPlan } from './cluster-layout.ts';

/** How a member is run. */
export interface MemberOptions {
  readonly plan: MemberPlan;
  /** Its data, listeners file and log; kept between restarts. */
  readonly folder: string;
  readonly flags: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const READY_TIMEOUT_MS = 60_000;

/** One role as a child process. */
export class ClusterMember {
  readonly plan: MemberPlan;
  readonly #options: MemberOptions;
  #server: ChildServer | undefined;
  #urls: Readonly<Record<string, string>> = {};

  constructor(options: MemberOptions) {
    this.plan = options.plan;
    this.#options = options;
    mkdirSync(this.dataDir, { recursive: true, mode: 0o700 });
  }

  get name(): string {
    return this.plan.name;
  }

  get dataDir(): string {
    return join(this.#options.folder, 'data');
  }

  get logPath(): string {
    return join(this.#options.folder, 'log');
  }

  /** Root URL of a listener, `metrics` or `admin`; of the last start. */
  url(listener: 'metrics' | 'admin' | 'otlp-http'): string {
    const url = this.#urls[listener];
    if (url === undefined) throw new Error(`${this.name} has no listener ${listener} yet`);
    return url;
  }

  get pid(): number {
    return this.#server?.pid ?? -1;
  }

  isRunning(): boolean {
    return this.#server?.isRunning() ?? false;
  }

  /** Starts the process; {@link ready} tells when it serves. Flags given here come last. */
  start(moreFlags: readonly string[] = []): void {
    const listenersPath = join(this.dataDir, 'listeners.json');
    rmSync(listenersPath, { force: true });
    this.#server = new ChildServer({
      program: process.execPath,
      args: ['--enable-source-maps', join(ROOT, 'services/all/dist/main.js'), ...this.#flags(), ...moreFlags],
      logPath: this.logPath,
      env: this.#options.env,
      cwd: this.#options.folder,
      isShielded: true,
    });
  }

  /** Waits until `/ready` answers 200. Throws with the end of the log when the process ends or does not become ready. */
  async ready(timeoutMs: number = READY_TIMEOUT_MS): Promise<void> {
    const attempt = async (): Promise<boolean | 'gone'> => {
      if (!this.isRunning()) return 'gone';
      this.#urls = JSON.parse(readFileSync(join(this.dataDir, 'listeners.json'), 'utf8')) as Record<string, string>;
      return (await exchange({ base: this.url('metrics'), path: '/ready', timeoutMs: 2000 })).status === 200;
    };
    const found = await waitUntil(`${this.name} to be ready`, attempt, { timeoutMs }).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${this.logTail()}`);
    });
    if (found === 'gone') throw new Error(`${this.name} ended:\n${this.logTail()}`);
  }

  /** kill -9. */
  async kill(): Promise<void> {
    await this.#server?.end('SIGKILL');
  }

  /** SIGTERM and wait; gives the exit code. */
  async stop(): Promise<number | undefined> {
    return await this.#server?.end('SIGTERM');
  }

  /** SIGSTOP or SIGCONT. */
  setPaused(isPaused: boolean): void {
    process.kill(this.pid, isPaused ? 'SIGSTOP' : 'SIGCONT');
  }

  usage(): Usage {
    if (this.#server === undefined) throw new Error(`${this.name} was not started`);
    return this.#server.usage();
  }

  logTail(): string {
    return readFileSync(this.logPath, 'utf8').slice(-4096);
  }

  #flags(): string[] {
    const { plan, flags } = this.#options;
    const zone = plan.zone === '' ? [] : [`--ring.zone=${plan.zone}`];
    return [`--target=${plan.role}`, `--data-dir=${this.dataDir}`, `--ring.instance-id=${plan.name}`, ...zone, ...flags];
  }
}
