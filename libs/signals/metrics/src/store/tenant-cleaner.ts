import { type BucketIndex, bucketBlockOf, type DeletionMark } from '@telamon/bucketindex';
import type { Bucket } from '@telamon/objstore';
import type { Logger } from '@telamon/telemetry';
import type { BlockMeta } from '@telamon/tsdb';
import { writeBucketIndex } from './bucket-index-file.ts';
import { bucketIndexKey } from './bucket-layout.ts';
import { deleteBlock } from './delete-block.ts';
import { eachBounded } from './each-bounded.ts';
import { markForDeletion } from './mark-block.ts';
import type { ScannedBlock, TenantScan } from './tenant-scan.ts';

/** What a tenant may keep. */
export interface Retention {
  /** Blocks with only older samples go, ms; 0 keeps all. */
  readonly periodMs: number;
  /** The oldest blocks beyond so many bytes go; 0 keeps all. */
  readonly sizeBytes: number;
  /** Block folders without `meta.json` go when nothing changed in them for so long, ms; 0 keeps them. */
  readonly partialDelayMs: number;
}

/** How a tenant is tidied. */
export interface TenantCleanerOptions {
  readonly bucket: Bucket;
  readonly tenant: string;
  readonly scan: TenantScan;
  /** Time from a mark to the deletion, ms. */
  readonly deletionDelayMs: number;
  /** The index is written at least so often, ms, because readers refuse an old one. */
  readonly indexRefreshMs: number;
  readonly concurrency: number;
  readonly nowMs: () => number;
  readonly logger: Logger;
  /** Told of each block that is marked or deleted. */
  readonly onMarked?: (reason: MarkReason) => void;
  readonly onDeleted?: () => void;
}

/** Why a block is marked for deletion. */
export type MarkReason = 'retention-time' | 'retention-size' | 'partial' | 'compacted' | 'empty';

const DETAILS: Readonly<Record<MarkReason, string>> = {
  'retention-time': 'block exceeding retention period',
  'retention-size': 'block exceeding retention size',
  partial: 'stale partial block',
  compacted: 'source of compacted block',
  empty: 'block without samples',
};

/** A block that queries can use. */
export type CompleteBlock = ScannedBlock & { readonly meta: BlockMeta };

/** Tidies one tenant's folder: retention, deletion, index. */
export class TenantCleaner {
  readonly #options: TenantCleanerOptions;
  #writtenIndex = '';
  #writtenMs = Number.NEGATIVE_INFINITY;

  constructor(options: TenantCleanerOptions) {
    this.#options = options;
  }

  /** One round. Throws the bucket's errors; a round that was interrupted is completed by the next. */
  async clean(retention: Retention, signal: AbortSignal): Promise<void> {
    const { scan, nowMs } = this.#options;
    const blocks = await scan.scan(signal);
    const marked = await this.#applyRetention(blocks, retention, signal);
    for (const ulid of scan.orphanMarks) await deleteBlock(this.#options.bucket, this.#options.tenant, ulid, signal);
    const left = await this.#deleteMarked(marked, nowMs(), signal);
    await this.#writeIndex(left, signal);
  }

  /** Marks a block for deletion and tells of it. */
  async mark(ulid: string, reason: MarkReason, signal: AbortSignal): Promise<DeletionMark> {
    const { bucket, tenant, nowMs, logger, onMarked } = this.#options;
    const mark = { ulid, details: DETAILS[reason], deletionTimeS: Math.floor(nowMs() / 1000) };
    await markForDeletion(bucket, tenant, mark, signal);
    onMarked?.(reason);
    logger.info('marked a block for deletion', { tenant, block: ulid, reason });
    return mark;
  }

  async #applyRetention(blocks: readonly ScannedBlock[], retention: Retention, signal: AbortSignal): Promise<ScannedBlock[]> {
    const due = new Map<string, MarkReason>();
    const nowMs = this.#options.nowMs();
    for (const { ulid } of expired(blocks, nowMs - retention.periodMs))
      if (retention.periodMs > 0) due.set(ulid, 'retention-time');
    const rest = blocks.filter((block) => !due.has(block.ulid));
    for (const { ulid } of oversized(rest, retention.sizeBytes)) due.set(ulid, 'retention-size');
    for (const { ulid } of stalePartials(blocks, nowMs - retention.partialDelayMs)) {
      if (retention.partialDelayMs > 0) due.set(ulid, 'partial');
    }
    const result: ScannedBlock[] = [];
    for (const block of blocks) {
      const reason = due.get(block.ulid);
      result.push(reason === undefined ? block : { ...block, deletion: await this.mark(block.ulid, reason, signal) });
    }
    return result;
  }

