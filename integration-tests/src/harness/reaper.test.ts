import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { ROOT, scratchFolder } from './repository.ts';
import { waitUntil } from './wait-until.ts';

const folder = scratchFolder('reaper');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Writes a script that starts a server, tells its process id, and then does something else. */
function script(name: string, more = ''): { readonly path: string; readonly pid: () => Promise<number> } {
  const path = join(folder, `${name}.mjs`);
  const pidPath = join(folder, `${name}.pid`);
  const server = join(ROOT, 'integration-tests/src/harness/child-server.ts');
  writeFileSync(
    path,
    `import { writeFileSync } from 'node:fs';
import { ChildServer } from ${JSON.stringify(server)};
const options = { program: 'sleep', args: ['600'], logPath: ${JSON.stringify(join(folder, `${name}.log`))}, isShielded: true };
${more}
writeFileSync(${JSON.stringify(pidPath)}, String(new ChildServer(options).pid) + '\\n');
setInterval(() => {}, 1000);`,
  );
  const pid = async (): Promise<number> => {
    await waitUntil('the server', () => existsSync(pidPath) && readFileSync(pidPath, 'utf8').endsWith('\n'));
    return Number(readFileSync(pidPath, 'utf8'));
  };
  return { path, pid };
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

const untilGone = (pid: number): Promise<unknown> => waitUntil('the server to be gone', () => !isThere(pid));

it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('a process that %s ends takes its servers along', async (signal) => {
  const { path, pid } = script(signal);
  const child = spawn(process.execPath, [...NODE_ARGS, path], { cwd: ROOT });
  const server = await pid();
  child.kill(signal);
  // The signal itself ends it, as whoever sent it sees.
  expect((await once(child, 'exit'))[1]).toBe(signal);
  await untilGone(server);
});

it('a process that was forked takes its servers along when whoever forked it is gone', async () => {
  const { path, pid } = script('forked');
  const child = fork(path, { cwd: ROOT, execArgv: NODE_ARGS });
  const server = await pid();
  child.disconnect();
  await once(child, 'exit');
  await untilGone(server);
});

it('a signal that the process itself listens to is left to it', async () => {
  const { path, pid } = script('listens', `process.on('SIGTERM', () => setImmediate(() => process.exit(7)));`);
  const child = spawn(process.execPath, [...NODE_ARGS, path], { cwd: ROOT });
  const server = await pid();
  child.kill('SIGTERM');
  expect((await once(child, 'exit'))[0]).toBe(7);
  await untilGone(server);
});
