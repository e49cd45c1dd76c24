import { parser as lezer } from '@prometheus-io/lezer-promql';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatExpr } from './format-expr.ts';
import { ParseErrors } from './parse-errors.ts';
import { parseExpr, parseMetricSelector } from './parse-expr.ts';
import { parseMetricPrefix } from './parse-metric.ts';
import { BINOP_FILL_MODIFIERS, EXPERIMENTAL_FUNCTIONS, EXTENDED_RANGE_SELECTORS } from './parser-options.ts';
import { prettify } from './prettify.ts';

const OPTIONS = { features: new Set([EXPERIMENTAL_FUNCTIONS, EXTENDED_RANGE_SELECTORS, BINOP_FILL_MODIFIERS]) };

const WORDS = (
  'a b:c sum avg topk limitk rate abs time step range start end max_of min_of by without on ignoring group_left ' +
  'group_right fill fill_left bool offset @ anchored smoothed and or unless atan2 ( ( ) ) { } [ ] , + - * / % ^ == != ' +
  '< <= > >= </ >/ = =~ !~ : 5 5m 1h30m 010 0x1f 1e3 1e .5 1_0 Inf NaN "x" \'y\' `z` "\\xff" "\\q" é # ! $ " \' [5m] [5m:1m] ' +
  'a[5m] {x="y"} on(x) by(y) fill(0) start() step() (5m)'
).split(' ');

/** Words that the editor's grammar reads as Prometheus does. */
const SHARED_WORDS = (
  'a;b:c;sum;avg;topk;count_values;rate;abs;time;by;without;offset;and;or;unless;* on(x);== bool;a atan2 b;/ ignoring(y);' +
  '* on(y) group_left(z);(;(;););{;};,;+;-;*;/;%;^;==;!=;<;<=;>;>=;=;=~;!~;5;5m;1h30m;0x1f;1e3;.5;"x";\'y\';[5m];[5m:1m];a[5m];' +
  '{x="y"};by(y)'
).split(';');

const soup = soupOf(WORDS);
const sharedSoup = soupOf(SHARED_WORDS);

function soupOf(words: readonly string[]): fc.Arbitrary<string> {
  return fc
    .array(fc.tuple(fc.constantFrom(...words), fc.constantFrom('', ' ', '\n')), { maxLength: 14 })
    .map((parts) => parts.map(([word, space]) => word + space).join(''));
}

/** Expressions that parse and have the right types. */
const { vector } = fc.letrec<{ vector: string; scalar: string; matrix: string }>((tie) => ({
  scalar: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom('1', '-2.5', '0x1f', '5m', '(Inf)', 'NaN', 'time()', 'pi()', '1e3'),
    fc
      .tuple(tie('scalar'), fc.constantFrom('+', '-', '*', '/', '%', '^', '== bool', 'atan2'), tie('scalar'))
      .map((p) => p.join(' ')),
    tie('vector').map((v) => `scalar(${v})`),
    tie('scalar').map((s) => `-(${s})`),
  ),
  matrix: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom('a[5m]', 'b{c="d"}[1h] offset 5m', '{e=~"f.*"}[step()] @ end()', 'g[1m+2m]', 'h[5m] anchored'),
    fc.tuple(tie('vector'), fc.constantFrom('[5m:]', '[1h:1m] offset 1d', '[range()*1:30s] @ 5')).map(([v, r]) => `(${v})${r}`),
  ),
  vector: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom('a', 'b{c="d",e!~"f"}', '{"g.h"}', 'i offset -5m', 'j @ 12.5', '{k="\\xff\\"é"}', 'vector(1)'),
    fc
      .tuple(
        tie('vector'),
        fc.constantFrom('+', '/', 'and', 'or', '== bool', '< on(x)', '* ignoring(y) group_left(z)', '</'),
        tie('vector'),
      )
      .map(([left, op, right]) => `(${left}) ${op} (${right})`),
    fc
      .tuple(tie('scalar'), fc.constantFrom('+', '>', '^'), tie('vector'))
      .map(([left, op, right]) => `(${left}) ${op} (${right})`),
    fc.tuple(fc.constantFrom('sum', 'avg by (x, "y.z")', 'max without (y)'), tie('vector')).map(([op, v]) => `${op} (${v})`),
    fc.tuple(tie('scalar'), tie('vector')).map(([s, v]) => `topk(${s}, ${v})`),
    tie('matrix').map((m) => `rate(${m})`),
    fc.tuple(tie('vector'), tie('scalar')).map(([v, s]) => `clamp_min(${v}, ${s})`),
    tie('vector').map((v) => `-${v}`),
  ),
}));

describe('any input', () => {
  it('either parses or throws ParseErrors', () => {
    const run = (text: string): void => {
      for (const parse of [parseExpr, parseMetricSelector, parseMetricPrefix]) {
        try {
          parse(text, OPTIONS);
        } catch (error) {
          expect(error, text).toBeInstanceOf(ParseErrors);
          expect((error as ParseErrors).message).toMatch(/^(\d+:\d+|unknown position): parse error: ./);
        }
      }
    };
    fc.assert(fc.property(soup, run), { numRuns: 5_000 });
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 40 }), run), { numRuns: 2_000 });
  });

  it('prints what it parses so that it parses to the same text', () => {
    fc.assert(
      fc.property(vector, (query) => {
        const expr = parseExpr(query, OPTIONS);
        const text = formatExpr(expr);
        expect(formatExpr(parseExpr(text, OPTIONS))).toBe(text);
        expect(formatExpr(parseExpr(prettify(expr), OPTIONS))).toBe(text);
      }),
      { numRuns: 2_000 },
    );
  });

  it('survives the loss of any character', () => {
    fc.assert(
      fc.property(vector, fc.nat(), (query, at) => {
        const cut = query.slice(0, at % (query.length + 1));
        expect(() => tryParse(cut)).not.toThrow();
      }),
      { numRuns: 2_000 },
    );
  });
});

function tryParse(query: string): void {
  try {
    parseExpr(query, OPTIONS);
  } catch (error) {
    if (!(error instanceof ParseErrors)) throw error;
  }
}

describe('the grammar of the editor as an oracle', () => {
  it('accepts nothing of correct types that the parser refuses', () => {
    const syntaxErrors = /unexpected|unclosed|unterminated/;
    fc.assert(
      fc.property(sharedSoup, (query) => {
        if (hasErrors(query)) return;
        let message = '';
        try {
          parseExpr(query, OPTIONS);
        } catch (error) {
          message = (error as Error).message;
        }
        expect(message, query).not.toMatch(syntaxErrors);
      }),
      { numRuns: 5_000 },
    );
  });
});

function hasErrors(query: string): boolean {
  let isBroken = false;
  lezer.parse(query).iterate({
    enter: (node) => {
      if (node.type.isError) isBroken = true;
    },
  });
  return isBroken;
}
