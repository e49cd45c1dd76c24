/** `npm run dev`: the whole product from its sources, restarted on every change. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { install, ROOT, say } from './steps.mjs';

await install();
say('running from the sources; a saved change restarts it');
const dataDir = process.env.TELAMON_DATA_DIR ?? join(ROOT, 'data');
const args = [
  '--watch',
  '--watch-preserve-output',
  '--import',
  'tsx',
  '-C',
  'telamon-source',
  join(ROOT, 'services', 'all', 'src', 'main.ts'),
];
const given = process.argv.slice(2);
const own = given.some((arg) => arg.startsWith('--data-dir')) ? [] : [`--data-dir=${dataDir}`];
const child = spawn(process.execPath, [...args, ...own, ...given], { cwd: ROOT, stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => process.exit(code ?? 0));
