const LABEL_TAG = 0x0a;
const VALUE_TAG = 0x12;

/** Bytes and a view of the same memory from its first byte. */
export interface ViewedBytes {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

/** Fields of a series, `bytes[from, limit)`. */
export interface SeriesFields extends ViewedBytes {
  readonly from: number;
  readonly limit: number;
  /** After {@link fieldsSpellLabels} said yes: where the label fields end. */
  labelsEnd: number;
  /** And how many there are. */
  labelCount: number;
}

/**
 * Whether the series' fields begin with label fields (each `0a size 0a n name 12 m value`) that spell, in this order, the canonical
 * labels `labels[at, labelsEnd)` (each `n name m value`), with no further one right behind them; others may stand behind other fields. Any
 * other spelling of the same labels answers false. Never reads outside the two ranges. Cost: linear, about 0.5 ns a byte.
 */
export function fieldsSpellLabels(fields: SeriesFields, labels: ViewedBytes, at: number, labelsEnd: number): boolean {
  const { bytes, view, limit } = fields;
  const canonical = labels.bytes;
  const canonicalView = labels.view;
  let from = fields.from;
  let to = at;
  let count = 0;
  for (; to < labelsEnd; count++) {
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
      if (from + stop - to > limit || stop > labelsEnd) return false;
      const end = from + stop - to;
      if (stop - to >= 4) {
        const lastWord = stop - 4;
        for (; to < lastWord; to += 4, from += 4) {
          if (view.getInt32(from, true) !== canonicalView.getInt32(to, true)) return false;
        }
        // The last word overlaps the one before it, rather than up to three bytes alone.
        if (view.getInt32(end - 4, true) !== canonicalView.getInt32(lastWord, true)) return false;
      } else for (; to < stop; to++, from++) if (bytes[from] !== canonical[to]) return false;
      to = stop;
      from = end;
    }
  }
  fields.labelsEnd = from;
  fields.labelCount = count;
  return from >= limit || bytes[from] !== LABEL_TAG;
}

/** Whether two byte ranges of equal length are equal. */
export function sameBytes(a: Uint8Array, aStart: number, b: Uint8Array, bStart: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (a[aStart + i] !== b[bStart + i]) return false;
  return true;
}

/** A range of bytes. */
export interface BytesRange {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/**
 * Orders canonical labels as Prometheus does: pair by pair, names then values, bytewise; a prefix comes first.
 * Cost: O(common prefix), no decoding, no objects.
 */
export function compareLabelRanges(x: BytesRange, y: BytesRange): number {
  const a = x.bytes;
  const b = y.bytes;
  let i = x.start;
  let j = y.start;
  while (i < x.end && j < y.end) {
    let lengthA = a[i++]!;
    if (lengthA >= 0x80) [lengthA, i] = readSize(a, i - 1);
    let lengthB = b[j++]!;
    if (lengthB >= 0x80) [lengthB, j] = readSize(b, j - 1);
    const stop = i + Math.min(lengthA, lengthB);
    for (; i < stop; i++, j++) if (a[i] !== b[j]) return a[i]! - b[j]!;
    if (lengthA !== lengthB) return lengthA - lengthB;
  }
  return x.end - i - (y.end - j);
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
