/** `npm run faults -- all|Fnn [--seed N] [--scale N]`: rows of the fault matrix against a cluster of processes, at full length. */
import { join } from 'node:path';
import { build, install, ROOT, run } from './steps.mjs';

await install();
if (!(await build())) process.exit(1);
const main = join(ROOT, 'integration-tests', 'src', 'faults', 'run-faults.ts');
const { code } = await run(process.execPath, ['--import', 'tsx', '-C', 'telamon-source', main, ...process.argv.slice(2)]);
process.exit(code);
