import type { ViewedBytes } from './label-bytes.ts';

const SLAB_BITS = 18;
const SLAB_BYTES = 1 << SLAB_BITS;
const OFFSET_MASK = SLAB_BYTES - 1;
/** Slabs that an address of 32 bits can name. */
const MAX_SLABS = 1 << (32 - SLAB_BITS);

/**
 * Keeps byte strings of any length in large slabs, so that a million label sets are a few thousand objects.
 *
 * An address is `slab << 18 | offset`, an unsigned 32-bit number; 0 is never given out. A string longer than a slab gets
 * a slab of its own. The caller keeps the lengths. Slabs in which nothing lives are used again; {@link isSparse} names the
 * strings that are worth moving so that a slab becomes free.
 */
export class ByteArena {
  /** Slab k holds addresses from `k << 18`. Read freely, never write. */
  readonly slabs: Uint8Array[] = [];
  readonly #viewed: ViewedBytes[] = [];
  readonly #liveBytes: number[] = [];
  readonly #usedBytes: number[] = [];
  readonly #free: number[] = [];
  #current = -1;
  #totalLive = 0;

  /** Bytes of the strings that were added and not released. */
  get liveBytes(): number {
    return this.#totalLive;
  }

  /** Copies `bytes[start, end)` in and returns its address. Throws when 4 GiB are in use. */
  add(bytes: Uint8Array, start: number, end: number): number {
    const length = end - start;
    let slab = this.#current;
    let offset = slab < 0 ? SLAB_BYTES : this.#usedBytes[slab]!;
    if (slab < 0 || offset + length > SLAB_BYTES) {
      slab = this.#openSlab(length);
      offset = this.#usedBytes[slab]!;
    }
    const target = this.slabs[slab]!;
    if (length < 48) for (let i = 0; i < length; i++) target[offset + i] = bytes[start + i]!;
    else target.set(bytes.subarray(start, end), offset);
    this.#usedBytes[slab] = offset + length;
    this.#liveBytes[slab]! += length;
    this.#totalLive += length;
    return ((slab << SLAB_BITS) | offset) >>> 0;
  }

  /** The slab that holds an address. */
  slabOf(address: number): Uint8Array {
    return this.slabs[address >>> SLAB_BITS]!;
  }

  /** The slab that holds an address, with a view. */
  viewedSlabOf(address: number): ViewedBytes {
    const slab = address >>> SLAB_BITS;
    const bytes = this.slabs[slab]!;
    let viewed = this.#viewed[slab];
    if (viewed?.bytes !== bytes) {
      viewed = { bytes, view: new DataView(bytes.buffer) };
      this.#viewed[slab] = viewed;
    }
    return viewed;
  }

  /** A view of a string; valid until it is released or moved. */
  view(address: number, length: number): Uint8Array {
    const offset = address & OFFSET_MASK;
    return this.slabs[address >>> SLAB_BITS]!.subarray(offset, offset + length);
  }

  /** Gives a string's bytes back. */
  release(address: number, length: number): void {
    const slab = address >>> SLAB_BITS;
    this.#liveBytes[slab]! -= length;
    this.#totalLive -= length;
    if (this.#liveBytes[slab]! > 0 || slab === this.#current) return;
    if (this.slabs[slab]!.length > SLAB_BYTES) this.slabs[slab] = new Uint8Array(0);
    this.#usedBytes[slab] = 0;
    this.#free.push(slab);
  }

  /** Whether a string lies in a slab of which less than half lives; adding it anew and releasing it helps to free that slab. */
  isSparse(address: number): boolean {
    const slab = address >>> SLAB_BITS;
    return slab !== this.#current && this.#liveBytes[slab]! * 2 < Math.min(this.#usedBytes[slab]!, SLAB_BYTES);
  }

  #openSlab(length: number): number {
    const isLarge = length > SLAB_BYTES - 16;
    const slab = this.#free.pop() ?? this.slabs.length;
    if (slab >= MAX_SLABS) throw new Error('byte arena is full');
    if (slab === this.slabs.length) {
      this.slabs.push(new Uint8Array(0));
      this.#liveBytes.push(0);
    }
    const size = isLarge ? length + 16 : SLAB_BYTES;
    if (this.slabs[slab]!.length < size) this.slabs[slab] = new Uint8Array(size);
    // Offset 0 of slab 0 would be the address 0.
    this.#usedBytes[slab] = slab === 0 ? 16 : 0;
    this.#liveBytes[slab] = 0;
    if (!isLarge) {
      const left = this.#current;
      this.#current = slab;
      if (left >= 0 && this.#liveBytes[left] === 0) this.#free.push(left);
    }
    return slab;
  }
}

/** Offset of an address within its slab. */
export function offsetOf(address: number): number {
  return address & OFFSET_MASK;
}
