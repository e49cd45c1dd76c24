/** High 32 bits of the NaN with which Prometheus marks the end of a series: 0x7ff0000000000002. */
export const STALE_NAN_HIGH = 0x7ff00000;
/** Low 32 bits of the staleness marker. */
export const STALE_NAN_LOW = 2;
/** High 32 bits of the NaN that Prometheus itself produces (`value.NormalNaN`): 0x7ff8000000000001. */
export const NORMAL_NAN_HIGH = 0x7ff80000;
/** Low 32 bits of the normal NaN. */
export const NORMAL_NAN_LOW = 1;

/**
 * Tells whether the 8 bytes at `index` of a column of samples are the staleness marker.
 * Compares bits, because a NaN that went through a plain number may have lost them: in a list on every Node, and since Node 26 in
 * optimised code anywhere, where the marker comes out of calls, branches and properties as a NaN of another kind.
 * `words` must be a Uint32Array view of the Float64Array column (little-endian machine).
 */
export function isStaleAt(words: Uint32Array, index: number): boolean {
  return isStaleWords(words[2 * index]!, words[2 * index + 1]!);
}

/** Tells whether the low and the high word of a value, signed or not, are those of the staleness marker. */
export function isStaleWords(low: number, high: number): boolean {
  return low === STALE_NAN_LOW && high === STALE_NAN_HIGH;
}

/** Writes the staleness marker at `index` of a column. `words` as for {@link isStaleAt}. */
export function writeStaleAt(words: Uint32Array | Int32Array, index: number): void {
  words[2 * index] = STALE_NAN_LOW;
  words[2 * index + 1] = STALE_NAN_HIGH;
}
