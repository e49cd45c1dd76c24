import { ByteArena } from './byte-arena.ts';
import { sameBytes } from './bytes-range.ts';

/** An exemplar as it is stored. `labels` are canonical bytes, a view that is valid until the next append. */
export interface StoredExemplar {
  readonly ref: number;
  readonly timeMs: number;
  readonly low: number;
  readonly high: number;
  readonly labels: Uint8Array;
}

/** The exemplars that a ring holds of one series; the same object as long as there are any. */
export interface ExemplarList {
  /** 0 when the series is gone, or when no exemplar is left. */
  readonly ref: number;
  /** Canonical labels of a series that is gone. */
  readonly labels: Uint8Array | undefined;
}

type List = { -readonly [K in keyof ExemplarList]: ExemplarList[K] } & { oldest: number; newest: number };

/** What became of an exemplar. */
export type ExemplarVerdict = 'stored' | 'repeated' | 'out-of-order' | 'disabled';

const NONE = 0xffffffff;
const scratch = new Float64Array(1);
const scratchWords = new Uint32Array(scratch.buffer);

/**
 * The newest exemplars of a tenant in a ring that grows up to its capacity, in typed arrays; per series they form a list.
 * Prometheus' rules: one that equals the series' newest is dropped silently; one that is older, or of the same time with a
 * smaller value (or the same value and labels that sort lower), is out of order. Exemplars outlive their series; when one with the same
 * labels comes again they are its own.
 */
export class ExemplarRing {
  #size = 0;
  #next = 0;
  #count = 0;
  /** Whose exemplar it is. */
  #lists: List[] = [];
  #timesMs = new Float64Array(0);
  #words = new Uint32Array(0);
  #labels = new Uint32Array(0);
  #lengths = new Uint32Array(0);
  /** Newer exemplar of the same series. */
  #newer = new Uint32Array(0);
  readonly #arena = new ByteArena();
  readonly #bySeries = new Map<number, List>();
  /** Of series that are gone, by their labels as latin1. */
  readonly #byLabels = new Map<string, List>();
  #maxTimeMs = Number.NEGATIVE_INFINITY;

  /** Exemplars held. */
  get count(): number {
    return this.#count;
  }

