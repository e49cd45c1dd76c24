import { Labels } from '@telamon/model';
import { describe, expect, it } from 'vitest';
import { EncodedPairs } from './encoded-pairs.ts';

const read = (bytes: Uint8Array): string => Labels.fromBytes(bytes).toString();

describe('EncodedPairs', () => {
  it('encodes what it is asked for, also in turns', () => {
    const pairs = new EncodedPairs();
    for (const name of ['a', 'b', 'b', 'a']) expect(read(pairs.ofName(name))).toBe(`{__name__="${name}"}`);
    for (const value of ['0.5', '1', '0.5']) {
      expect(read(pairs.ofExtra({ name: 'le', value }))).toBe(`{le="${value}"}`);
      expect(read(pairs.ofExtra({ name: 'quantile', value }))).toBe(`{quantile="${value}"}`);
    }
    expect(pairs.ofExtra({ name: 'le', value: '7' })).toBe(pairs.ofExtra({ name: 'le', value: '7' }));
  });

  it('forgets rather than grows without end', () => {
    const pairs = new EncodedPairs();
    const first = pairs.ofExtra({ name: 'le', value: '0' });
    for (let i = 1; i < 3000; i++) pairs.ofExtra({ name: 'le', value: String(i) });
    expect(pairs.ofExtra({ name: 'le', value: '0' })).not.toBe(first);
    expect(pairs.ofExtra({ name: 'le', value: '0' })).toEqual(first);
  });
});
