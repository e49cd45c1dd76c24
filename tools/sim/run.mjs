/** `npm run sim -- --seed N [--ingesters N] [--tenants N] [--series N] [--samples N]`: the ring at a size that no machine here has. */
import { join } from 'node:path';
import { install, ROOT, run } from '../run/steps.mjs';

await install();
const program = join(ROOT, 'tools', 'sim', 'main.ts');
const { code } = await run(process.execPath, ['--import', 'tsx', '-C', 'telamon-source', program, ...process.argv.slice(2)]);
process.exit(code);
