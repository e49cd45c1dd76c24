import { isUtf8 } from 'node:buffer';
import { frontOf, LabelMemo, MAX_MEMO_BYTES } from './label-memo.ts';
import { finishToken, foldWord } from './series-token.ts';

const LABEL_TAG = 0x0a;
const NAME_TAG = 0x0a;
const VALUE_TAG = 0x12;
/** Where the name begins in a field whose sizes take one byte each: behind tag and size, tag and length. */
const NAME_OFFSET = 4;
const HIGH_BITS = 0x80808080 | 0;
/** `__na`, and `me__` little-endian. */
const METRIC_NAME_FRONT = 0x5f5f6e61;
const METRIC_NAME_END = 0x5f5f656d;

/** Of labels of all tenants; whether they keep to a tenant's limits is not said. */
const MEMO = new LabelMemo();

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
  /** Whether all that is remembered keeps to the limits. */
  readonly #usesMemo: boolean;
  #bytes: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(new ArrayBuffer(0));
  #state = 0;
  #hasMetric = false;
  #hash = 0;
  /** The name before: its place, and see {@link frontOf}. */
  #nameStart = 0;
  #nameEnd = 0;
  #nameFront = 0;

  constructor(seed: number, limits: ScanLimits) {
    this.#seed = seed;
    this.#limits = limits;
    this.#forbidden = Buffer.from(limits.forbiddenName);
    const { maxNameBytes, maxValueBytes, forbiddenName } = limits;
    this.#usesMemo = Math.min(maxNameBytes, maxValueBytes) >= MAX_MEMO_BYTES && forbiddenName === '';
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
    this.#nameFront = 0;
    this.#hasMetric = false;
    let at = start;
    let count = 0;
    for (; at < limit && bytes[at] === LABEL_TAG; count++) {
      if (count >= maxLabels) return false;
      const size = bytes[at + 1]!;
      const end = at + 2 + size;
      if (this.#usesMemo && size < 0x80 && end <= limit && MEMO.find(this.#view, at, end)) {
        if (!this.#foldFound(at)) return false;
        at = end;
      } else {
        at = this.#scanLabel(at, limit);
        if (at < 0) return false;
      }
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
    return this.#isAllowed(nameStart, nameEnd) && this.#foldNew(start, nameStart, nameEnd, at, end) ? end : -1;
  }

  #isAllowed(nameStart: number, nameEnd: number): boolean {
    return this.#forbidden.length !== nameEnd - nameStart || !this.#equals(this.#forbidden, nameStart);
  }

  /** Folds a label that is remembered into the token; false when its name does not come after the one before. */
  #foldFound(start: number): boolean {
    const nameStart = start + NAME_OFFSET;
    if (!this.#isNextName(nameStart, nameStart + this.#bytes[nameStart - 1]!, MEMO.nameFront)) return false;
    this.#state = foldWord(foldWord(this.#state, MEMO.nameHash), MEMO.valueHash);
    return true;
  }

  /** Folds a label into the token and remembers it; false when it is not UTF-8 or its name does not come after the one before. */
  #foldNew(start: number, nameStart: number, nameEnd: number, valueStart: number, end: number): boolean {
    const front = frontOf(this.#bytes, nameStart, nameEnd);
    if (!this.#isNextName(nameStart, nameEnd, front) || !this.#hashText(nameStart, nameEnd)) return false;
    const nameHash = this.#hash;
    if (!this.#hashText(valueStart, end)) return false;
    this.#state = foldWord(foldWord(this.#state, nameHash), this.#hash);
    // Who finds it looks for the name there; sizes may be spelt with more bytes than need be.
    if (nameStart === start + NAME_OFFSET)
      MEMO.keep(this.#view, start, end, { nameHash, valueHash: this.#hash, nameFront: front });
    return true;
  }

  /** Whether a name comes after the one before it, which it then is. */
  #isNextName(start: number, end: number, front: number): boolean {
    const before = this.#nameFront;
    const isNext = front === before ? this.#isAfter(start, end) : front > before;
    this.#nameStart = start;
    this.#nameEnd = end;
    this.#nameFront = front;
    if (end - start === 8 && front === METRIC_NAME_FRONT && this.#view.getInt32(start + 4, true) === METRIC_NAME_END) {
      this.#hasMetric = true;
    }
    return isNext;
  }

  #isAfter(start: number, end: number): boolean {
    const bytes = this.#bytes;
    const before = this.#nameStart;
    const beforeSize = this.#nameEnd - before;
    const shared = Math.min(beforeSize, end - start);
    for (let i = 0; i < shared; i++) {
      const difference = bytes[start + i]! - bytes[before + i]!;
      if (difference !== 0) return difference > 0;
    }
    return end - start > beforeSize;
  }

  /** Hashes a text; false when it is not UTF-8. */
  #hashText(start: number, end: number): boolean {
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
    this.#hash = hash;
    return (seen & HIGH_BITS) === 0 || isUtf8(bytes.subarray(start, end));
  }

  #equals(name: Uint8Array, start: number): boolean {
    for (let i = 0; i < name.length; i++) if (name[i] !== this.#bytes[start + i]) return false;
    return true;
  }
}
