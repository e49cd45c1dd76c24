import { LruMap, ulidTimeMs } from '@telamon/algo';
import { bucketIndexTooOld } from '@telamon/limits';
import { TelamonError } from '@telamon/model';
import type { Bucket } from '@telamon/objstore';
import type { Logger } from '@telamon/telemetry';
import { readBucketIndex } from '../store/bucket-index-file.ts';
import { listTenant } from '../store/list-tenant.ts';
import { unlessAborted } from '../store/unless-aborted.ts';

/** Blocks of all tenants that are remembered. */
const BLOCKS_MAX = 2_000_000;
/** An index that can be renewed is used for at most so many refresh intervals. */
export const INDEX_USED_INTERVALS = 2;
/** Cost of a tenant beside its blocks. */
const TENANT_COST = 16;
/** Longest time that reading an index may take, ms. */
const LOAD_TIMEOUT_MS = 60_000;
/** Time after which an index is looked for again that was not there, too old, or could not be read, ms; at most the refresh interval. */
const RETRY_MS = 10_000;

/** How the blocks of the bucket are found. */
export interface BucketBlocksOptions {
  readonly bucket: Pick<Bucket, 'getRange' | 'head' | 'list'>;
  /** How long an index is used before it is read again, ms. */
  readonly refreshMs: number;
  /** An index that was written longer ago is refused, ms. */
  readonly maxStaleMs: number;
  /** Blocks that were marked for deletion longer ago are left out, ms. */
  readonly ignoreMarkedAfterMs: number;
  readonly nowMs: () => number;
  readonly logger: Logger;
}

interface IndexedBlock {
  readonly ulid: string;
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
  /** Infinity: not marked. */
  readonly markedMs: number;
}

interface TenantIndex {
  readonly blocks: readonly IndexedBlock[];
  /** When the compactor wrote it, ms; Infinity for a tenant without. */
  readonly updatedMs: number;
  readonly loadedMs: number;
  /** When it is to be read again. */
  readonly nextMs: number;
}

/**
 * Which blocks there are, by the bucket index of each tenant, which is read when it is first asked for and then renewed in the
 * background. Never answers short: an index that is damaged, too old, or missing where old blocks are is an error.
 */
export class BucketBlocks {
  readonly #options: BucketBlocksOptions;
  readonly #tenants = new LruMap<string, TenantIndex>({
    maxCost: BLOCKS_MAX,
    costOf: ({ blocks }) => blocks.length + TENANT_COST,
  });
  readonly #loading = new Map<string, Promise<TenantIndex>>();

  constructor(options: BucketBlocksOptions) {
    this.#options = options;
  }

  /**
   * ULIDs of the blocks that may hold samples of [fromMs, toMs]. CatalogueError 500 `bucket-index-too-old`; the bucket's errors when
   * there is nothing older to go by.
   */
  async find(tenant: string, fromMs: number, toMs: number, signal: AbortSignal): Promise<string[]> {
    const { nowMs, ignoreMarkedAfterMs, maxStaleMs } = this.#options;
    const index = await this.#index(tenant, signal);
    if (nowMs() - index.updatedMs > maxStaleMs) throw bucketIndexTooOld(index.updatedMs, maxStaleMs);
    const aliveMs = nowMs() - ignoreMarkedAfterMs;
    return index.blocks
      .filter(({ minTimeMs, maxTimeMs, markedMs }) => minTimeMs <= toMs && maxTimeMs > fromMs && markedMs > aliveMs)
      .map(({ ulid }) => ulid);
  }

  async #index(tenant: string, signal: AbortSignal): Promise<TenantIndex> {
    const { nowMs, refreshMs, maxStaleMs } = this.#options;
    const held = this.#tenants.get(tenant);
    if (held === undefined) return await unlessAborted(this.#load(tenant), signal);
    const isUsable = nowMs() - held.updatedMs <= maxStaleMs;
    if (nowMs() < held.nextMs) return held;
    const loading = this.#load(tenant);
    if (isUsable && nowMs() - held.loadedMs < INDEX_USED_INTERVALS * refreshMs) {
      loading.catch(() => undefined);
      return held;
    }
    return await unlessAborted(loading, signal);
  }

  /** Reads the index. A failure gives the one that is held, if it may still be used; it is tried again soon. */
  #load(tenant: string): Promise<TenantIndex> {
    const running = this.#loading.get(tenant);
    if (running !== undefined) return running;
    const loading = this.#read(tenant)
      .catch((error: unknown) => this.#fallBack(tenant, error))
      .finally(() => this.#loading.delete(tenant));
    this.#loading.set(tenant, loading);
    return loading;
  }

  async #read(tenant: string): Promise<TenantIndex> {
    const { bucket, nowMs, maxStaleMs, refreshMs } = this.#options;
    const signal = AbortSignal.timeout(LOAD_TIMEOUT_MS);
    const parsed = await readBucketIndex(bucket, tenant, signal);
    const loadedMs = nowMs();
    if (parsed === undefined) await this.#checkIsNew(tenant, signal);
    const marks = new Map(parsed?.index.deletions.map(({ ulid, deletionTimeS }) => [ulid, deletionTimeS * 1000]));
    const blocks = (parsed?.index.blocks ?? []).map(({ ulid, minTimeMs, maxTimeMs }) => {
      return { ulid, minTimeMs, maxTimeMs, markedMs: marks.get(ulid) ?? Number.POSITIVE_INFINITY };
    });
    const updatedMs = parsed === undefined ? Number.POSITIVE_INFINITY : parsed.index.updatedAtS * 1000;
    const isSound = parsed !== undefined && loadedMs - updatedMs <= maxStaleMs;
    const index = { blocks, updatedMs, loadedMs, nextMs: loadedMs + (isSound ? refreshMs : Math.min(RETRY_MS, refreshMs)) };
    this.#tenants.set(tenant, index);
    return index;
  }

  /** Without an index ingesters hold everything, unless there are blocks that they may have dropped. */
  async #checkIsNew(tenant: string, signal: AbortSignal): Promise<void> {
    const { bucket, nowMs, maxStaleMs } = this.#options;
    const { ulids } = await listTenant(bucket as Bucket, tenant, signal);
    const beforeMs = nowMs() - maxStaleMs;
    if (!ulids.some((ulid) => (ulidTimeMs(ulid) ?? 0) < beforeMs)) return;
    const text = `the bucket holds blocks of tenant ${tenant} but no bucket index yet, which the compactor writes`;
    throw new TelamonError(text, { status: 503, isRetryable: true });
  }

  #fallBack(tenant: string, error: unknown): TenantIndex {
    const { nowMs, maxStaleMs, refreshMs, logger } = this.#options;
    const held = this.#tenants.peek(tenant);
    if (held === undefined || nowMs() - held.loadedMs > maxStaleMs) throw error;
    logger.warn('reading the bucket index failed, the last one stays in use', { tenant, error });
    const kept = { ...held, nextMs: nowMs() + Math.min(RETRY_MS, refreshMs) };
    this.#tenants.set(tenant, kept);
    return kept;
  }
}
