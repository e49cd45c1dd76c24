import { closeSync, fsyncSync, lstatSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { TelamonError } from '@telamon/model';

const PID_FILE = 'telamon.pid';
const LISTENERS_FILE = 'listeners.json';

/**
 * The directory that holds everything of one process. Only one process uses it at a time, which the pid file tells:
 * `<pid> <start time of that process>`, the latter because pids are used again.
 */
export class DataDir {
  /** Absolute. */
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /**
   * Makes the directory (0700) when missing and takes it. TelamonError when another process holds it, or when it is a
   * symbolic link or others may write to it.
   */
  static take(path: string): DataDir {
    const absolute = resolve(path);
    mkdirSync(absolute, { recursive: true, mode: 0o700 });
    refuseUnsafe(absolute);
    refuseTaken(join(absolute, PID_FILE));
    writeWhole(join(absolute, PID_FILE), `${process.pid} ${startTimeOf(process.pid) ?? ''}\n`);
    return new DataDir(absolute);
  }

  /** Writes the root URLs of the listeners by name, for tools that start the process with free ports. */
  writeListeners(urls: Readonly<Record<string, string>>): void {
    writeWhole(join(this.path, LISTENERS_FILE), `${JSON.stringify(urls, undefined, 2)}\n`);
  }

  /** Gives the directory up. */
  release(): void {
    for (const name of [LISTENERS_FILE, PID_FILE]) rmSync(join(this.path, name), { force: true });
  }
}

function refuseUnsafe(path: string): void {
  const stat = lstatSync(path);
  if (stat.isSymbolicLink()) throw new TelamonError(`--data-dir ${path} is a symbolic link; name the directory itself`);
  if (!stat.isDirectory()) throw new TelamonError(`--data-dir ${path} is not a directory`);
  if ((stat.mode & 0o002) !== 0) throw new TelamonError(`--data-dir ${path} is writable by everyone; run chmod o-w ${path}`);
}

function refuseTaken(pidFile: string): void {
  let text: string;
  try {
    text = readFileSync(pidFile, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const [pid, startTime] = text.trim().split(' ');
  const owner = Number(pid);
  if (!Number.isSafeInteger(owner) || owner <= 0 || owner === process.pid || !isAlive(owner)) return;
  const current = startTimeOf(owner);
  if (current !== undefined && startTime !== undefined && startTime !== '' && current !== startTime) return;
  throw new TelamonError(`--data-dir is in use by process ${owner}; stop it or choose another directory`);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Start time of a process in clock ticks since boot (field 22 of /proc/PID/stat); undefined where there is no /proc. */
function startTimeOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

function writeWhole(path: string, text: string): void {
  const temporary = `${path}.tmp`;
  const file = openSync(temporary, 'w', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
}
