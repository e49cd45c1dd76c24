import { newUlid } from '@telamon/algo';
import type { Logger } from '@telamon/telemetry';
import type { BlockMeta } from '@telamon/tsdb';
import type { BuildBlockRequest } from './build-block.ts';
import type { LocalBlocks } from './local-blocks.ts';
import type { Shipper } from './shipper.ts';

/** A time range of a head that becomes a block: minMs <= t < maxMs. */
export interface CutRange {
  readonly minMs: number;
  readonly maxMs: number;
  /** Samples that came late; the block overlaps another. */
  readonly isLate: boolean;
}

/** What blocks are cut from; the heads are one. */
export interface BlockSource {
  activeTenants(): string[];
  /** The oldest range that is ready; `Infinity` as the time means that everything is. */
  compactableRange(tenant: string, nowMs: number): CutRange | undefined;
  /** Frames with the series of the range, ascending by labels over all frames. */
  streamForBlock(tenant: string, range: CutRange, signal: AbortSignal): AsyncIterable<Uint8Array<ArrayBuffer>>;
  /** The block is safe: the range may be forgotten. */
  truncate(tenant: string, range: CutRange): Promise<void>;
}

/** Writes a block out of frames (see `buildBlock`), somewhere where it holds no event loop. */
export type RunBuild = (
  request: BuildBlockRequest,
  frames: AsyncIterable<Uint8Array<ArrayBuffer>>,
  signal: AbortSignal,
) => Promise<BlockMeta | undefined>;

/** What cutting works with. */
export interface BlockCutterOptions {
  readonly source: BlockSource;
  readonly local: LocalBlocks;
  readonly shipper: Shipper;
  readonly build: RunBuild;
  /** How long a local block is kept after it was shipped, ms. */
  readonly keepShippedMs: number;
  readonly nowMs: () => number;
  readonly logger: Logger;
  /** Waits until no query needs a range from the head that began before its block was offered (see `QueryGate`). */
  readonly untilQueriesEnd?: (signal: AbortSignal) => Promise<void>;
  /** Told after each block. */
  readonly onCut?: (tenant: string, meta: BlockMeta) => void;
}

/** Bound of one round, against a source that never runs dry. */
const MAX_CUTS = 10_000;

/**
 * Turns what heads hold into blocks, ships them, and forgets in this order: the block is complete and synced on disk before the head
 * drops its samples, and in the bucket before the local copy can go. After a crash in between, what stands in head and
 * block is the same, readers count it once, and a second block of it is merged away by the compactor.
 */
export class BlockCutter {
  readonly #options: BlockCutterOptions;
  readonly #busy = new Map<string, Promise<void>>();

  constructor(options: BlockCutterOptions) {
    this.#options = options;
  }

  /** Tenants that have something to cut, to ship or to remove. */
  tenants(): string[] {
    const { source, local } = this.#options;
    return [...new Set([...source.activeTenants(), ...local.tenants()])].sort();
  }

  /** Cuts what is due, ships what is not shipped, and removes local blocks that were shipped long ago. */
  async maintain(tenant: string, signal: AbortSignal): Promise<void> {
    await this.#exclusive(tenant, () => this.#run(tenant, this.#options.nowMs(), signal));
  }

  /** As {@link maintain}, but cuts everything that the head holds. */
  async flush(tenant: string, signal: AbortSignal): Promise<void> {
    await this.#exclusive(tenant, () => this.#run(tenant, Number.POSITIVE_INFINITY, signal));
  }

  /** One after another for each tenant: a flush may come while maintenance runs. */
  async #exclusive(tenant: string, work: () => Promise<void>): Promise<void> {
    const before = this.#busy.get(tenant) ?? Promise.resolve();
    const mine = before.catch(() => undefined).then(work);
    this.#busy.set(tenant, mine);
    try {
      await mine;
    } finally {
      if (this.#busy.get(tenant) === mine) this.#busy.delete(tenant);
    }
  }

  /** A head that can't be cut must not keep finished blocks from the bucket, nor the other way round. */
  async #run(tenant: string, cutNowMs: number, signal: AbortSignal): Promise<void> {
    const { shipper } = this.#options;
    const steps = [() => this.#cut(tenant, cutNowMs, signal), () => shipper.ship(tenant, signal), () => this.#removeOld(tenant)];
    let failure: { readonly error: unknown } | undefined;
    for (const step of steps) {
      try {
        await step();
      } catch (error) {
        failure ??= { error };
        if (signal.aborted) break;
      }
    }
    if (failure !== undefined) throw failure.error;
  }

  async #cut(tenant: string, nowMs: number, signal: AbortSignal): Promise<void> {
    const { source } = this.#options;
    let last: CutRange | undefined;
    for (let cuts = 0; cuts < MAX_CUTS; cuts++) {
      signal.throwIfAborted();
      const range = source.compactableRange(tenant, nowMs);
      if (range === undefined) return;
      // Samples that came into the range meanwhile wait for the next round; otherwise a flush under load would never end.
      if (last !== undefined && last.isLate === range.isLate && range.minMs < last.maxMs) return;
      await this.#cutOne(tenant, range, signal);
      last = range;
    }
  }

  async #cutOne(tenant: string, range: CutRange, signal: AbortSignal): Promise<void> {
    const { source, local, build, nowMs, logger, onCut } = this.#options;
    const ulid = newUlid(nowMs());
    const request: BuildBlockRequest = {
      folder: await local.begin(tenant, ulid),
      ulid,
      minTimeMs: range.minMs,
      maxTimeMs: range.maxMs,
      isOutOfOrder: range.isLate,
    };
    let meta: BlockMeta | undefined;
    try {
      meta = await build(request, source.streamForBlock(tenant, range, signal), signal);
      if (meta !== undefined) await local.commit(tenant, meta);
    } finally {
      // Finds nothing when the block was committed.
      await local.discard(tenant, ulid);
    }
    await this.#options.untilQueriesEnd?.(signal);
    await source.truncate(tenant, range);
    if (meta === undefined) return;
    onCut?.(tenant, meta);
    const { numSeries, numSamples } = meta.stats;
    logger.info('cut a block', { tenant, block: ulid, minTimeMs: range.minMs, maxTimeMs: range.maxMs, numSeries, numSamples });
  }

  async #removeOld(tenant: string): Promise<void> {
    const { local, shipper, keepShippedMs, nowMs } = this.#options;
    const beforeMs = nowMs() - keepShippedMs;
    const old = [...local.metas(tenant).keys()].filter((ulid) => (shipper.shippedMs(tenant, ulid) ?? beforeMs) < beforeMs);
    await shipper.forget(tenant, await local.retire(tenant, old));
  }
}
