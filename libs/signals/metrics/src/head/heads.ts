import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ingesterMaxSeries, ingesterMaxTenants } from '@telamon/limits';
import { TelamonError } from '@telamon/model';
import { TimeSlice } from '@telamon/telemetry';
import { makeOwnDirectory, NodeLogFiles, type SegmentedLogOptions } from '@telamon/wal';
import type { AppendInput, AppendResult } from './append-contract.ts';
import { type BlockRange, blockFrames, compactableRange } from './head-blocks.ts';
import { INSTANCE_IS_FULL } from './refusal-texts.ts';
import { TenantHead } from './tenant-head.ts';

/** Time without writes after which a head gives its samples to a block whatever their span, ms. */
const IDLE_MS = 3600 * 1000;

/** How long what is at work is waited for before a head is erased, and how often it is looked at. */
const ERASE_WAIT_MS = 10_000;
const ERASE_POLL_MS = 20;

/** What cuts blocks from heads. All heads implement it; the block builder calls it. */
export interface HeadBlockSource {
  /** Tenants that have a head. */
  activeTenants(): string[];
  /** The oldest range of a tenant that is ready to become a block; undefined when none is. */
  compactableRange(tenant: string, nowMs: number): BlockRange | undefined;
  /**
   * Frames (`frame/series-frame.ts`) of the range's series, sorted by labels across all frames, chunks clipped to the
   * range and free of overlaps; fit for transfer to a worker. None when the range is empty.
   */
  streamForBlock(tenant: string, range: BlockRange, signal: AbortSignal): AsyncIterable<Uint8Array<ArrayBuffer>>;
  /** The block is safe: its samples, then empty series and old log segments, go. Call it only after a whole stream. */
  truncate(tenant: string, range: BlockRange): Promise<void>;
}

/** How heads are kept. */
export interface HeadsOptions {
  /** `<data-dir>/wal/metrics`; one directory a tenant. */
  readonly logDirectory: string;
  /** `<data-dir>/head/metrics`; one directory a tenant, which the tenant's local blocks share. */
  readonly chunkDirectory: string;
  /** Policy, sizes and hooks of the logs. */
  readonly log?: Omit<SegmentedLogOptions, 'directory'>;
  readonly rangeMs?: number;
  readonly maxExemplars?: number;
  /** Most tenants and series of all heads together, 0 = any number. Default 0. */
  readonly maxTenants?: number;
  readonly maxSeries?: number;
  readonly now?: () => number;
  /** Told when a head was opened, with what its replay found. */
  readonly onOpen?: (head: TenantHead) => void;
  readonly signal?: AbortSignal;
}

/** The heads of all tenants of this process. */
export class Heads implements HeadBlockSource {
  readonly #options: HeadsOptions;
  readonly #heads = new Map<string, TenantHead>();
  readonly #opening = new Map<string, Promise<TenantHead>>();
  readonly #closing = new Map<string, Promise<void>>();
  /** Tenants whose late samples are due for blocks. */
  readonly #lateDue = new Set<string>();
  #isClosed = false;

  private constructor(options: HeadsOptions) {
    this.#options = options;
  }

  /** Opens every head that has a log, one after the other. Throws when one cannot be read at all or a directory is a link. */
  static async open(options: HeadsOptions): Promise<Heads> {
    const files = options.log?.files ?? new NodeLogFiles();
    // Of the layout that the options show, two levels are below the data directory.
    await files.makeDirectory(options.logDirectory, 2);
    await makeOwnDirectory(options.chunkDirectory, 2);
    const heads = new Heads(options);
    try {
      for (const entry of await readdir(options.logDirectory, { withFileTypes: true }).catch(() => [])) {
        // A link is tried too: opening refuses it with the reason.
        const isHead = entry.isDirectory() || entry.isSymbolicLink();
        if (isHead && isTenantName(entry.name)) await heads.obtain(entry.name);
      }
    } catch (error) {
      await heads.close().catch(() => undefined);
      throw error;
    }
    return heads;
  }

  /** A tenant's head if it is open. */
  readonly find = (tenant: string): TenantHead | undefined => this.#heads.get(tenant);

  /** A tenant's head, opened or made when it is not there. The tenant's name must have passed the validator. */
  obtain(tenant: string): Promise<TenantHead> {
    const held = this.#heads.get(tenant);
    if (held !== undefined) return Promise.resolve(held);
    let opening = this.#opening.get(tenant);
    if (opening === undefined) {
      opening = this.#open(tenant).finally(() => this.#opening.delete(tenant));
      this.#opening.set(tenant, opening);
    }
    return opening;
  }

