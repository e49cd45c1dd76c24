const SLAB_BITS = 18;
const SLAB_BYTES = 1 << SLAB_BITS;
/** Offset of a slot's address within its slab. */
export const SLOT_OFFSET_MASK: number = SLAB_BYTES - 1;
/** Shift from a slot's address to its slab. */
export const SLOT_SLAB_SHIFT: number = SLAB_BITS;

/** Sizes of slots, bytes. The last holds the largest float chunk. */
const CLASS_BYTES: readonly number[] = [48, 64, 96, 128, 160, 192, 256, 320, 384, 512, 640, 768, 1024];

interface Slab {
  sizeClass: number;
  used: number;
  /** Slots that were never given out start here. */
  fresh: number;
  freed: Uint16Array;
  freedCount: number;
}

/**
 * Memory for open chunks: slots of thirteen sizes cut from slabs of 256 KiB. An address is `slab << 18 | offset`; 0 is never
 * given out. A slab whose slots are all free serves any size again, so that chunks which grow and end together do not
 * leave each size at its peak.
 */
export class ChunkSlots {
  /** Slab k holds addresses from `k << 18`. Slots are not cleared. */
  readonly slabs: Uint8Array[] = [];
  readonly #slabs: Slab[] = [];
  /** Per size, slabs that have free slots; the last is used first. May name slabs that serve another size by now. */
  readonly #open: number[][] = CLASS_BYTES.map(() => []);
  readonly #empty: number[] = [];
  #usedBytes = 0;

  /** Bytes of the slots in use. */
  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** Bytes of all slabs. */
  get reservedBytes(): number {
    return this.slabs.length * SLAB_BYTES;
  }

  /** A slot of the smallest size that holds `bytes` (at most 1,024). */
  allocate(bytes: number): number {
    let sizeClass = 0;
    while (CLASS_BYTES[sizeClass]! < bytes) sizeClass++;
    const size = CLASS_BYTES[sizeClass]!;
    const index = this.#slabWithRoom(sizeClass);
    const slab = this.#slabs[index]!;
    const slot = slab.freedCount > 0 ? slab.freed[--slab.freedCount]! : slab.fresh++;
    slab.used++;
    this.#usedBytes += size;
    if (this.#isFull(slab)) this.#open[sizeClass]!.pop();
    return ((index << SLAB_BITS) + slotStart(index, size, slot)) >>> 0;
  }

  /** Size of a slot. */
  sizeOf(address: number): number {
    return CLASS_BYTES[this.#slabs[address >>> SLAB_BITS]!.sizeClass]!;
  }

  /** Moves the first `used` bytes of a slot into one that holds `needed`, frees the old one, returns the new address. */
  grow(address: number, used: number, needed: number): number {
    const next = this.allocate(needed);
    const from = this.slabs[address >>> SLAB_BITS]!;
    const to = this.slabs[next >>> SLAB_BITS]!;
    const source = address & SLOT_OFFSET_MASK;
    const target = next & SLOT_OFFSET_MASK;
    for (let i = 0; i < used; i++) to[target + i] = from[source + i]!;
    this.free(address);
    return next;
  }

  /** Gives a slot back. */
  free(address: number): void {
    const index = address >>> SLAB_BITS;
    const slab = this.#slabs[index]!;
    const size = CLASS_BYTES[slab.sizeClass]!;
    const wasFull = this.#isFull(slab);
    slab.freed[slab.freedCount++] = ((address & SLOT_OFFSET_MASK) - slotStart(index, size, 0)) / size;
    slab.used--;
    this.#usedBytes -= size;
    if (slab.used === 0) {
      slab.sizeClass = -1;
      this.#empty.push(index);
    } else if (wasFull) this.#open[slab.sizeClass]!.push(index);
  }

  #isFull(slab: Slab): boolean {
    return slab.freedCount === 0 && slab.fresh >= slab.freed.length;
  }

  #slabWithRoom(sizeClass: number): number {
    const open = this.#open[sizeClass]!;
    while (open.length > 0) {
      const index = open[open.length - 1]!;
      const slab = this.#slabs[index]!;
      if (slab.sizeClass === sizeClass && !this.#isFull(slab)) return index;
      open.pop();
    }
    const index = this.#empty.pop() ?? this.#addSlab();
    const slots = Math.floor((SLAB_BYTES - slotStart(index, 0, 0)) / CLASS_BYTES[sizeClass]!);
    this.#slabs[index] = { sizeClass, used: 0, fresh: 0, freed: new Uint16Array(slots), freedCount: 0 };
    open.push(index);
    return index;
  }

  #addSlab(): number {
    const index = this.slabs.length;
    if (index >= 1 << (32 - SLAB_BITS)) throw new Error('chunk slots are full');
    this.slabs.push(new Uint8Array(SLAB_BYTES));
    return index;
  }
}

/** Slab 0 skips 64 bytes, so that no slot has the address 0. */
function slotStart(slab: number, size: number, slot: number): number {
  return (slab === 0 ? 64 : 0) + slot * size;
}
