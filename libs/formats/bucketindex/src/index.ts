export type { BlockDeletion, BlockMetaShape, BucketBlock, BucketIndex, ParsedBucketIndex } from './bucket-index.ts';
export {
  bucketBlockOf,
  COMPACTOR_SHARD_LABEL,
  encodeBucketIndex,
  isBucketIndexTooOld,
  MAX_BUCKET_INDEX_BYTES,
  OUT_OF_ORDER_LABEL,
  parseBucketIndex,
  SEGMENTS_1B6D,
} from './bucket-index.ts';
export type { BlockMarkKind } from './bucket-paths.ts';
export {
  BUCKET_INDEX_PATH,
  blockFilePath,
  blockMarkPath,
  globalMarkPath,
  MARKERS_PREFIX,
  parseGlobalMarkName,
  TENANT_DELETION_MARK_PATH,
} from './bucket-paths.ts';
export { BucketIndexError } from './json-fields.ts';
export type { DeletionMark, NoCompactMark, NoCompactReason, TenantDeletionMark } from './marks.ts';
export {
  encodeDeletionMark,
  encodeNoCompactMark,
  encodeTenantDeletionMark,
  MAX_MARK_BYTES,
  parseDeletionMark,
  parseNoCompactMark,
  parseTenantDeletionMark,
} from './marks.ts';
