import type { ByteSource } from '@telamon/bytes';
import { decodeUtf8 } from '@telamon/bytes';
import { CorruptError } from '../format-error.ts';
import { type ByteRange, openSection, readRange, SourceCursor } from '../source-cursor.ts';

/** Up to this many symbols every offset is kept, above one in {@link SAMPLE}; more where the bytes are held, which are more yet. */
const DENSE_LIMIT = 65_536;
const HELD_DENSE_LIMIT = 262_144;
const SAMPLE = 32;
/** Up to this size the whole section is held. */
const HELD_LIMIT_BYTES = 4 * 1024 * 1024;
const CACHE_SLOTS = 4096;
const LOOKUP_WINDOW_BYTES = 4096;
/** Groups of {@link SAMPLE} symbols that are kept of a table that is not held, and the longest of them. */
const GROUP_SLOTS = 1024;
const MAX_GROUP_BYTES = 8192;
const NO_BYTES: Uint8Array = new Uint8Array(0);

/** Up to {@link SAMPLE} symbols of a table that is not held, and where each starts with its length. */
interface SymbolGroup {
  /** Ordinal of its first symbol, in groups. */
  readonly ordinal: number;
  readonly bytes: Uint8Array;
  readonly starts: Uint16Array;
}

/**
 * The sorted strings of an index, found by ordinal.
 * ```
 * ┌────────────┬───────────┬─────────────────────────────┬─────┬─────────┐
 * │ length u32 │ count u32 │ length uvarint │ bytes      │ ... │ CRC u32 │
 * └────────────┴───────────┴─────────────────────────────┴─────┴─────────┘
 * ```
 * In version 1 a symbol is named by its offset in the file instead. Memory: at most 1 MiB of offsets or 4 bytes per 32
 * symbols, at most 4 MiB of bytes, a cache of 4,096 symbols, and where the bytes are not held one of 1,024 groups of 32 symbols (8 MiB at
 * most, usually 1).
 */
export class SymbolTable {
  /** Number of symbols. */
  readonly count: number;
  /** Where {@link locate} found a symbol: `slab[start, end)`, which must not be changed. */
  slab: Uint8Array = NO_BYTES;
  start = 0;
  end = 0;
  readonly #source: ByteSource;
  readonly #section: ByteRange;
  readonly #held: Uint8Array | undefined;
  readonly #offsets: Uint32Array;
  readonly #step: number;
  /** Version 1: what to add to a ref to get a file offset; undefined for ordinals. */
  readonly #refShift: number | undefined;
  readonly #cachedRefs: Float64Array = new Float64Array(CACHE_SLOTS).fill(-1);
  readonly #cached: (Uint8Array | undefined)[] = new Array<Uint8Array | undefined>(CACHE_SLOTS);
  readonly #groups: (SymbolGroup | undefined)[] = [];

