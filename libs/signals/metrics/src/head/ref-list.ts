/** A growing list of refs that is sorted when someone looks. New series mostly have higher refs, so that it mostly is already. */
export class RefList {
  #refs: Uint32Array;
  #length = 0;
  #isSorted = true;

  constructor(first?: number) {
    this.#refs = new Uint32Array(first === undefined ? 0 : 4);
    if (first !== undefined) {
      this.#refs[0] = first;
      this.#length = 1;
    }
  }

  /** Number of refs. */
  get length(): number {
    return this.#length;
  }

  /** Adds a ref that is not in the list. Amortised O(1). */
  push(ref: number): void {
    if (this.#length === this.#refs.length) {
      const grown = new Uint32Array(Math.max(4, this.#length + (this.#length >> 1)));
      grown.set(this.#refs);
      this.#refs = grown;
    }
    if (this.#length > 0 && this.#refs[this.#length - 1]! > ref) this.#isSorted = false;
    this.#refs[this.#length++] = ref;
  }

  /** The refs, ascending: a view that stays as it is whatever happens to the list. */
  sorted(): Uint32Array {
    if (!this.#isSorted) {
      // A new array, because someone may hold a view of the old one.
      this.#refs = this.#refs.slice(0, this.#length).sort();
      this.#isSorted = true;
    }
    return this.#refs.subarray(0, this.#length);
  }

  /** Keeps the refs that pass. */
  filter(isKept: (ref: number) => boolean): void {
    const kept = this.#refs.subarray(0, this.#length).filter(isKept);
    this.#refs = kept;
    this.#length = kept.length;
  }
}

/** Refs that are in both ascending lists. Cost: O(shorter x log longer) or O(sum), whichever is less. */
export function intersectRefs(a: Uint32Array, b: Uint32Array): Uint32Array {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  const out = new Uint32Array(short.length);
  let count = 0;
  let at = 0;
  const isSparse = short.length * 16 < long.length;
  for (let i = 0; i < short.length && at < long.length; i++) {
    const ref = short[i]!;
    if (isSparse) at = lowerBound(long, at, ref);
    else while (at < long.length && long[at]! < ref) at++;
    if (long[at] === ref) out[count++] = ref;
  }
  return out.subarray(0, count);
}

/** Refs of `a` that are not in `b`; both ascend. */
export function subtractRefs(a: Uint32Array, b: Uint32Array): Uint32Array {
  const out = new Uint32Array(a.length);
  let count = 0;
  let at = 0;
  for (let i = 0; i < a.length; i++) {
    const ref = a[i]!;
    while (at < b.length && b[at]! < ref) at++;
    if (b[at] !== ref) out[count++] = ref;
  }
  return out.subarray(0, count);
}

function lowerBound(list: Uint32Array, from: number, ref: number): number {
  let step = 1;
  let low = from;
  while (low + step < list.length && list[low + step]! < ref) {
    low += step;
    step *= 2;
  }
  let high = Math.min(low + step, list.length);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (list[middle]! < ref) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Collects the union of many lists as bits. */
export class RefSet {
  #bits: Uint32Array;

  constructor(end: number) {
    this.#bits = new Uint32Array((end >>> 5) + 1);
  }

  /** Adds a ref; refs beyond the end given at first are ignored (series that came later). */
  add(ref: number): void {
    if (ref >>> 5 < this.#bits.length) this.#bits[ref >>> 5]! |= 1 << (ref & 31);
  }

  /** Adds all refs. */
  addAll(refs: Uint32Array): void {
    for (let i = 0; i < refs.length; i++) this.add(refs[i]!);
  }

  /** Whether a ref was added. */
  has(ref: number): boolean {
    return ((this.#bits[ref >>> 5] ?? 0) & (1 << (ref & 31))) !== 0;
  }

  /** The refs, ascending. */
  toSorted(): Uint32Array {
    let count = 0;
    for (const word of this.#bits) count += popCount(word);
    const out = new Uint32Array(count);
    let at = 0;
    for (let i = 0; i < this.#bits.length; i++) {
      for (let word = this.#bits[i]!; word !== 0; word &= word - 1) out[at++] = i * 32 + 31 - Math.clz32(word & -word);
    }
    return out;
  }
}

function popCount(word: number): number {
  let v = word - ((word >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
