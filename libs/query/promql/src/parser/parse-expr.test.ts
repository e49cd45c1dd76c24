import { describe, expect, it } from 'vitest';
import type { BinaryExpr, Expr } from './ast.ts';
import { exprToJson } from './expr-json.ts';
import { formatExpr } from './format-expr.ts';
import { FUNCTIONS } from './functions.ts';
import { describePosition, ParseErrors } from './parse-errors.ts';
import { parseExpr, parseMetricSelector } from './parse-expr.ts';
import { parseMetricPrefix } from './parse-metric.ts';
import { EXPERIMENTAL_FUNCTIONS } from './parser-options.ts';
import { prettify } from './prettify.ts';
import { unrollBinary, valueTypeOf } from './value-type.ts';
import { walkExpr } from './walk-expr.ts';

function parseAs<K extends Expr['kind']>(kind: K, query: string): Extract<Expr, { kind: K }> {
  const expr = parseExpr(query);
  expect(expr.kind).toBe(kind);
  return expr as Extract<Expr, { kind: K }>;
}

/** Shows how operators group. */
function group(expr: Expr): string {
  if (expr.kind === 'binary') return `(${group(expr.lhs)} ${expr.op} ${group(expr.rhs)})`;
  return expr.kind === 'unary' ? `(${expr.op}${group(expr.expr)})` : formatExpr(expr);
}

describe('expressions', () => {
  it.each([
    ['a + b * c ^ d ^ e', '(a + (b * (c ^ (d ^ e))))'],
    ['a - b - c', '((a - b) - c)'],
    ['-a ^ b * c', '((-(a ^ b)) * c)'],
    ['a ^ -b ^ c', '(a ^ (-(b ^ c)))'],
    ['a or b and c unless d or e', '((a or ((b and c) unless d)) or e)'],
    ['a < b + c </ d', '((a < (b + c)) </ d)'],
    ['a atan2 b % c', '((a atan2 b) % c)'],
    ['-a offset 5m', '(-a offset 5m)'],
    ['a offset -2 ^ 2', '(a offset -2s ^ 2)'],
  ])('groups %s', (query, grouped) => {
    expect(group(parseExpr(query))).toBe(grouped);
  });

  it('keeps matchers in order with that of the name last', () => {
    const selector = parseAs('vectorSelector', 'up{job="a",env=~"x|y"}');
    expect(selector.name).toBe('up');
    expect(selector.matchers.map(({ name, operator, value }) => name + operator + value)).toEqual([
      'job=a',
      'env=~x|y',
      '__name__=up',
    ]);
    expect(selector.matchers[1]!.matches('y')).toBe(true);
    expect(parseAs('vectorSelector', '{"a.b",c="d"}').matchers.map(({ name }) => name)).toEqual(['__name__', 'c']);
  });

  it('reads modifiers of selectors and subqueries', () => {
    const range = parseAs('matrixSelector', 'a[1h30m] @ 12.3456 offset -5m');
    expect(range.rangeMs).toBe(5_400_000);
    expect(range.vectorSelector).toMatchObject({ timestampMs: 12_346, originalOffsetMs: -300_000, startOrEnd: undefined });
    const subquery = parseAs('subquery', 'a[1h:30s] offset 1d @ end()');
    expect(subquery).toMatchObject({ rangeMs: 3_600_000, stepMs: 30_000, originalOffsetMs: 86_400_000, startOrEnd: 'end' });
    const computed = parseAs('matrixSelector', 'a[2 * step()] offset (1m + range())');
    expect(computed.rangeExpr).toMatchObject({ op: '*', lhs: { value: 2 }, rhs: { op: 'step' } });
    expect(computed.vectorSelector.offsetExpr).toMatchObject({ op: '+', isWrapped: true });
  });

  it('drops matching where an operand is no vector and makes set operators many-to-many', () => {
    expect(parseAs('binary', 'a + 1').matching).toBeUndefined();
    expect(parseAs('binary', 'a and b').matching?.card).toBe('many-to-many');
    expect(parseAs('binary', 'a / on(x) group_right(y) b').matching).toMatchObject({
      card: 'one-to-many',
      isOn: true,
      matchingLabels: ['x'],
      include: ['y'],
    });
  });

  it('counts positions in bytes', () => {
    const sum = parseAs('binary', '{"é"} + sum(b) ');
    expect(sum.lhs.pos).toEqual({ start: 0, end: 6 });
    expect(sum.rhs.pos).toEqual({ start: 9, end: 15 });
    expect(sum.pos).toEqual({ start: 0, end: 15 });
    const nested = parseAs('paren', '(sum(b) )').expr;
    expect(nested.pos).toEqual({ start: 1, end: 7 });
    expect(describePosition('a\né', 4)).toBe('2:3');
  });

  it('tells types', () => {
    expect(valueTypeOf(parseExpr('1 + 2 * time()'))).toBe('scalar');
    expect(valueTypeOf(parseExpr('1 + 2 * a'))).toBe('vector');
    expect(valueTypeOf(parseExpr('a[5m]'))).toBe('matrix');
    expect(valueTypeOf(parseExpr('"a"'))).toBe('string');
  });

  it('collects everything that is wrong with types', () => {
    const problems = catchErrors(() => parseExpr('rate(a) + "x" + (1 == 1)')).problems;
    expect(problems.map(({ message }) => message)).toEqual([
      'expected type range vector in call to function "rate", got instant vector',
      'binary expression must contain only scalar and instant vector types',
      'comparisons between scalars must use BOOL modifier',
    ]);
    expect(problems.map(({ pos }) => pos.start)).toEqual([5, 10, 19]);
  });

  it('shows expressions as JSON in alphabetical order', () => {
    const keys = Object.keys(exprToJson(parseExpr('sum by (x) (a)')));
    expect(keys).toEqual(['expr', 'grouping', 'op', 'param', 'type', 'without']);
    expect(exprToJson(parseExpr('"\\xff"'))).toEqual({ type: 'stringLiteral', val: '\ufffd' });
  });

  it('walks all selectors', () => {
    const names: string[] = [];
    walkExpr(parseExpr('topk(scalar(a), b + rate(c[5m]) + max_over_time((d)[5m:]))'), (expr) => {
      if (expr.kind === 'vectorSelector') names.push(expr.name);
    });
    expect(names.sort()).toEqual(['a', 'b', 'c', 'd']);
  });
});

