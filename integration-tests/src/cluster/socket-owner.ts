import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/**
 * Which of some processes holds the other end of a loopback connection, told by its port: the proxy between two processes learns
 * in this way who calls, without the callers knowing of it. Linux only; undefined when none of them does. Cost: one read of
 * /proc/net/tcp and of the processes' descriptors.
 */
export function ownerOfPort(port: number, pids: Iterable<number>): number | undefined {
  const inode = inodeOfPort(port);
  if (inode === undefined) return undefined;
  const wanted = `socket:[${inode}]`;
  for (const pid of pids) if (holds(pid, wanted)) return pid;
  return undefined;
}

function inodeOfPort(port: number): string | undefined {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of readFileSync(table, 'utf8').split('\n').slice(1)) {
      const fields = line.trim().split(/\s+/);
      if (fields[1]?.endsWith(`:${hex}`) === true && fields[9] !== '0') return fields[9];
    }
  }
  return undefined;
}

function holds(pid: number, wanted: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => linkOf(`/proc/${pid}/fd/${fd}`) === wanted);
  } catch {
    // It ended meanwhile.
    return false;
  }
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
