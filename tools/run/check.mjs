/** `npm run check`: types, lint and format, structure, dead code; under 20 s. Runs two at a time and reports each. */
import { pathToFileURL } from 'node:url';
import { binary, install, run, say } from './steps.mjs';

/** Each check: its name, program, arguments and the command that repairs what it finds. */
export const CHECKS = [
  { name: 'types', program: 'tsc', args: ['-p', 'tsconfig.test.json'], fix: 'mend the types named above' },
  { name: 'lint and format', program: 'biome', args: ['check', '.'], fix: 'npm run format' },
  {
    name: 'dead code',
    program: 'knip',
    args: ['--no-progress', '--no-config-hints'],
    fix: 'remove what nobody uses, or say in knip.json why it stays',
  },
];

/** The structure rules; `npm test` runs them among the unit tests instead. */
const TIDY = {
  name: 'structure',
  program: 'vitest',
  args: ['run', '--project', 'unit', 'tools/tidy', '--reporter=dot'],
  fix: 'each violation names its fix',
};

/** Runs the checks, two at a time; resolves to the names of those that failed. */
export async function runChecks(checks) {
  const waiting = [...checks];
  const failed = [];
  const worker = async () => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const startedAtMs = Date.now();
      const { code, output } = await run(binary(check.program), check.args, { isQuiet: true });
      const seconds = ((Date.now() - startedAtMs) / 1000).toFixed(1);
      if (code === 0) {
        say(`${check.name}: fine (${seconds} s)`);
        continue;
      }
      failed.push(check.name);
      process.stdout.write(`${output}\n`);
      say(`${check.name}: FAILED (${seconds} s); to mend: ${check.fix}`);
    }
  };
  await Promise.all([worker(), worker()]);
  return failed;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await install();
  const failed = await runChecks([...CHECKS, TIDY]);
  say(failed.length === 0 ? 'all checks passed' : `failed: ${failed.join(', ')}`);
  process.exit(failed.length === 0 ? 0 : 1);
}
