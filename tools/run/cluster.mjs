/** `npm run cluster [-- --option=value ...]`: brings every role up as a process of its own on loopback, with NATS and S3. ^C drains. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { build, install, ROOT } from './steps.mjs';

await install();
if (!(await build())) process.exit(1);
const main = join(ROOT, 'integration-tests', 'src', 'cluster', 'run-cluster.ts');
const args = ['--import', 'tsx', '-C', 'telamon-source', main, ...process.argv.slice(2)];
const runner = spawn(process.execPath, args, { cwd: ROOT, stdio: 'inherit' });
// The terminal sends ^C to the runner, too.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => runner.kill('SIGTERM'));
runner.on('exit', (code) => process.exit(code ?? 1));
