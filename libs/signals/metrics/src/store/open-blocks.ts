import type { BlockLocation } from './block-ref.ts';
import { FolderBlock } from './folder-block.ts';
import type { QueryBlock } from './query-block.ts';
import type { RangeCache } from './range-cache.ts';
import { RangedBlock } from './ranged-block.ts';
import { unlessAborted } from './unless-aborted.ts';

/** Blocks that one thread keeps open without a user: opening costs reading symbols and the postings offset table. */
const IDLE_BLOCKS_MAX = 64;
/** A block that nobody used for so long is closed, so that the disk space of a deleted one is given back. */
const IDLE_MS = 10 * 60_000;

interface Slot {
  readonly opening: Promise<QueryBlock>;
  block: QueryBlock | undefined;
  users: number;
  usedMs: number;
}

/** Longest time that opening may take: a large index header is copied at worst. */
const OPEN_TIMEOUT_MS = 120_000;

/** What a thread may keep open, and how it reaches the bucket. */
export interface OpenBlocksOptions {
  /** Reads blocks that are not on this machine; absent where all are. */
  readonly cache?: RangeCache;
  readonly idleMax?: number;
  readonly nowMs?: () => number;
}

/**
 * The blocks that one worker thread has open. A block in use stays open; of those that nobody uses, the one used longest ago
 * is closed first.
 */
export class OpenBlocks {
  readonly #options: OpenBlocksOptions;
  readonly #nowMs: () => number;
  /** In order of use. */
  readonly #slots = new Map<string, Slot>();
  #idleTimer: NodeJS.Timeout | undefined;

  constructor(options: OpenBlocksOptions = {}) {
    this.#options = options;
    this.#nowMs = options.nowMs ?? Date.now;
  }

  /** Blocks that are open. */
  get size(): number {
    return this.#slots.size;
  }

  /**
   * Opens a block unless it is open, and keeps it so while `work` walks it. Ends the use when the iteration ends in any way.
   */
  async *using<T>(location: BlockLocation, signal: AbortSignal, work: (block: QueryBlock) => AsyncIterable<T>): AsyncIterable<T> {
    const key = keyOf(location);
    const slot = this.#slots.get(key) ?? this.#open(key, location);
    slot.users++;
    try {
      yield* work(await unlessAborted(slot.opening, signal));
    } finally {
      slot.users--;
      slot.usedMs = this.#nowMs();
      if (this.#slots.get(key) === slot) {
        this.#slots.delete(key);
        this.#slots.set(key, slot);
      } else if (slot.users === 0) {
        slot.block?.close();
      }
      this.#trim();
    }
  }

  /** Closes a block, when its users have left, and forgets what is kept of it: its bytes were found to be wrong. */
  forget(location: BlockLocation): void {
    const key = keyOf(location);
    const slot = this.#slots.get(key);
    if (slot !== undefined) {
      this.#slots.delete(key);
      if (slot.users === 0) slot.block?.close();
    }
    if (location.kind === 'bucket') this.#options.cache?.forget(location.prefix);
  }

  /** Closes what nobody uses. */
  close(): void {
    clearTimeout(this.#idleTimer);
    this.#idleTimer = undefined;
    for (const [key, slot] of this.#slots) if (slot.users === 0) this.#drop(key, slot);
  }

  /** Opening outlives a user who goes away, because others may wait for the same block. */
  #open(key: string, location: BlockLocation): Slot {
    const opening = openBlock(location, this.#options.cache, AbortSignal.timeout(OPEN_TIMEOUT_MS));
    const slot: Slot = { opening, block: undefined, users: 0, usedMs: this.#nowMs() };
    this.#slots.set(key, slot);
    opening.then(
      (block) => {
        slot.block = block;
        if (this.#slots.get(key) !== slot && slot.users === 0) block.close();
      },
      () => {
        if (this.#slots.get(key) === slot) this.#slots.delete(key);
      },
    );
    return slot;
  }

  #trim(): void {
    let excess = this.#slots.size - (this.#options.idleMax ?? IDLE_BLOCKS_MAX);
    const staleMs = this.#nowMs() - IDLE_MS;
    for (const [key, slot] of this.#slots) {
      if (excess <= 0 && slot.usedMs > staleMs) break;
      if (slot.users > 0) continue;
      this.#drop(key, slot);
      excess--;
    }
    this.#watchIdle();
  }

  /** Without another use nothing would look at what became idle. */
  #watchIdle(): void {
    if (this.#idleTimer !== undefined || this.#slots.size === 0) return;
    this.#idleTimer = setTimeout(() => {
      this.#idleTimer = undefined;
      this.#trim();
    }, IDLE_MS);
    this.#idleTimer.unref();
  }

  #drop(key: string, slot: Slot): void {
    slot.block?.close();
    this.#slots.delete(key);
  }
}

function keyOf(location: BlockLocation): string {
  return location.kind === 'folder' ? location.path : location.prefix;
}

async function openBlock(location: BlockLocation, cache: RangeCache | undefined, signal: AbortSignal): Promise<QueryBlock> {
  if (location.kind === 'folder') return new FolderBlock(location.path);
  if (cache === undefined) throw new Error(`no way to the bucket for ${location.prefix}`);
  return await RangedBlock.open(location, cache, signal);
}
