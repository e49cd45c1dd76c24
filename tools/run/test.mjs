/**
 * `npm test`: everything that a change must pass, alone enough on a fresh clone: installs, fetches the real servers
 * that tests talk to, builds, checks, runs the unit and the black-box tests, and prints one closing line.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CHECKS, runChecks } from './check.mjs';
import { printTally } from './closing-line-reporter.mjs';
import { binary, build, install, ROOT, run, say } from './steps.mjs';
import { findTools, TOOL_NAMES } from './test-tools.mjs';

await install();
const scratch = mkdtempSync(join(tmpdir(), 'telamon-test-'));
// Whatever tests leave in the folder for temporary files goes when all have passed.
process.env.TMPDIR = join(scratch, 'tmp');
mkdirSync(process.env.TMPDIR);
const total = { passed: 0, failed: 0, skipped: [], failures: [] };

say('looking for the servers and clients that the black-box tests use');
mkdirSync(join(ROOT, '.cache'), { recursive: true });
const tools = await findTools(TOOL_NAMES, say);
for (const tool of tools) {
  say(
    tool.path === undefined ? `${tool.name}: none (${tool.reason}); its scenarios will be skipped` : `${tool.name}: ${tool.from}`,
  );
}

const isBuilt = await step('build', build);
say('checking types, lint and format, dead code');
const failedChecks = await runChecks(CHECKS);
for (const { name } of CHECKS) count(`check: ${name}`, !failedChecks.includes(name));
const s3 = isBuilt ? await startS3() : undefined;
const waiting = isBuilt ? runVitest('waiting', { isQuiet: true }) : undefined;
await runVitest('unit', { env: s3 === undefined ? {} : { TELAMON_TEST_S3: s3.url } });
await s3?.dispose();
await waiting;
if (isBuilt) await runVitest('integration');
else total.skipped.push({ name: 'integration tests', reason: 'the build failed' });

if (total.failed === 0) rmSync(scratch, { recursive: true, force: true });
else say(`temporary files of the tests stay in ${scratch}`);
printTally(total);
process.exit(total.failed === 0 ? 0 : 1);

async function step(name, work) {
  const isFine = await work();
  count(name, isFine);
  return isFine;
}

function count(name, isFine) {
  if (isFine) total.passed += 1;
  else {
    total.failed += 1;
    total.failures.push(name);
  }
}

/**
 * The S3 server of the unit tests of buckets: SeaweedFS, else MinIO where a Docker engine answers. Undefined, and the
 * tests skip themselves by name, when there is neither or TELAMON_TEST_S3 names one already. One that should start and
 * doesn't is a failure.
 */
async function startS3() {
  if (process.env.TELAMON_TEST_S3 !== undefined) return undefined;
  const pathOf = (name) => tools.find((tool) => tool.name === name)?.path;
  const isSeaweed = pathOf('seaweedfs') !== undefined;
  if (!isSeaweed && pathOf('docker') === undefined) return undefined;
  say(`starting ${isSeaweed ? 'SeaweedFS' : 'MinIO'} for the unit tests of buckets`);
  // Ends the server too: it is reaped when this process exits, which a signal alone would skip.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  try {
    const { S3Store } = await import(pathToFileURL(join(ROOT, 'integration-tests/dist/harness/block-store.js')).href);
    return isSeaweed ? await S3Store.onSeaweedFs(pathOf('seaweedfs')) : await S3Store.onMinio();
  } catch (error) {
    say(`no S3 server: ${error.message}`);
    count('S3 server for the unit tests of buckets', false);
    return undefined;
  }
}

/**
 * Runs one vitest project and adds its figures to the total; a run that dies without figures counts as one failure. A quiet one prints
 * when it has ended.
 */
async function runVitest(project, { env = {}, isQuiet = false } = {}) {
  say(`${project} tests${isQuiet ? ', beside the others' : ''}`);
  const tallyPath = join(scratch, `${project}.jsonl`);
  const { code, output } = await run(binary('vitest'), ['run', '--project', project, ...process.argv.slice(2)], {
    env: { TELAMON_TEST_TALLY: tallyPath, ...env },
    isQuiet,
  });
  if (isQuiet) process.stdout.write(output);
  if (!existsSync(tallyPath)) return count(`${project} tests (exit code ${code})`, code === 0);
  for (const line of readFileSync(tallyPath, 'utf8').trim().split('\n')) {
    const tally = JSON.parse(line);
    total.passed += tally.passed;
    total.failed += tally.failed;
    total.skipped.push(...tally.skipped);
    total.failures.push(...tally.failures);
    if (tally.failed === 0 && code !== 0) count(`${project} tests (exit code ${code})`, false);
  }
}
