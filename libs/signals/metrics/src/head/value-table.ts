import type { RefList } from './ref-list.ts';

/** A single ref stands for itself: most values of the labels with many values have one series. */
export type Posting = number | RefList;

/** Values that one map holds at most before a table is split. */
const SPLIT_AT = 32_768;
const SHARDS = 64;

/** The values of one label. Large tables are split into many maps, because a map of a million entries takes too long to grow. */
export class ValueTable {
  #shards: Map<string, Posting>[] = [new Map()];
  #size = 0;

  /** Number of values. */
  get size(): number {
    return this.#size;
  }

  /** What a value has. */
  get(value: string): Posting | undefined {
    return this.#shardOf(value).get(value);
  }

  /** Sets what a value has. */
  set(value: string, posting: Posting): void {
    const shard = this.#shardOf(value);
    const before = shard.size;
    shard.set(value, posting);
    this.#size += shard.size - before;
    if (this.#size > SPLIT_AT && this.#shards.length === 1) this.#split();
  }

  /** Removes a value. */
  delete(value: string): void {
    if (this.#shardOf(value).delete(value)) this.#size--;
  }

  /** All values, in no promised order. */
  *keys(): IterableIterator<string> {
    for (const shard of this.#shards) yield* shard.keys();
  }

  #shardOf(value: string): Map<string, Posting> {
    if (this.#shards.length === 1) return this.#shards[0]!;
    // Values that are numbered differ in their last characters.
    const { length } = value;
    const tail = Math.imul(value.charCodeAt(length - 1), 31) + Math.imul(value.charCodeAt(length - 2) | 0, 17);
    return this.#shards[(tail + Math.imul(value.charCodeAt(length - 3) | 0, 7) + length) & (SHARDS - 1)]!;
  }

  #split(): void {
    const whole = this.#shards[0]!;
    this.#shards = Array.from({ length: SHARDS }, () => new Map<string, Posting>());
    for (const [value, posting] of whole) this.#shardOf(value).set(value, posting);
  }
}
