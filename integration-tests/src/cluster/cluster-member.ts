import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ChildServer, type Usage } from '../harness/child-server.ts';
import { exchange } from '../harness/http-exchange.ts';
import { ROOT } from '../harness/repository.ts';
import { waitUntil } from '../harness/wait-until.ts';
import type { MemberPlan } from './cluster-layout.ts';
import { loseUnsynced, syncedSize } from './lose-unsynced.ts';

/** How a member is run. */
export interface MemberOptions {
  readonly plan: MemberPlan;
  /** Its data, listeners file and log; kept between restarts. */
  readonly folder: string;
  readonly flags: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Whether its disk and its clock can be harmed. */
  readonly isHarmable: boolean;
}

/** How one start of a member differs from the others. */
export interface MemberStart {
  /** Come last. */
  readonly flags?: readonly string[];
  /** Whether it speaks as the next version would: with fields that this one does not know. */
  readonly isNextVersion?: boolean;
  /** Most open files. */
  readonly maxFiles?: number;
  /** Most memory for JavaScript objects, MiB. */
  readonly heapMiB?: number;
}

const PRELOADS = join(ROOT, 'integration-tests/src/cluster');

const READY_TIMEOUT_MS = 60_000;

/** One role as a child process. */
export class ClusterMember {
  readonly plan: MemberPlan;
  readonly #options: MemberOptions;
  #server: ChildServer | undefined;
  #urls: Readonly<Record<string, string>> = {};
  #isReady = false;
  /** Told when it is ready, and when it is told to end. */
  onReadyChange: (isReady: boolean) => void = () => {};

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

  /** Starts the process; {@link ready} tells when it serves. */
  start({ flags = [], isNextVersion = false, maxFiles, heapMiB }: MemberStart = {}): void {
    const { folder, env, isHarmable } = this.#options;
    rmSync(join(this.dataDir, 'listeners.json'), { force: true });
    const preloads = [...(isHarmable ? ['disk', 'clock'] : []), ...(isNextVersion ? ['next-version'] : [])];
    const node = [
      process.execPath,
      ...preloads.flatMap((name) => ['--import', join(PRELOADS, `${name}-preload.mjs`)]),
      ...(heapMiB === undefined ? [] : [`--max-old-space-size=${heapMiB}`]),
      join(ROOT, 'services/all/dist/main.js'),
      ...this.#flags(),
      ...flags,
    ];
    const limited = maxFiles === undefined ? node : ['/bin/sh', '-c', `ulimit -n ${maxFiles}; exec "$0" "$@"`, ...node];
    this.#server = new ChildServer({
      program: limited[0]!,
      args: limited.slice(1),
      logPath: this.logPath,
      env: isHarmable ? { ...env, FAULTS_FOLDER: folder } : env,
      cwd: folder,
      isShielded: true,
    });
  }

  /** What writes below its data directory fail with from now on; undefined: they work. */
  failDisk(code: 'ENOSPC' | 'EIO' | 'EROFS' | undefined): void {
    this.#tell('disk-fault', code);
  }

  /** Sets its clock off by so many ms; within 50 ms. */
  skewClock(skewMs: number): void {
    this.#tell('clock-skew', skewMs === 0 ? undefined : String(skewMs));
  }

  /** Of a process that is dead: leaves on its disk what was synced, as a power cut would. */
  loseUnsynced(): void {
    loseUnsynced(this.dataDir, join(this.#options.folder, 'synced.log'));
  }

  /** Bytes at the beginning of one of its files that a sync covered. */
  syncedSize(path: string): number {
    return syncedSize(path, join(this.#options.folder, 'synced.log'));
  }

  #setReady(isReady: boolean): void {
    if (isReady === this.#isReady) return;
    this.#isReady = isReady;
    this.onReadyChange(isReady);
  }

  #tell(file: string, text: string | undefined): void {
    const path = join(this.#options.folder, file);
    if (text === undefined) {
      rmSync(path, { force: true });
      return;
    }
    // Renamed into place: the process may look at any moment.
    writeFileSync(`${path}.new`, text);
    renameSync(`${path}.new`, path);
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
    this.#setReady(found === true);
    if (found === 'gone') throw new Error(`${this.name} ended:\n${this.logTail()}`);
  }

  /** kill -9. */
  async kill(): Promise<void> {
    this.#setReady(false);
    await this.#server?.end('SIGKILL');
  }

  /** SIGTERM and wait; gives the exit code. */
  async stop(): Promise<number | undefined> {
    this.#setReady(false);
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
