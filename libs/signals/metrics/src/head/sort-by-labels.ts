import { fastHash } from '@telamon/algo';
import type { TimeSlice } from '@telamon/telemetry';
import { type BytesRange, sameBytes } from './bytes-range.ts';
import { compareLabelRanges } from './label-bytes.ts';
import { pairEnd } from './pair-end.ts';
import { sortInSlices } from './sort-in-slices.ts';

/** Groups up to this size are sorted by comparing. */
const LEAF = 32;
/** Series after which the slice is looked at. */
const STEPS = 256;

/** Where canonical labels are. */
export interface LabelPlaces {
  /** Points `range` at a series' canonical labels. */
  aimAtLabels(ref: number, range: MutableRange): BytesRange;
}

interface MutableRange {
  bytes: Uint8Array;
  start: number;
  end: number;
}

/** Series `[from, to)` of the order, whose labels begin with the same `offset` bytes: whole pairs. */
interface Group {
  readonly from: number;
  readonly to: number;
  readonly offset: number;
}

/** Series of a group that have the same next pair. */
interface Bucket {
  /** One of them. */
  readonly ref: number;
  /** Bytes of the pair; 0 when the labels end here. */
  readonly pairBytes: number;
  count: number;
}

/**
 * The refs in the order of their labels. Labels begin with long equal parts (the metric, the cluster, the container), so instead
 * of comparing them again and again, series are parted by their first pair, each part by its second one, and so on; only the
 * distinct pairs are sorted. Yields through `slice`; series that go meanwhile can end up anywhere. Cost: about a hash for each
 * pair until few series are left that have all pairs so far.
 */
export async function sortByLabels(places: LabelPlaces, refs: ArrayLike<number>, slice: TimeSlice): Promise<Uint32Array> {
  const sorter = new LabelSorter(places, Uint32Array.from(refs), slice);
  await sorter.run();
  return sorter.order;
}

class LabelSorter {
  readonly order: Uint32Array;
  readonly #places: LabelPlaces;
  readonly #slice: TimeSlice;
  readonly #spare: Uint32Array;
  /** By place in the group at work. */
  readonly #bucketOf: Uint32Array;
  readonly #a: MutableRange = { bytes: new Uint8Array(0), start: 0, end: 0 };
  readonly #b: MutableRange = { bytes: new Uint8Array(0), start: 0, end: 0 };
  /** Not known to who chooses labels. */
  readonly #seed = Math.floor(Math.random() * 2 ** 31);
  #steps = 0;

  constructor(places: LabelPlaces, order: Uint32Array, slice: TimeSlice) {
    this.#places = places;
    this.order = order;
    this.#slice = slice;
    this.#spare = new Uint32Array(order.length);
    this.#bucketOf = new Uint32Array(order.length);
  }

  async run(): Promise<void> {
    const open: Group[] = [{ from: 0, to: this.order.length, offset: 0 }];
    for (let group = open.pop(); group !== undefined; group = open.pop()) {
      const { from, to, offset } = group;
      if (to - from > LEAF) await this.#part(group, open);
      else {
        this.order.subarray(from, to).sort((x, y) => this.#compareFrom(x, y, offset));
        this.#steps += 4 * (to - from);
        const pause = this.#steps >= STEPS ? this.#pause() : undefined;
        if (pause !== undefined) await pause;
      }
    }
  }

  /** Puts a group in the order of its next pairs; the parts that this makes go to `open`. */
  async #part(group: Group, open: Group[]): Promise<void> {
    const { from, to, offset } = group;
    const buckets = await this.#buckets(group);
    const compare = (x: Bucket, y: Bucket): number => this.#comparePairs(x, y, offset);
    const sorted = await sortInSlices(buckets, compare, this.#slice);
    const next = new Map<Bucket, number>();
    let at = from;
    for (const bucket of sorted) {
      next.set(bucket, at);
      const isOpen = bucket.count > 1 && bucket.pairBytes > 0;
      if (isOpen) open.push({ from: at, to: at + bucket.count, offset: offset + bucket.pairBytes });
      at += bucket.count;
    }
    const starts = Uint32Array.from(buckets, (bucket) => next.get(bucket)!);
    for (let i = from; i < to; i++) this.#spare[starts[this.#bucketOf[i]!]!++] = this.order[i]!;
    this.order.set(this.#spare.subarray(from, to), from);
  }

  /** Finds the bucket of each series of a group. */
  async #buckets({ from, to, offset }: Group): Promise<Bucket[]> {
    const buckets: Bucket[] = [];
    const byHash = new Map<number, number>();
    let last = -1;
    for (let i = from; i < to; i++) {
      if (++this.#steps >= STEPS) {
        const pause = this.#pause();
        if (pause !== undefined) await pause;
      }
      const ref = this.order[i]!;
      const { bytes, start, end } = this.#places.aimAtLabels(ref, this.#a);
      const at = Math.min(start + offset, end);
      const pairBytes = pairEnd(bytes, at, end) - at;
      // Neighbours mostly came in one request and have much in common.
      if (last < 0 || !this.#isOf(buckets[last]!, pairBytes, offset)) {
        let key = fastHash(bytes, at, at + pairBytes, this.#seed);
        for (;;) {
          const found = byHash.get(key);
          if (found === undefined) {
            last = buckets.length;
            byHash.set(key, last);
            buckets.push({ ref, pairBytes, count: 0 });
            break;
          }
          last = found;
          if (this.#isOf(buckets[found]!, pairBytes, offset)) break;
          key++;
        }
      }
      buckets[last]!.count++;
      this.#bucketOf[i] = last;
    }
    return buckets;
  }

  /** Whether the pair at `offset` of the labels that were aimed at last is that of the bucket. */
  #isOf(bucket: Bucket, pairBytes: number, offset: number): boolean {
    if (bucket.pairBytes !== pairBytes) return false;
    const { bytes, start } = this.#places.aimAtLabels(bucket.ref, this.#b);
    return sameBytes(this.#a.bytes, this.#a.start + offset, bytes, start + offset, pairBytes);
  }

  #comparePairs(x: Bucket, y: Bucket, offset: number): number {
    if (x.pairBytes === 0 || y.pairBytes === 0) return x.pairBytes - y.pairBytes;
    const a = this.#aimedFrom(x.ref, this.#a, offset);
    const b = this.#aimedFrom(y.ref, this.#b, offset);
    a.end = Math.min(a.end, a.start + x.pairBytes);
    b.end = Math.min(b.end, b.start + y.pairBytes);
    return compareLabelRanges(a, b);
  }

  #compareFrom(x: number, y: number, offset: number): number {
    return compareLabelRanges(this.#aimedFrom(x, this.#a, offset), this.#aimedFrom(y, this.#b, offset));
  }

  #aimedFrom(ref: number, range: MutableRange, offset: number): MutableRange {
    this.#places.aimAtLabels(ref, range);
    range.start = Math.min(range.start + offset, range.end);
    return range;
  }

  #pause(): Promise<void> | undefined {
    this.#steps = 0;
    return this.#slice.pause();
  }
}
