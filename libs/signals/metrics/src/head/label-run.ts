import { type BytesRange, sameBytes } from './bytes-range.ts';
import { pairEnd } from './pair-end.ts';

/** Bytes that the spelling of a short pair takes in a request beside its canonical ones: `0a size 0a` and `12`. */
const SPELLING_BYTES = 4;
/** Pairs of this size or less have sizes of one byte throughout, spelt as well. */
const SHORT_PAIR_BYTES = 125;
const PAIRS_BITS = 5;
const BYTES_BITS = 10;
const PAIRS_MAX = (1 << PAIRS_BITS) - 1;
const BYTES_MAX = (1 << BYTES_BITS) - 1;
const SPAN_BITS = PAIRS_BITS + BYTES_BITS;
const SPAN_MASK = (1 << SPAN_BITS) - 1;
const SKIPS_FIRST = 1 << (2 * SPAN_BITS);
const SKIPS_SECOND = 1 << (2 * SPAN_BITS + 1);

/**
 * Pairs that the labels of two series have in common, behind the first pair of each: two spans, between which one or both may have a pair of
 * its own. Senders name what they scrape with every series, so that neighbours mostly differ in their metric and in one or two pairs more:
 * ```
 *  first    __name__ │ cluster container job │ method="GET"  │ namespace node pod │ status ...
 *  second   __name__ │ cluster container job │ method="POST" │ namespace node pod │ status ...
 *                    └─────────  0  ─────────┘      skip     └────────  1 ────────┘
 * ```
 * In one word, 0 = nothing:
 * ```
 * ┌──────────────┬─────────────┬───────────┬───────────┬───────────┬───────────┐
 * │ skips second │ skips first │ 1's pairs │ 1's bytes │ 0's pairs │ 0's bytes │
 * │ 1 bit        │ 1           │ 5         │ 10        │ 5         │ 10        │
 * └──────────────┴─────────────┴───────────┴───────────┴───────────┴───────────┘
 * ```
 */
export type LabelRun = number;

/** Pairs of a span of a run. */
export function spanPairs(run: LabelRun, span: 0 | 1): number {
  return (run >>> (span * SPAN_BITS + BYTES_BITS)) & PAIRS_MAX;
}

/** Bytes of a span in canonical labels. */
export function spanBytes(run: LabelRun, span: 0 | 1): number {
  return (run >>> (span * SPAN_BITS)) & BYTES_MAX;
}

/** Bytes of a span in a request that spells it as usual. */
export function spelledSpanBytes(run: LabelRun, span: 0 | 1): number {
  return spanBytes(run, span) + SPELLING_BYTES * spanPairs(run, span);
}

/** Whether the first labels have a pair of their own between the spans: a short one. */
export function skipsFirst(run: LabelRun): boolean {
  return (run & SKIPS_FIRST) !== 0;
}

/** Whether the second labels have a pair of their own between the spans. */
export function skipsSecond(run: LabelRun): boolean {
  return (run & SKIPS_SECOND) !== 0;
}

/** The run of two canonical labels. Pairs of more than 125 bytes are in none. Cost: O(common bytes), a few times. */
export function labelRun(first: BytesRange, second: BytesRange): LabelRun {
  const a = first.start + pairBytes(first, first.start);
  const b = second.start + pairBytes(second, second.start);
  const span = spanOf(first, a, second, b);
  const afterA = a + (span & BYTES_MAX);
  const afterB = b + (span & BYTES_MAX);
  const skippedA = pairBytes(first, afterA);
  const skippedB = pairBytes(second, afterB);
  let best = 0;
  let skips = 0;
  for (const skip of [SKIPS_FIRST | SKIPS_SECOND, SKIPS_FIRST, SKIPS_SECOND]) {
    const isFirst = (skip & SKIPS_FIRST) !== 0;
    const isSecond = (skip & SKIPS_SECOND) !== 0;
    if ((isFirst && skippedA === 0) || (isSecond && skippedB === 0)) continue;
    const found = spanOf(first, afterA + (isFirst ? skippedA : 0), second, afterB + (isSecond ? skippedB : 0));
    if ((found & BYTES_MAX) <= (best & BYTES_MAX)) continue;
    best = found;
    skips = skip;
  }
  return (skips | (best << SPAN_BITS) | span) >>> 0;
}

/** Equal short pairs from two places on: `pairs << 10 | bytes`. */
function spanOf(first: BytesRange, a: number, second: BytesRange, b: number): number {
  let pairs = 0;
  let length = 0;
  for (;;) {
    const next = pairBytes(first, a + length);
    const fits = next > 0 && next === pairBytes(second, b + length) && pairs < PAIRS_MAX && length + next <= BYTES_MAX;
    if (!fits || !sameBytes(first.bytes, a + length, second.bytes, b + length, next))
      return ((pairs << BYTES_BITS) | length) & SPAN_MASK;
    pairs++;
    length += next;
  }
}

/** Bytes of the pair at a place of canonical labels; 0 when there is none, or none that is short. */
function pairBytes({ bytes, end }: BytesRange, at: number): number {
  const size = pairEnd(bytes, at, end) - at;
  return size > SHORT_PAIR_BYTES ? 0 : size;
}
