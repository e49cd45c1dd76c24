import { encodeUtf8 } from '@telamon/bytes';

const C1 = 0xcc9e2d51 | 0;
const C2 = 0x1b873593;

/**
 * Tokens decide which ingesters hold a series, so what is computed here is the same in every version and on every machine.
 *
 * ```
 *  hash(text):  h = step(0, length in bytes)
 *               for each 4 bytes (little-endian), then for the 1 to 3 bytes left over (zeros above): h = step(h, word)
 *  token:       s = step(0, hash(tenant))                                                        the seed of a tenant
 *               for each text of the canonical labels (name, value, name, value, ... ; UTF-8): s = step(s, hash(text))
 *               murmur3's 32-bit finaliser of s
 *
 *  step(s, w):  s = (s ^ w * C1) * C2 (mod 2^32);  s ^= s >>> 15
 * ```
 * Texts are hashed on their own so that one which comes again and again is hashed once.
 */
export function foldWord(state: number, word: number): number {
  const mixed = Math.imul(state ^ Math.imul(word, C1), C2);
  return mixed ^ (mixed >>> 15);
}

/** Hash of a text. */
export function hashText(view: DataView, start: number, end: number): number {
  let hash = foldWord(0, end - start);
  let at = start;
  for (const last = end - 4; at <= last; at += 4) hash = foldWord(hash, view.getInt32(at, true));
  if (at === end) return hash;
  let tail = 0;
  for (let shift = 0; at < end; at++, shift += 8) tail |= view.getUint8(at) << shift;
  return foldWord(hash, tail);
}

/** The token of a folded state, unsigned. */
export function finishToken(state: number): number {
  let h = state ^ (state >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** The state that the tokens of a tenant begin with. */
export function seedOf(tenant: string): number {
  return foldWord(0, hashString(tenant));
}

/** Token of canonical label bytes (`Labels.bytes()`). Cost: linear, about 0.5 ns a byte. */
export function tokenOfLabels(seed: number, canonical: Uint8Array): number {
  const view = new DataView(canonical.buffer, canonical.byteOffset, canonical.byteLength);
  let state = seed;
  let at = 0;
  while (at < canonical.length) {
    let length = 0;
    let byte = 0x80;
    for (let scale = 1; byte >= 0x80; scale *= 128) {
      byte = canonical[at++]!;
      length += (byte & 0x7f) * scale;
    }
    state = foldWord(state, hashText(view, at, at + length));
    at += length;
  }
  return finishToken(state);
}

/** Token of what belongs to a metric as a whole: its metadata. */
export function tokenOfMetric(seed: number, metric: string): number {
  return finishToken(foldWord(seed, hashString(metric)));
}

function hashString(text: string): number {
  const bytes = encodeUtf8(text);
  return hashText(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0, bytes.length);
}
