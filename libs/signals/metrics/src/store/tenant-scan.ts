import { type DeletionMark, MAX_MARK_BYTES, parseDeletionMark } from '@telamon/bucketindex';
import type { Bucket } from '@telamon/objstore';
import type { Logger } from '@telamon/telemetry';
import type { BlockMeta } from '@telamon/tsdb';
import { blockPrefix, META_NAME, markKeys } from './bucket-layout.ts';
import { eachBounded } from './each-bounded.ts';
import { isDamage } from './is-damage.ts';
import { listTenant } from './list-tenant.ts';
import { readBlockMeta } from './read-block-meta.ts';
import { readObject } from './read-object.ts';

/** A block folder as the compactor sees it. */
export interface ScannedBlock {
  readonly ulid: string;
  /** Undefined when there is none (the block is partial) or it is damaged. */
  readonly meta: BlockMeta | undefined;
  /** The meta is there, but is not what it must be; such a block is left alone. */
  readonly isDamaged: boolean;
  readonly sizeBytes: number;
  /** When `meta.json` came, ms; 0 when there is none. */
  readonly uploadedMs: number;
  /** Newest change of any file, ms; 0 when there is none. */
  readonly changedMs: number;
  readonly isNoCompact: boolean;
  readonly deletion: DeletionMark | undefined;
}

/** What one look at a block's folder shows; kept as long as it can't change. */
type BlockFolder = Omit<ScannedBlock, 'deletion'> & { readonly hasOwnDeletionMark: boolean };

/** Looks at a tenant's blocks again and again, and opens each only once: files of a complete block never change. */
export class TenantScan {
  readonly #bucket: Bucket;
  readonly #tenant: string;
  readonly #concurrency: number;
  readonly #logger: Logger;
  readonly #folders = new Map<string, BlockFolder>();
  readonly #marks = new Map<string, DeletionMark>();
  #orphanMarks: readonly string[] = [];

  constructor(options: { bucket: Bucket; tenant: string; concurrency: number; logger: Logger }) {
    this.#bucket = options.bucket;
    this.#tenant = options.tenant;
    this.#concurrency = options.concurrency;
    this.#logger = options.logger;
  }

  /** Blocks whose mark the last scan found without the block: a deletion was interrupted at its very end. */
  get orphanMarks(): readonly string[] {
    return this.#orphanMarks;
  }

  /** All block folders, ascending by id. Throws the bucket's errors. */
  async scan(signal: AbortSignal): Promise<ScannedBlock[]> {
    const listing = await listTenant(this.#bucket, this.#tenant, signal);
    const present = new Set(listing.ulids);
    for (const ulid of this.#folders.keys()) if (!present.has(ulid)) this.#folders.delete(ulid);
    for (const ulid of this.#marks.keys()) if (!present.has(ulid)) this.#marks.delete(ulid);
    this.#orphanMarks = [...listing.deletionMarked].filter((ulid) => !present.has(ulid));
    const unsure = listing.ulids.filter((ulid) => this.#folders.get(ulid)?.meta === undefined);
    await eachBounded(unsure, this.#concurrency, async (ulid) => {
      this.#folders.set(ulid, await this.#look(ulid, signal));
    });
    await eachBounded(listing.ulids, this.#concurrency, (ulid) => this.#readMark(ulid, listing.deletionMarked, signal), signal);
    return listing.ulids.map((ulid) => {
      const { hasOwnDeletionMark: _, ...folder } = this.#folders.get(ulid)!;
      const isNoCompact = folder.isNoCompact || listing.noCompactMarked.has(ulid);
      return { ...folder, isNoCompact, deletion: this.#marks.get(ulid) };
    });
  }

  async #look(ulid: string, signal: AbortSignal): Promise<BlockFolder> {
    const names = new Set<string>();
    const prefix = blockPrefix(this.#tenant, ulid);
    let sizeBytes = 0;
    let uploadedMs = 0;
    let changedMs = 0;
    for await (const entry of this.#bucket.list(prefix, { isRecursive: true, signal })) {
      if (entry.isFolder) continue;
      const name = entry.key.slice(prefix.length);
      names.add(name);
      sizeBytes += entry.sizeBytes;
      changedMs = Math.max(changedMs, entry.modifiedMs);
      if (name === META_NAME) uploadedMs = entry.modifiedMs;
    }
    const { meta, isDamaged } = await this.#readMeta(ulid, names.has(META_NAME), signal);
    return {
      ulid,
      meta,
      isDamaged,
      sizeBytes,
      uploadedMs,
      changedMs,
      isNoCompact: names.has('no-compact-mark.json'),
      hasOwnDeletionMark: names.has('deletion-mark.json'),
    };
  }

  async #readMeta(
    ulid: string,
    isThere: boolean,
    signal: AbortSignal,
  ): Promise<{ readonly meta: BlockMeta | undefined; readonly isDamaged: boolean }> {
    if (!isThere) return { meta: undefined, isDamaged: false };
    try {
      return { meta: await readBlockMeta(this.#bucket, this.#tenant, ulid, signal), isDamaged: false };
    } catch (error) {
      if (!isDamage(error)) throw error;
      if (this.#folders.get(ulid)?.isDamaged !== true) {
        this.#logger.warn('a block is damaged and left alone', { tenant: this.#tenant, block: ulid, error });
      }
      return { meta: undefined, isDamaged: true };
    }
  }

  /**
   * Peers may have written only the mark in the block; then it counts, and gets its copy where readers look. A marking that was
   * interrupted left only the copy, and peers that look into the block alone would take it for live.
   */
  async #readMark(ulid: string, copies: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
    const hasCopy = copies.has(ulid);
    if (this.#marks.has(ulid) && hasCopy) return;
    if (!hasCopy && !this.#folders.get(ulid)!.hasOwnDeletionMark) {
      this.#marks.delete(ulid);
      return;
    }
    const [copy, own] = markKeys(this.#tenant, ulid, 'deletion');
    const bytes = await readObject(this.#bucket, hasCopy ? copy : own, MAX_MARK_BYTES, signal);
    if (bytes === undefined) return;
    try {
      this.#marks.set(ulid, parseDeletionMark(bytes, ulid));
      if (!hasCopy) await this.#bucket.put(copy, bytes, signal);
      else if (!this.#folders.get(ulid)!.hasOwnDeletionMark) await this.#bucket.put(own, bytes, signal);
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.#logger.warn('a deletion mark is damaged and ignored', { tenant: this.#tenant, block: ulid, error });
    }
  }
}
