import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ROOT, scratchFolder } from '../harness/repository.ts';
import { loseUnsynced } from './lose-unsynced.ts';

let folder: string;

beforeEach(() => {
  folder = scratchFolder('preloads');
  mkdirSync(join(folder, 'data'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a script as a process under test would be run; what it prints. */
function run(preload: string, script: string): string {
  const path = join(ROOT, 'integration-tests/src/cluster', `${preload}-preload.mjs`);
  const env = { ...process.env, FAULTS_FOLDER: folder };
  const args = ['--import', path, '--input-type=module', '-e', script];
  return execFileSync(process.execPath, args, { env, cwd: join(folder, 'data') }).toString();
}

const WRITE_ALL_WAYS = `
  import { open, openSync, write, writeSync, writeFileSync } from 'node:fs';
  import { open as openHandle, writeFile } from 'node:fs/promises';
  import { promisify } from 'node:util';
  const codes = [];
  const tried = async (work) => codes.push(await Promise.resolve().then(work).then(() => 'ok', ({ code }) => code));
  const descriptor = openSync(FILE, 'w');
  await tried(() => promisify(write)(descriptor, Buffer.from('a'), 0, 1, 0));
  await tried(() => writeSync(descriptor, 'b'));
  await tried(() => writeFile(FILE + '2', 'c'));
  const handle = await openHandle(FILE + '3', 'w');
  await tried(() => handle.write('d'));
  console.log(codes.join());
`;

it('fails writes to the disk in every way to write, and only those', () => {
  const script = (path: string): string => WRITE_ALL_WAYS.replaceAll('FILE', JSON.stringify(path));
  expect(run('disk', script('file'))).toBe('ok,ok,ok,ok\n');
  writeFileSync(join(folder, 'disk-fault'), 'ENOSPC');
  expect(run('disk', script('file'))).toBe('ENOSPC,ENOSPC,ENOSPC,ENOSPC\n');
  expect(run('disk', script('../elsewhere'))).toBe('ok,ok,ok,ok\n');
});

it('writes the first half of what fills the disk up', () => {
  writeFileSync(join(folder, 'disk-fault'), 'ENOSPC');
  run(
    'disk',
    `import { openSync, write } from 'node:fs'; write(openSync('half', 'w'), Buffer.from('abcdef'), 0, 6, 0, () => {});`,
  );
  expect(readFileSync(join(folder, 'data/half'), 'utf8')).toBe('abc');
});

it('leaves after a power cut what was synced', () => {
  run(
    'disk',
    `import { closeSync, fsyncSync, mkdirSync, openSync, writeSync, writeFileSync } from 'node:fs';
     mkdirSync('kept'); writeFileSync('kept/unnamed', 'never synced');
     const file = openSync('kept/named', 'w');
     writeSync(file, 'synced'); fsyncSync(file); writeSync(file, ' and not');
     const top = openSync('.', 'r'); fsyncSync(top);
     const kept = openSync('kept', 'r');`,
  );
  run('disk', `import { fsyncSync, openSync, rmSync } from 'node:fs'; rmSync('kept/unnamed'); fsyncSync(openSync('kept', 'r'));`);
  writeFileSync(join(folder, 'data/kept/later'), 'its name was never synced');
  loseUnsynced(join(folder, 'data'), join(folder, 'synced.log'));
  expect(readFileSync(join(folder, 'data/kept/named'), 'utf8')).toBe('synced');
  expect(() => readFileSync(join(folder, 'data/kept/later'))).toThrow('ENOENT');
});

it('shifts the clock, also that of new Date()', () => {
  writeFileSync(join(folder, 'clock-skew'), '600000');
  const [now, made] = JSON.parse(run('clock', 'console.log(JSON.stringify([Date.now(), new Date().getTime()]))')) as number[];
  for (const time of [now!, made!]) expect(Math.abs(time - Date.now() - 600_000)).toBeLessThan(30_000);
  expect(run('clock', 'console.log(new Date(0).toISOString(), new Date() instanceof Date)')).toBe(
    '1970-01-01T00:00:00.000Z true\n',
  );
});
