import { isUtf8 } from 'node:buffer';
import { finishToken, foldWord } from './series-token.ts';

const LABEL_TAG = 0x0a;
const NAME_TAG = 0x0a;
const VALUE_TAG = 0x12;
const HIGH_BITS = 0x80808080 | 0;
/** `__na` and `me__`, little-endian. */
const NAME_LOW = 0x616e5f5f;
const NAME_HIGH = 0x5f5f656d;

/** Bounds that labels must keep to be forwarded as they are. */
export interface ScanLimits {
  readonly maxLabels: number;
  readonly maxNameBytes: number;
  readonly maxValueBytes: number;
  /** A label that must not be there; '' for none. ASCII. */
  readonly forbiddenName: string;
}

/**
 * Walks the label fields of a series of remote write 1.0 and tells whether they are already what would be stored: sorted by
 * name without repetition, no empty name or value, UTF-8, within the limits, with a metric name.
 *
 * ```
 *  series: │ 0a │ size │ 0a │ n │ name │ 12 │ m │ value │ 0a │ size │ ... │ other fields
 * ```
 * Nothing is decoded and nothing allocated, but for texts that are not ASCII. Any doubt is answered with false: whoever decodes
 * the labels then says what is wrong, if anything is.
 */
export class LabelScanner {
  /** Token of the labels of the last scan that returned true. */
  token = 0;
  /** Number of labels of that scan. */
  count = 0;
  /** End of the label fields of that scan. */
  end = 0;
  readonly #seed: number;
  readonly #limits: ScanLimits;
  readonly #forbidden: Uint8Array;
  #bytes: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(new ArrayBuffer(0));
  #state = 0;
  #hasMetric = false;
  #nameStart = 0;
  #nameEnd = 0;

  constructor(seed: number, limits: ScanLimits) {
    this.#seed = seed;
    this.#limits = limits;
    this.#forbidden = Buffer.from(limits.forbiddenName);
  }

  /** Scans the bytes of the next calls of {@link scan}. */
  aim(bytes: Uint8Array, view: DataView): void {
    this.#bytes = bytes;
    this.#view = view;
  }

  /** Scans the labels from `start` on, to the first other field or `limit`, behind which nothing is read. Cost: about 0.5 ns a byte. */
  scan(start: number, limit: number): boolean {
    const { maxLabels } = this.#limits;
    const bytes = this.#bytes;
    this.#state = this.#seed;
    this.#nameStart = 0;
    this.#nameEnd = 0;
    this.#hasMetric = false;
    let at = start;
    let count = 0;
    for (; at < limit && bytes[at] === LABEL_TAG; count++) {
      at = count < maxLabels ? this.#scanLabel(at, limit) : -1;
      if (at < 0) return false;
    }
    if (!this.#hasMetric) return false;
    this.count = count;
    this.end = at;
    this.token = finishToken(this.#state);
    return true;
  }

  /** End of a good label, else -1. Labels beyond 16 KiB are left to others. */
  #scanLabel(start: number, limit: number): number {
    const bytes = this.#bytes;
    if (start + 6 > limit) return -1;
    let size = bytes[start + 1]!;
    let at = start + 2;
    if (size >= 0x80) {
      const next = bytes[at++]!;
      if (next >= 0x80) return -1;
      size = (size & 0x7f) | (next << 7);
    }
    const end = at + size;
    if (end > limit || bytes[at++] !== NAME_TAG) return -1;
    let length = bytes[at++]!;
    if (length >= 0x80) {
      const next = bytes[at++]!;
      if (next >= 0x80) return -1;
      length = (length & 0x7f) | (next << 7);
    }
    const nameStart = at;
    const nameEnd = at + length;
    if (length === 0 || length > this.#limits.maxNameBytes || nameEnd + 3 > end || bytes[nameEnd] !== VALUE_TAG) return -1;
    at = nameEnd + 1;
    let valueLength = bytes[at++]!;
    if (valueLength >= 0x80) {
      const next = bytes[at++]!;
      if (next >= 0x80) return -1;
      valueLength = (valueLength & 0x7f) | (next << 7);
    }
    if (valueLength === 0 || valueLength > this.#limits.maxValueBytes || at + valueLength !== end) return -1;
    if (!this.#isNextName(nameStart, nameEnd) || !this.#fold(nameStart, nameEnd) || !this.#fold(at, end)) return -1;
    if (length === 8 && this.#isMetricName(nameStart)) this.#hasMetric = true;
    return end;
  }

  /** Whether a name comes after the one before it, and may be there. */
  #isNextName(start: number, end: number): boolean {
    const bytes = this.#bytes;
    const before = this.#nameStart;
    const beforeEnd = this.#nameEnd;
    this.#nameStart = start;
    this.#nameEnd = end;
    const forbidden = this.#forbidden;
    if (forbidden.length === end - start && this.#equals(forbidden, start)) return false;
    if (beforeEnd === 0) return true;
    const shared = Math.min(beforeEnd - before, end - start);
    for (let i = 0; i < shared; i++) {
      const difference = bytes[start + i]! - bytes[before + i]!;
      if (difference !== 0) return difference > 0;
    }
    return end - start > beforeEnd - before;
  }

  /** Folds a text into the token; false when it is not UTF-8. */
  #fold(start: number, end: number): boolean {
    const view = this.#view;
    const bytes = this.#bytes;
    let hash = foldWord(0, end - start);
    let seen = 0;
    let at = start;
    for (const last = end - 4; at <= last; at += 4) {
      const word = view.getInt32(at, true);
      seen |= word;
      hash = foldWord(hash, word);
    }
    if (at < end) {
      let tail = bytes[at++]!;
      if (at < end) tail |= bytes[at++]! << 8;
      if (at < end) tail |= bytes[at]! << 16;
      seen |= tail;
      hash = foldWord(hash, tail);
    }
    this.#state = foldWord(this.#state, hash);
    return (seen & HIGH_BITS) === 0 || isUtf8(bytes.subarray(start, end));
  }

  #isMetricName(start: number): boolean {
    const view = this.#view;
    return view.getInt32(start, true) === NAME_LOW && view.getInt32(start + 4, true) === NAME_HIGH;
  }

  #equals(name: Uint8Array, start: number): boolean {
    for (let i = 0; i < name.length; i++) if (name[i] !== this.#bytes[start + i]) return false;
    return true;
  }
}
