/** 2^-1022, the smallest positive normal number. */
const MIN_NORMAL = 2.2250738585072014e-308;

/** A running sum with Neumaier's compensation; the exact total is `sum + compensation`. Reused between windows. */
export class CompensatedSum {
  sum = 0;
  compensation = 0;

  /** Starts over at a value. */
  reset(sum: number): void {
    this.sum = sum;
    this.compensation = 0;
  }

  /** Adds a number. An infinite sum forgets its compensation, which would be NaN. */
  add(value: number): void {
    const next = this.sum + value;
    if (next === Infinity || next === -Infinity) this.compensation = 0;
    else if (Math.abs(this.sum) >= Math.abs(value)) this.compensation += this.sum - next + value;
    else this.compensation += value - next + this.sum;
    this.sum = next;
  }
}

/** Sorts numbers ascending with NaN first, which is how quantiles and `topk` rank it. Cost: O(n log n). */
export function sortNaNFirst(values: Float64Array): Float64Array {
  let missing = 0;
  for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i])) missing++;
  values.sort();
  // A typed array sorts NaN to its end.
  if (missing > 0 && missing < values.length) {
    values.copyWithin(missing, 0, values.length - missing);
    values.fill(NaN, 0, missing);
  }
  return values;
}

/** The q-quantile of numbers that are already sorted by {@link sortNaNFirst}, interpolated linearly. */
export function quantileOfSorted(q: number, sorted: Float64Array): number {
  const n = sorted.length;
  if (n === 0 || Number.isNaN(q)) return NaN;
  if (q < 0) return -Infinity;
  if (q > 1) return Infinity;
  const rank = q * (n - 1);
  const lower = Math.max(0, Math.floor(rank));
  const upper = Math.min(n - 1, lower + 1);
  const weight = rank - Math.floor(rank);
  return sorted[lower]! * (1 - weight) + sorted[upper]! * weight;
}

/** Equality within a relative error; two NaN are equal. The staleness marker must be told apart by the caller. */
export function almostEqual(a: number, b: number, epsilon: number): boolean {
  if (Number.isNaN(a) && Number.isNaN(b)) return true;
  if (a === b) return true;
  const total = Math.abs(a) + Math.abs(b);
  const difference = Math.abs(a - b);
  if (a === 0 || b === 0 || total < MIN_NORMAL) return difference < epsilon * MIN_NORMAL;
  return difference / Math.min(total, Number.MAX_VALUE) < epsilon;
}

/** The larger of two as Go's `math.Max`: an infinity beats NaN. */
export function goMax(a: number, b: number): number {
  if (a === Infinity || b === Infinity) return Infinity;
  return Math.max(a, b);
}

/** The smaller of two as Go's `math.Min`: minus infinity beats NaN. */
export function goMin(a: number, b: number): number {
  if (a === -Infinity || b === -Infinity) return -Infinity;
  return Math.min(a, b);
}
