import type { BitReader } from './bit-reader.ts';
import { readVarbitInt } from './varbit.ts';

/**
 * Decodes the start times of encodings 4 to 6. Header byte: 0x80 = the first sample has one; low 7 bits = index of the
 * sample at which it first changes (0 = never). Coded as (time of the sample before) - start:
 * ```
 * sample 0            nothing, or varint(t0 - start) with 0x80 set
 * sample = change     varbit int of the difference
 * samples after it    varbit int of the change of the difference
 * ```
 */
export class StartTimeReader {
  readonly #isFirstKnown: boolean;
  readonly #changeAt: number;
  #difference = 0;
  /** Start time of the newest sample, 0 when none is known. */
  startTimeMs = 0;

  constructor(header: number) {
    this.#isFirstKnown = (header & 0x80) !== 0;
    this.#changeAt = header & 0x7f;
  }

  /** Whether the chunk may hold any start time. */
  get isPresent(): boolean {
    return this.#isFirstKnown || this.#changeAt > 0;
  }

  /** Reads what stands behind sample `index`; `previousTimeMs` is the time of the sample before it (unused for 0). */
  read(reader: BitReader, index: number, timeMs: number, previousTimeMs: number): void {
    if (index === 0) {
      if (this.#isFirstKnown) this.startTimeMs = timeMs - reader.readVarint();
      return;
    }
    if (this.#changeAt === 0 || index < this.#changeAt) return;
    const coded = readVarbitInt(reader);
    this.#difference = index === this.#changeAt ? coded : this.#difference + coded;
    this.startTimeMs = previousTimeMs - this.#difference;
  }
}
