import { type FileHandle, lstat, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isUlid } from '@telamon/algo';
import { TelamonError } from '@telamon/model';
import type { Logger } from '@telamon/telemetry';
import { type BlockMeta, parseBlockMeta } from '@telamon/tsdb';
import type { BlockRef } from './block-ref.ts';
import { isTenantId, META_NAME } from './bucket-layout.ts';
import { isDamage } from './is-damage.ts';
import { checkBlockMeta } from './read-block-meta.ts';

/** Ending of the folder of a block that is being written or removed. */
const TEMPORARY_ENDING = '.tmp';
const NONE: ReadonlyMap<string, BlockMeta> = new Map();

/**
 * The blocks that were cut from heads and are on this machine's disk, `<folder>/<tenant>/<ULID>`. A block is there whole or not at
 * all. Other names in the folder are somebody else's and are left alone.
 */
export class LocalBlocks {
  readonly #folder: string;
  readonly #logger: Logger;
  readonly #tenants = new Map<string, Map<string, BlockMeta>>();
  /** No longer offered; their files go one round later, when no query can be about to open them. */
  readonly #retired = new Map<string, string[]>();

  private constructor(folder: string, logger: Logger) {
    this.#folder = folder;
    this.#logger = logger;
  }

  /** Finds the blocks of all tenants and removes what a crash left half-written. A damaged block is left where it is, with a line in the log. */
  static async open(folder: string, logger: Logger): Promise<LocalBlocks> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const local = new LocalBlocks(folder, logger);
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      if (entry.isDirectory() && isTenantId(entry.name)) await local.#load(entry.name);
    }
    return local;
  }

  /** Tenants that have blocks here. */
  tenants(): string[] {
    return [...this.#tenants.keys()];
  }

  /** Metas of a tenant's blocks by id. */
  metas(tenant: string): ReadonlyMap<string, BlockMeta> {
    return this.#tenants.get(tenant) ?? NONE;
  }

  /** Blocks of a tenant for queries, but for those that `isElsewhere` (already in the store-gateway's list). */
  blocks(tenant: string, isElsewhere: (ulid: string) => boolean): BlockRef[] {
    return [...this.metas(tenant).values()]
      .filter(({ ulid }) => !isElsewhere(ulid))
      .map(({ ulid, minTime, maxTime }) => ({
        ulid,
        minTimeMs: minTime,
        maxTimeMs: maxTime,
        location: { kind: 'folder', path: this.folderOf(tenant, ulid) },
      }));
  }

  /** Folder of a block. */
  folderOf(tenant: string, ulid: string): string {
    return join(this.#folder, tenant, ulid);
  }

  /** Folder in which a new block is to be written; the tenant's folder is made. TelamonError when that is a link. */
  async begin(tenant: string, ulid: string): Promise<string> {
    const parent = join(this.#folder, tenant);
    await mkdir(parent, { recursive: true, mode: 0o700 });
    if (!(await lstat(parent)).isDirectory()) {
      throw new TelamonError(`${parent} is not a folder (links are not followed); move it away`, { isRetryable: false });
    }
    return this.folderOf(tenant, ulid) + TEMPORARY_ENDING;
  }

  /** Takes a block that was written and synced in the folder of {@link begin}. When it resolves the block survives a crash. */
  async commit(tenant: string, meta: BlockMeta): Promise<void> {
    const folder = this.folderOf(tenant, meta.ulid);
    await rename(folder + TEMPORARY_ENDING, folder);
    await syncFolder(join(this.#folder, tenant));
    await syncFolder(this.#folder);
    this.#add(tenant, meta);
  }

  /** Removes what {@link begin} announced. */
  async discard(tenant: string, ulid: string): Promise<void> {
    await rm(this.folderOf(tenant, ulid) + TEMPORARY_ENDING, { recursive: true, force: true });
  }

  /** Offers blocks no longer and removes the files of those that were retired by the call before, which it returns. */
  async retire(tenant: string, ulids: readonly string[]): Promise<readonly string[]> {
    const due = this.#retired.get(tenant) ?? [];
    const blocks = this.#tenants.get(tenant);
    for (const ulid of ulids) blocks?.delete(ulid);
    if (ulids.length > 0) this.#retired.set(tenant, [...ulids]);
    else this.#retired.delete(tenant);
    for (const ulid of due) {
      // Under its real name half a block could be taken for a whole one after a crash.
      const folder = this.folderOf(tenant, ulid);
      await rename(folder, folder + TEMPORARY_ENDING);
      await rm(folder + TEMPORARY_ENDING, { recursive: true, force: true });
    }
    return due;
  }

  #add(tenant: string, meta: BlockMeta): void {
    const blocks = this.#tenants.get(tenant);
    if (blocks === undefined) this.#tenants.set(tenant, new Map([[meta.ulid, meta]]));
    else blocks.set(meta.ulid, meta);
  }

  async #load(tenant: string): Promise<void> {
    for (const name of (await readdir(join(this.#folder, tenant))).sort()) {
      const isTemporary = name.endsWith(TEMPORARY_ENDING);
      const ulid = isTemporary ? name.slice(0, -TEMPORARY_ENDING.length) : name;
      if (!isUlid(ulid)) continue;
      if (isTemporary) {
        await this.discard(tenant, ulid);
        continue;
      }
      try {
        const meta = parseBlockMeta(await readFile(join(this.folderOf(tenant, ulid), META_NAME)));
        checkBlockMeta(meta, ulid);
        this.#add(tenant, meta);
      } catch (error) {
        if (!isDamage(error) && (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
        this.#logger.error('a local block is damaged and left out', { tenant, block: ulid, error });
      }
    }
  }
}

async function syncFolder(path: string): Promise<void> {
  let folder: FileHandle | undefined;
  try {
    folder = await open(path, 'r');
    await folder.sync();
  } finally {
    await folder?.close();
  }
}
