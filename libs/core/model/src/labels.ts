import { ByteWriter, decodeUtf8 } from '@telamon/bytes';
import { compareUtf8 } from './utf8.ts';

/** The label that holds the metric's name. */
export const METRIC_NAME = '__name__';

/**
 * An immutable, sorted set of label pairs.
 *
 * Canonical bytes, used in frames, logs and hashes (sorted bytewise by name, no empty values, no duplicate names):
 * ```
 * ┌──────────────────┬──────────┬───────────────────┬───────────┬─────
 * │ name length      │ name     │ value length      │ value     │ ...
 * │ uvarint          │ UTF-8    │ uvarint           │ UTF-8     │
 * └──────────────────┴──────────┴───────────────────┴───────────┴─────
 * ```
 * A set made by {@link Labels.fromBytes} stays undecoded until someone asks for more than single values, so that
 * aggregating 30,000 series by one label decodes one value each.
 */
export class Labels {
  static readonly EMPTY: Labels = new Labels([], undefined);

  /** `name, value, name, value, ...`; undefined until decoded. */
  #pairs: readonly string[] | undefined;
  #bytes: Uint8Array | undefined;
  #key: string | undefined;

  private constructor(pairs: readonly string[] | undefined, bytes: Uint8Array | undefined) {
    this.#pairs = pairs;
    this.#bytes = bytes;
  }

  /** Builds a set from pairs in any order; empty values are dropped, of equal names the last wins. Cost: O(n log n). */
  static fromPairs(pairs: Iterable<readonly [string, string]>): Labels {
    const byName = new Map<string, string>();
    for (const [name, value] of pairs) byName.set(name, value);
    const names = [...byName.keys()].filter((name) => byName.get(name) !== '');
    if (names.length === 0) return Labels.EMPTY;
    names.sort(compareUtf8);
    const flat: string[] = [];
    for (const name of names) flat.push(name, byName.get(name)!);
    return new Labels(flat, undefined);
  }

  /** Builds a set from an object's own keys. */
  static fromRecord(record: Readonly<Record<string, string>>): Labels {
    return Labels.fromPairs(Object.entries(record));
  }

  /** Wraps `name, value, ...` that must already be sorted, unique and without empty values; keeps the array. */
  static fromSortedFlat(flat: readonly string[]): Labels {
    return flat.length === 0 ? Labels.EMPTY : new Labels(flat, undefined);
  }

  /** Wraps canonical bytes without decoding them; the bytes must not change afterwards. */
  static fromBytes(bytes: Uint8Array): Labels {
    return bytes.length === 0 ? Labels.EMPTY : new Labels(undefined, bytes);
  }

  /** Number of pairs. */
  get size(): number {
    return this.flat().length / 2;
  }

