import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatExpr, formatMatcher } from './format-expr.ts';
import { parseExpr, parseMetricSelector } from './parse-expr.ts';
import { BINOP_FILL_MODIFIERS, EXPERIMENTAL_FUNCTIONS, EXTENDED_RANGE_SELECTORS, type ParserOptions } from './parser-options.ts';
import { prettify } from './prettify.ts';

interface Answer {
  readonly query: string;
  readonly experimental?: boolean;
  readonly noDurations?: boolean;
  readonly selector?: boolean;
  readonly error?: string;
  readonly text?: string;
  readonly pretty?: string;
  readonly matchers?: readonly string[];
}

const ALL_FEATURES = new Set([EXPERIMENTAL_FUNCTIONS, EXTENDED_RANGE_SELECTORS, BINOP_FILL_MODIFIERS]);

const answers: readonly Answer[] = readFileSync(new URL('./testdata/prometheus-answers.jsonl', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Answer);

function optionsOf(answer: Answer): ParserOptions {
  return {
    features: answer.experimental === true ? ALL_FEATURES : new Set<string>(),
    hasDurationExpressions: answer.noDurations !== true,
  };
}

function ask(answer: Answer): Partial<Answer> {
  try {
    const options = optionsOf(answer);
    if (answer.selector === true) return { matchers: parseMetricSelector(answer.query, options).map(formatMatcher) };
    const expr = parseExpr(answer.query, options);
    const text = formatExpr(expr);
    const pretty = prettify(expr);
    return pretty === text ? { text } : { text, pretty };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

describe('answers of Prometheus', () => {
  it('has answers of every kind', () => {
    expect(answers.filter((answer) => answer.error !== undefined).length).toBeGreaterThan(700);
    expect(answers.filter((answer) => answer.text !== undefined).length).toBeGreaterThan(300);
    expect(answers.filter((answer) => answer.pretty !== undefined).length).toBeGreaterThan(5);
    expect(answers.filter((answer) => answer.matchers !== undefined).length).toBeGreaterThan(10);
  });

  it('gives the same texts and refusals', () => {
    const differences: unknown[] = [];
    for (const answer of answers) {
      const { query, experimental, noDurations, selector, ...wanted } = answer;
      const got = ask(answer);
      if (JSON.stringify(Object.entries(got).sort()) !== JSON.stringify(Object.entries(wanted).sort())) {
        differences.push({ query, experimental, noDurations, selector, wanted, got });
      }
    }
    expect(differences).toEqual([]);
  });

  it('prints what parses to the same text again', () => {
    for (const answer of answers) {
      // An empty selector, which only info() takes, is printed as nothing.
      if (answer.text === undefined || answer.query.includes('{}')) continue;
      const expr = parseExpr(answer.query, optionsOf(answer));
      const again = parseExpr(prettify(expr), optionsOf(answer));
      expect(formatExpr(again), answer.query).toBe(formatExpr(parseExpr(formatExpr(expr), optionsOf(answer))));
    }
  });
});
