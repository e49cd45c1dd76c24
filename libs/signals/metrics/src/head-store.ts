import type { StoreFacet } from '@telamon/contract';
import { TelamonError } from '@telamon/model';
import { DiskWatch } from '@telamon/wal';
import type { AppendInput, AppendResult, TenantHead } from './head/index.ts';
import { Heads, type HeadsOptions } from './head/index.ts';
import type { MetricsAppender } from './receive/metrics-appender.ts';

/** What turns heads into blocks. */
export interface BlockMaking {
  /** Called when the heads are open, before anything is written to them. */
  open(heads: Heads, signal: AbortSignal): Promise<void>;
  /** Cuts, ships and drops what is due. */
  maintain(signal: AbortSignal): Promise<void>;
  /** Cuts and ships everything of a tenant ('' = all). */
  flush(tenant: string, signal: AbortSignal): Promise<void>;
  /** Waits until queriers read from the bucket what was shipped. */
  untilReadElsewhere(signal: AbortSignal): Promise<void>;
}

/** The ingester's side of metrics: heads that are opened with the process and refuse politely before and after. */
export class HeadStore implements StoreFacet, MetricsAppender {
  readonly #options: HeadsOptions;
  readonly #blocks: BlockMaking;
  readonly #disk: DiskWatch;
  #heads: Heads | undefined;

  /** `disk` is where the logs are; it is closed with the store. */
  constructor(options: HeadsOptions, blocks: BlockMaking, disk: DiskWatch = new DiskWatch({ directory: options.logDirectory })) {
    this.#options = { ...options, log: { ...options.log, onFailure: (cause) => disk.note(cause) } };
    this.#blocks = blocks;
    this.#disk = disk;
  }

  /** Tenants that have a head. */
  tenants(): string[] {
    return this.#heads?.activeTenants() ?? [];
  }

  /** A tenant's head, if there is one and the heads are open. */
  readonly find = (tenant: string): TenantHead | undefined => this.#heads?.find(tenant);

  async open(signal: AbortSignal): Promise<void> {
    const heads = await Heads.open({ ...this.#options, signal });
    await this.#blocks.open(heads, signal);
    this.#heads = heads;
  }

  async append(tenant: string, input: AppendInput): Promise<AppendResult> {
    const heads = this.#heads;
    if (heads === undefined) throw new TelamonError('the ingester is starting or stopping', { status: 503, isRetryable: true });
    return await this.#disk.watch(heads.append(tenant, input));
  }

  maintain(signal: AbortSignal): Promise<void> {
    return this.#disk.watch(this.#blocks.maintain(signal));
  }

  flush(tenant: string, signal: AbortSignal): Promise<void> {
    return this.#disk.watch(this.#blocks.flush(tenant, signal));
  }

  untilReadElsewhere(signal: AbortSignal): Promise<void> {
    return this.#blocks.untilReadElsewhere(signal);
  }

  diskFailure(): string | undefined {
    return this.#disk.failure;
  }

  async close(): Promise<void> {
    const heads = this.#heads;
    this.#heads = undefined;
    this.#disk.close();
    await heads?.close();
  }
}
