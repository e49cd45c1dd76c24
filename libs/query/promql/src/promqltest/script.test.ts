import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseScript } from './script.ts';
import { ScriptError } from './script-error.ts';
import { parseSeriesLine } from './series-notation.ts';
import { parseStartTimes } from './start-time-notation.ts';

const folder = fileURLToPath(new URL('../../testdata/', import.meta.url));
const scripts = readdirSync(folder)
  .filter((name) => name.endsWith('.test'))
  .map((name) => readFileSync(folder + name, 'utf8'));

describe('lines of samples', () => {
  const floats = (line: string): (number | string)[] =>
    parseSeriesLine(line).values.map(({ isOmitted, isStale, value }) => (isOmitted ? '_' : isStale ? 'stale' : value));

  it('know gaps, repetitions, steps and special numbers', () => {
    expect(floats('x 1 _ 2')).toEqual([1, '_', 2]);
    expect(floats('x{a="}"} 1x2 _x2 stale')).toEqual([1, 1, 1, '_', '_', 'stale']);
    expect(floats('x 1+2x3 10-5x2 -1.5')).toEqual([1, 3, 5, 7, 10, 5, 0, -1.5]);
    expect(floats('{"a b", c="d"} NaN Inf -Inf 1e3')).toEqual([Number.NaN, Infinity, -Infinity, 1000]);
  });

  it('know native histograms', () => {
    const { values } = parseSeriesLine(
      'h {{schema:1 count:3 sum:5 buckets:[1 2] offset:-1 counter_reset_hint:gauge}} {{count:1 buckets:[1]}}+{{count:1 buckets:[1]}}x1',
    );
    expect(values[0]).toMatchObject({ hasHint: true, histogram: { schema: 1, count: 3, sum: 5, counterResetHint: 3 } });
    expect(values[0]!.histogram!.positiveSpans).toEqual([{ offset: -1, length: 2 }]);
    expect(values.map(({ histogram }) => histogram!.count)).toEqual([3, 1, 2]);
  });

  it('refuse what they do not know', () => {
    for (const line of ['x y', 'x{a!="b"} 1', 'x{a="b" 1', 'x {{what:1}}', 'x {{count:z}}', 'x 1x99999999999']) {
      expect(() => parseSeriesLine(line), line).toThrow();
    }
  });

  it('know start times', () => {
    expect(parseStartTimes('-1m _ _x2 5sx1 -1m-15sx2')).toEqual([
      -60_000,
      undefined,
      undefined,
      undefined,
      5000,
      5000,
      -60_000,
      -75_000,
      -90_000,
    ]);
    expect(() => parseStartTimes('later')).toThrow();
  });
});

describe('scripts', () => {
  it('are read or refused with a line, however they are cut or scrambled', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...scripts),
        fc.nat(),
        fc.nat(),
        fc.string({ maxLength: 3, unit: 'binary-ascii' }),
        (script, from, length, text) => {
          const at = from % script.length;
          const damaged = script.slice(0, at) + text + script.slice(at + (length % 40));
          try {
            parseScript(damaged.slice(0, 4000));
          } catch (error) {
            expect(error).toBeInstanceOf(ScriptError);
            expect((error as ScriptError).line).toBeGreaterThan(0);
          }
        },
      ),
    );
  });
});
