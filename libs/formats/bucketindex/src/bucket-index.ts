import { BucketIndexError, JsonFields } from './json-fields.ts';

/** Segment files are named by six digits from `000001` on. */
export const SEGMENTS_1B6D = '1b6d';
/** External label that holds a block's shard of a split compaction, `1_of_4`. */
export const COMPACTOR_SHARD_LABEL = '__compactor_shard_id__';
/** External label of blocks made of out-of-order samples. */
export const OUT_OF_ORDER_LABEL = '__out_of_order__';
/** Largest bucket index that is read, decompressed: about 500,000 blocks. */
export const MAX_BUCKET_INDEX_BYTES: number = 256 * 1024 * 1024;

/** A block as the bucket index lists it. Times in ms, [minTimeMs, maxTimeMs). */
export interface BucketBlock {
  readonly ulid: string;
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
  /** {@link SEGMENTS_1B6D} or '' when unknown. */
  readonly segmentsFormat: string;
  readonly segmentsCount: number;
  readonly uploadedAtS: number;
  /** '' when the block is no shard. */
  readonly compactorShardId: string;
  readonly source: string;
  /** 0 when the writer did not tell (version 1). */
  readonly compactionLevel: number;
  readonly isOutOfOrder: boolean;
  /** External labels; empty when the writer did not tell. */
  readonly labels: Readonly<Record<string, string>>;
}

/** A block that is marked for deletion. */
export interface BlockDeletion {
  readonly ulid: string;
  /** When it was marked, Unix seconds; it is deleted some delay after. */
  readonly deletionTimeS: number;
}

/** Everything that a tenant has in the bucket. */
export interface BucketIndex {
  readonly blocks: readonly BucketBlock[];
  readonly deletions: readonly BlockDeletion[];
  /** When it was made, Unix seconds. */
  readonly updatedAtS: number;
}

/** What was read, and what was left out because it is not what an entry must be. */
export interface ParsedBucketIndex {
  /** 1 (Cortex) or 2 (Mimir). */
  readonly version: 1 | 2;
  readonly index: BucketIndex;
  /** Why entries were refused; for the log and a counter. At most 100 are told. */
  readonly rejected: readonly string[];
  readonly rejectedCount: number;
}

const WHAT = 'bucket index';
const MAX_TOLD = 100;

/**
 * Reads `bucket-index.json` (decompressed by the caller, at most {@link MAX_BUCKET_INDEX_BYTES}), versions 1 and 2.
 * ```
 * {"version": 2, "blocks": [{"block_id", "min_time", "max_time", "segments_format", "segments_num", "uploaded_at",
 *   "compactor_shard_id", "source", "compaction_level", "out_of_order", "labels"}],
 *   "block_deletion_marks": [{"block_id", "deletion_time"}], "updated_at"}
 * ```
 * An entry whose id is no ULID, or whose fields have wrong types or impossible values, is left out and told; paths that an
 * entry may carry are never looked at. {@link BucketIndexError} when the file as a whole is not a bucket index.
 */
export function parseBucketIndex(bytes: Uint8Array): ParsedBucketIndex {
  const root = JsonFields.parse(bytes, WHAT, MAX_BUCKET_INDEX_BYTES);
  const version = root.integer('version');
  if (version !== 1 && version !== 2) throw new BucketIndexError(`${WHAT}: unknown version ${version}`);
  const updatedAtS = root.integer('updated_at');
  const rejected: string[] = [];
  let rejectedCount = 0;
  const each = <T>(name: string, read: (fields: JsonFields) => T): T[] =>
    root.list(name).flatMap((entry, i) => {
      try {
        return [read(new JsonFields(entry, `${WHAT} ${name}[${i}]`))];
      } catch (error) {
        if (!(error instanceof BucketIndexError)) throw error;
        if (rejectedCount++ < MAX_TOLD) rejected.push(error.message);
        return [];
      }
    });
  const blocks = each('blocks', parseBlock);
  const deletions = each('block_deletion_marks', (fields) => ({
    ulid: fields.ulid('block_id'),
    deletionTimeS: fields.integer('deletion_time'),
  }));
  return { version, index: { blocks, deletions, updatedAtS }, rejected, rejectedCount };
}

