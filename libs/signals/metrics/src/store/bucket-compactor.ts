import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { newUlid } from '@telamon/algo';
import { COMPACTOR_SHARD_LABEL } from '@telamon/bucketindex';
import type { CompactionFacet, Owns, SignalRoute } from '@telamon/contract';
import type { LimitsProvider, StorageLimits } from '@telamon/limits';
import { TelamonError } from '@telamon/model';
import type { Bucket } from '@telamon/objstore';
import type { Logger } from '@telamon/telemetry';
import { type BlockMeta, type CompactionJob, compactedMeta } from '@telamon/tsdb';
import { blockPrefix } from './bucket-layout.ts';
import { downloadBlock } from './download-block.ts';
import { eachBounded } from './each-bounded.ts';
import { FolderBlock } from './folder-block.ts';
import { isDamage } from './is-damage.ts';
import { listTenants } from './list-tenant.ts';
import { markNoCompact } from './mark-block.ts';
import type { MergeBlocksRequest, MergeResult } from './merge-blocks-job.ts';
import type { SplitJob } from './plan-splits.ts';
import { groupLabels, planTenant, redundantBlocks } from './plan-tenant.ts';
import { liveBlocks, type MarkReason, TenantCleaner } from './tenant-cleaner.ts';
import { TenantScan } from './tenant-scan.ts';
import { uploadBlock } from './upload-block.ts';

/** Merges blocks (see `mergeBlockFolders`), somewhere where it holds no event loop. */
export type RunMerge = (
  request: MergeBlocksRequest,
  tenant: string,
  signal: AbortSignal,
) => Promise<readonly (BlockMeta | undefined)[]>;

/** Told what the compactor does, for metrics. */
export interface CompactorEvents {
  onMerged(sourceCount: number): void;
  onMergeFailed(): void;
  onMarked(reason: MarkReason): void;
  onDeleted(): void;
}

/** What the compactor works with. */
export interface BucketCompactorOptions {
  readonly bucket: Bucket;
  /** Folder of a block (by its prefix) where the bucket is on this machine's disk; else sources are downloaded. */
  readonly folderOf?: (prefix: string) => string;
  /** Folder for merges at work. It is the compactor's alone and emptied at the first merge. */
  readonly workFolder: string;
  readonly merge: RunMerge;
  readonly limits: LimitsProvider<
    Pick<
      StorageLimits,
      'compactorBlocksRetentionPeriodMs' | 'compactorPartialBlockDeletionDelayMs' | 'compactorSplitAndMergeShards'
    >
  >;
  /** Ascending; the first is that of a fresh block. */
  readonly rangesMs: readonly number[];
  readonly retentionSizeBytes: number;
  readonly deletionDelayMs: number;
  readonly indexRefreshMs: number;
  /** Calls of the bucket at once. */
  readonly concurrency: number;
  /** Merges of one tenant at once. */
  readonly mergeConcurrency: number;
  readonly nowMs: () => number;
  readonly logger: Logger;
  readonly events?: CompactorEvents;
  /** Obeys tenant deletion marks. */
  readonly eraser?: {
    erase(tenant: string, signal: AbortSignal): Promise<boolean>;
    isMarked(tenant: string, signal: AbortSignal): Promise<boolean>;
  };
  readonly adminRoutes?: readonly SignalRoute[];
}

/** Delays below this count as off, as Mimir does: an upload may take hours. */
const MIN_PARTIAL_DELAY_MS = 4 * 3_600_000;
/** A group whose merge failed is left alone for so long. */
const RETRY_MERGE_MS = 3_600_000;

interface TenantWork {
  readonly scan: TenantScan;
  readonly cleaner: TenantCleaner;
  /** Until when a group is left alone, ms. */
  readonly failedGroups: Map<string, number>;
}

/** Tidies the bucket, the only one that deletes from it: retention, deletion, index; and merges blocks by levels. */
export class BucketCompactor implements CompactionFacet {
  readonly #options: BucketCompactorOptions;
  readonly #tenants = new Map<string, TenantWork>();
  #prepared: Promise<void> | undefined;

  constructor(options: BucketCompactorOptions) {
    this.#options = options;
  }

  get adminRoutes(): readonly SignalRoute[] {
    return this.#options.adminRoutes ?? [];
  }

