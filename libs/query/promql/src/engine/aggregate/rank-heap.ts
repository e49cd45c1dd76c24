/**
 * The k best rows of a group at one step. Ties fall as in Prometheus: a later equal value does not push out an earlier
 * one, and what order equal values come out in follows from a binary heap and an insertion sort.
 */
export class RankHeap {
  readonly #limit: number;
  readonly #isTop: boolean;
  readonly rows: number[] = [];
  readonly #values: number[] = [];

  constructor(limit: number, isTop: boolean) {
    this.#limit = limit;
    this.#isTop = isTop;
  }

  /** Offers a row. Cost: O(log k). */
  offer(row: number, value: number): void {
    if (this.rows.length < this.#limit) {
      this.rows.push(row);
      this.#values.push(value);
      this.#up(this.rows.length - 1);
      return;
    }
    const worst = this.#values[0]!;
    const isBetter = this.#isTop ? worst < value : worst > value;
    if (!isBetter && !(Number.isNaN(worst) && !Number.isNaN(value))) return;
    this.rows[0] = row;
    this.#values[0] = value;
    this.#down();
  }

  /** Rows from best to worst, NaN last. */
  ranked(): readonly number[] {
    const order = this.rows.map((_, i) => i);
    for (let i = 1; i < order.length; i++) {
      for (let j = i; j > 0 && this.#isWorse(order[j - 1]!, order[j]!); j--) {
        const swap = order[j]!;
        order[j] = order[j - 1]!;
        order[j - 1] = swap;
      }
    }
    return order.map((i) => this.rows[i]!);
  }

  #isWorse(a: number, b: number): boolean {
    const x = this.#values[a]!;
    const y = this.#values[b]!;
    if (Number.isNaN(x)) return !Number.isNaN(y);
    return this.#isTop ? x < y : x > y;
  }

  /** Heap order: the worst on top; NaN is worse than all, also than another NaN. */
  #isBelow(a: number, b: number): boolean {
    const x = this.#values[a]!;
    const y = this.#values[b]!;
    if (Number.isNaN(x)) return true;
    return this.#isTop ? x < y : x > y;
  }

  #swap(a: number, b: number): void {
    const row = this.rows[a]!;
    const value = this.#values[a]!;
    this.rows[a] = this.rows[b]!;
    this.#values[a] = this.#values[b]!;
    this.rows[b] = row;
    this.#values[b] = value;
  }

  #up(from: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBelow(at, parent)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #down(): void {
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.rows.length) return;
      if (child + 1 < this.rows.length && this.#isBelow(child + 1, child)) child++;
      if (!this.#isBelow(child, at)) return;
      this.#swap(at, child);
      at = child;
    }
  }
}
