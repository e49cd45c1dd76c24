import type { BytesRange } from './bytes-range.ts';
import { type LabelRun, skipsFirst, skipsSecond, spanBytes, spanPairs, spelledSpanBytes } from './label-run.ts';

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
  /** What the labels to compare with have in common with others, which are spelt as usual before them in the same bytes; 0 = not known. */
  readonly run: LabelRun;
  /** Where the second label field of those begins. */
  readonly runAt: number;
  /** After {@link fieldsSpellLabels} said yes: where the second label field begins, 0 = there is none. */
  secondAt: number;
  /** And where the label fields end. */
  labelsEnd: number;
  /** And how many there are. */
  labelCount: number;
}

/**
 * Whether the series' fields begin with label fields (each `0a size 0a n name 12 m value`) that spell, in this order, the canonical
 * labels `labels[at, labelsEnd)` (each `n name m value`), with no further one right behind them; others may stand behind other fields. Any
 * other spelling of the same labels answers false. Never reads outside the two ranges. Cost: linear, about 0.8 ns a byte, and 0.2 in a run.
 */
export function fieldsSpellLabels(fields: SeriesFields, labels: ViewedBytes, at: number, labelsEnd: number): boolean {
  const { bytes, view, limit } = fields;
  const canonical = labels.bytes;
  const canonicalView = labels.view;
  let from = fields.from;
  let to = at;
  let count = 0;
  fields.secondAt = 0;
  const { run } = fields;
  let { runAt } = fields;
  let span: 0 | 1 = 0;
  /** Pairs before the next span; -1: none follows. */
  let spanAt = run === 0 ? -1 : 1;
  for (; to < labelsEnd; count++) {
    if (count === 1) fields.secondAt = from;
    for (; count === spanAt; span = 1) {
      const length = spelledSpanBytes(run, span);
      if (from + length > limit || !sameSpan(view, runAt, from, length)) {
        spanAt = -1;
        break;
      }
      from += length;
      to += spanBytes(run, span);
      count += spanPairs(run, span);
      runAt += length;
      if (span === 0 && skipsFirst(run)) runAt += 2 + bytes[runAt + 1]!;
      spanAt = span === 0 ? count + (skipsSecond(run) ? 1 : 0) : -1;
    }
    if (to >= labelsEnd) break;
    if (from >= limit || bytes[from] !== LABEL_TAG) return false;
    let size = bytes[from + 1]!;
    from += 2;
    if (size >= 0x80) {
      [size, from] = readSize(bytes, from - 1);
      // Runs count on the shortest spelling.
      if (size < 0x80) return false;
    }
    const pairEnd = from + size;
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
    if (from !== pairEnd) return false;
  }
  fields.labelsEnd = from;
  fields.labelCount = count;
  return from >= limit || bytes[from] !== LABEL_TAG;
}

/** Whether two spans of the same bytes are equal. */
function sameSpan(view: DataView, a: number, b: number, length: number): boolean {
  let i = 0;
  for (; i + 16 <= length; i += 16) if (!same16(view, a + i, b + i)) return false;
  // The last ones overlap those before.
  if (length >= 16) return same16(view, a + length - 16, b + length - 16);
  for (; i < length; i++) if (view.getUint8(a + i) !== view.getUint8(b + i)) return false;
  return true;
}

/** Whether 16 bytes are equal. */
function same16(view: DataView, a: number, b: number): boolean {
  const first = (view.getInt32(a, true) ^ view.getInt32(b, true)) | (view.getInt32(a + 4, true) ^ view.getInt32(b + 4, true));
  const second =
    (view.getInt32(a + 8, true) ^ view.getInt32(b + 8, true)) | (view.getInt32(a + 12, true) ^ view.getInt32(b + 12, true));
  return (first | second) === 0;
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
