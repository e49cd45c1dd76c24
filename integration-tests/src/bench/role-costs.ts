import { readFileSync } from 'node:fs';
import type { Cluster } from '../cluster/cluster.ts';
import { ROLES } from './bench-cluster.ts';

/** What the processes of one role have taken since they were started. */
export interface RoleCosts {
  readonly role: string;
  readonly processes: number;
  readonly cpuMs: number;
  readonly residentBytes: number;
  /** Read and written by system calls: sockets and files together. */
  readonly readBytes: number;
  readonly writtenBytes: number;
}

/** Costs of every role now. Linux only. */
export function roleCosts(cluster: Cluster): RoleCosts[] {
  return ROLES.map((role) => {
    const members = cluster.ofRole(role).filter((member) => member.isRunning());
    const io = members.map(({ pid }) => readFileSync(`/proc/${pid}/io`, 'utf8'));
    const sum = (name: string): number =>
      io.reduce((bytes, text) => bytes + Number(new RegExp(`^${name}: (\\d+)$`, 'm').exec(text)?.[1] ?? 0), 0);
    return { role, processes: members.length, ...cluster.usage(role), readBytes: sum('rchar'), writtenBytes: sum('wchar') };
  });
}
