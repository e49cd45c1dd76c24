/** A growing column of unsigned 32-bit numbers. */
export class GrowingWords {
  /** Valid up to {@link count}; another array after a growth. */
  words: Uint32Array;
  count = 0;

  constructor(capacity = 256) {
    this.words = new Uint32Array(Math.max(16, capacity));
  }

  /** Adds a number. Amortised O(1). */
  push(word: number): void {
    if (this.count === this.words.length) {
      const grown = new Uint32Array(this.count * 2);
      grown.set(this.words);
      this.words = grown;
    }
    this.words[this.count++] = word;
  }

  /** View of what is there; valid until the next push. */
  view(): Uint32Array {
    return this.words.subarray(0, this.count);
  }
}
