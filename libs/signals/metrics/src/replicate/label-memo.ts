/** Labels that are remembered; a power of two. */
const SLOTS = 1024;
/** Longest label field that is remembered, bytes. */
export const MAX_MEMO_BYTES = 64;
/** Tag and size, tag and length of the name, a name of one byte, tag and length of the value, a value of one byte. */
const MIN_FIELD_BYTES = 8;
const SLOT_WORDS = MAX_MEMO_BYTES / 4;

/** What is known of a label. */
export interface LabelFacts {
  /** Hash of the name, as `hashText` gives it. */
  readonly nameHash: number;
  /** Hash of the value. */
  readonly valueHash: number;
  /** See {@link frontOf}. */
  readonly nameFront: number;
}

/**
 * Label fields that were found good lately, with the hashes of their texts. Most labels of a request are repeated from series to series, and to
 * compare one as a whole takes half of what taking it apart and hashing it does. Each has one place to be in, where it follows another.
 *
 * ```
 *  slot: │ the field as it came, 0a size 0a n name 12 m value: at most 64 bytes │   beside it: its size, its last four bytes,
 *                                                                                   hash of the name, hash of the value, name's front
 * ```
 * Takes 81 KiB; nothing is allocated later.
 */
export class LabelMemo implements LabelFacts {
  // Of the label that was found last.
  nameHash = 0;
  valueHash = 0;
  nameFront = 0;
  readonly #words = new Int32Array(SLOTS * SLOT_WORDS);
  readonly #sizes = new Uint8Array(SLOTS);
  readonly #lasts = new Int32Array(SLOTS);
  readonly #nameHashes = new Int32Array(SLOTS);
  readonly #valueHashes = new Int32Array(SLOTS);
  readonly #nameFronts = new Uint32Array(SLOTS);

  /** Whether a field is remembered. Cost: about 0.4 ns a byte. */
  find(view: DataView, start: number, end: number): boolean {
    const size = end - start;
    if (size > MAX_MEMO_BYTES || size < MIN_FIELD_BYTES) return false;
    const last = view.getInt32(end - 4, true);
    const slot = slotOf(view, start, size, last);
    if (this.#lasts[slot] !== last || this.#sizes[slot] !== size) return false;
    const words = this.#words;
    const stop = end - 4;
    for (let at = start, word = slot * SLOT_WORDS; at <= stop; at += 4, word++) {
      if (words[word] !== view.getInt32(at, true)) return false;
    }
    this.nameHash = this.#nameHashes[slot]!;
    this.valueHash = this.#valueHashes[slot]!;
    this.nameFront = this.#nameFronts[slot]!;
    return true;
  }

  /** Remembers a field, unless it is too long. */
  keep(view: DataView, start: number, end: number, { nameHash, valueHash, nameFront }: LabelFacts): void {
    const size = end - start;
    if (size > MAX_MEMO_BYTES || size < MIN_FIELD_BYTES) return;
    const last = view.getInt32(end - 4, true);
    const slot = slotOf(view, start, size, last);
    const stop = end - 4;
    for (let at = start, word = slot * SLOT_WORDS; at <= stop; at += 4, word++) this.#words[word] = view.getInt32(at, true);
    this.#lasts[slot] = last;
    this.#sizes[slot] = size;
    this.#nameHashes[slot] = nameHash;
    this.#valueHashes[slot] = valueHash;
    this.#nameFronts[slot] = nameFront;
  }
}

/** The first four bytes of a name, zeros behind a shorter one, as a number: names whose fronts differ are in the order of these. */
export function frontOf(bytes: Uint8Array, start: number, end: number): number {
  let front = 0;
  for (let at = start; at < start + 4; at++) front = front * 256 + (at < end ? bytes[at]! : 0);
  return front;
}

function slotOf(view: DataView, start: number, size: number, last: number): number {
  const mixed = Math.imul(view.getInt32(start + 4, true) ^ size, 0x9e3779b1) ^ view.getInt32(start + ((size - 4) >> 1), true);
  return Math.imul(mixed ^ Math.imul(last, 0x85ebca6b), 0xc2b2ae35) >>> 22;
}