  async tenants(signal: AbortSignal): Promise<string[]> {
    const names = await listTenants(this.#options.bucket, signal);
    const present = new Set(names);
    for (const name of this.#tenants.keys()) if (!present.has(name)) this.#tenants.delete(name);
    return names;
  }

  async clean(tenant: string, signal: AbortSignal): Promise<void> {
    if (await this.#options.eraser?.erase(tenant, signal)) return;
    const limits = this.#options.limits.forTenant(tenant);
    const partialDelayMs = limits.compactorPartialBlockDeletionDelayMs;
    const retention = {
      periodMs: limits.compactorBlocksRetentionPeriodMs,
      sizeBytes: this.#options.retentionSizeBytes,
      partialDelayMs: partialDelayMs < MIN_PARTIAL_DELAY_MS ? 0 : partialDelayMs,
    };
    await this.#workOf(tenant).cleaner.clean(retention, signal);
  }

  /**
   * Merges what is due, one job a group. The result is complete in the bucket before a source is marked, so that a crash in between
   * leaves both; the next call marks the sources. A merge that fails is reported and its group left alone for an hour. Jobs that others
   * own are left to them: the key is the tenant's name, the group and the start.
   */
  async compact(tenant: string, signal: AbortSignal, owns: Owns): Promise<boolean> {
    if (await this.#options.eraser?.isMarked(tenant, signal)) return false;
    const { rangesMs, mergeConcurrency, nowMs } = this.#options;
    const { scan, cleaner, failedGroups } = this.#workOf(tenant);
    const live = liveBlocks(await scan.scan(signal));
    const redundant = new Set(redundantBlocks(live));
    for (const { ulid } of redundant) await cleaner.mark(ulid, 'compacted', signal);
    const jobs = planTenant(
      live.filter((block) => !redundant.has(block)),
      rangesMs,
      this.#options.limits.forTenant(tenant).compactorSplitAndMergeShards,
    ).filter((job) => (failedGroups.get(job.group) ?? 0) <= nowMs() && owns(keyOf(tenant, job)));
    let mergedCount = 0;
    await eachBounded(
      jobs,
      mergeConcurrency,
      async (job) => {
        if (await this.#run(tenant, job, signal)) mergedCount++;
      },
      signal,
    );
    return mergedCount > 0;
  }

  #workOf(tenant: string): TenantWork {
    const known = this.#tenants.get(tenant);
    if (known !== undefined) return known;
    const { bucket, concurrency, logger, deletionDelayMs, indexRefreshMs, nowMs, events } = this.#options;
    const scan = new TenantScan({ bucket, tenant, concurrency, logger });
    const cleaner = new TenantCleaner({
      bucket,
      tenant,
      scan,
      deletionDelayMs,
      indexRefreshMs,
      concurrency,
      nowMs,
      logger,
      ...(events === undefined ? {} : { onMarked: (reason) => events.onMarked(reason), onDeleted: () => events.onDeleted() }),
    });
    const work = { scan, cleaner, failedGroups: new Map<string, number>() };
    this.#tenants.set(tenant, work);
    return work;
  }

  async #run(tenant: string, job: Job, signal: AbortSignal): Promise<boolean> {
    await this.#prepare();
    const { bucket, workFolder, nowMs, logger, events } = this.#options;
    const { cleaner } = this.#workOf(tenant);
    const folder = join(workFolder, tenant, newUlid(nowMs()));
    const blocks = job.blocks.map((meta) => meta.ulid);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    try {
      const made = await this.#mergeOrReport(tenant, { job, folder }, signal);
      if (made === 'failed') return false;
      for (const { meta, folder: result } of made) await uploadBlock(bucket, { tenant, ulid: meta.ulid, folder: result }, signal);
      for (const source of blocks) await cleaner.mark(source, made.length === 0 ? 'empty' : 'compacted', signal);
      events?.onMerged(blocks.length);
      for (const { meta } of made) {
        const { numSeries, numSamples } = meta.stats;
        logger.info('merged blocks', { tenant, reason: job.reason, blocks, block: meta.ulid, numSeries, numSamples });
      }
      return true;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async #mergeOrReport(tenant: string, work: MergeWork, signal: AbortSignal): Promise<MergeResult[] | 'failed'> {
    const { nowMs, logger, events } = this.#options;
    const { job } = work;
    const sources = await this.#fetch(tenant, work, signal);
    try {
      const results = resultsOf(work, () => newUlid(nowMs()));
      const merged = await this.#options.merge({ sources, results }, tenant, signal);
      checkNothingLost(job, merged);
      return results.flatMap((result, i) => (merged[i] === undefined ? [] : [{ ...result, meta: merged[i] }]));
    } catch (error) {
      signal.throwIfAborted();
      events?.onMergeFailed();
      // Errors come out of a worker without their class, so the blocks themselves are asked.
      if (await this.#leaveOutDamaged(tenant, { job, sources }, signal)) return 'failed';
      this.#workOf(tenant).failedGroups.set(job.group, nowMs() + RETRY_MERGE_MS);
      logger.error('merging blocks failed, they are left alone for an hour', {
        tenant,
        blocks: job.blocks.map((meta) => meta.ulid),
        error,
      });
      return 'failed';
    }
  }

  /** Marks the sources whose index can't be opened, so that the others of the group are merged without them. Whether there were any. */
  async #leaveOutDamaged(tenant: string, { job, sources }: DamagedJob, signal: AbortSignal): Promise<boolean> {
    const { bucket, nowMs, logger } = this.#options;
    let count = 0;
    for (const [i, { ulid }] of job.blocks.entries()) {
      const damage = damageOf(sources[i]!);
      if (damage === undefined) continue;
      const noCompactTimeS = Math.floor(nowMs() / 1000);
      await markNoCompact(bucket, tenant, { ulid, reason: 'manual', details: damage, noCompactTimeS }, signal);
      logger.error('a block is damaged and not merged any more', { tenant, block: ulid, damage });
      count++;
    }
    return count > 0;
  }

  async #fetch(tenant: string, { job, folder }: MergeWork, signal: AbortSignal): Promise<string[]> {
    const { bucket, folderOf } = this.#options;
    const sources: string[] = [];
    for (const { ulid } of job.blocks) {
      const prefix = blockPrefix(tenant, ulid);
      if (folderOf === undefined) await downloadBlock(bucket, prefix, join(folder, ulid), signal);
      sources.push(folderOf?.(prefix) ?? join(folder, ulid));
    }
    return sources;
  }

  #prepare(): Promise<void> {
    const { workFolder } = this.#options;
    this.#prepared ??= rm(workFolder, { recursive: true, force: true }).catch((error: unknown) => {
      this.#prepared = undefined;
      throw error;
    });
    return this.#prepared;
  }
}

