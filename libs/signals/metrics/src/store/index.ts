export { BlockCatalog } from './block-catalog.ts';
export { BlockCutter, type BlockCutterOptions, type BlockSource, type CutRange, type RunBuild } from './block-cutter.ts';
export { type BlockLocation, type BlockRef, overlaps } from './block-ref.ts';
export { BucketCompactor, type BucketCompactorOptions, type CompactorEvents, type RunMerge } from './bucket-compactor.ts';
export { LocalBlocks } from './local-blocks.ts';
export { type CuttingEvents, createCompactionMetrics, createCuttingMetrics, registerCatalogMetrics } from './metrics.ts';
export { OpenBlocks, type OpenBlocksOptions } from './open-blocks.ts';
export { type BucketSettings, openBucket, type S3Settings } from './open-bucket.ts';
export {
  blockRangesMs,
  METRICS_BLOCKS,
  METRICS_COMPACTION,
  type MetricsBlocksConfig,
  type MetricsCompactionConfig,
} from './options.ts';
export { QueryGate } from './query-gate.ts';
export { RangeCache } from './range-cache.ts';
export type { ObjectReader } from './read-object.ts';
export {
  type BlockLabelsQuery,
  type BlockSelection,
  blockLabelNames,
  blockLabelValues,
  type Pause,
  selectFrames,
} from './select-blocks.ts';
export { Shipper, type ShipperOptions } from './shipper.ts';
export { buildInPool, mergeInPool, storeJobs } from './store-jobs.ts';
export type { CatalogSettings } from './tenant-blocks.ts';
