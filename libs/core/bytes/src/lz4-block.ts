import { DecodeError, TruncatedError } from './errors.ts';

/** Where a block is decoded to. */
export interface Lz4Target {
  /** First byte to write. */
  readonly at: number;
  /** Position that must not be passed. */
  readonly end: number;
  /** Oldest position that a match may refer to. */
  readonly historyStart: number;
}

/**
 * Decodes one LZ4 block into `out` and returns the position after the last byte written, or -1 when `target.end` is too
 * small. {@link DecodeError} for a match before the history or a block that ends inside a sequence. Cost: linear.
 * ```
 * ┌────────────────────────────┬────────────────┬──────────┬────────────┬────────────────┐
 * │ token: literals 4 │ match 4│ 255.. literals │ literals │ offset u16 │ 255.. match    │   (last: literals only)
 * └────────────────────────────┴────────────────┴──────────┴────────────┴────────────────┘
 * ```
 */
export function decodeLz4Block(block: Uint8Array, out: Uint8Array, target: Lz4Target): number {
  const length = block.length;
  let from = 0;
  let to = target.at;
  while (from < length) {
    const token = block[from++]!;
    let literals = token >> 4;
    if (literals === 15) {
      let more: number;
      do {
        if (from >= length) throw new TruncatedError('lz4: truncated literal length');
        more = block[from++]!;
        literals += more;
      } while (more === 255);
    }
    if (literals > length - from) throw new TruncatedError('lz4: truncated literals');
    if (literals > target.end - to) return -1;
    for (const stop = from + literals; from < stop; ) out[to++] = block[from++]!;
    if (from === length) return to;
    if (from + 2 > length) throw new TruncatedError('lz4: truncated offset');
    const distance = block[from]! | (block[from + 1]! << 8);
    from += 2;
    let match = (token & 15) + 4;
    if (match === 19) {
      let more: number;
      do {
        if (from >= length) throw new TruncatedError('lz4: truncated match length');
        more = block[from++]!;
        match += more;
      } while (more === 255);
    }
    if (distance === 0 || to - distance < target.historyStart) throw new DecodeError('lz4: match before the start');
    if (match > target.end - to) return -1;
    for (const stop = to + match; to < stop; to++) out[to] = out[to - distance]!;
  }
  throw new DecodeError('lz4: block does not end with literals');
}