type Job = CompactionJob | SplitJob;

interface MergeWork {
  readonly job: Job;
  readonly folder: string;
}

interface DamagedJob {
  readonly job: Job;
  /** Folders of the job's blocks. */
  readonly sources: readonly string[];
}

/** What is wrong with the bytes of a block on disk as far as opening it tells; undefined when nothing, or when it can't be read now. */
function damageOf(folder: string): string | undefined {
  try {
    new FolderBlock(folder).close();
    return undefined;
  } catch (error) {
    return isDamage(error) ? (error as Error).message : undefined;
  }
}

/** What owners of jobs are chosen by: the same wherever it is computed, and spread over a tenant's jobs. */
function keyOf(tenant: string, { group, reason, blocks }: Job): string {
  return `${tenant}/${reason === 'split' ? 'split' : 'merge'}/${group}/${blocks[0]!.minTime}`;
}

/** The blocks that a job makes: one, or one a shard. */
function resultsOf({ job, folder }: MergeWork, nextUlid: () => string): MergeResult[] {
  const labels = groupLabels(job.blocks[0]!);
  const shardCount = job.reason === 'split' ? job.shardCount : 1;
  return Array.from({ length: shardCount }, (_x, i) => ({
    folder: join(folder, `result-${i}`),
    meta: compactedMeta(nextUlid(), job.blocks),
    labels: shardCount === 1 ? labels : { ...labels, [COMPACTOR_SHARD_LABEL]: `${i + 1}_of_${shardCount}` },
  }));
}

/** Blocks side by side have as many samples together as apart; anything else would be a loss that no reader could notice. */
function checkNothingLost(job: Job, merged: readonly (BlockMeta | undefined)[]): void {
  if (job.reason !== 'range' && !(job.reason === 'split' && job.blocks.length === 1)) return;
  let expected = 0;
  for (const { stats } of job.blocks) {
    if ((stats.numTombstones ?? 0) > 0 || (stats.numSamples ?? 0) === 0) return;
    expected += stats.numSamples ?? 0;
  }
  const found = merged.reduce((sum, meta) => sum + (meta?.stats.numSamples ?? 0), 0);
  if (found < expected)
    throw new TelamonError(`the merged blocks have ${found} samples, their sources ${expected}`, { isRetryable: false });
}
