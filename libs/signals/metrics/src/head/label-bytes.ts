const LABEL_TAG = 0x0a;
const VALUE_TAG = 0x12;

/**
 * Whether the label fields at `bytes[from, limit)` (each `0a size 0a n name 12 m value`) spell, in this order, the canonical
 * labels `canonical[at, canonicalEnd)` (each `n name m value`), with no further label field behind them. Any other spelling
 * of the same labels answers false. Never reads outside the two ranges. Cost: linear.
 */
export function fieldsSpellLabels(
  fields: { readonly bytes: Uint8Array; readonly from: number; readonly limit: number },
  canonical: Uint8Array,
  at: number,
  canonicalEnd: number,
): boolean {
  const { bytes, limit } = fields;
  let from = fields.from;
  let to = at;
  while (to < canonicalEnd) {
    if (from >= limit || bytes[from] !== LABEL_TAG) return false;
    // The size of the pair follows from the two strings; only its own bytes have to be passed over.
    from++;
    while (from < limit && bytes[from]! >= 0x80) from++;
    from++;
    for (let tag = LABEL_TAG; tag <= VALUE_TAG; tag += VALUE_TAG - LABEL_TAG) {
      if (from >= limit || bytes[from] !== tag) return false;
      from++;
      let length = canonical[to]!;
      let start = to + 1;
      if (length >= 0x80) [length, start] = readSize(canonical, to);
      const stop = start + length;
      if (from + stop - to > limit) return false;
      for (; to < stop; to++) if (bytes[from++] !== canonical[to]) return false;
    }
  }
  return from >= limit || bytes[from] !== LABEL_TAG;
}

/** Place of the first field of the series message whose own field starts at `messageStart`. */
export function seriesFieldsAt(bytes: Uint8Array, messageStart: number): number {
  let at = messageStart + 1;
  while (bytes[at]! >= 0x80) at++;
  return at + 1;
}

/** Whether two byte ranges of equal length are equal. */
export function sameBytes(a: Uint8Array, aStart: number, b: Uint8Array, bStart: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (a[aStart + i] !== b[bStart + i]) return false;
  return true;
}

/**
 * Orders canonical labels as Prometheus does: pair by pair, names then values, bytewise; a prefix comes first.
 * Cost: O(common prefix), no decoding.
 */
export function compareLabelBytes(a: Uint8Array, b: Uint8Array): number {
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const [lengthA, startA] = readSize(a, i);
    const [lengthB, startB] = readSize(b, j);
    const shared = Math.min(lengthA, lengthB);
    for (let k = 0; k < shared; k++) {
      const order = a[startA + k]! - b[startB + k]!;
      if (order !== 0) return order;
    }
    if (lengthA !== lengthB) return lengthA - lengthB;
    i = startA + lengthA;
    j = startB + lengthB;
  }
  return a.length - i - (b.length - j);
}

function readSize(bytes: Uint8Array, at: number): readonly [length: number, start: number] {
  let next = at;
  let length = 0;
  for (let shift = 1; ; shift *= 128) {
    const byte = bytes[next++]!;
    length += (byte & 0x7f) * shift;
    if (byte < 0x80) return [length, next];
  }
}
