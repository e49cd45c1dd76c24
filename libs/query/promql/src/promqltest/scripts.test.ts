import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { runScript } from './run-script.ts';

const own = fileURLToPath(new URL('../../testdata/', import.meta.url));
const shared = fileURLToPath(new URL('../../../../../../shared/conformance/promql/', import.meta.url));
/** Evaluations that our own scripts hold at least, so that none gets lost. */
const MIN_OWN_CASES = 255;
/** Evaluations that Prometheus' scripts hold. */
const SHARED_CASES = 2214;

function scriptsIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.test')) : [];
}

/** Cases that are known not to pass, as `file:line`. */
function pendingCases(): Set<string> {
  const lines = readFileSync(`${own}conformance-pending.txt`, 'utf8').split('\n');
  return new Set(lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#')));
}

describe('our own scripts', () => {
  const counts: number[] = [];
  it.each(scriptsIn(own))('%s', async (name) => {
    const outcomes = await runScript(readFileSync(own + name, 'utf8'));
    counts.push(outcomes.length);
    expect(outcomes.filter(({ failure }) => failure !== undefined)).toEqual([]);
  });

  it('are not fewer than they were', () => {
    expect(counts.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(MIN_OWN_CASES);
  });
});

describe('the runner', () => {
  it('notices a wrong value, a missing series, one too many, a wrong order and a missing warning', async () => {
    const outcomes = await runScript(
      [
        'load 1m',
        '  a{x="1"} 1',
        '  a{x="2"} 2',
        '',
        'eval instant at 0 a{x="1"}',
        '  a{x="1"} 1.00001',
        '',
        'eval instant at 0 a{x="1"}',
        '  a{x="1"} 1',
        '  a{x="2"} 2',
        '',
        'eval instant at 0 a',
        '  a{x="1"} 1',
        '',
        'eval_ordered instant at 0 sort_desc(a)',
        '  a{x="1"} 1',
        '  a{x="2"} 2',
        '',
        'eval instant at 0 a{x="1"}',
        '  expect warn',
        '  a{x="1"} 1',
        '',
        'eval instant at 0 a{x="1"}',
        '  expect fail',
        '',
        'eval range from 0 to 2m step 1m a{x="1"}',
        '  a{x="1"} 1 1',
      ].join('\n'),
    );
    expect(outcomes.map(({ failure }) => failure !== undefined)).toEqual(new Array(7).fill(true));
  });
});

describe('scripts of Prometheus', () => {
  const files = scriptsIn(shared);

  it.skipIf(files.length === 0)(
    'pass but for the cases that are listed as pending',
    async () => {
      const pending = pendingCases();
      const failing = new Map<string, string>();
      let total = 0;
      for (const name of files) {
        for (const { line, query, failure } of await runScript(readFileSync(shared + name, 'utf8'))) {
          total++;
          if (failure !== undefined) failing.set(`${name}:${line}`, `${query}: ${failure}`);
        }
      }
      expect(total).toBe(SHARED_CASES);
      const unlisted = [...failing].filter(([id]) => !pending.has(id));
      expect(unlisted, 'cases that fail although they are not listed').toEqual([]);
      const passing = [...pending].filter((id) => !failing.has(id));
      expect(passing, 'cases that pass and have to be taken off the list').toEqual([]);
    },
    60_000,
  );
});