function parseBlock(fields: JsonFields): BucketBlock {
  const block: BucketBlock = {
    ulid: fields.ulid('block_id'),
    minTimeMs: fields.integer('min_time'),
    maxTimeMs: fields.integer('max_time'),
    segmentsFormat: fields.text('segments_format'),
    segmentsCount: fields.integer('segments_num'),
    uploadedAtS: fields.integer('uploaded_at'),
    compactorShardId: fields.text('compactor_shard_id'),
    source: fields.text('source'),
    compactionLevel: fields.integer('compaction_level'),
    isOutOfOrder: fields.flag('out_of_order'),
    labels: fields.texts('labels'),
  };
  if (block.maxTimeMs < block.minTimeMs) throw new BucketIndexError(`${WHAT}: block ${block.ulid} ends before it starts`);
  if (block.segmentsFormat !== '' && block.segmentsFormat !== SEGMENTS_1B6D) {
    throw new BucketIndexError(`${WHAT}: block ${block.ulid} has an unknown segments format`);
  }
  if (block.segmentsCount < 0 || block.segmentsCount > 999_999) {
    throw new BucketIndexError(`${WHAT}: block ${block.ulid} has an impossible number of segments`);
  }
  return block;
}

/** Writes `bucket-index.json`, version 2, as Mimir reads it; the caller compresses it (gzip). Cost: linear. */
export function encodeBucketIndex(index: BucketIndex): Uint8Array {
  const blocks = index.blocks.map((block) => ({
    block_id: block.ulid,
    min_time: block.minTimeMs,
    max_time: block.maxTimeMs,
    ...(block.segmentsFormat === '' ? {} : { segments_format: block.segmentsFormat }),
    ...(block.segmentsCount === 0 ? {} : { segments_num: block.segmentsCount }),
    uploaded_at: block.uploadedAtS,
    compactor_shard_id: block.compactorShardId,
    source: block.source,
    compaction_level: block.compactionLevel,
    out_of_order: block.isOutOfOrder,
    labels: block.labels,
  }));
  const marks = index.deletions.map((mark) => ({ block_id: mark.ulid, deletion_time: mark.deletionTimeS }));
  const file = { version: 2, blocks, block_deletion_marks: marks, updated_at: index.updatedAtS };
  return new TextEncoder().encode(JSON.stringify(file));
}

/** The parts of a block's `meta.json` that the bucket index needs; a `BlockMeta` of `@telamon/tsdb` is one. */
export interface BlockMetaShape {
  readonly ulid: string;
  readonly minTime: number;
  readonly maxTime: number;
  readonly compaction: { readonly level: number; readonly hints?: readonly string[] };
  readonly thanos?: {
    readonly labels: Readonly<Record<string, string>>;
    readonly source: string;
    readonly segment_files?: readonly string[];
    readonly files?: readonly { readonly rel_path: string }[];
  };
}

/** Entry of a block, from its meta and the time of its upload. */
export function bucketBlockOf(meta: BlockMetaShape, uploadedAtS: number): BucketBlock {
  const labels = meta.thanos?.labels ?? {};
  const segmentsCount = countSegments(meta);
  return {
    ulid: meta.ulid,
    minTimeMs: meta.minTime,
    maxTimeMs: meta.maxTime,
    segmentsFormat: segmentsCount === 0 ? '' : SEGMENTS_1B6D,
    segmentsCount,
    uploadedAtS,
    compactorShardId: labels[COMPACTOR_SHARD_LABEL] ?? '',
    source: meta.thanos?.source ?? '',
    compactionLevel: meta.compaction.level,
    isOutOfOrder: labels[OUT_OF_ORDER_LABEL] === 'true' || meta.compaction.hints?.includes('from-out-of-order') === true,
    labels,
  };
}

/** Number of segment files, 0 when they are not named `000001` and on. */
function countSegments(meta: BlockMetaShape): number {
  const listed = meta.thanos?.segment_files ?? [];
  const files = (meta.thanos?.files ?? []).map((file) => file.rel_path).filter((path) => path.startsWith('chunks/'));
  const names = listed.length > 0 ? listed : files.map((path) => path.slice('chunks/'.length));
  return names.every((name, i) => name === String(i + 1).padStart(6, '0')) ? names.length : 0;
}

/** Whether an index is older than readers may trust; they then fail with `bucket-index-too-old` instead of missing data. */
export function isBucketIndexTooOld(index: BucketIndex, nowS: number, maxAgeS: number): boolean {
  return nowS - index.updatedAtS > maxAgeS;
}
