/** End of the pair of canonical labels (`n name m value`) that begins at `at`; `end` when the labels end before it does. */
export function pairEnd(bytes: Uint8Array, at: number, end: number): number {
  let next = at;
  for (let part = 0; part < 2 && next < end; part++) {
    let length = bytes[next++]!;
    if (length >= 0x80) {
      length &= 0x7f;
      for (let factor = 128; next < end; factor *= 128) {
        const byte = bytes[next++]!;
        length += (byte & 0x7f) * factor;
        if (byte < 0x80) break;
      }
    }
    next += length;
  }
  return Math.min(next, end);
}
