import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { ROOT, scratchFolder } from './repository.ts';
import { waitUntil } from './wait-until.ts';

const folder = scratchFolder('reaper');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Writes a script that starts a server, which forks one more process, and then does something else; and what gives the ids of both. */
function script(name: string, more = ''): { readonly path: string; readonly pids: () => Promise<number[]> } {
  const path = join(folder, `${name}.mjs`);
  const pidsPath = join(folder, `${name}.pids`);
  const server = join(ROOT, 'integration-tests/src/harness/child-server.ts');
  const options = { program: '/bin/sh', args: ['-c', 'sleep 600 & echo $$ $!; wait'], logPath: pidsPath, isShielded: true };
  const lines = [
    `import { ChildServer } from ${JSON.stringify(server)};`,
    more,
    `new ChildServer(${JSON.stringify(options)});`,
    'setInterval(() => {}, 1000);',
  ];
  writeFileSync(path, lines.join('\n'));
  const pids = async (): Promise<number[]> => {
    await waitUntil('the server', () => existsSync(pidsPath) && readFileSync(pidsPath, 'utf8').endsWith('\n'));
    return readFileSync(pidsPath, 'utf8').trim().split(' ').map(Number);
  };
  return { path, pids };
}

const NODE_ARGS = ['--import', 'tsx'];

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const untilGone = (pids: readonly number[]): Promise<unknown> =>
  waitUntil('the server to be gone', () => !pids.some((pid) => isThere(pid)));

it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('a process that %s ends takes its servers along', async (signal) => {
  const { path, pids } = script(signal);
  const child = spawn(process.execPath, [...NODE_ARGS, path], { cwd: ROOT });
  const server = await pids();
  child.kill(signal);
  // The signal itself ends it, as whoever sent it sees.
  expect((await once(child, 'exit'))[1]).toBe(signal);
  await untilGone(server);
});

it('a process that was forked takes its servers along when whoever forked it is gone', async () => {
  const { path, pids } = script('forked');
  const child = fork(path, { cwd: ROOT, execArgv: NODE_ARGS });
  const server = await pids();
  child.disconnect();
  await once(child, 'exit');
  await untilGone(server);
});

it('a signal that the process itself listens to is left to it', async () => {
  const { path, pids } = script('listens', `process.on('SIGTERM', () => setImmediate(() => process.exit(7)));`);
  const child = spawn(process.execPath, [...NODE_ARGS, path], { cwd: ROOT });
  const server = await pids();
  child.kill('SIGTERM');
  expect((await once(child, 'exit'))[0]).toBe(7);
  await untilGone(server);
});
