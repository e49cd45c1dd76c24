import { isUtf8 } from 'node:buffer';
import { ProtoReader, type SeriesCursor } from '@telamon/wire';
import { GrowingWords } from './growing-words.ts';
import type { ScanLimits } from './label-scanner.ts';
import { finishToken, foldWord, hashText } from './series-token.ts';

const SYMBOLS_FIELD = 4;
const LABEL_TAG = 0x0a;
const NAME_TAG = 0x0a;
const VALUE_TAG = 0x12;
/** `labels_refs`, packed. */
const REFS_TAG = 0x0a;
const METRIC_NAME = Buffer.from('__name__');

const UNKNOWN = 0;
const GOOD = 1;
const BAD = 2;

/**
 * Labels of the series of a version 2 request that are already what would be stored (see `LabelScanner`), written as the label fields
 * of version 1. What a symbol is good for is found out once. Nothing is decoded, and nothing allocated but for the first
 * use of a symbol. The body must be one that a cursor has walked; it is kept.
 */
export class SymbolLabels {
  /** Token of the labels that were written last. */
  token = 0;
  /** Token of their metric's name, as `tokenOfMetric` gives it. */
  metricToken = 0;
  /** Symbol of their metric's name. */
  metricRef = 0;
  readonly #body: Uint8Array;
  readonly #view: DataView;
  readonly #seed: number;
  readonly #limits: ScanLimits;
  readonly #forbidden: Uint8Array;
  readonly #starts = new GrowingWords();
  readonly #ends = new GrowingWords();
  readonly #verdicts: Uint8Array;
  /** Valid once there is a verdict. */
  readonly #hashes: Int32Array;
  #scratch: Uint8Array = new Uint8Array(4096);
  #scratchView: DataView = new DataView(this.#scratch.buffer);
  #refs: Uint32Array = new Uint32Array(64);
  #at = 0;
  #state = 0;

  constructor(body: Uint8Array, seed: number, limits: ScanLimits) {
    this.#body = body;
    this.#view = new DataView(body.buffer, body.byteOffset, body.byteLength);
    this.#seed = seed;
    this.#limits = limits;
    this.#forbidden = Buffer.from(limits.forbiddenName);
    const reader = new ProtoReader(body);
    while (reader.readTag(body.length)) {
      if (reader.field !== SYMBOLS_FIELD) {
        reader.skip(body.length);
        continue;
      }
      const end = reader.readEnd(body.length);
      this.#starts.push(reader.at);
      this.#ends.push(end);
      reader.at = end;
    }
    this.#verdicts = new Uint8Array(this.#starts.count);
    this.#hashes = new Int32Array(this.#starts.count);
  }

