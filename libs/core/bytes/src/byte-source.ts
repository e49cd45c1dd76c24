import { TruncatedError } from './errors.ts';

/** Random access to immutable bytes: a file, a mapped range or memory. Reads are synchronous. */
export interface ByteSource {
  /** Total size. */
  readonly sizeBytes: number;
  /**
   * The bytes [offset, offset + length). {@link TruncatedError} when the range is not inside. The caller must not
   * change the result and may keep it.
   */
  read(offset: number, length: number): Uint8Array;
}

/** A {@link ByteSource} over an array; reads are views. */
export class MemorySource implements ByteSource {
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get sizeBytes(): number {
    return this.#bytes.length;
  }

  read(offset: number, length: number): Uint8Array {
    if (!(offset >= 0 && length >= 0 && offset + length <= this.#bytes.length)) {
      throw new TruncatedError(`bytes [${offset}, ${offset + length}) of ${this.#bytes.length}`);
    }
    return this.#bytes.subarray(offset, offset + length);
  }
}
