import type { Span } from '@telamon/model';
import { checkBound } from './point-bounds.ts';
import { TranslationError } from './translation-error.ts';

/** Longest run of missing buckets that is written as zeros instead of a new span. */
const MAX_FILLED = 2;
const MAX_INDEX = 2 ** 31 - 1;

/** Dense buckets of one sign: `counts[i]` belongs to index `offset + i`. */
export interface DenseBuckets {
  readonly offset: number;
  readonly counts: readonly number[];
  /** So many halvings of the resolution: 2^`scaleDown` neighbours become one bucket. */
  readonly scaleDown: number;
  /** Added to the resulting indexes: OTLP numbers buckets by their lower bound, Prometheus by their upper. */
  readonly shift: 0 | 1;
}

/** Sparse buckets as native histograms have them. */
export interface SparseBuckets {
  readonly spans: readonly Span[];
  readonly deltas: Float64Array;
}

/**
 * Packs dense buckets into spans and differences: gaps of up to two empty buckets are written as zeros, longer ones begin a
 * new span, empty buckets at either end are left out. Prometheus 3.14 moves counts to the bucket below when buckets are joined after
 * empty ones; here they stay in theirs. Throws `TranslationError` beyond 32 bits. Cost: O(buckets).
 */
export function nativeBuckets(dense: DenseBuckets): SparseBuckets {
  const { counts, offset, shift } = dense;
  checkBound('buckets', counts.length);
  if (offset + counts.length > MAX_INDEX) throw new TranslationError('bucket index of an exponential histogram is out of range');
  const halvings = Math.min(dense.scaleDown, 31);
  const packer = new BucketPacker();
  let index = 0;
  let count = 0;
  for (let i = 0; i < counts.length; i++) {
    const next = ((offset + i) >> halvings) + shift;
    if (next !== index) {
      packer.add(index, count);
      index = next;
      count = 0;
    }
    count += counts[i]!;
  }
  packer.add(index, count);
  return { spans: packer.spans, deltas: Float64Array.from(packer.deltas) };
}

class BucketPacker {
  readonly spans: { offset: number; length: number }[] = [];
  readonly deltas: number[] = [];
  #next = 0;
  #last = 0;

  add(index: number, count: number): void {
    if (count === 0) return;
    const gap = index - this.#next;
    const span = this.spans.at(-1);
    if (span === undefined || gap > MAX_FILLED) this.spans.push({ offset: gap, length: 0 });
    else for (let i = 0; i < gap; i++) this.#put(0);
    this.#put(count);
    this.#next = index + 1;
  }

  #put(count: number): void {
    this.deltas.push(count - this.#last);
    this.spans.at(-1)!.length++;
    this.#last = count;
  }
}
