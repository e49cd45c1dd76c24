import type { ChildProcess } from 'node:child_process';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const children = new Set<ChildProcess>();
const leaders = new WeakSet<ChildProcess>();

/**
 * Makes a child end with this process, however that ends short of kill -9: a run that is broken off must not leave servers behind. One that
 * leads a process group takes the group along: what it forked would outlive it. A signal that someone else listens to is theirs to end
 * the process for. Call the result when the child is gone.
 */
export function reapWithProcess(child: ChildProcess, isGroupLeader: boolean): () => void {
  if (isGroupLeader) leaders.add(child);
  if (children.size === 0) listen();
  children.add(child);
  return () => {
    children.delete(child);
    if (children.size === 0) unlisten();
  };
}

function listen(): void {
  process.on('exit', reap);
  process.on('disconnect', exit);
  for (const signal of SIGNALS) process.on(signal, endBySignal);
}

function unlisten(): void {
  process.off('exit', reap);
  process.off('disconnect', exit);
  for (const signal of SIGNALS) process.off(signal, endBySignal);
}

function reap(): void {
  for (const child of children) {
    if (leaders.has(child)) killGroup(child.pid);
    else child.kill('SIGKILL');
  }
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}

/** Whoever forked this process is gone, and nobody waits for what it does. */
function exit(): void {
  process.exit(1);
}

function endBySignal(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return;
  reap();
  unlisten();
  // Now it ends this process, too.
  process.kill(process.pid, signal);
}
