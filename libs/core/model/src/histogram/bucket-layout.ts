import type { Span } from '../histogram.ts';

/** Buckets of one sign written out: ascending indexes and their absolute counts. */
export interface BucketLayout {
  readonly indexes: number[];
  readonly counts: number[];
}

/** Spans and the counts of their buckets. */
export interface SpannedBuckets {
  readonly spans: readonly Span[];
  readonly buckets: Float64Array;
}

/** Writes spans out as indexes. Buckets that the spans do not cover are left out. */
export function expandSpans(spans: readonly Span[], buckets: Float64Array): BucketLayout {
  const indexes: number[] = [];
  let index = 0;
  for (const span of spans) {
    index += span.offset;
    for (let i = 0; i < span.length && indexes.length < buckets.length; i++) indexes.push(index++);
  }
  return { indexes, counts: Array.from(buckets.subarray(0, indexes.length)) };
}

/**
 * Packs buckets into spans. Gaps of up to `maxGap` missing buckets are filled with zeros, wider ones start a new span.
 * Indexes must ascend.
 */
export function packSpans(layout: BucketLayout, maxGap = 0): SpannedBuckets {
  const spans: { offset: number; length: number }[] = [];
  const buckets: number[] = [];
  let next = 0;
  for (const [i, index] of layout.indexes.entries()) {
    const last = spans.at(-1);
    const gap = index - next;
    if (last !== undefined && gap <= maxGap) {
      for (let filled = 0; filled < gap; filled++) buckets.push(0);
      last.length += gap + 1;
    } else spans.push({ offset: gap, length: 1 });
    buckets.push(layout.counts[i]!);
    next = index + 1;
  }
  return { spans, buckets: Float64Array.from(buckets) };
}

/** Index of the bucket of `targetSchema` that holds the bucket `index` of a finer exponential schema. */
export function reducedIndex(index: number, schema: number, targetSchema: number): number {
  return Math.floor((index - 1) / 2 ** (schema - targetSchema)) + 1;
}

/** Merges buckets into those of a coarser exponential schema. */
export function reduceLayout(layout: BucketLayout, schema: number, targetSchema: number): BucketLayout {
  const indexes: number[] = [];
  const counts: number[] = [];
  for (const [i, index] of layout.indexes.entries()) {
    const target = reducedIndex(index, schema, targetSchema);
    if (indexes.at(-1) === target) counts[counts.length - 1]! += layout.counts[i]!;
    else {
      indexes.push(target);
      counts.push(layout.counts[i]!);
    }
  }
  return { indexes, counts };
}

/** Merges two layouts; counts of `b` are multiplied by `factor` (1 or -1) and added to those of `a`. */
export function mergeLayouts(a: BucketLayout, b: BucketLayout, factor: 1 | -1): BucketLayout {
  const indexes: number[] = [];
  const counts: number[] = [];
  let i = 0;
  let j = 0;
  while (i < a.indexes.length || j < b.indexes.length) {
    const left = a.indexes[i] ?? Number.POSITIVE_INFINITY;
    const right = b.indexes[j] ?? Number.POSITIVE_INFINITY;
    indexes.push(Math.min(left, right));
    if (left < right) counts.push(a.counts[i++]!);
    else if (right < left) counts.push(factor * b.counts[j++]!);
    else counts.push(a.counts[i++]! + factor * b.counts[j++]!);
  }
  return { indexes, counts };
}

/** Keeps the buckets whose count is not zero. */
export function withoutEmpty(layout: BucketLayout): BucketLayout {
  const indexes: number[] = [];
  const counts: number[] = [];
  for (const [i, count] of layout.counts.entries()) {
    if (count === 0) continue;
    indexes.push(layout.indexes[i]!);
    counts.push(count);
  }
  return { indexes, counts };
}
