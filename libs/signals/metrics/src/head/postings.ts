import { RefList } from './ref-list.ts';
import { type Posting, ValueTable } from './value-table.ts';

const NO_REFS = new Uint32Array(0);

/** Which series have which label, in memory: name -> value -> refs. */
export class Postings {
  readonly #names = new Map<string, ValueTable>();
  readonly #all = new RefList();

  /** Number of series. */
  get seriesCount(): number {
    return this.#all.length;
  }

  /** Adds a series with `name, value, name, value, ...`. */
  add(ref: number, flat: readonly string[]): void {
    this.#all.push(ref);
    for (let i = 0; i < flat.length; i += 2) {
      let values = this.#names.get(flat[i]!);
      if (values === undefined) {
        values = new ValueTable();
        this.#names.set(flat[i]!, values);
      }
      const value = flat[i + 1]!;
      const held = values.get(value);
      if (held === undefined) values.set(value, ref);
      else if (typeof held === 'number') {
        const list = new RefList(held);
        list.push(ref);
        values.set(value, list);
      } else held.push(ref);
    }
  }

  /** Every series, ascending. */
  all(): Uint32Array {
    return this.#all.sorted();
  }

  /** Series with this label, ascending; a view that does not change. */
  refs(name: string, value: string): Uint32Array {
    return toRefs(this.#names.get(name)?.get(value));
  }

  /** Number of series with this label. */
  count(name: string, value: string): number {
    const held = this.#names.get(name)?.get(value);
    return held === undefined ? 0 : typeof held === 'number' ? 1 : held.length;
  }

  /** All label names, in no promised order. */
  names(): IterableIterator<string> {
    return this.#names.keys();
  }

  /** All values of a label, in no promised order. Values that come while one iterates may or may not appear. */
  values(name: string): IterableIterator<string> {
    return this.#names.get(name)?.keys() ?? [][Symbol.iterator]();
  }

  /** Number of values of a label. */
  valueCount(name: string): number {
    return this.#names.get(name)?.size ?? 0;
  }

  /** Number of distinct label pairs. Cost: O(names). */
  pairCount(): number {
    let total = 0;
    for (const values of this.#names.values()) total += values.size;
    return total;
  }

  /** Takes series that are not kept out of one label's list. */
  prune(name: string, value: string, isKept: (ref: number) => boolean): void {
    const values = this.#names.get(name);
    const held = values?.get(value);
    if (values === undefined || held === undefined) return;
    if (typeof held === 'number') {
      if (!isKept(held)) values.delete(value);
    } else {
      held.filter(isKept);
      if (held.length === 0) values.delete(value);
      else if (held.length === 1) values.set(value, held.sorted()[0]!);
    }
    if (values.size === 0) this.#names.delete(name);
  }

  /** Takes series that are not kept out of the list of all. */
  pruneAll(isKept: (ref: number) => boolean): void {
    this.#all.filter(isKept);
  }
}

function toRefs(held: Posting | undefined): Uint32Array {
  if (held === undefined) return NO_REFS;
  return typeof held === 'number' ? Uint32Array.of(held) : held.sorted();
}