  /** All that have exemplars now, in no promised order. */
  lists(): ExemplarList[] {
    return [...this.#bySeries.values(), ...this.#byLabels.values()];
  }

  /** Time of the newest exemplar, ms; -Infinity when there is none. */
  get maxTimeMs(): number {
    return this.#maxTimeMs;
  }

  /** Stores an exemplar; `capacity` is the tenant's limit now, 0 = none are stored. The oldest makes room. */
  append(exemplar: StoredExemplar, capacity: number): ExemplarVerdict {
    if (capacity <= 0) return 'disabled';
    const held = this.#bySeries.get(exemplar.ref);
    if (held !== undefined) {
      const order = this.#compareToNewest(exemplar, held.newest);
      if (order === 0) return 'repeated';
      if (order < 0) return 'out-of-order';
    }
    while (this.#count > capacity - 1) this.#evict();
    if (this.#count === this.#size) this.#grow(Math.min(capacity, Math.max(256, this.#size * 2)));
    const slot = this.#next;
    this.#next = (slot + 1) % this.#size;
    this.#count++;
    this.#timesMs[slot] = exemplar.timeMs;
    this.#words[2 * slot] = exemplar.low;
    this.#words[2 * slot + 1] = exemplar.high;
    this.#labels[slot] = this.#arena.add(exemplar.labels, 0, exemplar.labels.length);
    this.#lengths[slot] = exemplar.labels.length;
    this.#newer[slot] = NONE;
    // Making room may have taken the last one of the series.
    let list = this.#bySeries.get(exemplar.ref);
    if (list === undefined) {
      list = { ref: exemplar.ref, labels: undefined, oldest: slot, newest: slot };
      this.#bySeries.set(exemplar.ref, list);
    } else {
      this.#newer[list.newest] = slot;
      list.newest = slot;
    }
    this.#lists[slot] = list;
    this.#maxTimeMs = Math.max(this.#maxTimeMs, exemplar.timeMs);
    return 'stored';
  }

  /** Exemplars of a list with fromMs <= t <= toMs, in the order in which they came. */
  *of(list: ExemplarList, fromMs: number, toMs: number): IterableIterator<StoredExemplar> {
    let slot = (list as List).oldest;
    while (slot !== NONE) {
      const timeMs = this.#timesMs[slot]!;
      if (timeMs >= fromMs && timeMs <= toMs) yield this.#at(slot);
      slot = this.#newer[slot]!;
    }
  }

  /** All exemplars, oldest first; `ref` is 0 where the series is gone. */
  *all(): IterableIterator<StoredExemplar> {
    for (let i = 0; i < this.#count; i++) yield this.#at((this.#next - this.#count + i + this.#size) % this.#size);
  }

  /** Its series goes; `labels`, canonical, are copied if there are exemplars. */
  orphan(ref: number, labels: Uint8Array): void {
    const list = this.#bySeries.get(ref);
    if (list === undefined) return;
    this.#bySeries.delete(ref);
    list.ref = 0;
    list.labels = labels.slice();
    this.#byLabels.set(keyOf(labels), list);
  }

  /** A series with these canonical labels comes. */
  adopt(ref: number, labels: Uint8Array): void {
    if (this.#byLabels.size === 0) return;
    const key = keyOf(labels);
    const list = this.#byLabels.get(key);
    if (list === undefined) return;
    this.#byLabels.delete(key);
    list.ref = ref;
    list.labels = undefined;
    this.#bySeries.set(ref, list);
  }

  #at(slot: number): StoredExemplar {
    return {
      ref: this.#lists[slot]!.ref,
      timeMs: this.#timesMs[slot]!,
      low: this.#words[2 * slot]!,
      high: this.#words[2 * slot + 1]!,
      labels: this.#arena.view(this.#labels[slot]!, this.#lengths[slot]!),
    };
  }

  #compareToNewest(exemplar: StoredExemplar, slot: number): number {
    const timeMs = this.#timesMs[slot]!;
    if (exemplar.timeMs !== timeMs) return exemplar.timeMs - timeMs;
    if (exemplar.low !== this.#words[2 * slot] || exemplar.high !== this.#words[2 * slot + 1]) {
      scratchWords[0] = exemplar.low;
      scratchWords[1] = exemplar.high;
      const value = scratch[0]!;
      scratchWords[0] = this.#words[2 * slot]!;
      scratchWords[1] = this.#words[2 * slot + 1]!;
      return value < scratch[0]! ? -1 : 1;
    }
    const length = this.#lengths[slot]!;
    const held = this.#arena.view(this.#labels[slot]!, length);
    if (length === exemplar.labels.length && sameBytes(held, 0, exemplar.labels, 0, length)) return 0;
    return Buffer.compare(exemplar.labels, held);
  }

  #evict(): void {
    const slot = (this.#next - this.#count + this.#size) % this.#size;
    const list = this.#lists[slot]!;
    // A query may hold a list that is gone, so it ends here in any case.
    list.oldest = this.#newer[slot]!;
    if (list.newest === slot) {
      if (list.labels === undefined) this.#bySeries.delete(list.ref);
      else this.#byLabels.delete(keyOf(list.labels));
      list.ref = 0;
    }
    this.#arena.release(this.#labels[slot]!, this.#lengths[slot]!);
    this.#count--;
  }

  /** Makes room for `size` exemplars; they move to the front in order. */
  #grow(size: number): void {
    const order: number[] = [];
    for (let i = 0; i < this.#count; i++) order.push((this.#next - this.#count + i + this.#size) % this.#size);
    const place = new Map(order.map((slot, index) => [slot, index]));
    const moved = (slot: number): number => (slot === NONE ? NONE : place.get(slot)!);
    const lists: List[] = [];
    const timesMs = new Float64Array(size);
    const words = new Uint32Array(2 * size);
    const labels = new Uint32Array(size);
    const lengths = new Uint32Array(size);
    const newer = new Uint32Array(size);
    order.forEach((slot, index) => {
      lists[index] = this.#lists[slot]!;
      timesMs[index] = this.#timesMs[slot]!;
      words[2 * index] = this.#words[2 * slot]!;
      words[2 * index + 1] = this.#words[2 * slot + 1]!;
      labels[index] = this.#labels[slot]!;
      lengths[index] = this.#lengths[slot]!;
      newer[index] = moved(this.#newer[slot]!);
    });
    for (const list of [...this.#bySeries.values(), ...this.#byLabels.values()]) {
      list.oldest = moved(list.oldest);
      list.newest = moved(list.newest);
    }
    [this.#lists, this.#timesMs, this.#words, this.#labels, this.#lengths, this.#newer] = [
      lists,
      timesMs,
      words,
      labels,
      lengths,
      newer,
    ];
    this.#size = size;
    this.#next = this.#count % size;
  }
}

function keyOf(labels: Uint8Array): string {
  return Buffer.from(labels.buffer, labels.byteOffset, labels.length).toString('latin1');
}
