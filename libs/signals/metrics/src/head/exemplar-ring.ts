import { ByteArena } from './byte-arena.ts';
import { sameBytes } from './label-bytes.ts';

/** An exemplar as it is stored. `labels` are canonical bytes, a view that is valid until the next append. */
export interface StoredExemplar {
  readonly ref: number;
  readonly timeMs: number;
  readonly low: number;
  readonly high: number;
  readonly labels: Uint8Array;
}

/** What became of an exemplar. */
export type ExemplarVerdict = 'stored' | 'repeated' | 'out-of-order' | 'disabled';

const NONE = 0xffffffff;
const scratch = new Float64Array(1);
const scratchWords = new Uint32Array(scratch.buffer);

/**
 * The newest exemplars of a tenant in a ring that grows up to its capacity, in typed arrays; per series they form a list.
 * Prometheus' rules: one that equals the series' newest is dropped silently; one that is older, or of the same time with a
 * smaller value (or the same value and labels that sort lower), is out of order.
 */
export class ExemplarRing {
  #size = 0;
  #next = 0;
  #count = 0;
  #refs = new Uint32Array(0);
  #timesMs = new Float64Array(0);
  #words = new Uint32Array(0);
  #labels = new Uint32Array(0);
  #lengths = new Uint32Array(0);
  /** Newer exemplar of the same series. */
  #newer = new Uint32Array(0);
  readonly #arena = new ByteArena();
  /** Series -> slot of its oldest and newest exemplar. */
  readonly #series = new Map<number, { oldest: number; newest: number }>();
  #maxTimeMs = Number.NEGATIVE_INFINITY;

  /** Exemplars held. */
  get count(): number {
    return this.#count;
  }

  /** Series that have exemplars, in no promised order. */
  refs(): number[] {
    return [...this.#series.keys()];
  }

  /** Time of the newest exemplar, ms; -Infinity when there is none. */
  get maxTimeMs(): number {
    return this.#maxTimeMs;
  }

  /** Stores an exemplar; `capacity` is the tenant's limit now, 0 = none are stored. The oldest makes room. */
  append(exemplar: StoredExemplar, capacity: number): ExemplarVerdict {
    if (capacity <= 0) return 'disabled';
    const held = this.#series.get(exemplar.ref);
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
    this.#refs[slot] = exemplar.ref;
    this.#timesMs[slot] = exemplar.timeMs;
    this.#words[2 * slot] = exemplar.low;
    this.#words[2 * slot + 1] = exemplar.high;
    this.#labels[slot] = this.#arena.add(exemplar.labels, 0, exemplar.labels.length);
    this.#lengths[slot] = exemplar.labels.length;
    this.#newer[slot] = NONE;
    const list = this.#series.get(exemplar.ref);
    if (list === undefined) this.#series.set(exemplar.ref, { oldest: slot, newest: slot });
    else {
      this.#newer[list.newest] = slot;
      list.newest = slot;
    }
    this.#maxTimeMs = Math.max(this.#maxTimeMs, exemplar.timeMs);
    return 'stored';
  }

  /** Exemplars of a series with fromMs <= t <= toMs, in the order in which they came. */
  *of(ref: number, fromMs: number, toMs: number): IterableIterator<StoredExemplar> {
    let slot = this.#series.get(ref)?.oldest ?? NONE;
    while (slot !== NONE) {
      const timeMs = this.#timesMs[slot]!;
      if (timeMs >= fromMs && timeMs <= toMs) yield this.#at(slot);
      slot = this.#newer[slot]!;
    }
  }

  /** All exemplars, oldest first. */
  *all(): IterableIterator<StoredExemplar> {
    for (let i = 0; i < this.#count; i++) yield this.#at((this.#next - this.#count + i + this.#size) % this.#size);
  }

  /** Forgets the exemplars of series that are gone. Cost: O(exemplars). */
  keepSeries(isKept: (ref: number) => boolean): void {
    const kept = [...this.all()]
      .filter((exemplar) => isKept(exemplar.ref))
      .map((exemplar) => ({ ...exemplar, labels: exemplar.labels.slice() }));
    if (kept.length === this.#count) return;
    while (this.#count > 0) this.#evict();
    for (const exemplar of kept) this.append(exemplar, this.#size);
  }

  #at(slot: number): StoredExemplar {
    return {
      ref: this.#refs[slot]!,
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
    const ref = this.#refs[slot]!;
    const list = this.#series.get(ref)!;
    if (list.newest === slot) this.#series.delete(ref);
    else list.oldest = this.#newer[slot]!;
    this.#arena.release(this.#labels[slot]!, this.#lengths[slot]!);
    this.#count--;
  }

  /** Makes room for `size` exemplars; they move to the front in order. */
  #grow(size: number): void {
    const order: number[] = [];
    for (let i = 0; i < this.#count; i++) order.push((this.#next - this.#count + i + this.#size) % this.#size);
    const place = new Map(order.map((slot, index) => [slot, index]));
    const moved = (slot: number): number => (slot === NONE ? NONE : place.get(slot)!);
    const refs = new Uint32Array(size);
    const timesMs = new Float64Array(size);
    const words = new Uint32Array(2 * size);
    const labels = new Uint32Array(size);
    const lengths = new Uint32Array(size);
    const newer = new Uint32Array(size);
    order.forEach((slot, index) => {
      refs[index] = this.#refs[slot]!;
      timesMs[index] = this.#timesMs[slot]!;
      words[2 * index] = this.#words[2 * slot]!;
      words[2 * index + 1] = this.#words[2 * slot + 1]!;
      labels[index] = this.#labels[slot]!;
      lengths[index] = this.#lengths[slot]!;
      newer[index] = moved(this.#newer[slot]!);
    });
    for (const list of this.#series.values()) {
      list.oldest = moved(list.oldest);
      list.newest = moved(list.newest);
    }
    [this.#refs, this.#timesMs, this.#words, this.#labels, this.#lengths, this.#newer] = [
      refs,
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
