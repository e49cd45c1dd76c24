import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Labels, quoteGo } from './labels.ts';
import { compareUtf8 } from './utf8.ts';

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.constantFrom('__proto__', 'constructor', 'é'.repeat(70), '\ufeffx', ''),
);
const pairs = fc.array(fc.tuple(text, text), { maxLength: 8 });

describe('Labels', () => {
  it('keep sorted, unique pairs without empty values, the same through bytes', () => {
    fc.assert(
      fc.property(pairs, text, (list, probe) => {
        const labels = Labels.fromPairs(list);
        const expected = new Map(list.map(([name, value]) => [name, value]));
        for (const [name, value] of expected) expect(labels.get(name)).toBe(value);
        const names = [...labels].map(([name]) => name);
        expect(names).toEqual([...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
        expect(names.length).toBe([...expected.values()].filter((value) => value !== '').length);
        const again = Labels.fromBytes(labels.bytes().slice());
        for (const name of [probe, ...names]) expect(again.get(name)).toBe(expected.get(name) ?? '');
        expect(again.flat()).toEqual(labels.flat());
        expect(again.equals(labels)).toBe(true);
        expect(Labels.fromBytes(again.bytes()).bytes()).toEqual(labels.bytes());
      }),
    );
  });

  it('set, remove and compare', () => {
    fc.assert(
      fc.property(pairs, pairs, text, text, (a, b, name, value) => {
        const left = Labels.fromPairs(a);
        const right = Labels.fromPairs(b);
        expect(left.with(name, value).flat()).toEqual(Labels.fromPairs([...a, [name, value]]).flat());
        expect(left.equals(right)).toBe(left.compare(right) === 0);
        expect(Math.sign(left.compare(right))).toBe(-Math.sign(right.compare(left)) + 0);
        expect(left.without(new Set([name])).get(name)).toBe('');
      }),
    );
  });

  it('order text as its UTF-8 bytes', () => {
    fc.assert(
      fc.property(
        text,
        text,
        (a, b) => Math.sign(compareUtf8(a, b)) === Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))),
      ),
    );
    expect(compareUtf8('\uffff', '😀')).toBeLessThan(0);
  });

  it('print as Prometheus does', () => {
    expect(Labels.fromRecord({ __name__: 'm', 'a.b': 'x"\n', c: 'é\u00a0' }).toString()).toBe(
      '{__name__="m", "a.b"="x\\"\\n", c="é\\u00a0"}',
    );
    expect(quoteGo('\x07\x7f\ufeff😀\u{10ffff}')).toBe('"\\a\\x7f\\ufeff😀\\U0010ffff"');
  });
});
