import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DataDir } from './data-dir.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'telamon-data-dir-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

it('makes the directory, writes its pid and listeners, and gives both up', () => {
  const dir = DataDir.take(join(root, 'a', 'b'));
  expect(readFileSync(join(dir.path, 'telamon.pid'), 'utf8')).toMatch(new RegExp(`^${process.pid} `));
  dir.writeListeners({ metrics: 'http://127.0.0.1:1' });
  expect(JSON.parse(readFileSync(join(dir.path, 'listeners.json'), 'utf8'))).toEqual({ metrics: 'http://127.0.0.1:1' });
  dir.release();
  expect(existsSync(join(dir.path, 'telamon.pid'))).toBe(false);
});

it('refuses a directory that a living process holds, and takes over from a dead one', async () => {
  const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  await new Promise((resolve) => other.once('spawn', resolve));
  writeFileSync(join(root, 'telamon.pid'), `${other.pid} \n`);
  expect(() => DataDir.take(root)).toThrow(`in use by process ${other.pid}`);
  const gone = new Promise((resolve) => other.once('exit', resolve));
  other.kill('SIGKILL');
  await gone;
  DataDir.take(root).release();
});

it('does not take a reused pid for the owner', () => {
  writeFileSync(join(root, 'telamon.pid'), '1 0\n');
  DataDir.take(root).release();
});

it('refuses symbolic links and directories that everyone may write to', () => {
  symlinkSync(root, `${root}-link`);
  expect(() => DataDir.take(`${root}-link`)).toThrow('symbolic link');
  rmSync(`${root}-link`);
  chmodSync(root, 0o777);
  expect(() => DataDir.take(root)).toThrow('writable by everyone');
});
