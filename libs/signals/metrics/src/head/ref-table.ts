const SHARD_BITS = 6;
const SHARDS = 1 << SHARD_BITS;
const INITIAL_SLOTS = 16;
/** Marks a slot whose entry was removed. */
const GONE = 0xffffffff;

interface Shard {
  /** Slots of `width` words: hash, ref (0 = empty), and extra when the table is wide. */
  words: Uint32Array;
  mask: number;
  /** Slots that are not empty, removed ones included. */
  used: number;
}

/**
 * Hash table from 32-bit hashes to refs (> 0): open addressing over plain words, 8 bytes an entry, 12 when it carries an
 * extra word. Several entries may have one hash; the caller compares what they stand for. Split into 64 shards by the
 * hash's top bits, so that growing never holds the event loop.
 */
export class RefTable {
  readonly #width: number;
  readonly #shards: Shard[] = [];
  #count = 0;

  constructor(hasExtra: boolean) {
    this.#width = hasExtra ? 3 : 2;
    for (let i = 0; i < SHARDS; i++) this.#shards.push({ words: new Uint32Array(0), mask: -1, used: 0 });
  }

  /** Entries held. */
  get count(): number {
    return this.#count;
  }

  /**
   * Calls `isMatch(ref, extra)` for the entries with this hash until it returns true; returns that ref, or 0.
   * Cost: O(1) expected.
   */
  find(hash: number, isMatch: (ref: number, extra: number) => boolean): number {
    const shard = this.#shards[hash >>> (32 - SHARD_BITS)]!;
    const { words, mask } = shard;
    if (mask < 0) return 0;
    const width = this.#width;
    const isWide = width === 3;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const at = slot * width;
      const ref = words[at + 1]!;
      if (ref === 0) return 0;
      if (words[at] === hash && ref !== GONE && isMatch(ref, isWide ? words[at + 2]! : 0)) return ref;
    }
  }

  /** Adds an entry; does not look for an equal one. */
  add(hash: number, ref: number, extra = 0): void {
    const shard = this.#shards[hash >>> (32 - SHARD_BITS)]!;
    if ((shard.used + 1) * 4 > (shard.mask + 1) * 3) this.#grow(shard);
    this.#put(shard, hash, ref, extra);
    shard.used++;
    this.#count++;
  }

  /** Removes one entry, if it is there. */
  remove(hash: number, ref: number): void {
    const { words, mask } = this.#shards[hash >>> (32 - SHARD_BITS)]!;
    if (mask < 0) return;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const at = slot * this.#width;
      if (words[at + 1] === 0) return;
      if (words[at] !== hash || words[at + 1] !== ref) continue;
      words[at + 1] = GONE;
      this.#count--;
      return;
    }
  }

  /** Number of parts for {@link sweep}. */
  get parts(): number {
    return SHARDS;
  }

  /** Removes the entries of one part for which `isGone(ref, extra)`. Cost: O(entries / parts). */
  sweep(part: number, isGone: (ref: number, extra: number) => boolean): void {
    const { words } = this.#shards[part]!;
    for (let at = 0; at < words.length; at += this.#width) {
      const ref = words[at + 1]!;
      if (ref === 0 || ref === GONE) continue;
      if (!isGone(ref, this.#width === 3 ? words[at + 2]! : 0)) continue;
      words[at + 1] = GONE;
      this.#count--;
    }
  }

  #grow(shard: Shard): void {
    const old = shard.words;
    const width = this.#width;
    let live = 0;
    for (let at = 0; at < old.length; at += width) if (old[at + 1] !== 0 && old[at + 1] !== GONE) live++;
    let slots = INITIAL_SLOTS;
    while (slots < (live + 1) * 2) slots *= 2;
    shard.words = new Uint32Array(slots * width);
    shard.mask = slots - 1;
    shard.used = live;
    for (let at = 0; at < old.length; at += width) {
      const ref = old[at + 1]!;
      if (ref !== 0 && ref !== GONE) this.#put(shard, old[at]!, ref, width === 3 ? old[at + 2]! : 0);
    }
  }

  #put(shard: Shard, hash: number, ref: number, extra: number): void {
    const { words, mask } = shard;
    let slot = hash & mask;
    while (words[slot * this.#width + 1] !== 0) slot = (slot + 1) & mask;
    const at = slot * this.#width;
    words[at] = hash;
    words[at + 1] = ref;
    if (this.#width === 3) words[at + 2] = extra;
  }
}
