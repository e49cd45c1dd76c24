/** `npm run flame -- PROFILE.cpuprofile [OUT.svg]`: draws a V8 CPU profile as a flame graph, without a dependency. */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { drawFlame, mergeStacks, topFunctions } from './flame-graph.mjs';

const [profilePath, outPath] = process.argv.slice(2);
if (profilePath === undefined) {
  process.stderr.write('Usage: npm run flame -- PROFILE.cpuprofile [OUT.svg]\nMake one with: node --cpu-prof ...\n');
  process.exit(1);
}
const profile = JSON.parse(readFileSync(profilePath, 'utf8'));
const out = outPath ?? profilePath.replace(/(\.cpuprofile)?$/, '.svg');
const root = mergeStacks(profile);
writeFileSync(out, drawFlame(root));
process.stdout.write('self time, ms  function\n');
for (const { name, selfUs } of topFunctions(profile, 20)) {
  process.stdout.write(`${(selfUs / 1000).toFixed(1).padStart(13)}  ${name}\n`);
}
process.stdout.write(`\nwrote ${resolve(out)}\n`);
