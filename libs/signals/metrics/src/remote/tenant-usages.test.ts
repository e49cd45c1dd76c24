import { expect, it } from 'vitest';
import { encodeTenantUsages, uniteTenantUsages } from './tenant-usages.ts';

const usage = (ingestionRate: number, seriesCount: number) => ({ ingestionRate, seriesCount });

it('counts what is replicated once, and takes those that answered for all', () => {
  // Two zones of three, each whole: every series came twice.
  const replies = [
    new Map([['a', usage(5, 10)]]),
    new Map([
      ['a', usage(1, 2)],
      ['日本', usage(3, 4)],
    ]),
    new Map([['a', usage(6, 12)]]),
    new Map([['日本', usage(3, 4)]]),
  ].map(encodeTenantUsages);
  const share = { instanceCount: 6, replicationFactor: 3 };
  expect([...uniteTenantUsages(replies, share)]).toEqual([
    ['a', usage(6, 12)],
    ['日本', usage(3, 4)],
  ]);
  expect(uniteTenantUsages([encodeTenantUsages(new Map())], share).size).toBe(0);
});
