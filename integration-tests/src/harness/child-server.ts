import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { reapWithProcess } from './reaper.ts';

/** What to start and where its output goes. */
export interface ChildServerOptions {
  readonly program: string;
  readonly args: readonly string[];
  readonly logPath: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Whether a ^C at the terminal is kept from it. Default false. */
  readonly isShielded?: boolean;
}

/** CPU time and memory of a process and everything below it. */
export interface Usage {
  readonly cpuMs: number;
  readonly residentBytes: number;
}

/** A server that runs as a child process with its log in a file. */
export class ChildServer {
  readonly logPath: string;
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;

  constructor({ program, args, logPath, env = {}, cwd, isShielded = false }: ChildServerOptions) {
    const log = openSync(logPath, 'a');
    this.logPath = logPath;
    this.#child = spawn(program, [...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', log, log],
      cwd,
      detached: isShielded,
    });
    this.#closed = once(this.#child, 'exit').catch(() => undefined);
    void this.#closed.then(reapWithProcess(this.#child, isShielded));
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  /** Whether the process is still there. */
  isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Throws with the end of the log when the process is gone. */
  requireRunning(): void {
    if (this.isRunning()) return;
    throw new Error(`process ended (${this.#child.exitCode ?? this.#child.signalCode}):\n${this.logTail()}`);
  }

  /** Sends a signal and waits until the process is gone; gives its exit code, or undefined when a signal ended it. */
  async end(signal: NodeJS.Signals): Promise<number | undefined> {
    if (this.isRunning()) {
      this.#child.kill(signal);
      await this.#closed;
    }
    return this.#child.exitCode ?? undefined;
  }

  /** The last 4 KiB of what it printed. */
  logTail(): string {
    return readFileSync(this.logPath, 'utf8').slice(-4096);
  }

  /** CPU time and resident bytes of the whole process tree now. Linux only. */
  usage(): Usage {
    return usageOfTree(this.pid);
  }
}

function usageOfTree(pid: number): Usage {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticksMs = (Number(fields[11]) + Number(fields[12])) * 10;
  let residentBytes = Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  let cpuMs = ticksMs;
  for (const child of readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')) {
    if (child === '') continue;
    const below = usageOfTree(Number(child));
    cpuMs += below.cpuMs;
    residentBytes += below.residentBytes;
  }
  return { cpuMs, residentBytes };
}

/** Ports below those that systems give to outgoing connections, so that none of them sits on a port while its server is restarted. */
const PORTS = { first: 10_000, count: 20_000 } as const;
const PORT_TRIES = 100;
/** Ports that were given out: the server of one that is free may only be about to start. */
const given = new Set<number>();

/** A TCP port that was free a moment ago, for servers that can't pick one themselves. None is given out twice. */
export async function freePort(): Promise<number> {
  for (let i = 0; i < PORT_TRIES; i++) {
    const port = PORTS.first + randomInt(PORTS.count);
    if (given.has(port)) continue;
    given.add(port);
    if (await canListen(port)) return port;
  }
  throw new Error('no free port');
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
