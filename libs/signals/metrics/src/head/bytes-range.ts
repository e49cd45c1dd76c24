/** A range of bytes. */
export interface BytesRange {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** Whether two byte ranges of equal length are equal. */
export function sameBytes(a: Uint8Array, aStart: number, b: Uint8Array, bStart: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (a[aStart + i] !== b[bStart + i]) return false;
  return true;
}
