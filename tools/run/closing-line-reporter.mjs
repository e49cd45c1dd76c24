/**
 * Vitest reporter: names every skipped test with its reason and prints one closing line `N passed, N failed, N skipped`.
 * With TELAMON_TEST_TALLY it appends the figures to that file instead, for a command that adds up several runs.
 */
import { appendFileSync } from 'node:fs';
import { relative } from 'node:path';

const MESSAGE_CHARS = 1500;
const MESSAGE_LINES = 20;

export default class ClosingLineReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const tally = {
      passed: 0,
      failed: unhandledErrors.length,
      skipped: [],
      failures: unhandledErrors.map((error) => `unhandled: ${error.message}`),
    };
    for (const module of modules) this.#countModule(module, tally);
    const path = process.env.TELAMON_TEST_TALLY;
    if (path !== undefined) appendFileSync(path, `${JSON.stringify(tally)}\n`);
    else printTally(tally);
  }

  #countModule(module, tally) {
    const file = relative(process.cwd(), module.moduleId);
    const tests = [...module.children.allTests()];
    if (module.errors().length > 0 || (tests.length === 0 && module.state() === 'failed')) {
      tally.failed += 1;
      tally.failures.push(file);
    }
    // A hook that fails leaves its tests skipped; the suite is what failed.
    for (const suite of module.children.allSuites()) {
      if (suite.errors().length === 0) continue;
      tally.failed += 1;
      tally.failures.push(`${file}: ${suite.fullName} (a hook failed)`);
    }
    for (const test of tests) {
      const result = test.result();
      if (result.state === 'passed') tally.passed += 1;
      else if (result.state === 'failed') {
        tally.failed += 1;
        tally.failures.push(`${file}: ${test.fullName}${causeOf(result.errors)}`);
      } else tally.skipped.push({ name: `${file}: ${test.fullName}`, reason: result.note ?? '' });
    }
  }
}

/** The first error of a test, indented and cut off; long logs are read from their end. */
function causeOf(errors) {
  const message = errors?.[0]?.message ?? '';
  if (message === '') return '';
  const lines = message.slice(0, MESSAGE_CHARS).split('\n').slice(0, MESSAGE_LINES);
  return lines.map((line) => `\n           ${line}`).join('');
}

/** Prints the names of what failed or was skipped and then the closing line. */
export function printTally({ passed, failed, skipped, failures }) {
  for (const { name, reason } of skipped) process.stdout.write(`skipped  ${name}${reason === '' ? '' : ` (${reason})`}\n`);
  for (const name of failures) process.stdout.write(`FAILED   ${name}\n`);
  process.stdout.write(`${passed} passed, ${failed} failed, ${skipped.length} skipped\n`);
}
