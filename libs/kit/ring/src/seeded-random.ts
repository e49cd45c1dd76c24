import { xxhash64Words } from '@telamon/algo';
import { encodeUtf8 } from '@telamon/bytes';

/**
 * Random u32s that depend on two texts alone: the same in every process and version, so they never change. The xxHash64 of
 * `first NUL second` seeds a small fast counter generator (sfc32).
 */
export class SeededRandom {
  #a: number;
  #b: number;
  #c = 0x9e3779b9 | 0;
  #counter = 1;

  constructor(first: string, second: string) {
    const bytes = encodeUtf8(`${first}\0${second}`);
    const words = new Int32Array(2);
    xxhash64Words(bytes, 0, bytes.length, words);
    this.#a = words[0]!;
    this.#b = words[1]!;
    for (let i = 0; i < 12; i++) this.nextU32();
  }

  /** The next number, 0 to 2^32 - 1. */
  nextU32(): number {
    const result = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + result) | 0;
    return result >>> 0;
  }
}
