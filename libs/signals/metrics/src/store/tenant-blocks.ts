import { randomUUID } from 'node:crypto';
import { lstat, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { ulidTimeMs } from '@telamon/algo';
import { COMPACTOR_SHARD_LABEL, MAX_MARK_BYTES, parseDeletionMark } from '@telamon/bucketindex';
import type { Bucket } from '@telamon/objstore';
import type { Logger } from '@telamon/telemetry';
import type { BlockMeta } from '@telamon/tsdb';
import type { BlockLocation, BlockRef } from './block-ref.ts';
import { readBucketIndex } from './bucket-index-file.ts';
import { blockKey, blockPrefix, markKeys } from './bucket-layout.ts';
import { downloadBlock } from './download-block.ts';
import { eachBounded } from './each-bounded.ts';
import { makeIndexHeader } from './index-header-file.ts';
import { isDamage } from './is-damage.ts';
import { listTenant } from './list-tenant.ts';
import { checkBlockFiles, readBlockMeta } from './read-block-meta.ts';
import { readObject } from './read-object.ts';
import { unlessAborted } from './unless-aborted.ts';

/** So many unknown blocks make it worth while to read the bucket index instead of listing the files of each. */
const INDEX_WORTH_BLOCKS = 8;
/** A block is damaged for so long before it is looked at less often: someone may be copying it. */
const QUARANTINE_MS = 15 * 60_000;
/** A block that tells no sizes of its files counts as complete when nothing changed in it for so long. */
const SETTLE_MS = 10_000;
/** Ids of blocks that are gone are remembered so long; local copies live 13 h. */
const MEMORY_MS = 3 * 24 * 3_600_000;

/** Longest time that bringing a block here may take that was asked for by name, ms. */
const OBTAIN_TIMEOUT_MS = 60_000;

/** How the blocks of the bucket are found and offered. */
export interface CatalogSettings {
  readonly bucket: Bucket;
  /** Folder of a block (by its prefix) where the bucket is on this machine's disk; else index headers are made. */
  readonly folderOf?: (prefix: string) => string;
  /** Folder for index headers of the signal, `<data-dir>/index-header/metrics`. */
  readonly indexHeaderFolder: string;
  /** Whether whole blocks are copied to the place of their index headers, because worker threads can't reach the bucket (one in memory). */
  readonly isMirrored?: boolean;
  /** A block that was marked for deletion so long ago is offered no more, ms. */
  readonly ignoreMarkedAfterMs: number;
  /** Calls of the bucket at once. */
  readonly concurrency: number;
  readonly nowMs: () => number;
  readonly logger: Logger;
}

/** A block that somebody asks for by name: where it is, or that there is nothing in it to query. */
export type ObtainedBlock = { readonly kind: 'ref'; readonly ref: BlockRef } | { readonly kind: 'nothing' };

interface KnownBlock {
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
  /** Blocks whose whole content is in this one. */
  readonly covers: readonly string[];
  /** Holds aggregates, which queries can't read. */
  readonly isDownsampled: boolean;
}

/** What the bucket index tells of a block. */
interface IndexedTimes {
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
}

/** The blocks that one tenant has in the bucket. */
export class TenantBlocks {
  readonly #tenant: string;
  readonly #settings: CatalogSettings;
  readonly #known = new Map<string, KnownBlock>();
  /** When the block was marked, ms. */
  readonly #marks = new Map<string, number>();
  readonly #quarantine = new Map<string, { readonly sinceMs: number; readonly untilMs: number }>();
  readonly #headers = new Set<string>();
  readonly #seen = new Set<string>();
  /** Owned at the last look, or asked for between the last two: kept for one more, whoever owns them. */
  #visitors = new Set<string>();
  /** Asked for since the last look. */
  #asked = new Set<string>();
  readonly #obtaining = new Map<string, Promise<ObtainedBlock | undefined>>();
  #blocks: readonly BlockRef[] = [];

  constructor(tenant: string, settings: CatalogSettings) {
    this.#tenant = tenant;
    this.#settings = settings;
  }

  /** What queries may read, ascending by minTimeMs. The list is replaced, never changed. */
  get blocks(): readonly BlockRef[] {
    return this.#blocks;
  }

  /** Index headers of these blocks are in use. */
  get headers(): ReadonlySet<string> {
    return this.#headers;
  }

  /** Number of blocks that are damaged and left out. */
  get quarantinedCount(): number {
    return this.#quarantine.size;
  }

  /** Whether the store has taken a block over: it is offered, or was until something replaced it. */
  has(ulid: string): boolean {
    return this.#seen.has(ulid);
  }

  /**
   * Looks the tenant's folder over and keeps the blocks that are owned, and for one more look those that were or were asked for.
   * A failure leaves the list as it was.
   */
  async sync(signal: AbortSignal, owns: (ulid: string) => boolean = () => true): Promise<void> {
    const { bucket, nowMs } = this.#settings;
    const listing = await listTenant(bucket, this.#tenant, signal);
    const kept = new Set([...this.#visitors, ...this.#asked]);
    const owned = listing.ulids.filter(owns);
    // Whoever asks during this look is newer than the listing.
    this.#visitors = new Set([...owned, ...this.#asked]);
    this.#asked = new Set();
    const present = new Set([...owned, ...listing.ulids.filter((ulid) => kept.has(ulid))]);
    for (const ulid of this.#known.keys()) if (!present.has(ulid) && !this.#asked.has(ulid)) this.#known.delete(ulid);
    for (const ulid of this.#quarantine.keys()) if (!present.has(ulid)) this.#quarantine.delete(ulid);
    await this.#learnMarks(listing.deletionMarked, signal);
    const now = nowMs();
    const unknown = [...present].filter(
      (ulid) => !this.#known.has(ulid) && !this.#isGivenUp(ulid, now) && (this.#quarantine.get(ulid)?.untilMs ?? 0) <= now,
    );
    await this.#learn(unknown, signal);
    const offered = this.#choose(now);
    if (this.#settings.folderOf === undefined) await this.#makeHeaders(offered, signal);
    this.#publish(offered, now);
  }

  /**
   * A block that is asked for by name, whoever owns it: one that is not known here yet is looked up in the bucket, and kept until
   * nobody asked for it for a whole round. undefined when the bucket does not have it; CorruptError when it is damaged.
   */
  async obtain(ulid: string, signal: AbortSignal): Promise<ObtainedBlock | undefined> {
    this.#asked.add(ulid);
    const held = this.#held(ulid);
    if (held !== undefined) return held;
    let obtaining = this.#obtaining.get(ulid);
    if (obtaining === undefined) {
      // Outlives a caller who goes away, because others may wait for the same block.
      obtaining = this.#fetch(ulid, AbortSignal.timeout(OBTAIN_TIMEOUT_MS)).finally(() => this.#obtaining.delete(ulid));
      this.#obtaining.set(ulid, obtaining);
    }
    return await unlessAborted(obtaining, signal);
  }

  #held(ulid: string): ObtainedBlock | undefined {
    const known = this.#known.get(ulid);
    if (known?.isDownsampled === true) return { kind: 'nothing' };
    if (known === undefined || !(this.#headers.has(ulid) || this.#settings.folderOf !== undefined)) return undefined;
    return { kind: 'ref', ref: this.#refOf(ulid, known) };
  }

  async #fetch(ulid: string, signal: AbortSignal): Promise<ObtainedBlock | undefined> {
    const { bucket, folderOf } = this.#settings;
    const meta = await readBlockMeta(bucket, this.#tenant, ulid, signal);
    if (meta === undefined) return undefined;
    const known = knownOf(meta);
    if (!known.isDownsampled && folderOf === undefined) {
      await this.#bringHere(ulid, signal);
      this.#headers.add(ulid);
    }
    this.#known.set(ulid, known);
    this.#quarantine.delete(ulid);
    return this.#held(ulid);
  }

  /** Marks never change, so each is read once. */
  async #learnMarks(marked: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
    for (const ulid of this.#marks.keys()) if (!marked.has(ulid)) this.#marks.delete(ulid);
    const fresh = [...marked].filter((ulid) => !this.#marks.has(ulid));
    const { bucket, concurrency } = this.#settings;
    await eachBounded(fresh, concurrency, async (ulid) => {
      const [key] = markKeys(this.#tenant, ulid, 'deletion');
      try {
        const bytes = await readObject(bucket, key, MAX_MARK_BYTES, signal);
        if (bytes !== undefined) this.#marks.set(ulid, parseDeletionMark(bytes, ulid).deletionTimeS * 1000);
      } catch (error) {
        if (!isDamage(error)) throw error;
        // A mark that can't be read marks nothing; only the compactor deletes, and it thinks the same.
        this.#settings.logger.warn('a deletion mark is damaged and ignored', { tenant: this.#tenant, block: ulid, error });
      }
    });
  }

  #isGivenUp(ulid: string, nowMs: number): boolean {
    const markedMs = this.#marks.get(ulid);
    return markedMs !== undefined && nowMs - markedMs >= this.#settings.ignoreMarkedAfterMs;
  }

  async #learn(unknown: readonly string[], signal: AbortSignal): Promise<void> {
    const indexed = unknown.length >= INDEX_WORTH_BLOCKS ? await this.#readIndex(signal) : undefined;
    await eachBounded(unknown, this.#settings.concurrency, (ulid) => this.#learnOne(ulid, indexed?.get(ulid), signal));
  }

  /** A block that the bucket index has is complete, and whose deletion the index knows is left to it. */
  async #learnOne(ulid: string, indexed: IndexedTimes | undefined, signal: AbortSignal): Promise<void> {
    const isComplete = indexed !== undefined;
    try {
      if (isComplete && (await this.#wasReadable(ulid))) {
        const { minTimeMs, maxTimeMs } = indexed;
        this.#known.set(ulid, { minTimeMs, maxTimeMs, covers: [], isDownsampled: false });
        return;
      }
      const meta = await readBlockMeta(this.#settings.bucket, this.#tenant, ulid, signal);
      if (meta === undefined) return;
      if (!isComplete && !(await this.#isSettled(meta, signal))) return;
      this.#known.set(ulid, isComplete ? { ...knownOf(meta), covers: [] } : knownOf(meta));
      this.#quarantine.delete(ulid);
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.#setAside(ulid, error);
    }
  }

  /** Index headers are made of blocks that queries can read only, so a restart need not look into those again. */
  async #wasReadable(ulid: string): Promise<boolean> {
    return this.#settings.folderOf === undefined && (await exists(this.#headerPath(ulid)));
  }

  async #isSettled(meta: BlockMeta, signal: AbortSignal): Promise<boolean> {
    const { changedMs } = await checkBlockFiles(this.#settings.bucket, this.#tenant, meta, signal);
    const ageMs = this.#settings.nowMs() - changedMs;
    return meta.thanos?.files !== undefined || ageMs < 0 || ageMs >= SETTLE_MS;
  }

  #setAside(ulid: string, error: unknown): void {
    const { logger, nowMs } = this.#settings;
    const now = nowMs();
    const sinceMs = this.#quarantine.get(ulid)?.sinceMs;
    if (sinceMs === undefined) logger.warn('a block is damaged and left out', { tenant: this.#tenant, block: ulid, error });
    this.#quarantine.set(ulid, {
      sinceMs: sinceMs ?? now,
      untilMs: now - (sinceMs ?? now) < QUARANTINE_MS ? 0 : now + QUARANTINE_MS,
    });
    this.#known.delete(ulid);
  }

  /** The blocks in the bucket index: an index lists complete blocks only. */
  async #readIndex(signal: AbortSignal): Promise<ReadonlyMap<string, IndexedTimes> | undefined> {
    const { bucket, logger } = this.#settings;
    try {
      const parsed = await readBucketIndex(bucket, this.#tenant, signal);
      return parsed === undefined ? undefined : new Map(parsed.index.blocks.map((block) => [block.ulid, block]));
    } catch (error) {
      if (!isDamage(error)) throw error;
      logger.warn('the bucket index is damaged, the blocks are looked at one by one', { tenant: this.#tenant, error });
      return undefined;
    }
  }

  /** Everything but what can't be read, what was given up, and marked blocks that stand whole in another one. */
  #choose(nowMs: number): [string, KnownBlock][] {
    const readable = [...this.#known].filter(([ulid, block]) => !block.isDownsampled && !this.#isGivenUp(ulid, nowMs));
    const covered = new Set(readable.flatMap(([, block]) => block.covers));
    return readable.filter(([ulid]) => !(covered.has(ulid) && this.#marks.has(ulid)));
  }

  async #makeHeaders(offered: readonly [string, KnownBlock][], signal: AbortSignal): Promise<void> {
    const { concurrency } = this.#settings;
    const missing = offered.map(([ulid]) => ulid).filter((ulid) => !this.#headers.has(ulid));
    await eachBounded(missing, concurrency, async (ulid) => {
      try {
        await this.#bringHere(ulid, signal);
        this.#headers.add(ulid);
      } catch (error) {
        if (!isDamage(error)) throw error;
        this.#setAside(ulid, error);
      }
    });
    const wanted = new Set(offered.map(([ulid]) => ulid));
    for (const ulid of this.#headers) {
      if (!wanted.has(ulid) && !this.#asked.has(ulid) && !this.#visitors.has(ulid)) this.#headers.delete(ulid);
    }
  }

  async #bringHere(ulid: string, signal: AbortSignal): Promise<void> {
    const { bucket, isMirrored } = this.#settings;
    const path = this.#headerPath(ulid);
    // A header that is there already is taken as it is; readers check it and make it anew when it is damaged.
    if (await exists(path)) return;
    if (isMirrored !== true) await makeIndexHeader(bucket, blockKey(this.#tenant, ulid, 'index'), path, signal);
    else {
      const temporary = `${path}.${randomUUID()}.tmp`;
      await downloadBlock(bucket, blockPrefix(this.#tenant, ulid), temporary, signal);
      await rename(temporary, path);
    }
  }

  #publish(offered: readonly [string, KnownBlock][], nowMs: number): void {
    const blocks = offered.filter(([ulid]) => this.#known.has(ulid)).map(([ulid, known]) => this.#refOf(ulid, known));
    blocks.sort((a, b) => a.minTimeMs - b.minTimeMs || (a.ulid < b.ulid ? -1 : 1));
    this.#blocks = blocks;
    for (const { ulid } of blocks) this.#seen.add(ulid);
    for (const ulid of this.#marks.keys()) this.#seen.add(ulid);
    for (const ulid of this.#seen) {
      if (!this.#known.has(ulid) && nowMs - (ulidTimeMs(ulid) ?? 0) > MEMORY_MS) this.#seen.delete(ulid);
    }
  }

  #refOf(ulid: string, { minTimeMs, maxTimeMs }: KnownBlock): BlockRef {
    return { ulid, minTimeMs, maxTimeMs, location: this.#locationOf(ulid) };
  }

  #locationOf(ulid: string): BlockLocation {
    const prefix = blockPrefix(this.#tenant, ulid);
    const { folderOf, isMirrored } = this.#settings;
    if (folderOf !== undefined) return { kind: 'folder', path: folderOf(prefix) };
    const indexHeaderPath = this.#headerPath(ulid);
    return isMirrored === true ? { kind: 'folder', path: indexHeaderPath } : { kind: 'bucket', prefix, indexHeaderPath };
  }

  #headerPath(ulid: string): string {
    return join(this.#settings.indexHeaderFolder, this.#tenant, ulid);
  }
}

function knownOf(meta: BlockMeta): KnownBlock {
  // A shard of a split compaction has only a part of its parents.
  const isShard = (meta.thanos?.labels[COMPACTOR_SHARD_LABEL] ?? '') !== '';
  return {
    minTimeMs: meta.minTime,
    maxTimeMs: meta.maxTime,
    covers: isShard ? [] : (meta.compaction.parents ?? []).map((parent) => parent.ulid),
    isDownsampled: (meta.thanos?.downsample.resolution ?? 0) !== 0,
  };
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch {
    return false;
  }
}
