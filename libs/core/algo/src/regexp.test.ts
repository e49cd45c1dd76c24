import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { Regexp, RegexpSyntaxError } from './regexp.ts';
import { RegexpCache } from './regexp-cache.ts';
import { parseSimple } from './regexp-syntax.ts';
import { translateSafely } from './regexp-translation.ts';

/** Patterns of a small alphabet, so that random texts often match. */
const pattern: fc.Arbitrary<string> = fc.letrec<{ node: string }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.constantFrom(
      'a',
      'b',
      'ab',
      '.',
      '[ab]',
      '[^a]',
      '[a-c]',
      '\\.',
      '\\d',
      '\\w',
      '\\S',
      '[\\d.]',
      '😀',
      '\\n',
      'é',
      '(?i:b)',
      'K',
      '\\_',
      '\\-',
      '\\|',
      '\\\\',
      '-',
      '_',
    ),
    fc.tuple(tie('node'), fc.constantFrom('*', '+', '?', '{2}', '{1,2}', '{0,}', '*?', '+?')).map(([of, op]) => `(?:${of})${op}`),
    fc.constantFrom('.*', '.+', '.?', '[^b]*', '\\d+', 'a+'),
    fc.array(tie('node'), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('')),
    fc.array(tie('node'), { minLength: 1, maxLength: 3 }).map((parts) => `(${parts.join('|')})`),
    fc.array(tie('node'), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('|')),
    tie('node').map((part) => `^${part}$`),
  ),
})).node;
const text = fc
  .array(fc.constantFrom('a', 'b', 'c', '.', '1', '\n', '😀', 'é', 'B', 'K', '\u212a', '-', '_', '|', '\\'), { maxLength: 8 })
  .map((parts) => parts.join(''));

