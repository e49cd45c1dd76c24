import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isUlid } from '@telamon/algo';
import type { Bucket } from '@telamon/objstore';
import type { Logger } from '@telamon/telemetry';
import type { LocalBlocks } from './local-blocks.ts';
import { uploadBlock } from './upload-block.ts';

/** What shipping works with. */
export interface ShipperOptions {
  readonly bucket: Bucket;
  readonly local: LocalBlocks;
  /** Where it is remembered what was shipped, `<folder>/<tenant>/shipped.json`; the folder of the local blocks. */
  readonly folder: string;
  readonly nowMs: () => number;
  readonly logger: Logger;
  /** Told after each block. */
  readonly onShipped?: (tenant: string, sentBytes: number) => void;
}

/** Uploads local blocks, each once, and remembers when. Not to be run twice at once for one tenant. */
export class Shipper {
  readonly #options: ShipperOptions;
  /** When a block was shipped, ms, by tenant and id. */
  readonly #shipped = new Map<string, Map<string, number>>();

  constructor(options: ShipperOptions) {
    this.#options = options;
  }

  /** When a block was shipped, ms; undefined when it was not. Known once the tenant was looked at. */
  shippedMs(tenant: string, ulid: string): number | undefined {
    return this.#shipped.get(tenant)?.get(ulid);
  }

  /**
   * Uploads what is not uploaded yet, oldest first. Throws the bucket's first error, or in the end that of a block that can't be read
   * here; what was done is remembered.
   */
  async ship(tenant: string, signal: AbortSignal): Promise<void> {
    const { bucket, local, nowMs, logger, onShipped } = this.#options;
    const shipped = await this.#load(tenant);
    const waiting = [...local.metas(tenant).keys()].filter((ulid) => !shipped.has(ulid)).sort();
    let unreadable: { readonly error: unknown } | undefined;
    for (const ulid of waiting) {
      signal.throwIfAborted();
      let sentBytes: number;
      try {
        sentBytes = await uploadBlock(bucket, { tenant, ulid, folder: local.folderOf(tenant, ulid) }, signal);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
        unreadable ??= { error };
        continue;
      }
      shipped.set(ulid, nowMs());
      await this.#save(tenant, shipped);
      onShipped?.(tenant, sentBytes);
      logger.info('shipped a block', { tenant, block: ulid, sentBytes });
    }
    if (unreadable !== undefined) throw unreadable.error;
  }

  /** Forgets blocks that are no longer on disk. */
  async forget(tenant: string, ulids: readonly string[]): Promise<void> {
    const shipped = await this.#load(tenant);
    let hasChanged = false;
    for (const ulid of ulids) hasChanged = shipped.delete(ulid) || hasChanged;
    if (hasChanged) await this.#save(tenant, shipped);
  }

  /** A file that is missing or damaged means that nothing was shipped: then everything is looked at again. */
  async #load(tenant: string): Promise<Map<string, number>> {
    const known = this.#shipped.get(tenant);
    if (known !== undefined) return known;
    const shipped = parseShipped(await readText(this.#pathOf(tenant)));
    // A crash may have come between the removal of a block and this file.
    for (const ulid of shipped.keys()) if (!this.#options.local.metas(tenant).has(ulid)) shipped.delete(ulid);
    this.#shipped.set(tenant, shipped);
    return shipped;
  }

  async #save(tenant: string, shipped: ReadonlyMap<string, number>): Promise<void> {
    const path = this.#pathOf(tenant);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const temporary = `${path}.tmp`;
    const file = await open(temporary, 'w', 0o600);
    try {
      await file.writeFile(JSON.stringify({ version: 1, shipped: Object.fromEntries(shipped) }));
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  }

  #pathOf(tenant: string): string {
    return join(this.#options.folder, tenant, 'shipped.json');
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

/** `{"version": 1, "shipped": {"<ULID>": <ms since 1970>}}` */
function parseShipped(text: string): Map<string, number> {
  try {
    const { version, shipped } = JSON.parse(text) as { version?: unknown; shipped?: unknown };
    if (version !== 1 || typeof shipped !== 'object' || shipped === null) return new Map();
    return new Map(Object.entries(shipped).filter(([ulid, ms]) => isUlid(ulid) && Number.isSafeInteger(ms)));
  } catch {
    return new Map();
  }
}
