import { ByteWriter } from '@telamon/bytes';
import { Labels } from '@telamon/model';
import type { OtlpAttribute } from '@telamon/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LabelNames } from './label-names.ts';
import { PointLabeler, type PointSurroundings } from './point-labeler.ts';
import { TranslationError } from './translation-error.ts';

const NAMING = { isEscaping: true, hasUnderscoreSanitization: true, preservesMultipleUnderscores: true };

function labelerOf(isEscaping: boolean, surroundings: PointSurroundings): PointLabeler {
  return new PointLabeler({ names: new LabelNames({ ...NAMING, isEscaping }), isEscaping }, surroundings);
}

function attributesOf(pairs: readonly (readonly [string, string])[]): OtlpAttribute[] {
  return pairs.map(([key, value]) => ({ key, value: { kind: 'string', value } }));
}

function textOf(labeler: PointLabeler, pairs: readonly (readonly [string, string])[]): string {
  const out = new ByteWriter();
  try {
    labeler.labelsOf(attributesOf(pairs)).write(out, 'm', { name: 'le', value: '1' });
  } catch (error) {
    if (error instanceof TranslationError) return error.message;
    throw error;
  }
  return Labels.fromBytes(out.finish()).toString();
}

const NO_RESOURCE = { job: '', instance: '', promoted: new Map<string, string>() };

describe('PointLabeler', () => {
  it('lets scope go before resource, resource before promoted, and the point before promoted', () => {
    const resource = { job: 'j', instance: 'i', promoted: new Map(Object.entries({ a: 'r', b: 'r', job: 'r' })) };
    const labeler = labelerOf(true, { resource, over: new Map(Object.entries({ c: 's', d: '' })) });
    const point = Object.entries({ a: 'p', c: 'p', d: 'p', instance: 'p' });
    const want = '{__name__="m", a="p", b="r", c="s", instance="i", job="j", le="1"}';
    expect(textOf(labeler, point)).toBe(want);
    expect(textOf(labeler, point)).toBe(want);
    expect(textOf(labeler, Object.entries({ a: '', e: 'p' }))).toBe(
      '{__name__="m", a="r", b="r", c="s", e="p", instance="i", job="j", le="1"}',
    );
  });

  it('joins and refuses as often as asked', () => {
    const escaping = labelerOf(true, { resource: NO_RESOURCE, over: new Map() });
    const plain = labelerOf(false, { resource: NO_RESOURCE, over: new Map() });
    for (let i = 0; i < 3; i++) {
      expect(
        textOf(escaping, [
          ['a_b', '1'],
          ['a.b', '2'],
        ]),
      ).toBe('{__name__="m", a_b="2;1", le="1"}');
      expect(
        textOf(escaping, [
          ['k', '1'],
          ['k', '2'],
        ]),
      ).toBe('{__name__="m", k="1;2", le="1"}');
      expect(
        textOf(plain, [
          ['k', '1'],
          ['k', '2'],
        ]),
      ).toBe('label name "k" is not unique');
      expect(
        textOf(escaping, [
          ['__name__', 'evil'],
          ['le', '9'],
        ]),
      ).toBe('{__name__="m", le="1"}');
    }
  });

  it('gives the same with and without remembered shapes', () => {
    const key = fc.constantFrom('a', 'b', 'a.b', 'a_b', 'Z', 'job', 'le', 'x', 'otel', '__name__', '', '.');
    const value = fc.constantFrom('', '1', '2', 'ü');
    const some = fc
      .dictionary(fc.constantFrom('a', 'a_b', 'job', 'x', 'otel'), value)
      .map((record) => new Map(Object.entries(record)));
    const keys = fc.uniqueArray(fc.array(key, { maxLength: 4 }), { minLength: 1, maxLength: 3, selector: String });
    const points = fc.tuple(
      keys,
      fc.array(fc.tuple(fc.nat(), fc.array(value, { minLength: 4, maxLength: 4 })), { maxLength: 8 }),
    );
    fc.assert(
      fc.property(fc.boolean(), some, some, points, (isEscaping, promoted, over, [sets, picks]) => {
        const surroundings = { resource: { job: 'j', instance: '', promoted }, over };
        const shared = labelerOf(isEscaping, surroundings);
        for (const [pick, values] of picks) {
          const pairs = sets[pick % sets.length]!.map((name, i): [string, string] => [name, values[i]!]);
          expect(textOf(shared, pairs)).toBe(textOf(labelerOf(isEscaping, surroundings), pairs));
        }
      }),
    );
  });
});
