import type { TenantDeletionMark } from '@telamon/bucketindex';
import type { Bucket } from '@telamon/objstore';
import type { Logger } from '@telamon/telemetry';
import { bucketIndexKey, tenantPrefix } from '../store/bucket-layout.ts';
import { deleteBlock } from '../store/delete-block.ts';
import { eachBounded } from '../store/each-bounded.ts';
import { listTenant } from '../store/list-tenant.ts';
import { readTenantDeletionMark, tenantDeletionMarkKey, writeTenantDeletionMark } from './tenant-deletion-mark-file.ts';

/** Time from the deletion of a tenant's last block to that of its mark, ms; Mimir's default. */
const DEFAULT_CLEANUP_DELAY_MS = 6 * 3_600_000;

/** What the eraser works with. */
export interface BucketEraserOptions {
  readonly bucket: Bucket;
  /** Deletions of blocks at once. */
  readonly concurrency: number;
  readonly nowMs: () => number;
  readonly logger: Logger;
  /** Until then blocks that somebody still ships are deleted as well. Default 6 h. */
  readonly cleanupDelayMs?: number;
  /** Told of each block that was deleted. */
  readonly onDeleted?: () => void;
}

/**
 * Deletes what tenants with a deletion mark have in the bucket; the compactor's part of deleting a tenant. Queries stop seeing
 * the blocks when the bucket index is gone, so that goes first. Interrupted anywhere, the next round goes on.
 */
export class BucketEraser {
  readonly #options: BucketEraserOptions;

  constructor(options: BucketEraserOptions) {
    this.#options = options;
  }

  /** Whether the tenant is given up: nothing of it is to be merged or kept. Cost: a request. */
  async isMarked(tenant: string, signal: AbortSignal): Promise<boolean> {
    return (await readTenantDeletionMark(this.#options.bucket, tenant, signal)) !== undefined;
  }

  /** One round. Does nothing and answers false for a tenant without a mark. Throws the bucket's errors and those of a damaged mark. */
  async erase(tenant: string, signal: AbortSignal): Promise<boolean> {
    const { bucket, nowMs, cleanupDelayMs = DEFAULT_CLEANUP_DELAY_MS } = this.#options;
    const mark = await readTenantDeletionMark(bucket, tenant, signal);
    if (mark === undefined) return false;
    const deletedCount = await this.#eraseBlocks(tenant, signal);
    if (mark.finishedTimeS === 0 || deletedCount > 0) await this.#finish(tenant, mark, signal);
    else if (mark.finishedTimeS * 1000 + cleanupDelayMs <= nowMs()) await this.#eraseRest(tenant, signal);
    return true;
  }

  async #eraseBlocks(tenant: string, signal: AbortSignal): Promise<number> {
    const { bucket, concurrency, onDeleted } = this.#options;
    await bucket.delete(bucketIndexKey(tenant), signal);
    const { ulids, deletionMarked } = await listTenant(bucket, tenant, signal);
    // Marks may be all that is left of a block.
    const all = new Set([...ulids, ...deletionMarked]);
    await eachBounded(
      all,
      concurrency,
      async (ulid) => {
        await deleteBlock(bucket, tenant, ulid, signal);
        onDeleted?.();
      },
      signal,
    );
    return all.size;
  }

  async #finish(tenant: string, mark: TenantDeletionMark, signal: AbortSignal): Promise<void> {
    const { bucket, nowMs, logger } = this.#options;
    await writeTenantDeletionMark(bucket, tenant, { ...mark, finishedTimeS: Math.floor(nowMs() / 1000) }, signal);
    logger.info('deleted all blocks of a tenant', { tenant });
  }

  /** Whatever else is in the tenant's folder, the mark last. */
  async #eraseRest(tenant: string, signal: AbortSignal): Promise<void> {
    const { bucket, logger } = this.#options;
    const markKey = tenantDeletionMarkKey(tenant);
    const keys: string[] = [];
    for await (const entry of bucket.list(tenantPrefix(tenant), { isRecursive: true, signal })) {
      if (!entry.isFolder && entry.key !== markKey) keys.push(entry.key);
    }
    if (keys.length > 0) await bucket.deleteMany(keys, signal);
    await bucket.delete(markKey, signal);
    logger.info('deleted the rest of a tenant', { tenant });
  }
}
