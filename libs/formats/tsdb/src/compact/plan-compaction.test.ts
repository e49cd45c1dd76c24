import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BlockMeta, HINT_FROM_OUT_OF_ORDER, HINT_FROM_STALE_SERIES } from '../block/block-meta.ts';
import { compactedMeta, compactionGroup, planCompaction } from './plan-compaction.ts';

const HOUR = 3_600_000;
const RANGES = [2 * HOUR, 12 * HOUR, 24 * HOUR];

let counter = 0;
function meta(fromHours: number, toHours: number, extra: Partial<BlockMeta> = {}): BlockMeta {
  const ulid = `01AN4Z07BY79KA1307SR9${String(counter++).padStart(5, '0')}`;
  const compaction = { level: 1, sources: [ulid] };
  return { ulid, minTime: fromHours * HOUR, maxTime: toHours * HOUR, stats: {}, compaction, version: 1, ...extra };
}

function plan(...metas: BlockMeta[]): [string, number[]][] {
  return planCompaction(metas, RANGES).map((job) => [job.reason, job.blocks.map((block) => block.minTime / HOUR)]);
}

describe('planCompaction', () => {
  it('waits for the newest block and for a range to be full or past', () => {
    expect(plan()).toEqual([]);
    expect(plan(meta(0, 2))).toEqual([]);
    expect(plan(meta(0, 2), meta(2, 4))).toEqual([]);
    expect(plan(meta(0, 2), meta(2, 4), meta(4, 6))).toEqual([]);
    expect(plan(meta(0, 2), meta(2, 4), meta(14, 16))).toEqual([]);
    expect(plan(meta(0, 2), meta(2, 4), meta(12, 14), meta(14, 16))).toEqual([['range', [0, 2]]]);
    const full = [0, 2, 4, 6, 8, 10, 12].map((hour) => meta(hour, hour + 2));
    expect(plan(...full)).toEqual([['range', [0, 2, 4, 6, 8, 10]]]);
  });

  it('goes on to the next range', () => {
    expect(plan(meta(0, 12), meta(12, 24), meta(24, 26))).toEqual([['range', [0, 12]]]);
    expect(plan(meta(0, 24), meta(24, 26), meta(26, 28))).toEqual([]);
  });

  it('takes overlapping blocks first, the newest too', () => {
    expect(plan(meta(0, 2), meta(2, 4), meta(3, 4), meta(4, 6))).toEqual([['overlap', [2, 3]]]);
    expect(plan(meta(0, 2), meta(0, 2))).toEqual([['overlap', [0, 0]]]);
    expect(plan(meta(0, 12), meta(2, 4), meta(6, 8), meta(20, 22), meta(20, 22))).toEqual([['overlap', [0, 2, 6]]]);
  });

  it('leaves failed and downsampled blocks and blocks that cross a border alone', () => {
    const failed = meta(2, 4, { compaction: { level: 1, failed: true } });
    expect(plan(meta(0, 2), failed, meta(12, 14), meta(14, 16))).toEqual([]);
    const thanos = { labels: {}, downsample: { resolution: 300000 }, source: 'compactor' };
    expect(plan(meta(0, 2, { thanos }), meta(0, 2, { thanos }))).toEqual([]);
    expect(plan(meta(23, 25), meta(25, 27), meta(48, 50), meta(50, 52))).toEqual([]);
  });

  it('keeps groups and classes apart', () => {
    const thanos = (shard: string) => ({ thanos: { labels: { shard }, downsample: { resolution: 0 }, source: 'receive' } });
    expect(plan(meta(0, 2, thanos('1')), meta(0, 2, thanos('2')), meta(1, 2, thanos('2')))).toEqual([['overlap', [0, 1]]]);
    const stale = meta(1, 2, { compaction: { level: 1, hints: [HINT_FROM_STALE_SERIES] } });
    expect(plan(meta(0, 2), stale)).toEqual([]);
  });

  it('writes a block with many tombstones anew', () => {
    const holed = meta(0, 24, { stats: { numSeries: 100, numTombstones: 6 } });
    expect(plan(holed, meta(24, 26))).toEqual([['tombstones', [0]]]);
    expect(plan({ ...holed, stats: { numSeries: 100, numTombstones: 5 } }, meta(24, 26))).toEqual([]);
    expect(plan(meta(0, 2, { stats: { numSeries: 3, numTombstones: 3 } }), meta(24, 26))).toEqual([['tombstones', [0]]]);
  });

  it('always comes to an end, with every source kept', () => {
    const arrivals = fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.boolean()), { maxLength: 40 });
    fc.assert(
      fc.property(arrivals, (list) => {
        let blocks = list.map(([slot, isShort]) => meta(slot * 2, slot * 2 + (isShort ? 1 : 2)));
        const sources = blocks.map((block) => block.ulid).sort();
        for (let rounds = 0; ; rounds++) {
          expect(rounds).toBeLessThan(100);
          const [job] = planCompaction(blocks, RANGES);
          if (job === undefined) break;
          const merged = compactedMeta(meta(0, 0).ulid, job.blocks);
          blocks = [...blocks.filter((block) => !job.blocks.includes(block)), merged];
        }
        const kept = blocks.flatMap((block) => block.compaction.sources ?? []);
        expect(kept.sort()).toEqual(sources);
        const sorted = [...blocks].sort((a, b) => a.minTime - b.minTime);
        for (let i = 1; i < sorted.length; i++) expect(sorted[i]!.minTime).toBeGreaterThanOrEqual(sorted[i - 1]!.maxTime);
      }),
    );
  });
});

describe('compactionGroup', () => {
  it('names groups as Thanos does', () => {
    expect(compactionGroup(undefined)).toBe('0@17241709254077376921');
    expect(compactionGroup({ labels: {}, downsample: { resolution: 300000 }, source: '' })).toBe('300000@17241709254077376921');
    const hello = { labels: { hello: 'world' }, downsample: { resolution: 0 }, source: '' };
    expect(compactionGroup(hello)).toBe(`0@${BigInt('0x347c8ee7a9e29708')}`);
  });
});

describe('compactedMeta', () => {
  it('says out-of-order only when all sources are', () => {
    const ooo = meta(0, 2, { compaction: { level: 3, hints: [HINT_FROM_OUT_OF_ORDER] } });
    expect(compactedMeta('X', [ooo, ooo]).compaction).toMatchObject({ level: 4, hints: [HINT_FROM_OUT_OF_ORDER] });
    expect(compactedMeta('X', [ooo, meta(0, 2)]).compaction.hints).toBeUndefined();
  });
});