  /**
   * The label fields of the present series of a cursor over the same body, valid until the next call; undefined when others have
   * to look at them.
   */
  fieldsOf({ messageStart, messageEnd, labelCount }: SeriesCursor): Uint8Array | undefined {
    if (labelCount === 0 || labelCount > this.#limits.maxLabels) return undefined;
    if (!this.#readRefs(messageStart, messageEnd, 2 * labelCount)) return undefined;
    const refs = this.#refs;
    this.#at = 0;
    this.#state = this.#seed;
    this.metricRef = -1;
    for (let i = 0; i < 2 * labelCount; i += 2) {
      const name = refs[i]!;
      const value = refs[i + 1]!;
      if (!this.#isGoodName(name, i === 0 ? -1 : refs[i - 2]!) || !this.#isGoodValue(value)) return undefined;
      if (this.#equals(name, METRIC_NAME)) this.metricRef = value;
      this.#writeLabel(name, value);
    }
    if (this.metricRef < 0) return undefined;
    this.token = finishToken(this.#state);
    this.metricToken = finishToken(foldWord(this.#seed, this.#hashes[this.metricRef]!));
    return this.#scratch.subarray(0, this.#at);
  }

  /** Bytes of a symbol. */
  bytesOf(ref: number): Uint8Array {
    return this.#body.subarray(this.#starts.words[ref], this.#ends.words[ref]);
  }

  /** Reads so many references, if they stand in one packed field in front of all others, as senders write them. */
  #readRefs(messageStart: number, messageEnd: number, count: number): boolean {
    if (this.#refs.length < count) this.#refs = new Uint32Array(count);
    const body = this.#body;
    let at = messageStart + 1;
    while (body[at]! >= 0x80) at++;
    at++;
    if (body[at++] !== REFS_TAG) return false;
    let length = body[at++]!;
    if (length >= 0x80) {
      const next = body[at++]!;
      if (next >= 0x80) return false;
      length = (length & 0x7f) | (next << 7);
    }
    const end = at + length;
    let read = 0;
    while (at < end && read < count) {
      let ref = body[at++]!;
      for (let shift = 7; shift <= 21 && body[at - 1]! >= 0x80; shift += 7)
        ref = (ref & ((1 << shift) - 1)) | (body[at++]! << shift);
      if (body[at - 1]! >= 0x80) return false;
      this.#refs[read++] = ref;
    }
    return at === end && read === count && end <= messageEnd;
  }

  #isGoodName(ref: number, before: number): boolean {
    if (!this.#isText(ref) || this.#lengthOf(ref) > this.#limits.maxNameBytes) return false;
    if (this.#forbidden.length > 0 && this.#equals(ref, this.#forbidden)) return false;
    return before < 0 || this.#isAfter(ref, before);
  }

  #isGoodValue(ref: number): boolean {
    return this.#isText(ref) && this.#lengthOf(ref) <= this.#limits.maxValueBytes;
  }

  /** Whether a symbol is there, not empty, and UTF-8. */
  #isText(ref: number): boolean {
    let verdict = this.#verdicts[ref];
    if (verdict === undefined) return false;
    if (verdict === UNKNOWN) {
      const bytes = this.bytesOf(ref);
      verdict = bytes.length > 0 && isUtf8(bytes) ? GOOD : BAD;
      this.#verdicts[ref] = verdict;
      this.#hashes[ref] = hashText(this.#view, this.#starts.words[ref]!, this.#ends.words[ref]!);
    }
    return verdict === GOOD;
  }

  #lengthOf(ref: number): number {
    return this.#ends.words[ref]! - this.#starts.words[ref]!;
  }

  /** Whether a name comes after another one in the order of bytes. */
  #isAfter(ref: number, before: number): boolean {
    const body = this.#body;
    const start = this.#starts.words[ref]!;
    const beforeStart = this.#starts.words[before]!;
    const length = this.#lengthOf(ref);
    const beforeLength = this.#lengthOf(before);
    const shared = Math.min(length, beforeLength);
    for (let i = 0; i < shared; i++) {
      const difference = body[start + i]! - body[beforeStart + i]!;
      if (difference !== 0) return difference > 0;
    }
    return length > beforeLength;
  }

  #equals(ref: number, name: Uint8Array): boolean {
    if (this.#lengthOf(ref) !== name.length) return false;
    const start = this.#starts.words[ref]!;
    for (let i = 0; i < name.length; i++) if (name[i] !== this.#body[start + i]) return false;
    return true;
  }

  #writeLabel(name: number, value: number): void {
    const nameLength = this.#lengthOf(name);
    const valueLength = this.#lengthOf(value);
    const size = 2 + varintBytes(nameLength) + nameLength + varintBytes(valueLength) + valueLength;
    this.#reserve(size + 6);
    this.#scratch[this.#at++] = LABEL_TAG;
    this.#writeVarint(size);
    this.#scratch[this.#at++] = NAME_TAG;
    this.#writeText(name, nameLength);
    this.#scratch[this.#at++] = VALUE_TAG;
    this.#writeText(value, valueLength);
  }

  /** Writes a text behind its length, and takes its hash into the token. */
  #writeText(ref: number, length: number): void {
    this.#state = foldWord(this.#state, this.#hashes[ref]!);
    this.#writeVarint(length);
    const view = this.#view;
    const scratch = this.#scratchView;
    let from = this.#starts.words[ref]!;
    let to = this.#at;
    const end = from + length;
    for (const last = end - 4; from <= last; from += 4, to += 4) scratch.setInt32(to, view.getInt32(from, true), true);
    for (; from < end; from++, to++) scratch.setUint8(to, view.getUint8(from));
    this.#at = to;
  }

  #writeVarint(value: number): void {
    let rest = value;
    for (; rest >= 0x80; rest >>>= 7) this.#scratch[this.#at++] = (rest & 0x7f) | 0x80;
    this.#scratch[this.#at++] = rest;
  }

  #reserve(extra: number): void {
    if (this.#at + extra <= this.#scratch.length) return;
    const grown = new Uint8Array(Math.max(this.#at + extra, this.#scratch.length * 2));
    grown.set(this.#scratch.subarray(0, this.#at));
    this.#scratch = grown;
    this.#scratchView = new DataView(grown.buffer);
  }
}

function varintBytes(value: number): number {
  let size = 1;
  for (let rest = value; rest >= 0x80; rest >>>= 7) size++;
  return size;
}