  /**
   * Appends a request of a tenant; as {@link TenantHead.push}. CatalogueErrors `ingester-max-tenants`, and `ingester-max-series` when what
   * needs no new series was appended.
   */
  async append(tenant: string, input: AppendInput): Promise<AppendResult> {
    const head = this.#heads.get(tenant) ?? (await this.#obtainNew(tenant));
    const { maxSeries = 0 } = this.#options;
    if (maxSeries === 0) return await head.push(input);
    const result = await head.push({ ...input, seriesRoom: Math.max(0, maxSeries - this.#seriesCount()) });
    if (result.failedByReason.has(INSTANCE_IS_FULL)) throw ingesterMaxSeries();
    return result;
  }

  /** Those on disk are opened whatever the limit says: they were acknowledged. */
  async #obtainNew(tenant: string): Promise<TenantHead> {
    const { maxTenants = 0 } = this.#options;
    if (maxTenants > 0 && this.#heads.size + this.#opening.size >= maxTenants) throw ingesterMaxTenants();
    return await this.obtain(tenant);
  }

  #seriesCount(): number {
    let count = 0;
    for (const { state } of this.#heads.values()) count += state.rows.liveCount;
    return count;
  }

  activeTenants(): string[] {
    return [...this.#heads.keys()].sort();
  }

  compactableRange(tenant: string, nowMs: number): BlockRange | undefined {
    const head = this.#heads.get(tenant);
    if (head === undefined) return undefined;
    return compactableRange(head.state, nowMs - head.lastWriteMs >= IDLE_MS, this.#lateDue.has(tenant));
  }

  async *streamForBlock(tenant: string, range: BlockRange, signal: AbortSignal): AsyncIterable<Uint8Array<ArrayBuffer>> {
    const head = this.#heads.get(tenant);
    if (head === undefined) return;
    yield* head.reading(() => blockFrames(head.state, range, new TimeSlice(10, signal)));
  }

  async truncate(tenant: string, range: BlockRange): Promise<void> {
    const head = this.#heads.get(tenant);
    if (head === undefined) return;
    if (!range.isLate) this.#lateDue.add(tenant);
    await head.truncate(range.maxMs);
    if (head.state.lateOldestMs >= head.state.truncatedMs) this.#lateDue.delete(tenant);
  }

  /**
   * Closes heads that hold no series and were not written to since `beforeMs` of the wall clock; their logs stay, as they
   * remember how new the newest sample was. Returns the tenants.
   */
  async closeIdle(beforeMs: number): Promise<string[]> {
    const closed: string[] = [];
    for (const [tenant, head] of this.#heads) {
      if (head.state.rows.liveCount > 0 || head.lastWriteMs >= beforeMs || head.isBusy) continue;
      this.#heads.delete(tenant);
      const closing = this.#closeIdle(head).finally(() => this.#closing.delete(tenant));
      this.#closing.set(tenant, closing);
      await closing;
      closed.push(tenant);
    }
    return closed;
  }

  /**
   * Forgets all that a tenant has here, in memory and in its log. What comes meanwhile waits and begins anew. Queries and requests at
   * work are waited for, up to ten seconds; then they fail.
   */
  async erase(tenant: string): Promise<void> {
    const opening = this.#opening.get(tenant);
    if (opening !== undefined) await opening.catch(() => undefined);
    const head = this.#heads.get(tenant);
    if (head === undefined) return;
    this.#heads.delete(tenant);
    this.#lateDue.delete(tenant);
    const closing = this.#erase(head).finally(() => this.#closing.delete(tenant));
    this.#closing.set(tenant, closing);
    await closing;
  }

  /** Syncs and closes all heads. Throws the first failure after having tried all. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled(this.#opening.values());
    const results = await Promise.allSettled([...this.#heads.values()].map((head) => head.close()));
    this.#heads.clear();
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }

  async #closeIdle(head: TenantHead): Promise<void> {
    await head.close();
    await head.state.spill.dispose();
  }

  async #erase(head: TenantHead): Promise<void> {
    const deadlineMs = performance.now() + ERASE_WAIT_MS;
    while (head.isBusy && performance.now() < deadlineMs) await new Promise((resolve) => setTimeout(resolve, ERASE_POLL_MS));
    await this.#closeIdle(head);
    const { log, logDirectory } = this.#options;
    const files = log?.files ?? new NodeLogFiles();
    const directory = join(logDirectory, head.tenant);
    // What a crash leaves is replayed, and erased by the next attempt.
    const names = (await files.list(directory)).map(({ name }) => name);
    for (const name of names) await files.remove(join(directory, name));
    await files.syncDirectory(directory);
  }

  async #open(tenant: string): Promise<TenantHead> {
    await this.#closing.get(tenant)?.catch(() => undefined);
    if (this.#isClosed) throw new TelamonError('the heads are closed', { status: 503 });
    if (!isTenantName(tenant)) throw new Error(`'${tenant}' is no name of a directory`);
    const { logDirectory, chunkDirectory, log, onOpen, ...rest } = this.#options;
    const head = await TenantHead.open({
      ...rest,
      tenant,
      log: { ...log, directory: join(logDirectory, tenant) },
      chunkDirectory: join(chunkDirectory, tenant),
    });
    this.#heads.set(tenant, head);
    onOpen?.(head);
    return head;
  }
}

function isTenantName(name: string): boolean {
  return /^[A-Za-z0-9!_.*'()-]{1,150}$/.test(name) && name !== '.' && name !== '..';
}
