/**
 * `npm run role -- ROLE [--config FILE] [--option=value ...]`: installs and builds what is missing, and runs one role in a process of
 * its own. It finds the other roles through the ring store (`--ring.store=nats --nats.url=...`).
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build, install, ROOT, run } from './steps.mjs';

const [role = '', ...args] = process.argv.slice(2);
const roles = readdirSync(join(ROOT, 'services')).filter((name) => existsSync(join(ROOT, 'services', name, 'src', 'main.ts')));
if (!roles.includes(role)) {
  process.stderr.write(`Name a role: npm run role -- ${roles.join('|')} [--config FILE] [--option=value ...]\n`);
  process.exit(1);
}
await install();
if (!(await build())) process.exit(1);
const main = join(ROOT, 'services', role, 'dist', 'main.js');
const flags = args.map((arg) =>
  arg === '--config' || arg.startsWith('--config=') ? arg.replace('--config', '--config.file') : arg,
);
const { code } = await run(process.execPath, [main, ...flags], { cwd: process.cwd() });
process.exit(code);
