import { isUtf8 } from 'node:buffer';
import { ProtoReader } from '@telamon/wire';
import { GrowingWords } from './growing-words.ts';
import type { ScanLimits } from './label-scanner.ts';
import { finishToken, foldBytes } from './series-token.ts';

const SYMBOLS_FIELD = 4;
const LABEL_TAG = 0x0a;
const NAME_TAG = 0x0a;
const VALUE_TAG = 0x12;
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
  #scratch: Uint8Array = new Uint8Array(4096);
  #at = 0;

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
  }

  /** The label fields of a series by its symbols, valid until the next call; undefined when others have to look at them. */
  fieldsOf(refs: readonly number[]): Uint8Array | undefined {
    const { maxLabels } = this.#limits;
    if (refs.length === 0 || refs.length % 2 !== 0 || refs.length / 2 > maxLabels) return undefined;
    this.#at = 0;
    this.metricRef = -1;
    let state = this.#seed;
    for (let i = 0; i < refs.length; i += 2) {
      const name = refs[i]!;
      const value = refs[i + 1]!;
      if (!this.#isGoodName(name, i === 0 ? -1 : refs[i - 2]!) || !this.#isGoodValue(value)) return undefined;
      state = foldBytes(state, this.#view, this.#starts.words[name]!, this.#ends.words[name]!);
      state = foldBytes(state, this.#view, this.#starts.words[value]!, this.#ends.words[value]!);
      if (this.#equals(name, METRIC_NAME)) this.metricRef = value;
      this.#writeLabel(name, value);
    }
    if (this.metricRef < 0) return undefined;
    this.token = finishToken(state);
    const start = this.#starts.words[this.metricRef]!;
    this.metricToken = finishToken(foldBytes(this.#seed, this.#view, start, this.#ends.words[this.metricRef]!));
    return this.#scratch.subarray(0, this.#at);
  }

  /** Bytes of a symbol. */
  bytesOf(ref: number): Uint8Array {
    return this.#body.subarray(this.#starts.words[ref], this.#ends.words[ref]);
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

  #writeText(ref: number, length: number): void {
    this.#writeVarint(length);
    const scratch = this.#scratch;
    const body = this.#body;
    const start = this.#starts.words[ref]!;
    const at = this.#at;
    for (let i = 0; i < length; i++) scratch[at + i] = body[start + i]!;
    this.#at = at + length;
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
  }
}

function varintBytes(value: number): number {
  let size = 1;
  for (let rest = value; rest >= 0x80; rest >>>= 7) size++;
  return size;
}
