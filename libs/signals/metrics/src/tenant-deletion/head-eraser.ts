import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bucket } from '@telamon/objstore';
import type { Logger } from '@telamon/telemetry';
import { eachBounded } from '../store/each-bounded.ts';
import { readTenantDeletionMark } from './tenant-deletion-mark-file.ts';

/** Marks are looked for this often. */
const CHECK_INTERVAL_MS = 60_000;
const CONCURRENCY = 8;
/** File in a tenant's folder that tells which mark was obeyed, so that a restart does not take what was written since. */
const OBEYED_NAME = 'tenant-deletion-obeyed';

/** What the eraser works with. */
export interface HeadEraserOptions {
  readonly bucket: Bucket;
  /** Heads of this process. */
  readonly heads: { activeTenants(): string[]; erase(tenant: string): Promise<void> };
  /** Blocks on this machine's disk. */
  readonly local: {
    tenants(): string[];
    metas(tenant: string): ReadonlyMap<string, unknown>;
    retire(tenant: string, ulids: readonly string[]): Promise<readonly string[]>;
  };
  /** `<data-dir>/head/metrics`. */
  readonly folder: string;
  readonly nowMs: () => number;
  readonly logger: Logger;
}

/**
 * Drops what this process holds of tenants with a deletion mark, log, head and local blocks, once for each mark; the ingester's part
 * of deleting a tenant. What is written afterwards is a new beginning, but its blocks go as well as long as the mark is there.
 */
export class HeadEraser {
  readonly #options: HeadEraserOptions;
  /** Time of the mark that was obeyed, by tenant. */
  readonly #obeyed = new Map<string, number>();
  #checkedMs = Number.NEGATIVE_INFINITY;

  constructor(options: HeadEraserOptions) {
    this.#options = options;
  }

  /** Looks for marks and obeys them, at most once a minute. Throws the bucket's errors after having tried every tenant. */
  async maintain(signal: AbortSignal): Promise<void> {
    const { heads, local, nowMs } = this.#options;
    if (nowMs() - this.#checkedMs < CHECK_INTERVAL_MS) return;
    this.#checkedMs = nowMs();
    let failure: { readonly error: unknown } | undefined;
    const check = async (tenant: string): Promise<void> => {
      try {
        await this.#check(tenant, signal);
      } catch (error) {
        failure ??= { error };
      }
    };
    await eachBounded(new Set([...heads.activeTenants(), ...local.tenants()]), CONCURRENCY, check, signal);
    if (failure !== undefined) throw failure.error;
  }

  async #check(tenant: string, signal: AbortSignal): Promise<void> {
    const { bucket, heads, local, logger } = this.#options;
    const mark = await readTenantDeletionMark(bucket, tenant, signal);
    if (mark === undefined || (await this.#obeyedTimeS(tenant)) === mark.deletionTimeS) return;
    await heads.erase(tenant);
    // Offered no longer at once; the files go with the next round of cutting.
    await local.retire(tenant, [...local.metas(tenant).keys()]);
    await this.#remember(tenant, mark.deletionTimeS);
    logger.info('dropped the recent data of a tenant that is being deleted', { tenant });
  }

  async #obeyedTimeS(tenant: string): Promise<number | undefined> {
    const known = this.#obeyed.get(tenant);
    if (known !== undefined) return known;
    const text = await readFile(join(this.#options.folder, tenant, OBEYED_NAME), 'utf8').catch(() => '');
    const timeS = /^\d+$/.test(text) ? Number(text) : undefined;
    if (timeS !== undefined) this.#obeyed.set(tenant, timeS);
    return timeS;
  }

  async #remember(tenant: string, timeS: number): Promise<void> {
    const folder = join(this.#options.folder, tenant);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(join(folder, OBEYED_NAME), String(timeS), { mode: 0o600 });
    this.#obeyed.set(tenant, timeS);
  }
}
