import { putUvarint, uvarintSize } from './label-bytes.ts';
import type { SymbolTable } from './symbol-table.ts';

/** Up to this size, moving bytes one by one is quicker than making a view for a bulk copy. */
const MAX_LOOPED_BYTES = 40;

/**
 * Makes canonical label bytes (see `Labels` of the model) of series one after another in the same memory. Neighbours in an index share
 * most of their labels: what stands where it is to stand is not written again.
 */
export class LabelEncoder {
  readonly #symbols: SymbolTable;
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(512);
  /** What is in `#bytes`: symbols, and where each ends. */
  #refs = new Uint32Array(64);
  #ends = new Uint32Array(64);
  #count = 0;
  #view: Uint8Array = this.#bytes.subarray(0, 0);

  constructor(symbols: SymbolTable) {
    this.#symbols = symbols;
  }

  /**
   * The label bytes of `symbolRefs[start, end)`: a view that is valid until the next call. CorruptError for a ref that is no symbol.
   * Cost: O(symbols), and the bytes of those that the last series had not or elsewhere.
   */
  encode(symbolRefs: Uint32Array, start: number, end: number): Uint8Array {
    const count = end - start;
    if (count > this.#refs.length) this.#growCount(count);
    const refs = this.#refs;
    const ends = this.#ends;
    const known = this.#count;
    // A symbol that is none leaves half a series.
    this.#count = 0;
    let at = 0;
    let knownAt = 0;
    for (let i = 0; i < count; i++) {
      const ref = symbolRefs[start + i]!;
      const knownEnd = i < known ? ends[i]! : -1;
      // All that was written is before `at`, so what stood here still does.
      if (at === knownAt && refs[i] === ref && knownEnd >= 0) at = knownEnd;
      else {
        at = this.#put(at, ref);
        refs[i] = ref;
        ends[i] = at;
      }
      knownAt = knownEnd;
    }
    this.#count = count;
    if (this.#view.length !== at) this.#view = new Uint8Array(this.#bytes.buffer, 0, at);
    return this.#view;
  }

  #put(at: number, ref: number): number {
    const symbols = this.#symbols;
    symbols.locate(ref);
    const { slab, start, end } = symbols;
    const size = end - start;
    if (at + uvarintSize(size) + size > this.#bytes.length) this.#growBytes(at + uvarintSize(size) + size);
    const out = this.#bytes;
    const from = putUvarint(out, at, size);
    if (size <= MAX_LOOPED_BYTES) for (let i = 0; i < size; i++) out[from + i] = slab[start + i]!;
    else out.set(new Uint8Array(slab.buffer, slab.byteOffset + start, size), from);
    return from + size;
  }

  #growCount(count: number): void {
    this.#refs = new Uint32Array(count * 2);
    this.#ends = new Uint32Array(count * 2);
    this.#count = 0;
  }

  #growBytes(size: number): void {
    const grown = new Uint8Array(size * 2);
    grown.set(this.#bytes);
    this.#bytes = grown;
    this.#view = grown.subarray(0, 0);
  }
}
