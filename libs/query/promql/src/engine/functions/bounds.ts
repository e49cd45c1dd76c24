/** First and last sample that a window with borrowed samples uses. */
export interface Bounds {
  readonly first: number;
  readonly last: number;
}

/** Finds the samples that give the values at both ends of a range; undefined when the range has none of its own. */
export function findBounds(
  times: ArrayLike<number>,
  window: { low: number; high: number; start: number; end: number },
  isSmoothed: boolean,
): Bounds | undefined {
  const newest = window.high - 1;
  let first = window.low;
  while (first < newest && times[first]! <= window.start) first++;
  first = Math.max(window.low, first - 1);
  let last = newest;
  if (isSmoothed) {
    last = window.low;
    while (last < newest && times[last]! < window.end) last++;
  }
  if (times[last]! <= window.start) return undefined;
  if (isSmoothed && times[first]! > window.end) return undefined;
  return { first, last };
}
