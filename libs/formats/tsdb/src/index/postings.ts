import { crc32c } from '@telamon/bytes';
import { CorruptError } from '../format-error.ts';
import { u32beAt } from '../source-cursor.ts';

const NONE = new Uint32Array(0);

/** Above this ratio of lengths the shorter list is looked up in the longer one. */
const GALLOP_RATIO = 16;

/**
 * Decodes a postings list and verifies it.
 * ```
 * ┌────────────┬───────────┬─────────┬─────────┬─────┬─────────┐
 * │ length u32 │ count u32 │ ref u32 │ ref u32 │ ... │ CRC u32 │
 * └────────────┴───────────┴─────────┴─────────┴─────┴─────────┘
 * ```
 * `bytes` starts at the length and may be longer (padding). Refs ascend; {@link CorruptError} if not, or if the list is damaged.
 */
export function decodePostings(bytes: Uint8Array): Uint32Array {
  if (bytes.length < 12) throw new CorruptError('postings list is cut short');
  const length = u32beAt(bytes, 0);
  if (length + 8 > bytes.length) throw new CorruptError('postings list is cut short');
  const count = u32beAt(bytes, 4);
  if (length !== 4 + 4 * count) throw new CorruptError('postings list: count and length differ');
  if (crc32c(bytes, 4, 4 + length) !== u32beAt(bytes, 4 + length)) throw new CorruptError('postings list: checksum differs');
  const refs = new Uint32Array(count);
  let last = -1;
  for (let i = 0, at = 8; i < count; i++, at += 4) {
    const ref = u32beAt(bytes, at);
    if (ref <= last) throw new CorruptError('postings list is not sorted');
    refs[i] = ref;
    last = ref;
  }
  return refs;
}

/** Refs in both sorted lists. Cost: O(shorter x log longer) when one is far shorter, else O(sum). */
export function intersectPostings(a: Uint32Array, b: Uint32Array): Uint32Array {
  if (a.length > b.length) return intersectPostings(b, a);
  if (a.length === 0) return NONE;
  const out = new Uint32Array(a.length);
  let size = 0;
  const isGalloping = b.length > a.length * GALLOP_RATIO;
  let at = 0;
  for (let i = 0; i < a.length; i++) {
    const ref = a[i]!;
    if (isGalloping) at = gallop(b, at, ref);
    else while (at < b.length && b[at]! < ref) at++;
    if (at === b.length) break;
    if (b[at] === ref) out[size++] = ref;
  }
  return out.subarray(0, size);
}

/** Refs in `a` that are not in `b`, both sorted. Cost as {@link intersectPostings}. */
export function subtractPostings(a: Uint32Array, b: Uint32Array): Uint32Array {
  if (a.length === 0 || b.length === 0) return a;
  const out = new Uint32Array(a.length);
  let size = 0;
  const isGalloping = b.length > a.length * GALLOP_RATIO;
  let at = 0;
  for (let i = 0; i < a.length; i++) {
    const ref = a[i]!;
    if (isGalloping) at = gallop(b, at, ref);
    else while (at < b.length && b[at]! < ref) at++;
    if (at === b.length || b[at] !== ref) out[size++] = ref;
  }
  return out.subarray(0, size);
}

/** First position from `from` on whose ref is not below `ref`, found by doubling steps. */
function gallop(list: Uint32Array, from: number, ref: number): number {
  let step = 1;
  let low = from;
  let high = from;
  while (high < list.length && list[high]! < ref) {
    low = high + 1;
    high += step;
    step *= 2;
  }
  high = Math.min(high, list.length);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (list[middle]! < ref) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Refs in any of several sorted lists. Cost: O(n log k) for few, O(n log n) at worst for many lists. */
export function unionPostings(lists: readonly Uint32Array[]): Uint32Array {
  if (lists.length === 0) return NONE;
  if (lists.length === 1) return lists[0]!;
  if (lists.length === 2) return unionTwo(lists[0]!, lists[1]!);
  let total = 0;
  for (const list of lists) total += list.length;
  // Sorting a typed array is native; merging pairwise wins only while the lists are few.
  if (lists.length <= 16) {
    const half = lists.length >> 1;
    return unionTwo(unionPostings(lists.slice(0, half)), unionPostings(lists.slice(half)));
  }
  const all = new Uint32Array(total);
  let at = 0;
  for (const list of lists) {
    all.set(list, at);
    at += list.length;
  }
  all.sort();
  let size = 0;
  for (let i = 0; i < all.length; i++) if (size === 0 || all[size - 1] !== all[i]) all[size++] = all[i]!;
  return all.subarray(0, size);
}

function unionTwo(a: Uint32Array, b: Uint32Array): Uint32Array {
  const out = new Uint32Array(a.length + b.length);
  let i = 0;
  let j = 0;
  let size = 0;
  while (i < a.length && j < b.length) {
    const x = a[i]!;
    const y = b[j]!;
    out[size++] = Math.min(x, y);
    if (x <= y) i++;
    if (y <= x) j++;
  }
  while (i < a.length) out[size++] = a[i++]!;
  while (j < b.length) out[size++] = b[j++]!;
  return out.subarray(0, size);
}