describe('Regexp', () => {
  it('answers as RE2 does, whichever way it takes', () => {
    fc.assert(
      fc.property(pattern, fc.array(text, { minLength: 5, maxLength: 12 }), (source, texts) => {
        let oracle: RE2JS;
        try {
          oracle = RE2JS.compile(`^(?s:${source})$`);
        } catch {
          expect(() => Regexp.compile(source)).toThrow(RegexpSyntaxError);
          return;
        }
        const regexp = Regexp.compile(source);
        for (const each of texts) {
          const expected = oracle.test(each);
          expect(`${source} ${each} ${regexp.test(each)}`).toBe(`${source} ${each} ${expected}`);
          if (expected) expect(each.startsWith(regexp.prefix)).toBe(true);
          if (regexp.setMatches !== undefined) expect(regexp.setMatches.includes(each)).toBe(expected);
        }
        for (const each of regexp.setMatches ?? []) expect(oracle.test(each)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    ['.*', ['', 'x', 'a\nb']],
    ['.+', ['x', '\n']],
    ['foo.*', ['foo', 'foobar', 'foo\n']],
    ['.*foo', ['foo', 'xfoo']],
    ['.*foo.*', ['foo', 'xfoox']],
    ['foo.+bar', ['foo-bar', 'foobarbar']],
    ['5..', ['500', '5xx']],
    ['(?i)getAll', ['GETALL', 'getall']],
    ['^abc$', ['abc']],
    ['(api|web)-.*', ['api-', 'web-1']],
    ['a|b.*|', ['a', 'b', 'bc', '']],
  ])('%s matches', (source, texts) => {
    const regexp = Regexp.compile(source);
    for (const each of texts) expect(`${each}: ${regexp.test(each)}`).toBe(`${each}: true`);
  });

  it.each([
    ['foo', ['foo\n', 'xfoo', 'Foo', '']],
    ['foo.+bar', ['foobar', 'foo-ba']],
    ['.+', ['']],
    ['ab.*bc', ['abc']],
    ['5..', ['50', '5000']],
    ['(?i)k', ['j']],
  ])('%s does not match', (source, texts) => {
    const regexp = Regexp.compile(source);
    for (const each of texts) expect(`${each}: ${regexp.test(each)}`).toBe(`${each}: false`);
  });

  it('finds finite sets and prefixes', () => {
    expect(Regexp.compile('a|b|c').setMatches).toEqual(['a', 'b', 'c']);
    expect(Regexp.compile('node-(a|b)[12]?').setMatches).toEqual([
      'node-a',
      'node-a1',
      'node-a2',
      'node-b',
      'node-b1',
      'node-b2',
    ]);
    expect(Regexp.compile('a|a').setMatches).toEqual(['a']);
    expect(Regexp.compile('').setMatches).toEqual(['']);
    expect(Regexp.compile('a.').setMatches).toBeUndefined();
    expect(Regexp.compile('(?i)a').setMatches).toBeUndefined();
    expect(Regexp.compile('(?i)abc').prefix).toBe('');
    expect(Regexp.compile('foo(bar|baz).*').prefix).toBe('fooba');
    expect(Regexp.compile('[ab]{20}').setMatches).toBeUndefined();
    const words = Array.from({ length: 5000 }, (_, i) => `pod-${i}`);
    expect(Regexp.compile(words.join('|')).setMatches).toEqual(words);
  });

  it.each([
    ['(', 'error parsing regexp: missing closing ): `(`'],
    ['a)', 'error parsing regexp: unexpected ): `a)`'],
    ['[a', 'error parsing regexp: missing closing ]: `[a`'],
    ['*', 'error parsing regexp: missing argument to repetition operator: `*`'],
    ['a**', 'error parsing regexp: invalid nested repetition operator: `**`'],
    ['\\', 'error parsing regexp: trailing backslash at end of expression: ``'],
    ['a(?!b)', 'error parsing regexp: invalid or unsupported Perl syntax: `(?!`'],
    ['a{1001}', 'error parsing regexp: invalid repeat count: `{1001}`'],
    ['\\8', 'error parsing regexp: invalid escape sequence: `\\8`'],
    ['\\Q(', 'error parsing regexp: missing closing ): `^(?s:\\Q()$`'],
  ])('%s is refused in the words of Go', (source, message) => {
    expect(() => Regexp.compile(source)).toThrow(new RegexpSyntaxError(message));
  });

  it('stays linear where JavaScript would not', () => {
    const long = `${'a'.repeat(5000)}!`;
    const started = performance.now();
    for (const source of ['(a+)+', '(a|a)*', '(.*a){10}', '.*.*.*=x', '(a*)*b', 'a*a*a*a*b', '([a-z]+)*=']) {
      expect(Regexp.compile(source).test(long)).toBe(false);
    }
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('compiles thousands of words quickly', () => {
    const started = performance.now();
    const regexp = Regexp.compile(Array.from({ length: 20_000 }, (_, i) => `pod-${i}\\.x`).join('|'));
    expect(performance.now() - started).toBeLessThan(500);
    expect([regexp.test('pod-19999.x'), regexp.test('pod-19999-x')]).toEqual([true, false]);
    expect(Regexp.compile('a|b').replaceTemplate('b', '<$0>')).toBe('<b>');
    expect(Regexp.compile('pod-1|pod-2|pod-1')).toMatchObject({ setMatches: ['pod-1', 'pod-2'], prefix: 'pod-' });
    expect(() => Regexp.compile('a.'.repeat(100_000))).toThrow('expression too large');
    expect(() => Regexp.compile('ab|'.repeat(1_000_000))).toThrow('expression too large');
  });

  it('translates only what it can prove', () => {
    const isTranslated = (source: string): boolean => translateSafely(parseSimple(source)!) !== undefined;
    for (const source of ['[0-9]+', '(api|web)-.*', '[^/]+/[^/]+/x', '\\d+\\.\\d+', 'a.*[bc]', '(a|b)c?d+'])
      expect(`${source} ${isTranslated(source)}`).toBe(`${source} true`);
    for (const source of ['(a+)+', 'a*a*', '.*[0-9]+x', '(a|b)*', '(a?){30}', '.*(a|b|c|d)(a|b|c|d)(a|b|c|d)(a|b)'])
      expect(`${source} ${isTranslated(source)}`).toBe(`${source} false`);
  });
});

describe('replaceTemplate', () => {
  it.each([
    ['(.*)', 'abc', '$1', 'abc'],
    ['a(.*)c', 'abc', 'x-$1', 'x-b'],
    ['a(.*)c', 'abc', '$1x', ''],
    ['a(.*)c', 'abc', '${1}x', 'bx'],
    ['(?P<first>.)(?P<second>.*)', 'abc', '$second-${first}', 'bc-a'],
    ['(a)(b)?', 'a', '[$2]', '[]'],
    ['abc', 'abc', '$0 $$1 $', 'abc $1 $'],
    ['(a)', 'a', '$01 ${01} ${ $- ${1', '  ${ $- ${1'],
    ['(?s:.*)', 'a\nb', '<$0>', '<a\nb>'],
    ['(a)', 'a', '$__proto__ ${constructor}', ' '],
    ['(a)', 'a', '$1é', ''],
  ])('%s on %s with %s', (source, input, template, expected) => {
    expect(Regexp.compile(source).replaceTemplate(input, template)).toBe(expected);
  });

  it('answers undefined for a text that does not match whole', () => {
    expect(Regexp.compile('b').replaceTemplate('abc', '$0')).toBeUndefined();
  });
});

describe('RegexpCache', () => {
  it('keeps compiled patterns within its bound', () => {
    const cache = new RegexpCache(100);
    const first = cache.compile('a+');
    expect(cache.compile('a+')).toBe(first);
    for (let i = 0; i < 50; i++) cache.compile(`b{${i}}`);
    expect(cache.size).toBeLessThan(6);
    expect(() => cache.compile('(')).toThrow(RegexpSyntaxError);
  });
});
