import type { BlockMeta } from '@telamon/tsdb';
import { expect, it } from 'vitest';
import { planSplits } from './plan-splits.ts';

const HOUR = 3_600_000;

function meta(name: string, fromHours: number, toHours: number): BlockMeta {
  return {
    ulid: name,
    minTime: fromHours * HOUR,
    maxTime: toHours * HOUR,
    stats: {},
    compaction: { level: 1, sources: [name] },
    version: 1,
  };
}

function plan(...metas: BlockMeta[]): string[][] {
  return planSplits(metas, 2 * HOUR, 4).map(({ blocks }) => blocks.map(({ ulid }) => ulid));
}

it('takes what the ingesters made of a range together, when a newer range has begun', () => {
  expect(plan(meta('B', 0, 2), meta('A', 0, 2), meta('C', 0, 1))).toEqual([]);
  expect(plan(meta('B', 0, 2), meta('A', 0, 2), meta('C', 0, 1), meta('D', 2, 4))).toEqual([['A', 'B', 'C']]);
  expect(plan(meta('A', 0, 2), meta('B', 2, 4), meta('C', 4, 6))).toEqual([['A'], ['B']]);
});

it('leaves blocks alone that are longer than a range or cross its border', () => {
  expect(plan(meta('A', 0, 12), meta('B', 1, 3), meta('C', 12, 14))).toEqual([]);
});
