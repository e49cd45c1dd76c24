import { createRegistry } from '@telamon/telemetry';
import { describe, expect, it } from 'vitest';
import { createCompactionMetrics, createCuttingMetrics } from './metrics.ts';
import { blockRangesMs, METRICS_BLOCKS, METRICS_COMPACTION } from './options.ts';

const HOUR_MS = 3_600_000;

describe('options of the store', () => {
  it('have the defaults of the peers', () => {
    expect(METRICS_BLOCKS.defaults()).toMatchObject({
      blockRangeMs: 2 * HOUR_MS,
      keepShippedMs: 13 * HOUR_MS,
      ignoreDeletionMarksDelayMs: HOUR_MS,
    });
    const compaction = METRICS_COMPACTION.defaults();
    expect(compaction).toMatchObject({ deletionDelayMs: 12 * HOUR_MS, retentionSizeBytes: 0, mergeConcurrency: 1 });
    expect(blockRangesMs(compaction.blockRanges)).toEqual([2, 12, 24].map((hours) => hours * HOUR_MS));
  });

  it.each([
    [[], 'at least one range'],
    [['2h', 'soon'], '"soon" is not a duration'],
    [['0s'], 'is not a duration of a second or more'],
    [['2h', '3h'], '3h is not a multiple'],
    [['2h', '2h'], '2h is not a multiple'],
    [['12h', '2h'], '2h is not a multiple'],
  ] as const)('refuse the block ranges %j', (blockRanges, problem) => {
    const [found] = METRICS_COMPACTION.validate({ ...METRICS_COMPACTION.defaults(), blockRanges });
    expect(found).toContain(problem);
    expect(found).toContain('compactor.block-ranges');
  });
});

describe('metrics of the store', () => {
  it('count what they are told', async () => {
    const registry = createRegistry();
    const cutting = createCuttingMetrics(registry);
    const compaction = createCompactionMetrics(registry);
    cutting.onCut('t', { ulid: '', minTime: 0, maxTime: 1, stats: { numSamples: 5 }, compaction: { level: 1 }, version: 1 });
    cutting.onShipped('t', 100);
    compaction.onMerged(3);
    compaction.onMarked('compacted');
    expect(await registry.valueOf('telamon_ingester_blocks_cut_samples_total')).toBe(5);
    expect(await registry.valueOf('telamon_ingester_blocks_shipped_bytes_total')).toBe(100);
    expect(await registry.valueOf('telamon_compactor_merged_blocks_total')).toBe(3);
    expect(await registry.valueOf('telamon_compactor_blocks_marked_for_deletion_total', { reason: 'compacted' })).toBe(1);
  });
});
