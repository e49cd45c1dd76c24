import { Labels } from '@telamon/model';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareLabelBytes } from './label-bytes.ts';

const labelSet = fc
  .array(fc.tuple(fc.string({ unit: 'binary', maxLength: 4 }), fc.string({ unit: 'binary', maxLength: 200 })), { maxLength: 4 })
  .map((pairs) => Labels.fromPairs(pairs));

it('orders canonical bytes as the decoded sets are ordered', () => {
  fc.assert(
    fc.property(labelSet, labelSet, (a, b) => {
      expect(Math.sign(compareLabelBytes(a.bytes(), b.bytes()))).toBe(Math.sign(a.compare(b)));
    }),
  );
});

it('puts a set before the sets that it begins', () => {
  const short = Labels.fromRecord({ a: '1' });
  const long = Labels.fromRecord({ a: '1', b: '2' });
  expect(compareLabelBytes(short.bytes(), long.bytes())).toBeLessThan(0);
  expect(compareLabelBytes(Labels.EMPTY.bytes(), short.bytes())).toBeLessThan(0);
});
