import { Labels, stableHash } from '@telamon/model';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { QueryShard, takeShard } from './query-shard.ts';

const text = fc.string({ minLength: 1, maxLength: 300, unit: 'grapheme' });

it('deals series by the remainder of their hash', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(text, text), { maxLength: 6 }), fc.integer({ min: 1, max: 4096 }), (pairs, count) => {
      const labels = Labels.fromPairs(pairs);
      const index = Number(stableHash(labels) % BigInt(count)) + 1;
      expect(new QueryShard(index, count).owns(labels.bytes())).toBe(true);
      const other = (index % count) + 1;
      expect(new QueryShard(other, count).owns(labels.bytes())).toBe(count === 1);
    }),
  );
});

it("knows Mimir's vector", () => {
  // 0xcbab40540f26097d, see StableHash.
  const labels = Labels.fromRecord({ __name__: 'metric', label: 'value' }).bytes();
  const index = Number(0xcbab40540f26097dn % 7n) + 1;
  expect(new QueryShard(index, 7).owns(labels)).toBe(true);
});

it('takes the matcher of a shard out', () => {
  const plain = { operator: '=', name: 'a', value: 'b' };
  const matcher = (value: string, operator = '=') => ({ operator, name: '__query_shard__', value });
  expect(takeShard([plain])).toEqual({ matchers: [plain], shard: undefined });
  const { matchers, shard } = takeShard([plain, matcher('3_of_16')]);
  expect(matchers).toEqual([plain]);
  expect([shard?.index, shard?.count, shard?.value]).toEqual([3, 16, '3_of_16']);
  for (const value of ['', '0_of_3', '4_of_3', '1_of_0', '1_of_9999', '1of3', '-1_of_3']) {
    expect(() => takeShard([matcher(value)])).toThrow('invalid __query_shard__ matcher');
  }
  expect(() => takeShard([matcher('1_of_2', '=~')])).toThrow('invalid __query_shard__ matcher');
});
