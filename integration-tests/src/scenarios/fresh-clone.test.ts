import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT, scratchFolder } from '../harness/repository.ts';
import { waitUntil } from '../harness/wait-until.ts';

const FLAGS = ['http.metrics-listen-port', 'otlp.grpc-listen-port', 'otlp.http-listen-port', 'admin.listen-port'].map(
  (name) => `--${name}=0`,
);

function trackedFiles(): string[] | undefined {
  try {
    return execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, stdio: ['ignore', 'pipe', 'ignore'] })
      .toString()
      .split('\0')
      .filter((path) => path !== '' && existsSync(join(ROOT, path)));
  } catch {
    return undefined;
  }
}

function hasCurl(): boolean {
  try {
    execFileSync('curl', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe('a fresh clone', () => {
  const folder = scratchFolder('fresh-clone');
  const files = trackedFiles();
  let server: ChildProcess | undefined;

  afterAll(async () => {
    if (server?.pid !== undefined && server.exitCode === null) {
      // npm, its shell and the server are one process group.
      process.kill(-server.pid, 'SIGTERM');
      await waitUntil('npm start to end', () => server?.exitCode !== null || server?.signalCode !== null).catch(() =>
        process.kill(-server!.pid!, 'SIGKILL'),
      );
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  });

  it.skipIf(files === undefined || !hasCurl())('starts with one command, takes a sample and gives it back', async () => {
    for (const path of files!) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      cpSync(join(ROOT, path), join(folder, path));
    }
    const logPath = join(folder, 'npm-start.log');
    const log = openSync(logPath, 'a');
    const { TELAMON_DATA_DIR: _unset, ...env } = process.env;
    server = spawn('npm', ['start', '--', ...FLAGS], { cwd: folder, env, stdio: ['ignore', log, log], detached: true });
    const output = await waitUntil(
      'npm start to be ready',
      () => {
        const text = readFileSync(logPath, 'utf8');
        if (server?.exitCode !== null) throw new Error(`npm start ended:\n${text.slice(-3000)}`);
        return text.includes('echo ') ? text : undefined;
      },
      { timeoutMs: 240_000, pollMs: 200 },
    );
    // The lines that it prints to be copied must work as they stand.
    const [push, ask] = output.split('\n').filter((line) => line.startsWith('  curl '));
    execFileSync('sh', ['-c', `${push} --fail`], { timeout: 20_000 });
    const answer = await waitUntil('the sample', () => {
      const text = execFileSync('sh', ['-c', ask!], { timeout: 20_000 }).toString();
      return (JSON.parse(text) as { data: { result: { value: [number, string] }[] } }).data.result[0];
    });
    expect(answer.value[1]).toBe('42');
    expect(existsSync(join(folder, 'data'))).toBe(true);
    const status = execFileSync('git', ['check-ignore', 'data/x', '.cache/x', 'node_modules/x'], { cwd: ROOT }).toString();
    expect(status.trim().split('\n').length).toBe(3);
  });
});
