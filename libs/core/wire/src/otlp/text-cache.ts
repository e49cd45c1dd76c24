import { decodeUtf8 } from '@telamon/bytes';
import type { ItemBudget } from './item-budget.ts';

/** Slots; a power of two. */
const SLOTS = 2048;
/** Longer texts are seldom seen twice. */
const MAX_BYTES = 48;

/**
 * Decodes texts of one body and remembers them, one to a slot: attribute names and values repeat from point to point, and a
 * shared string costs neither decoding nor memory.
 */
export class TextCache {
  readonly #bytes: Uint8Array;
  readonly #budget: ItemBudget;
  readonly #maxTextBytes: number;
  readonly #starts: Int32Array = new Int32Array(SLOTS);
  readonly #texts: string[] = new Array<string>(SLOTS).fill('');
  /** Lengths in bytes; 0 marks a free slot. */
  readonly #lengths: Uint8Array = new Uint8Array(SLOTS);

  constructor(bytes: Uint8Array, budget: ItemBudget, maxTextBytes: number = Number.POSITIVE_INFINITY) {
    this.#bytes = bytes;
    this.#budget = budget;
    this.#maxTextBytes = maxTextBytes;
  }

  /** Text of `[start, end)` of the body, cut when it is too long; invalid UTF-8 becomes U+FFFD. `TooLargeError` when new text is over the budget. */
  get(start: number, end: number): string {
    const length = end - start;
    if (length === 0) return '';
    if (length > MAX_BYTES) return this.#decode(start, end);
    const bytes = this.#bytes;
    let hash = length;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
    const slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
    if (this.#lengths[slot] === length && this.#equals(this.#starts[slot]!, start, length)) return this.#texts[slot]!;
    const text = this.#decode(start, end);
    this.#lengths[slot] = length;
    this.#starts[slot] = start;
    this.#texts[slot] = text;
    return text;
  }

  #decode(start: number, end: number): string {
    const cutAt = end - start > this.#maxTextBytes ? this.#characterStart(start + this.#maxTextBytes) : end;
    this.#budget.takeText(cutAt - start);
    return decodeUtf8(this.#bytes, start, cutAt);
  }

  /** Where the character that holds the byte at `at` begins. */
  #characterStart(at: number): number {
    let start = at;
    for (let i = 0; i < 3 && (this.#bytes[start]! & 0xc0) === 0x80; i++) start--;
    return start;
  }

  #equals(a: number, b: number, length: number): boolean {
    const bytes = this.#bytes;
    for (let i = 0; i < length; i++) if (bytes[a + i] !== bytes[b + i]) return false;
    return true;
  }
}
