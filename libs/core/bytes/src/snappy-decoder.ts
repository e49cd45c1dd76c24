import { DecodeError, TooLargeError } from './errors.ts';
import { areSnappyElements, checkSnappyElements, decodeSnappyElements, readSnappyLength } from './snappy-block.ts';
import { MAX_WASM_BYTES, snappyWasm, uncompressByWasm, WASM_FAILURES_MAX, wasmFailures } from './snappy-wasm.ts';
import type { TakeBytes } from './take-bytes.ts';

/** Compressed bytes of a step: they can make 21 times as many. */
const STEP_BYTES = 128 * 1024;

/** Most that a byte of a block makes: a copy of 64 bytes takes three. */
const MAX_GROWTH = 64 / 3;

/**
 * Decompresses a snappy block (not the framed format) in steps of a few milliseconds; one of up to 4 MiB needs one step. The declared size
 * and all elements prove right before anything is taken: {@link TooLargeError} above `maxBytes`; {@link DecodeError} for anything that
 * is not exactly one valid block. The block must not change meanwhile. Cost: linear, 1 to 2 ns a byte.
 */
export class SnappyDecoder {
  readonly #body: Uint8Array;
  readonly #take: TakeBytes;
  readonly #sizeBytes: number;
  readonly #offset: number;
  readonly #place: { at: number; written: number };
  /** Taken when all elements are checked. */
  #out: Uint8Array | undefined;

  constructor(body: Uint8Array, maxBytes: number, take: TakeBytes = (sizeBytes) => new Uint8Array(sizeBytes)) {
    const { sizeBytes, offset } = readSnappyLength(body);
    if (sizeBytes > maxBytes) {
      throw new TooLargeError(`snappy: decoded block is too large: ${sizeBytes} bytes, limit ${maxBytes}`, maxBytes);
    }
    this.#body = body;
    this.#take = take;
    this.#sizeBytes = sizeBytes;
    this.#offset = offset;
    this.#place = { at: offset, written: 0 };
  }

  /** The decompressed bytes, in what `take` gave, when this step was the last; otherwise undefined. */
  step(): Uint8Array | undefined {
    if (snappyWasm !== undefined && this.#sizeBytes <= MAX_WASM_BYTES && this.#body.length <= MAX_WASM_BYTES) {
      const out = this.#mayBeRight() ? uncompressByWasm(snappyWasm, this.#body, this.#sizeBytes, this.#take) : undefined;
      if (out === undefined) throw corrupt();
      return out;
    }
    if (this.#out === undefined) {
      this.#check();
      return undefined;
    }
    const place = this.#place;
    decodeSnappyElements(this.#body, place, this.#out, Math.min(this.#body.length, place.at + STEP_BYTES));
    return place.at === this.#body.length ? this.#out : undefined;
  }

  /** Whether the module should be given the block, of which it can take a certain number that are not right. */
  #mayBeRight(): boolean {
    if (this.#sizeBytes > this.#body.length * MAX_GROWTH) return false;
    return wasmFailures() < WASM_FAILURES_MAX || areSnappyElements(this.#body, this.#offset, this.#sizeBytes);
  }

  /** The next part of the elements; behind the last the memory is taken, and the walk begins anew. */
  #check(): void {
    const place = this.#place;
    const end = this.#body.length;
    // Checking costs less than decoding.
    const stopAt = Math.min(end, place.at + 4 * STEP_BYTES);
    if (!checkSnappyElements(this.#body, place, this.#sizeBytes, stopAt)) throw corrupt();
    if (place.at < end) return;
    if (place.written !== this.#sizeBytes) throw corrupt();
    this.#out = this.#take(this.#sizeBytes);
    place.at = this.#offset;
    place.written = 0;
  }
}

function corrupt(): DecodeError {
  return new DecodeError('snappy: corrupt input');
}
