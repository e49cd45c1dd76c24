import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlocksFacet } from '@telamon/contract';
import type { BlockRef } from './block-ref.ts';
import { eachBounded } from './each-bounded.ts';
import { listTenants } from './list-tenant.ts';
import { type CatalogSettings, type ObtainedBlock, TenantBlocks } from './tenant-blocks.ts';

/** Tenants looked over at once. */
const TENANTS_AT_ONCE = 4;
const NONE: readonly BlockRef[] = [];

/**
 * Knows the blocks in the bucket, for queries: found by listing at every {@link sync}, whoever put them there; described by the
 * bucket index or their `meta.json`. Blocks appear when they are complete. Damaged ones are left out with one line in the log.
 */
export class BlockCatalog implements BlocksFacet {
  readonly #settings: CatalogSettings;
  readonly #tenants = new Map<string, TenantBlocks>();
  #hasTidied = false;

  constructor(settings: CatalogSettings) {
    this.#settings = settings;
  }

  /** Tenants with blocks that queries may read. */
  tenants(): string[] {
    return [...this.#tenants].filter(([, tenant]) => tenant.blocks.length > 0).map(([name]) => name);
  }

  /** Blocks of a tenant, ascending by minTimeMs. The list never changes; a sync makes a new one. */
  blocks(tenant: string): readonly BlockRef[] {
    return this.#tenants.get(tenant)?.blocks ?? NONE;
  }

  /** Whether queries find a block's data here, in the block itself or in what replaced it. */
  hasBlock(tenant: string, ulid: string): boolean {
    return this.#tenants.get(tenant)?.has(ulid) ?? false;
  }

  /**
   * A block that is asked for by name (see `TenantBlocks.obtain`): also one that another gateway owns, or that came after the
   * last look. undefined when the bucket does not have it; CorruptError when it is damaged.
   */
  async obtain(tenant: string, ulid: string, signal: AbortSignal): Promise<ObtainedBlock | undefined> {
    let blocks = this.#tenants.get(tenant);
    if (blocks === undefined) {
      blocks = new TenantBlocks(tenant, this.#settings);
      this.#tenants.set(tenant, blocks);
    }
    return await blocks.obtain(ulid, signal);
  }

  /** Blocks offered and blocks left out because they are damaged, over all tenants. */
  counts(): { readonly blocks: number; readonly quarantined: number } {
    let blocks = 0;
    let quarantined = 0;
    for (const tenant of this.#tenants.values()) {
      blocks += tenant.blocks.length;
      quarantined += tenant.quarantinedCount;
    }
    return { blocks, quarantined };
  }

  /**
   * Looks the bucket over and keeps the blocks that are owned (see `TenantBlocks.sync`). A tenant that fails keeps its last list and the others are looked at nevertheless; then the first
   * error is thrown.
   */
  async sync(signal: AbortSignal, owns: (ulid: string) => boolean = () => true): Promise<void> {
    const names = await listTenants(this.#settings.bucket, signal);
    const present = new Set(names);
    for (const name of this.#tenants.keys()) if (!present.has(name)) this.#tenants.delete(name);
    let failure: { readonly error: unknown } | undefined;
    await eachBounded(names, TENANTS_AT_ONCE, async (name) => {
      const tenant = this.#tenants.get(name) ?? new TenantBlocks(name, this.#settings);
      this.#tenants.set(name, tenant);
      try {
        await tenant.sync(signal, owns);
      } catch (error) {
        failure ??= { error };
      }
    });
    if (failure !== undefined) throw failure.error;
    if (this.#settings.folderOf === undefined) await this.#removeStaleHeaders();
  }

  /** Owns nothing that is to be closed. */
  async close(): Promise<void> {}

  /** Runs after a whole sync only, so that every block that is in use is known. */
  async #removeStaleHeaders(): Promise<void> {
    const { indexHeaderFolder } = this.#settings;
    for (const tenant of await namesIn(indexHeaderFolder)) {
      const used = this.#tenants.get(tenant)?.headers;
      if (used === undefined) {
        await rm(join(indexHeaderFolder, tenant), { recursive: true, force: true });
        continue;
      }
      for (const name of await namesIn(join(indexHeaderFolder, tenant))) {
        // A file in the making is a reader's that repairs a damaged header, unless a crash left it.
        if (used.has(name) || (this.#hasTidied && name.endsWith('.tmp'))) continue;
        await rm(join(indexHeaderFolder, tenant, name), { recursive: true, force: true });
      }
    }
    this.#hasTidied = true;
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