  /** `name, value, name, value, ...` in order. Must not be changed. */
  flat(): readonly string[] {
    if (this.#pairs === undefined) this.#pairs = decodeFlat(this.#bytes!);
    return this.#pairs;
  }

  /** Name of the pair at `index` (0 <= index < size). */
  nameAt(index: number): string {
    return this.flat()[2 * index]!;
  }

  /** Value of the pair at `index` (0 <= index < size). */
  valueAt(index: number): string {
    return this.flat()[2 * index + 1]!;
  }

  /** Value of a label, '' when absent (the two mean the same in this data model). */
  get(name: string): string {
    const pairs = this.#pairs;
    if (pairs === undefined) return getFromBytes(this.#bytes!, name);
    for (let i = 0; i < pairs.length; i += 2) if (pairs[i] === name) return pairs[i + 1]!;
    return '';
  }

  /** Whether the label is present. */
  has(name: string): boolean {
    return this.get(name) !== '';
  }

  /** Value of `__name__`, '' when absent. */
  get metricName(): string {
    return this.get(METRIC_NAME);
  }

  /** The pairs in order. */
  *[Symbol.iterator](): IterableIterator<[string, string]> {
    const flat = this.flat();
    for (let i = 0; i < flat.length; i += 2) yield [flat[i]!, flat[i + 1]!];
  }

  /** Copy that holds only the named labels. */
  keep(names: ReadonlySet<string>): Labels {
    return this.filter((name) => names.has(name));
  }

  /** Copy without the named labels. */
  without(names: ReadonlySet<string>): Labels {
    return this.filter((name) => !names.has(name));
  }

  /** Copy without `__name__`. */
  withoutName(): Labels {
    return this.filter((name) => name !== METRIC_NAME);
  }

  /** Copy with one label set, or removed when `value` is ''. */
  with(name: string, value: string): Labels {
    const out: string[] = [];
    const flat = this.flat();
    let placed = value === '';
    for (let i = 0; i < flat.length; i += 2) {
      const at = flat[i]!;
      if (at === name) continue;
      if (!placed && compareUtf8(name, at) < 0) {
        out.push(name, value);
        placed = true;
      }
      out.push(at, flat[i + 1]!);
    }
    if (!placed) out.push(name, value);
    return Labels.fromSortedFlat(out);
  }

  /** Copy of the pairs whose name passes. */
  filter(test: (name: string) => boolean): Labels {
    const flat = this.flat();
    const out: string[] = [];
    for (let i = 0; i < flat.length; i += 2) if (test(flat[i]!)) out.push(flat[i]!, flat[i + 1]!);
    return out.length === flat.length ? this : Labels.fromSortedFlat(out);
  }

  /** A string equal for equal sets and different for different ones; computed once. Fit as a Map key. */
  key(): string {
    if (this.#key === undefined) {
      let key = '';
      for (const part of this.flat()) key += `${part.length}:${part}`;
      this.#key = key;
    }
    return this.#key;
  }

  /** Same pairs. */
  equals(other: Labels): boolean {
    return this === other || this.key() === other.key();
  }

  /** Prometheus' order: pair by pair, names then values, bytewise; a prefix comes first. */
  compare(other: Labels): number {
    const a = this.flat();
    const b = other.flat();
    const shared = Math.min(a.length, b.length);
    for (let i = 0; i < shared; i++) {
      const order = compareUtf8(a[i]!, b[i]!);
      if (order !== 0) return order;
    }
    return a.length - b.length;
  }

  /** Canonical bytes; the caller must not change them. */
  bytes(): Uint8Array {
    if (this.#bytes === undefined) this.#bytes = encodeFlat(this.#pairs!);
    return this.#bytes;
  }

  /** Own, enumerable copy as an object without prototype (`__proto__` is an ordinary key). */
  toRecord(): Record<string, string> {
    const record: Record<string, string> = Object.create(null) as Record<string, string>;
    for (const [name, value] of this) record[name] = value;
    return record;
  }

  /** Prometheus' text form `{a="b", c="d"}`, with names that are not legacy names quoted. */
  toString(): string {
    const parts: string[] = [];
    for (const [name, value] of this) parts.push(`${quoteNameIfNeeded(name)}=${quoteGo(value)}`);
    return `{${parts.join(', ')}}`;
  }
}

/** Whether a label name is one that needs no quotes: `[a-zA-Z_][a-zA-Z0-9_]*`. */
export function isLegacyLabelName(name: string): boolean {
  return /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name);
}

/** Whether a metric name is one that needs no quotes: `[a-zA-Z_:][a-zA-Z0-9_:]*`. */
export function isLegacyMetricName(name: string): boolean {
  return /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name);
}

function quoteNameIfNeeded(name: string): string {
  return isLegacyLabelName(name) ? name : quoteGo(name);
}

/** What Go's quoting may change; everything else is printed as it is. */
const NOT_PLAIN = /[^ !#-[\]-~]/gu;

/** Go's `strconv.Quote`: double quotes, the usual escapes, `\x..` for invalid or control characters. Cost: linear, one flat string. */
export function quoteGo(text: string): string {
  // Joining character by character would cost 32 bytes of heap for each.
  return `"${text.replace(NOT_PLAIN, escapeRune)}"`;
}

const NAMED_ESCAPES: ReadonlyMap<number, string> = new Map([
  [0x22, '\\"'],
  [0x5c, '\\\\'],
  [7, '\\a'],
  [8, '\\b'],
  [12, '\\f'],
  [10, '\\n'],
  [13, '\\r'],
  [9, '\\t'],
  [11, '\\v'],
]);

function escapeRune(char: string): string {
  const code = char.codePointAt(0)!;
  const named = NAMED_ESCAPES.get(code);
  if (named !== undefined) return named;
  if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code >= 0xd800 && code <= 0xdfff) return '\\ufffd';
  // Go prints what unicode.IsPrint accepts: letters, marks, numbers, punctuation, symbols (not separators but ' ').
  if (/^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(char)) return char;
  return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}

function decodeFlat(bytes: Uint8Array): string[] {
  const flat: string[] = [];
  let offset = 0;
  while (offset < bytes.length) {
    let length = bytes[offset++]!;
    if (length >= 0x80) {
      length &= 0x7f;
      for (let shift = 7; ; shift += 7) {
        const byte = bytes[offset++]!;
        length += (byte & 0x7f) * 2 ** shift;
        if (byte < 0x80) break;
      }
    }
    flat.push(decodeUtf8(bytes, offset, offset + length));
    offset += length;
  }
  return flat;
}

function getFromBytes(bytes: Uint8Array, name: string): string {
  let offset = 0;
  while (offset < bytes.length) {
    const nameLength = bytes[offset]!;
    if (nameLength >= 0x80) return getDecoded(bytes, name);
    const nameStart = offset + 1;
    const valueAt = nameStart + nameLength;
    let valueLength = bytes[valueAt]!;
    let valueStart = valueAt + 1;
    if (valueLength >= 0x80) {
      valueLength &= 0x7f;
      for (let shift = 7; ; shift += 7) {
        const byte = bytes[valueStart++]!;
        valueLength += (byte & 0x7f) * 2 ** shift;
        if (byte < 0x80) break;
      }
    }
    if (nameLength === name.length && matchesAscii(bytes, nameStart, name)) {
      return decodeUtf8(bytes, valueStart, valueStart + valueLength);
    }
    if (nameLength !== name.length && hasHighUnit(name)) return getDecoded(bytes, name);
    offset = valueStart + valueLength;
  }
  return '';
}

function getDecoded(bytes: Uint8Array, name: string): string {
  const flat = decodeFlat(bytes);
  for (let i = 0; i < flat.length; i += 2) if (flat[i] === name) return flat[i + 1]!;
  return '';
}

function matchesAscii(bytes: Uint8Array, start: number, name: string): boolean {
  for (let i = 0; i < name.length; i++) if (bytes[start + i] !== name.charCodeAt(i)) return false;
  return true;
}

function hasHighUnit(name: string): boolean {
  for (let i = 0; i < name.length; i++) if (name.charCodeAt(i) >= 0x80) return true;
  return false;
}

function encodeFlat(flat: readonly string[]): Uint8Array {
  const writer = new ByteWriter(256);
  for (const part of flat) writer.uvarintString(part);
  return writer.finish();
}
