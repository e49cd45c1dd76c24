/**
 * `npm run bench -- NAME`: measures. NAME is a scenario against the built process (`ingest`, `query`) or a part of the
 * path of a `*.bench.ts` file beside the code. Without a name it lists what there is.
 */
import { readdirSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { build, install, ROOT, run, say } from './steps.mjs';

const SCENARIOS = join('integration-tests', 'src', 'bench');

await install();
const [name, ...rest] = process.argv.slice(2);
const files = benchFiles();
const chosen =
  name === undefined ? [] : files.filter((file) => file.name === name || (!file.isScenario && file.path.includes(name)));
if (chosen.length === 0) {
  if (name !== undefined) process.stderr.write(`There is no benchmark '${name}'.\n`);
  process.stdout.write(`Benchmarks:\n${files.map((file) => `  ${file.name}\n`).join('')}`);
  process.exit(name === undefined ? 0 : 1);
}
if (chosen.some((file) => file.isScenario) && !(await build())) process.exit(1);
let worst = 0;
for (const file of chosen) {
  say(`measuring ${file.name}`);
  const { code } = await run(process.execPath, ['--import', 'tsx', '-C', 'telamon-source', join(ROOT, file.path), ...rest]);
  worst = Math.max(worst, code);
}
process.exit(worst);

function benchFiles() {
  const found = [];
  for (const top of ['libs', 'services', 'integration-tests']) {
    for (const entry of readdirSync(join(ROOT, top), { recursive: true, withFileTypes: true })) {
      const path = relative(ROOT, join(entry.parentPath, entry.name));
      if (!entry.isFile() || !path.endsWith('.bench.ts') || path.includes('node_modules')) continue;
      const isScenario = path.startsWith(SCENARIOS);
      const short = path
        .replace(/^libs\/[^/]+\//, '')
        .replace('/src/', '/')
        .replace(/\.bench\.ts$/, '');
      found.push({ path, isScenario, name: isScenario ? basename(path, '.bench.ts') : short });
    }
  }
  return found.sort((a, b) => Number(b.isScenario) - Number(a.isScenario) || a.name.localeCompare(b.name));
}
