/** Entries per page of the log of label pairs. */
const PAGE_ENTRIES: number = 1 << 20;
/** Most postings that are laid out at once: 32 MiB of refs. */
const BATCH_ENTRIES: number = 1 << 23;
const EMPTY = 0xffffffff;

/** The postings of one label pair. */
export interface PairPostings {
  readonly nameRef: number;
  readonly valueRef: number;
  /** Series refs, ascending: a view that is reused after the next batch. */
  readonly refs: Uint32Array;
}

/**
 * Gathers which series have which label pair while series are written, and gives the postings lists afterwards. Every pair
 * has a number; the log holds the pair numbers of the series one after another. Lists are made by counting, in batches of
 * at most 32 MiB. Memory: 4 bytes per label of a series, 8 per series, ~28 per distinct pair.
 */
export class PostingsBuilder {
  readonly #pages: Uint32Array[] = [];
  #logSize = 0;
  #seriesRefs = new Uint32Array(1024);
  #labelCounts = new Uint32Array(1024);
  #seriesCount = 0;
  #nameOf = new Uint32Array(1024);
  #valueOf = new Uint32Array(1024);
  #countOf = new Uint32Array(1024);
  #pairCount = 0;
  #slots: Uint32Array = new Uint32Array(4096).fill(EMPTY);

  /** Number of series added. */
  get seriesCount(): number {
    return this.#seriesCount;
  }

  /** Number of distinct label pairs. */
  get pairCount(): number {
    return this.#pairCount;
  }

  /** Refs of all series: a view. */
  get seriesRefs(): Uint32Array {
    return this.#seriesRefs.subarray(0, this.#seriesCount);
  }

  /** Adds a series; refs must ascend. `symbolRefs` are name and value in turn. Amortised O(labels). */
  add(ref: number, symbolRefs: ArrayLike<number>): void {
    if (this.#seriesCount === this.#seriesRefs.length) {
      this.#seriesRefs = doubled(this.#seriesRefs);
      this.#labelCounts = doubled(this.#labelCounts);
    }
    this.#seriesRefs[this.#seriesCount] = ref;
    this.#labelCounts[this.#seriesCount] = symbolRefs.length / 2;
    this.#seriesCount++;
    for (let i = 0; i < symbolRefs.length; i += 2) {
      const pair = this.#pair(symbolRefs[i]!, symbolRefs[i + 1]!);
      this.#countOf[pair]!++;
      this.#log(pair);
    }
  }

  /** Numbers of the pairs in the order of the index: by name, then value. Cost: O(n log n). */
  sortedPairs(): Uint32Array {
    const pairs = Uint32Array.from({ length: this.#pairCount }, (_, i) => i);
    const names = this.#nameOf;
    const values = this.#valueOf;
    return pairs.sort((a, b) => names[a]! - names[b]! || values[a]! - values[b]!);
  }

  /** Symbol of a pair's name. */
  nameRef(pair: number): number {
    return this.#nameOf[pair]!;
  }

  /** Symbol of a pair's value. */
  valueRef(pair: number): number {
    return this.#valueOf[pair]!;
  }

  /** Length of a pair's list. */
  listLength(pair: number): number {
    return this.#countOf[pair]!;
  }

  /** The lists of the given pairs, in their order. Cost: one pass over the log per batch. */
  *lists(pairs: Uint32Array): IterableIterator<PairPostings> {
    // A pair's place in the batch, EMPTY when it is in another one.
    const next = new Uint32Array(this.#pairCount);
    for (let start = 0; start < pairs.length; ) {
      next.fill(EMPTY);
      let end = start;
      let size = 0;
      for (; end < pairs.length && (size === 0 || size + this.#countOf[pairs[end]!]! <= BATCH_ENTRIES); end++) {
        next[pairs[end]!] = size;
        size += this.#countOf[pairs[end]!]!;
      }
      const batch = this.#fill(next, size);
      let at = 0;
      for (let i = start; i < end; i++) {
        const pair = pairs[i]!;
        const refs = batch.subarray(at, at + this.#countOf[pair]!);
        at += this.#countOf[pair]!;
        yield { nameRef: this.#nameOf[pair]!, valueRef: this.#valueOf[pair]!, refs };
      }
      start = end;
    }
  }

  #fill(next: Uint32Array, size: number): Uint32Array {
    const batch = new Uint32Array(size);
    let entry = 0;
    for (let series = 0; series < this.#seriesCount; series++) {
      const ref = this.#seriesRefs[series]!;
      for (let i = this.#labelCounts[series]!; i > 0; i--, entry++) {
        const pair = this.#pages[Math.floor(entry / PAGE_ENTRIES)]![entry % PAGE_ENTRIES]!;
        if (next[pair] !== EMPTY) batch[next[pair]!++] = ref;
      }
    }
    return batch;
  }

  #log(pair: number): void {
    const at = this.#logSize % PAGE_ENTRIES;
    if (at === 0) this.#pages.push(new Uint32Array(PAGE_ENTRIES));
    this.#pages[this.#pages.length - 1]![at] = pair;
    this.#logSize++;
  }

  #pair(nameRef: number, valueRef: number): number {
    let mask = this.#slots.length - 1;
    let slot = mix(nameRef, valueRef) & mask;
    for (; this.#slots[slot] !== EMPTY; slot = (slot + 1) & mask) {
      const pair = this.#slots[slot]!;
      if (this.#valueOf[pair] === valueRef && this.#nameOf[pair] === nameRef) return pair;
    }
    if (this.#pairCount * 2 >= this.#slots.length) {
      this.#growSlots();
      mask = this.#slots.length - 1;
      slot = mix(nameRef, valueRef) & mask;
      while (this.#slots[slot] !== EMPTY) slot = (slot + 1) & mask;
    }
    if (this.#pairCount === this.#nameOf.length) {
      this.#nameOf = doubled(this.#nameOf);
      this.#valueOf = doubled(this.#valueOf);
      this.#countOf = doubled(this.#countOf);
    }
    const pair = this.#pairCount++;
    this.#nameOf[pair] = nameRef;
    this.#valueOf[pair] = valueRef;
    this.#slots[slot] = pair;
    return pair;
  }

  #growSlots(): void {
    const slots = new Uint32Array(this.#slots.length * 2).fill(EMPTY);
    const mask = slots.length - 1;
    for (let pair = 0; pair < this.#pairCount; pair++) {
      let slot = mix(this.#nameOf[pair]!, this.#valueOf[pair]!) & mask;
      while (slots[slot] !== EMPTY) slot = (slot + 1) & mask;
      slots[slot] = pair;
    }
    this.#slots = slots;
  }
}

function mix(a: number, b: number): number {
  let hash = Math.imul(a ^ Math.imul(b, 0x9e3779b1), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function doubled(from: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const grown = new Uint32Array(from.length * 2);
  grown.set(from);
  return grown;
}
