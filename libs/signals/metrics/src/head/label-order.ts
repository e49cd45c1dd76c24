import { TimeSlice } from '@telamon/telemetry';
import type { HeadState } from './head-state.ts';
import { compareLabelRanges } from './label-bytes.ts';
import { sortByLabels } from './sort-by-labels.ts';

const NO_BYTES: Uint8Array = new Uint8Array(0);
/** Series without a rank that a select sorts itself; more of them make it worth while to rank all that are new. */
const MAX_UNRANKED = 1024;
/** Slice of the ranking, ms. */
const SLICE_MS = 10;
/** New series are merged into the ranks when they are at most this part of them, else everything is sorted. */
const FEW = 16;
/** Selections below this part of all ranks are sorted, others marked and read off. */
const SPARSE = 32;

/**
 * Puts selected series in the order of their labels without comparing labels: every series gets a rank, but not before someone
 * selects many. 8 bytes a series then. Selections wait for a ranking, as one sort here is cheaper than one in each query. The
 * order is a courtesy: what becomes new or goes while ranks are computed can be out of it, and readers check.
 */
export class LabelOrder {
  readonly #state: HeadState;
  readonly #compare: (x: number, y: number) => number;
  /** By ref: place in {@link #order} plus one; 0 = none yet. */
  #ranks: Uint32Array = new Uint32Array(0);
  /** Refs in the order of their labels; those whose rank is another by now are void. */
  #order: Uint32Array = new Uint32Array(0);
  #ranking: Promise<void> | undefined;
  /** Counts series that went, as their labels compare as anything. */
  #losses = 0;

  constructor(state: HeadState) {
    this.#state = state;
    const a = { bytes: NO_BYTES, start: 0, end: 0 };
    const b = { bytes: NO_BYTES, start: 0, end: 0 };
    this.#compare = (x, y) => compareLabelRanges(state.aimAtLabels(x, a), state.aimAtLabels(y, b));
  }

  /** Resolves when no ranking runs. */
  get settled(): Promise<void> {
    return this.#ranking ?? Promise.resolve();
  }

  /** A ref is given to a new series. */
  added(ref: number): void {
    if (ref < this.#ranks.length) this.#ranks[ref] = 0;
  }

  /** A series is gone. */
  removed(ref: number): void {
    this.added(ref);
    this.#losses++;
  }

  /** The refs in the order of their labels. Ranks what is new first, when it is much. Yields through `slice`. */
  async arrange(refs: Uint32Array, slice: TimeSlice): Promise<Uint32Array> {
    let fresh: number[] = [];
    let ranked = this.#readOff(refs, fresh);
    if (fresh.length > MAX_UNRANKED) {
      this.#ranking ??= this.#rank().finally(() => {
        this.#ranking = undefined;
      });
      await slice.until(this.#ranking);
      fresh = [];
      ranked = this.#readOff(refs, fresh);
    }
    if (fresh.length === 0) return ranked;
    // Many again only where series went meanwhile, so that the ranking was given up.
    const sorted = fresh.length > MAX_UNRANKED ? await sortByLabels(this.#state, fresh, slice) : fresh.sort(this.#compare);
    return this.#merge(ranked, sorted, slice);
  }

  /** The refs that have a rank, by rank; the others go to `fresh`. One pass over refs and ranks at most. */
  #readOff(refs: Uint32Array, fresh: number[]): Uint32Array {
    const ranks = this.#ranks;
    const order = this.#order;
    const out = new Uint32Array(refs.length);
    let count = 0;
    for (let i = 0; i < refs.length; i++) {
      const ref = refs[i]!;
      const rank = ref < ranks.length ? ranks[ref]! : 0;
      if (rank === 0) fresh.push(ref);
      else out[count++] = rank;
    }
    const found = out.subarray(0, count);
    if (count * SPARSE < order.length) {
      found.sort();
      for (let i = 0; i < count; i++) found[i] = order[found[i]! - 1]!;
      return found;
    }
    const marks = new Uint8Array(order.length);
    for (let i = 0; i < count; i++) marks[found[i]! - 1] = 1;
    for (let at = 0, i = 0; i < count; at++) if (marks[at] === 1) found[i++] = order[at]!;
    return found;
  }

  /** Merges two sorted lists. Cost: few compares for a short `b`, as each finds its place by halving. */
  async #merge(a: Uint32Array, b: ArrayLike<number> & Iterable<number>, slice: TimeSlice): Promise<Uint32Array> {
    const out = new Uint32Array(a.length + b.length);
    let from = 0;
    let length = 0;
    for (const ref of b) {
      const pause = (length & 15) === 0 ? slice.pause() : undefined;
      if (pause !== undefined) await pause;
      let low = from;
      let high = a.length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (this.#compare(a[middle]!, ref) < 0) low = middle + 1;
        else high = middle;
      }
      out.set(a.subarray(from, low), length);
      length += low - from;
      from = low;
      out[length++] = ref;
    }
    out.set(a.subarray(from), length);
    return out;
  }

  /** Gives every series a rank. What the past ranking knew stays sorted; series that come meanwhile wait for the next one. */
  async #rank(): Promise<void> {
    const { rows, postings } = this.#state;
    const slice = new TimeSlice(SLICE_MS);
    const losses = this.#losses;
    const all = postings.all();
    const known = this.#order.filter((ref, at) => this.#ranks[ref] === at + 1);
    const fresh: number[] = [];
    for (const ref of all) if (rows.isLive(ref) && !(this.#ranks[ref]! > 0)) fresh.push(ref);
    const order =
      fresh.length * FEW > known.length
        ? await sortByLabels(this.#state, joined(known, fresh), slice)
        : await this.#merge(known, await sortByLabels(this.#state, fresh, slice), slice);
    if (losses !== this.#losses) return;
    const ranks = new Uint32Array(rows.end);
    for (let at = 0; at < order.length; at++) ranks[order[at]!] = at + 1;
    this.#ranks = ranks;
    this.#order = order;
  }
}

function joined(a: Uint32Array, b: readonly number[]): Uint32Array {
  const out = new Uint32Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}