  /**
   * Opens and verifies the section at `offset`. `refShift` is for version 1 alone: refs are file offsets, moved by it
   * (0 in an index, else the distance that a copy of the section was moved). Cost: O(section), once.
   */
  constructor(source: ByteSource, offset: number, refShift?: number) {
    this.#source = source;
    this.#refShift = refShift;
    this.#section = openSection(source, offset, 'index symbols');
    const cursor = new SourceCursor(source, this.#section, 'index symbols');
    this.count = cursor.u32be();
    if (this.count > cursor.remaining) throw new CorruptError('index symbols: impossible count');
    const isHeld = this.#section.sizeBytes <= HELD_LIMIT_BYTES;
    this.#step = this.count <= (isHeld ? HELD_DENSE_LIMIT : DENSE_LIMIT) ? 1 : SAMPLE;
    this.#offsets = new Uint32Array(Math.ceil(this.count / this.#step));
    for (let i = 0; i < this.count; i++) {
      if (i % this.#step === 0) this.#offsets[i / this.#step] = cursor.offset - this.#section.offset;
      cursor.skip(cursor.uvarint());
    }
    this.#held = isHeld ? readRange(source, this.#section.offset, this.#section.sizeBytes, 'index symbols') : undefined;
  }

  /** Bytes of a symbol; must not be changed. {@link CorruptError} for a ref that is none. O(1), ~32 skips when not cached. */
  bytes(ref: number): Uint8Array {
    const slot = ref % CACHE_SLOTS;
    if (this.#cachedRefs[slot] === ref) return this.#cached[slot]!;
    this.#find(ref);
    const found = this.slab.slice(this.start, this.end);
    this.#cachedRefs[slot] = ref;
    this.#cached[slot] = found;
    return found;
  }

  /** As {@link bytes}, into {@link slab}, {@link start} and {@link end}, which is quicker: it makes no object for each symbol. */
  locate(ref: number): void {
    if (this.#held !== undefined || (this.#step > 1 && this.#refShift === undefined)) this.#find(ref);
    else this.#take(this.bytes(ref));
  }

  /** A symbol as text. */
  text(ref: number): string {
    const bytes = this.bytes(ref);
    return decodeUtf8(bytes, 0, bytes.length);
  }

  /** All symbols in order; each view is valid until the next step. */
  *all(): IterableIterator<Uint8Array> {
    const cursor = new SourceCursor(this.#source, this.#section, 'index symbols');
    cursor.skip(4);
    for (let i = 0; i < this.count; i++) yield cursor.bytes(cursor.uvarint());
  }

  #find(ref: number): void {
    if (this.#refShift !== undefined) {
      const start = ref + this.#refShift - this.#section.offset;
      if (!(start >= 4)) throw new CorruptError(`index: unknown symbol ${ref}`);
      this.#findAt(start, 0);
      return;
    }
    if (!(ref >= 0 && ref < this.count)) throw new CorruptError(`index: unknown symbol ${ref}`);
    if (this.#step === 1) this.#findAt(this.#offsets[ref]!, 0);
    else if (this.#held !== undefined || !this.#findInGroup(Math.floor(ref / SAMPLE), ref % SAMPLE)) {
      this.#findAt(this.#offsets[Math.floor(ref / SAMPLE)]!, ref % SAMPLE);
    }
  }

  #findAt(start: number, skipped: number): void {
    const { offset, sizeBytes } = this.#section;
    if (this.#held !== undefined) {
      if (this.#scan(this.#held, start, skipped)) return;
    } else {
      const size = Math.min(sizeBytes - start, LOOKUP_WINDOW_BYTES);
      if (this.#scan(readRange(this.#source, offset + start, size, 'index symbols'), 0, skipped)) return;
    }
    // A group of long symbols, or a damaged one: the cursor reads on and tells which.
    const cursor = new SourceCursor(this.#source, { offset: offset + start, sizeBytes: sizeBytes - start }, 'index symbols');
    for (let i = 0; i < skipped; i++) cursor.skip(cursor.uvarint());
    this.#take(cursor.bytes(cursor.uvarint()));
  }

  /** Neighbours are often wanted together. False when the group is too long to be kept, or damaged. */
  #findInGroup(ordinal: number, nth: number): boolean {
    const slot = ordinal % GROUP_SLOTS;
    let group = this.#groups[slot];
    if (group?.ordinal !== ordinal) {
      group = this.#readGroup(ordinal);
      if (group === undefined) return false;
      this.#groups[slot] = group;
    }
    return this.#scan(group.bytes, group.starts[nth]!, 0);
  }

  #readGroup(ordinal: number): SymbolGroup | undefined {
    const start = this.#offsets[ordinal]!;
    const size = (this.#offsets[ordinal + 1] ?? this.#section.sizeBytes) - start;
    if (size > MAX_GROUP_BYTES) return undefined;
    const bytes = readRange(this.#source, this.#section.offset + start, size, 'index symbols');
    const count = Math.min(SAMPLE, this.count - ordinal * SAMPLE);
    const starts = new Uint16Array(count);
    for (let i = 1; i < count; i++) {
      if (!this.#scan(bytes, starts[i - 1]!, 0)) return undefined;
      starts[i] = this.end;
    }
    return { ordinal, bytes, starts };
  }

  /** Finds the symbol behind `skipped` others from `from` on; false when it does not end within `bytes`. */
  #scan(bytes: Uint8Array, from: number, skipped: number): boolean {
    let at = from;
    for (let left = skipped; ; left--) {
      let length = 0;
      for (let shift = 0; shift < 28; shift += 7) {
        const byte = bytes[at++];
        if (byte === undefined) return false;
        length |= (byte & 0x7f) << shift;
        if (byte < 0x80) break;
      }
      if (length > bytes.length - at) return false;
      if (left === 0) {
        this.slab = bytes;
        this.start = at;
        this.end = at + length;
        return true;
      }
      at += length;
    }
  }

  #take(bytes: Uint8Array): void {
    this.slab = bytes;
    this.start = 0;
    this.end = bytes.length;
  }
}