  async #deleteMarked(blocks: readonly ScannedBlock[], nowMs: number, signal: AbortSignal): Promise<ScannedBlock[]> {
    const { bucket, tenant, deletionDelayMs, concurrency, logger, onDeleted } = this.#options;
    const due = blocks.filter(
      ({ deletion }) => deletion !== undefined && deletion.deletionTimeS * 1000 + deletionDelayMs <= nowMs,
    );
    await eachBounded(
      due,
      concurrency,
      async ({ ulid }) => {
        await deleteBlock(bucket, tenant, ulid, signal);
        onDeleted?.();
        logger.info('deleted a block', { tenant, block: ulid });
      },
      signal,
    );
    return blocks.filter((block) => !due.includes(block));
  }

  async #writeIndex(blocks: readonly ScannedBlock[], signal: AbortSignal): Promise<void> {
    const { bucket, tenant, nowMs, indexRefreshMs } = this.#options;
    if (blocks.length === 0) {
      // Otherwise the index alone would keep a tenant alive that has nothing.
      await bucket.delete(bucketIndexKey(tenant), signal);
      this.#writtenIndex = '';
      return;
    }
    const index = indexOf(blocks, Math.floor(nowMs() / 1000));
    const content = JSON.stringify([index.blocks, index.deletions]);
    if (content === this.#writtenIndex && nowMs() - this.#writtenMs < indexRefreshMs) return;
    await writeBucketIndex(bucket, tenant, index, signal);
    this.#writtenIndex = content;
    this.#writtenMs = nowMs();
  }
}

/** Blocks that queries can use and that are not marked for deletion. */
export function liveBlocks(blocks: readonly ScannedBlock[]): CompleteBlock[] {
  return blocks.filter((block): block is CompleteBlock => block.meta !== undefined && block.deletion === undefined);
}

function expired(blocks: readonly ScannedBlock[], beforeMs: number): CompleteBlock[] {
  return liveBlocks(blocks).filter(({ meta }) => meta.maxTime < beforeMs);
}

/** From the newest block on, all from where the sum passes the limit. */
function oversized(blocks: readonly ScannedBlock[], limitBytes: number): CompleteBlock[] {
  if (limitBytes <= 0) return [];
  const newestFirst = liveBlocks(blocks).sort((a, b) => b.meta.maxTime - a.meta.maxTime || (a.ulid < b.ulid ? 1 : -1));
  let sum = 0;
  const first = newestFirst.findIndex(({ sizeBytes }) => {
    sum += sizeBytes;
    return sum > limitBytes;
  });
  return first < 0 ? [] : newestFirst.slice(first);
}

function stalePartials(blocks: readonly ScannedBlock[], beforeMs: number): ScannedBlock[] {
  return blocks.filter(
    ({ meta, isDamaged, deletion, changedMs }) =>
      meta === undefined && !isDamaged && deletion === undefined && changedMs > 0 && changedMs < beforeMs,
  );
}

/** Downsampled blocks stay out: readers of the index could not tell them from others. */
function indexOf(blocks: readonly ScannedBlock[], updatedAtS: number): BucketIndex {
  const complete = blocks.filter(
    (block): block is CompleteBlock => block.meta !== undefined && (block.meta.thanos?.downsample.resolution ?? 0) === 0,
  );
  return {
    blocks: complete.map(({ meta, uploadedMs }) => bucketBlockOf(meta, Math.floor(uploadedMs / 1000))),
    deletions: blocks.flatMap(({ deletion }) =>
      deletion === undefined ? [] : [{ ulid: deletion.ulid, deletionTimeS: deletion.deletionTimeS }],
    ),
    updatedAtS,
  };
}