describe('functions', () => {
  it('are those of Prometheus 3.14', () => {
    expect(FUNCTIONS.size).toBe(90);
    expect([...FUNCTIONS.values()].filter(({ isExperimental }) => isExperimental).length).toBe(17);
    expect(FUNCTIONS.get('label_join')).toMatchObject({ argTypes: ['vector', 'string', 'string', 'string'], variadic: -1 });
    expect(FUNCTIONS.get('pi')).toMatchObject({ argTypes: [], returnType: 'scalar' });
  });

  it('are refused while experimental ones are off', () => {
    expect(catchErrors(() => parseExpr('info(a)')).message).toBe('1:1: parse error: function "info" is not enabled');
    expect(parseExpr('info(a)', { features: new Set([EXPERIMENTAL_FUNCTIONS]) }).kind).toBe('call');
  });
});

function catchErrors(parse: () => unknown): ParseErrors {
  try {
    parse();
  } catch (error) {
    if (error instanceof ParseErrors) return error;
    throw error;
  }
  throw new Error('nothing thrown');
}

describe('limits', () => {
  const refusal = /: parse error: expression is nested too deeply, the limit is 512 levels$/;

  it.each([
    ['parentheses', `${'('.repeat(10_000)}1${')'.repeat(10_000)}`],
    ['calls', `${'abs('.repeat(10_000)}a${')'.repeat(10_000)}`],
    ['signs', `${'-'.repeat(10_000)}a`],
    ['powers', `${'2^'.repeat(10_000)}a`],
    ['subqueries', `a${'[5m:]'.repeat(10_000)}`],
    ['subqueries between parentheses', `${'('.repeat(300)}a${`)${'[5m:]'.repeat(511)}`.repeat(300)}`],
    ['parentheses in durations', `a[${'('.repeat(10_000)}1m${')'.repeat(10_000)}]`],
    ['chains of durations', `a[${'1m+'.repeat(10_000)}1m]`],
    ['signs of offsets', `a offset ${'-'.repeat(10_000)}1m`],
  ])('refuses deep %s', (_, query) => {
    expect(catchErrors(() => parseExpr(query)).message).toMatch(refusal);
  });

  it('takes what is as deep as allowed', () => {
    const deep = parseExpr(`${'('.repeat(500)}a${')'.repeat(500)}`);
    expect(prettify(deep).split('\n').length).toBeGreaterThan(500);
    expect(() => parseExpr('((a))', { maxDepth: 2 })).toThrow(ParseErrors);
    expect(() => parseExpr('((a))', { maxDepth: 3 })).not.toThrow();
  });

  it('takes long chains of operators without recursion', () => {
    const query = `${'a + '.repeat(50_000)}b`;
    const expr = parseExpr(query) as BinaryExpr;
    const { first, links } = unrollBinary(expr);
    expect(formatExpr(first)).toBe('a');
    expect(links.length).toBe(50_000);
    expect(links.at(-1)).toBe(expr);
    expect(formatExpr(expr)).toBe(query);
    expect(valueTypeOf(expr)).toBe('vector');
    let count = 0;
    walkExpr(expr, () => count++);
    expect(count).toBe(100_001);
    expect(() => prettify(expr)).toThrow('too large');
    expect(() => exprToJson(expr)).toThrow('chains more than 2000');
    expect(prettify(parseExpr(`${'a + '.repeat(40)}b`)).split('\n').length).toBeGreaterThan(20);
  });

  it('keeps the number of findings bounded', () => {
    expect(catchErrors(() => parseExpr(`${'1 == 1 + '.repeat(20_000)}1`)).problems.length).toBe(100);
  });

  it('refuses long queries by their bytes', () => {
    expect(() => parseExpr('"éé"', { maxLengthBytes: 6 })).not.toThrow();
    expect(catchErrors(() => parseExpr('"éé"', { maxLengthBytes: 5 })).message).toBe(
      '1:1: parse error: expression is longer than 5 bytes',
    );
    expect(() => parseMetricSelector('abc', { maxLengthBytes: 2 })).toThrow(ParseErrors);
  });
});

