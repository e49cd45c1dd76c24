import { type Span, sumDeltas, toDeltas } from '@telamon/model';

/** `count` empty buckets to put in front of bucket `position` of a list; the first of them has index `bucketIndex`. */
export interface BucketInsert {
  position: number;
  count: number;
  bucketIndex: number;
}

/** How two bucket layouts of one sign are brought together. */
export interface SpanMerge {
  /** Empty buckets that the chunk lacks. */
  readonly forward: readonly BucketInsert[];
  /** Empty buckets that the new histogram lacks. */
  readonly backward: readonly BucketInsert[];
}

/** Nothing to insert on either side. */
export const NO_INSERTS: SpanMerge = { forward: [], backward: [] };

/** Same spans, element by element. */
export function spansEqual(a: readonly Span[], b: readonly Span[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i]!.offset !== b[i]!.offset || a[i]!.length !== b[i]!.length) return false;
  return true;
}

/** Index of every bucket that the spans stand for, ascending. Cost: O(buckets). */
export function bucketIndexes(spans: readonly Span[]): number[] {
  const indexes: number[] = [];
  let next = 0;
  for (const span of spans) {
    next += span.offset;
    for (let i = 0; i < span.length; i++) indexes.push(next++);
  }
  return indexes;
}

/** Spans of ascending bucket indexes: a new span wherever an index is skipped. */
export function spansOf(indexes: readonly number[]): Span[] {
  const spans: { offset: number; length: number }[] = [];
  let next = 0;
  for (const index of indexes) {
    if (spans.length > 0 && index === next) spans[spans.length - 1]!.length++;
    else spans.push({ offset: index - next, length: 1 });
    next = index + 1;
  }
  return spans;
}

/** Collects runs of inserted buckets. */
class InsertRuns {
  readonly runs: BucketInsert[] = [];

  add(position: number, bucketIndex: number): void {
    const last = this.runs[this.runs.length - 1];
    if (last !== undefined && last.position === position && last.bucketIndex + last.count === bucketIndex) last.count++;
    else this.runs.push({ position, count: 1, bucketIndex });
  }
}

/**
 * Brings the buckets of a counter histogram (`next`) into the layout of a chunk (`held`), counts absolute. undefined when
 * that is a counter reset: a bucket fell, or one that was in use is gone. Cost: O(buckets).
 */
export function mergeCounterBuckets(
  held: { readonly spans: readonly Span[]; readonly counts: ArrayLike<number> },
  next: { readonly spans: readonly Span[]; readonly counts: ArrayLike<number> },
): SpanMerge | undefined {
  const heldIndexes = bucketIndexes(held.spans);
  const nextIndexes = bucketIndexes(next.spans);
  const forward = new InsertRuns();
  const backward = new InsertRuns();
  let h = 0;
  let n = 0;
  while (h < heldIndexes.length || n < nextIndexes.length) {
    const heldIndex = heldIndexes[h] ?? Number.POSITIVE_INFINITY;
    const nextIndex = nextIndexes[n] ?? Number.POSITIVE_INFINITY;
    if (heldIndex === nextIndex) {
      if (held.counts[h]! > next.counts[n]!) return undefined;
      h++;
      n++;
    } else if (heldIndex < nextIndex) {
      if (held.counts[h] !== 0) return undefined;
      backward.add(n, heldIndex);
      h++;
    } else {
      forward.add(h, nextIndex);
      n++;
    }
  }
  return { forward: forward.runs, backward: backward.runs };
}

/** As {@link mergeCounterBuckets} for gauges, whose counts may fall and whose buckets may go. */
export function mergeGaugeSpans(held: readonly Span[], next: readonly Span[]): SpanMerge & { readonly spans: Span[] } {
  const heldIndexes = bucketIndexes(held);
  const nextIndexes = bucketIndexes(next);
  const forward = new InsertRuns();
  const backward = new InsertRuns();
  const merged: number[] = [];
  let h = 0;
  let n = 0;
  while (h < heldIndexes.length || n < nextIndexes.length) {
    const heldIndex = heldIndexes[h] ?? Number.POSITIVE_INFINITY;
    const nextIndex = nextIndexes[n] ?? Number.POSITIVE_INFINITY;
    if (heldIndex < nextIndex) backward.add(n, heldIndex);
    if (heldIndex > nextIndex) forward.add(h, nextIndex);
    merged.push(Math.min(heldIndex, nextIndex));
    if (heldIndex <= nextIndex) h++;
    if (nextIndex <= heldIndex) n++;
  }
  return { forward: forward.runs, backward: backward.runs, spans: spansOf(merged) };
}

/** Spans of a histogram after empty buckets were put in. */
export function spansWithInserts(spans: readonly Span[], inserts: readonly BucketInsert[]): readonly Span[] {
  if (inserts.length === 0) return spans;
  const indexes = bucketIndexes(spans);
  for (const insert of inserts) for (let i = 0; i < insert.count; i++) indexes.push(insert.bucketIndex + i);
  return spansOf(indexes.sort((a, b) => a - b));
}

/** Puts empty buckets into absolute counts. Returns the same array when there is nothing to insert. */
export function insertCounts(counts: Float64Array, inserts: readonly BucketInsert[]): Float64Array {
  if (inserts.length === 0) return counts;
  const out = new Float64Array(counts.length + insertedCount(inserts));
  let at = 0;
  let next = 0;
  for (let i = 0; i <= counts.length; i++) {
    for (; next < inserts.length && inserts[next]!.position === i; next++) at += inserts[next]!.count;
    if (i < counts.length) out[at++] = counts[i]!;
  }
  return out;
}

/** Puts empty buckets into deltas between neighbours, keeping every absolute count. */
export function insertDeltas(deltas: Float64Array, inserts: readonly BucketInsert[]): Float64Array {
  return inserts.length === 0 ? deltas : toDeltas(insertCounts(sumDeltas(deltas), inserts));
}

function insertedCount(inserts: readonly BucketInsert[]): number {
  let total = 0;
  for (const insert of inserts) total += insert.count;
  return total;
}
