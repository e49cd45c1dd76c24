import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_FORM_PAIRS, QueryValues } from './query-values.ts';

describe('QueryValues', () => {
  it('keeps order and repetition', () => {
    const values = QueryValues.parse('match[]=a&b=1&match%5B%5D=c+d%2B&&e');
    expect(values.getAll('match[]')).toEqual(['a', 'c d+']);
    expect(values.get('b')).toBe('1');
    expect(values.has('e')).toBe(true);
    expect(values.get('e')).toBe('');
    expect([...values.names()]).toEqual(['match[]', 'b', 'e']);
    expect(values.get('constructor')).toBe('');
    expect(QueryValues.parse('__proto__=x').get('__proto__')).toBe('x');
  });

  it.each([
    ['a=%zz', 'invalid URL escape "%zz"'],
    ['a=%', 'invalid URL escape "%"'],
    ['a=%4', 'invalid URL escape "%4"'],
    ['%g1=1', 'invalid URL escape "%g1"'],
    ['a=1;b=2', 'invalid semicolon separator in query'],
  ])('refuses %s', (text, message) => {
    expect(() => QueryValues.parse(text)).toThrow(expect.objectContaining({ status: 400, message }));
  });

  it('bounds the number of pairs', () => {
    expect(() => QueryValues.parse('a&'.repeat(MAX_FORM_PAIRS + 1))).toThrow('form values');
  });

  it('replaces bytes that are not UTF-8', () => {
    expect(QueryValues.parse('a=%ff%C3%A9x').get('a')).toBe('\uFFFDéx');
  });

  it('puts a form before the URL query', () => {
    const both = QueryValues.parse('a=1').concat(QueryValues.parse('a=2&b=3'));
    expect(both.getAll('a')).toEqual(['1', '2']);
    expect(both.get('b')).toBe('3');
  });

  it('reads what URLSearchParams writes', () => {
    const text = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text)), (pairs) => {
        const params = new URLSearchParams(pairs);
        const values = QueryValues.parse(params.toString());
        for (const name of params.keys()) expect(values.getAll(name)).toEqual(params.getAll(name));
      }),
    );
  });
});
