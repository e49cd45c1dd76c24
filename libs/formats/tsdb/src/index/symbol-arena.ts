import { fastHash } from '@telamon/algo';

const PAGE_BYTES: number = 1024 * 1024;
const EMPTY = 0xffffffff;

/**
 * The symbols of an index that is being written: sorted byte strings by ordinal, and the way back. Bytes live in pages of
 * 1 MiB (a longer symbol has a page of its own). Memory: the bytes, 12 bytes a symbol, and 8 more once {@link find} is used.
 */
export class SymbolArena {
  readonly #pages: Uint8Array[] = [];
  #used = 0;
  #pageOf = new Uint32Array(1024);
  /** Start within the page. */
  #startOf = new Uint32Array(1024);
  #lengthOf = new Uint32Array(1024);
  #count = 0;
  #slots: Uint32Array | undefined;

  /** Number of symbols. */
  get count(): number {
    return this.#count;
  }

  /** Adds the next symbol, which must be greater than the last bytewise; copies it. */
  push(symbol: Uint8Array): void {
    if (this.#count > 0 && compareBytes(this.bytes(this.#count - 1), symbol) >= 0) throw new Error('index: symbols out of order');
    if (this.#pages.length === 0 || this.#used + symbol.length > PAGE_BYTES) {
      this.#pages.push(new Uint8Array(Math.max(PAGE_BYTES, symbol.length)));
      this.#used = 0;
    }
    if (this.#count === this.#pageOf.length) this.#grow();
    const page = this.#pages.length - 1;
    this.#pages[page]!.set(symbol, this.#used);
    this.#pageOf[this.#count] = page;
    this.#startOf[this.#count] = this.#used;
    this.#lengthOf[this.#count] = symbol.length;
    this.#used += symbol.length;
    this.#count++;
    this.#slots = undefined;
  }

  /** Bytes of a symbol: a view that must not be changed. */
  bytes(ordinal: number): Uint8Array {
    const start = this.#startOf[ordinal]!;
    return this.#pages[this.#pageOf[ordinal]!]!.subarray(start, start + this.#lengthOf[ordinal]!);
  }

  /** Ordinal of the symbol `bytes[start, end)`, -1 when it is none. O(length); the first call builds the table. */
  find(bytes: Uint8Array, start: number, end: number): number {
    const slots = this.#slots ?? this.#buildSlots();
    const mask = slots.length - 1;
    for (let slot = fastHash(bytes, start, end) & mask; ; slot = (slot + 1) & mask) {
      const ordinal = slots[slot]!;
      if (ordinal === EMPTY) return -1;
      if (this.#equals(ordinal, bytes, start, end)) return ordinal;
    }
  }

  #equals(ordinal: number, bytes: Uint8Array, start: number, end: number): boolean {
    const length = this.#lengthOf[ordinal]!;
    if (length !== end - start) return false;
    const page = this.#pages[this.#pageOf[ordinal]!]!;
    const at = this.#startOf[ordinal]!;
    for (let i = 0; i < length; i++) if (page[at + i] !== bytes[start + i]) return false;
    return true;
  }

  #buildSlots(): Uint32Array {
    let size = 16;
    while (size < this.#count * 2) size *= 2;
    const slots = new Uint32Array(size).fill(EMPTY);
    for (let ordinal = 0; ordinal < this.#count; ordinal++) {
      const bytes = this.bytes(ordinal);
      let slot = fastHash(bytes) & (size - 1);
      while (slots[slot] !== EMPTY) slot = (slot + 1) & (size - 1);
      slots[slot] = ordinal;
    }
    this.#slots = slots;
    return slots;
  }

  #grow(): void {
    const grow = (from: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> => {
      const grown = new Uint32Array(from.length * 2);
      grown.set(from);
      return grown;
    };
    this.#pageOf = grow(this.#pageOf);
    this.#startOf = grow(this.#startOf);
    this.#lengthOf = grow(this.#lengthOf);
  }
}

/** Bytewise order; a prefix comes first. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}