describe('metrics in front of values', () => {
  it.each([
    ['a 1 2 3', '__name__=a', 1],
    ['a{b="c", "d.e"=\'f\',} 1x3', '__name__=a,b=c,d.e=f', 20],
    ['{"a.b", c="d"}', '__name__=a.b,c=d', 14],
    ['{} 1', '', 2],
    ['a {{schema:1}}', '__name__=a', 1],
    ['sum{by="x"} _', '__name__=sum,by=x', 11],
  ])('reads %s', (text, labels, endIndex) => {
    const prefix = parseMetricPrefix(text);
    expect([...prefix.labels].map((pair) => pair.join('=')).join(',')).toBe(labels);
    expect(prefix.endIndex).toBe(endIndex);
  });

  it.each([
    ['a{b=~"c"}', '1:4: parse error: unexpected <op:=~> in label set, expected "="'],
    ['a{b=c}', '1:5: parse error: unexpected identifier "c" in label set, expected string'],
    ['a{b="c" d="e"}', '1:9: parse error: unexpected identifier "d" in label set, expected "," or "}"'],
    ['a{', '1:3: parse error: unexpected end of input inside braces'],
  ])('refuses %s', (text, message) => {
    expect(catchErrors(() => parseMetricPrefix(text)).message).toBe(message);
  });
});
