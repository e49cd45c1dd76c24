import { type ByteSource, decodeUtf8 } from '@telamon/bytes';
import { compareUtf8 } from '@telamon/model';
import { CorruptError } from '../format-error.ts';
import { type ByteRange, openSection, SourceCursor } from '../source-cursor.ts';
import { compareBytes } from './symbol-arena.ts';

/** Up to this many values of a label all are kept, above one in {@link SAMPLE}. */
const DENSE_LIMIT = 256;
const SAMPLE = 32;

/** Where the postings of one label pair stand in the index, with length and checksum, perhaps with padding behind. */
export interface PostingsRange extends ByteRange {
  readonly value: string;
}

/** Kept entries of one label name: every `step`-th, and the last. */
interface NameEntries {
  readonly count: number;
  readonly step: number;
  /** Values of the kept entries. */
  readonly values: readonly string[];
  /** Where the kept entries stand in the section. */
  readonly tableOffsets: Float64Array;
}

interface Entry {
  readonly name: string;
  readonly value: string;
  readonly offset: number;
}

/**
 * The postings offset table: which label pairs there are and where their postings stand.
 * ```
 * ┌────────────┬───────────┬─────────────────────────────────────────────────────────────┬─────┬─────────┐
 * │ length u32 │ count u32 │ 2 u8 │ name │ value (uvarint length, bytes) │ offset uvarint │ ... │ CRC u32 │
 * └────────────┴───────────┴─────────────────────────────────────────────────────────────┴─────┴─────────┘
 * ```
 * Entries ascend by name and value, postings stand in the same order, so an entry's list ends before the next entry's.
 * (Version 1 promises neither; there every entry is kept and sorted.) Memory: one entry in 32 of labels with many values.
 */
export class PostingsTable {
  readonly #source: ByteSource;
  readonly #section: ByteRange;
  readonly #postingsEnd: number;
  readonly #names: Map<string, NameEntries> = new Map();
  /** Version 1: all entries by name, sorted by value, and the end of each list. */
  readonly #unsorted: Map<string, PostingsRange[]> | undefined;
  /** The list of all series. */
  readonly allPostings: PostingsRange | undefined;

  /** Opens and verifies the section at `offset`. `postingsEnd`: where the last list ends in the index. Cost: O(section), once. */
  constructor(source: ByteSource, offset: number, options: { readonly postingsEnd: number; readonly isUnsorted: boolean }) {
    this.#source = source;
    this.#postingsEnd = options.postingsEnd;
    this.#section = openSection(source, offset, 'index postings table');
    if (options.isUnsorted) this.#unsorted = this.#loadUnsorted();
    else this.#load();
    this.allPostings = this.ranges('', [''])[0];
  }

  /** Names of all labels, sorted bytewise. */
  names(): string[] {
    const names = [...(this.#unsorted ?? this.#names).keys()];
    return names.filter((name) => name !== '').sort(compareUtf8);
  }

  /** Number of values of a label. */
  valueCount(name: string): number {
    return this.#unsorted?.get(name)?.length ?? this.#names.get(name)?.count ?? 0;
  }

  /**
   * Every pair of a label whose value passes (all without `test`), ascending. With `prefix` only values that start with it
   * are looked at. Cost: O(values of the label with the prefix).
   */
  *matching(name: string, test?: (value: string) => boolean, prefix: string = ''): IterableIterator<PostingsRange> {
    const unsorted = this.#unsorted?.get(name);
    if (unsorted !== undefined) {
      for (const range of unsorted) if (test === undefined || test(range.value)) yield range;
      return;
    }
    const entries = this.#names.get(name);
    if (entries === undefined) return;
    const kept = Math.max(lastNotAbove(entries.values, prefix), 0);
    const count = entries.count - kept * entries.step;
    for (const range of this.#scan(entries.tableOffsets[kept]!, count)) {
      if (prefix !== '' && !range.value.startsWith(prefix)) {
        if (compareUtf8(range.value, prefix) > 0) return;
        continue;
      }
      if (test === undefined || test(range.value)) yield range;
    }
  }

  /** The pairs of a label with these values; unknown values are left out. Cost: O(values asked x log) and a few reads. */
  ranges(name: string, values: readonly string[]): PostingsRange[] {
    const unsorted = this.#unsorted?.get(name);
    if (unsorted !== undefined) {
      const wanted = new Set(values);
      return unsorted.filter((range) => wanted.has(range.value));
    }
    const entries = this.#names.get(name);
    if (entries === undefined) return [];
    const found: PostingsRange[] = [];
    for (const value of [...new Set(values)].sort(compareUtf8)) {
      const range = this.#findSorted(entries, value);
      if (range !== undefined) found.push(range);
    }
    return found;
  }

  #findSorted(entries: NameEntries, value: string): PostingsRange | undefined {
    const kept = lastNotAbove(entries.values, value);
    if (kept < 0) return undefined;
    const left = Math.min(entries.step, entries.count - kept * entries.step);
    const limit = entries.values[kept] === value ? 1 : left;
    for (const range of this.#scan(entries.tableOffsets[kept]!, limit)) if (range.value === value) return range;
    return undefined;
  }

  /** Decodes `count` entries from a table offset on; an entry's end needs the entry behind it. */
  *#scan(tableOffset: number, count: number): IterableIterator<PostingsRange> {
    const { offset, sizeBytes } = this.#section;
    const rest = { offset: offset + tableOffset, sizeBytes: sizeBytes - tableOffset };
    const cursor = new SourceCursor(this.#source, rest, PART, Math.min(256 * (count + 1), 64 * 1024));
    let entry = readEntry(cursor);
    for (let i = 0; i < count; i++) {
      const next = cursor.remaining > 0 ? readEntry(cursor) : undefined;
      const end = next === undefined ? this.#postingsEnd : next.offset;
      yield rangeOf(entry, end);
      if (next === undefined) return;
      entry = next;
    }
  }

  /** Decodes only what is kept: a table of a million values is read in a fraction of the time that their texts would take. */
  #load(): void {
    const cursor = new SourceCursor(this.#source, this.#section, PART);
    const count = readCount(cursor);
    let nameBytes: Uint8Array = new Uint8Array(0);
    let valueBytes = nameBytes;
    let kept: KeptEntries | undefined;
    for (let i = 0; i < count; i++) {
      const at = cursor.offset - this.#section.offset;
      checkKeys(cursor);
      const nextName = cursor.bytes(cursor.uvarint());
      const nextValue = cursor.bytes(cursor.uvarint());
      cursor.uvarint();
      if (kept === undefined || compareBytes(nextName, nameBytes) !== 0) {
        if (kept !== undefined) this.#names.set(kept.name, kept.finish());
        kept = new KeptEntries(decodeUtf8(nextName, 0, nextName.length));
        if (this.#names.has(kept.name)) throw new CorruptError(`${PART}: label names are not sorted`);
        nameBytes = nextName;
      } else if (compareBytes(nextValue, valueBytes) <= 0) throw new CorruptError(`${PART}: label values are not sorted`);
      valueBytes = nextValue;
      kept.add(nextValue, at);
    }
    if (kept !== undefined) this.#names.set(kept.name, kept.finish());
  }

  #loadUnsorted(): Map<string, PostingsRange[]> {
    const cursor = new SourceCursor(this.#source, this.#section, PART);
    const count = readCount(cursor);
    const entries: Entry[] = [];
    for (let i = 0; i < count; i++) entries.push(readEntry(cursor));
    const starts = Float64Array.from(entries, (entry) => entry.offset).sort();
    const ends = new Map<number, number>();
    starts.forEach((start, i) => {
      ends.set(start, starts[i + 1] ?? this.#postingsEnd);
    });
    const byName = new Map<string, PostingsRange[]>();
    for (const entry of entries) {
      const ranges = byName.get(entry.name);
      const range = rangeOf(entry, ends.get(entry.offset)!);
      if (ranges === undefined) byName.set(entry.name, [range]);
      else ranges.push(range);
    }
    for (const ranges of byName.values()) ranges.sort((a, b) => compareUtf8(a.value, b.value));
    return byName;
  }
}

const PART = 'index postings table';

/** Position of the last value that is not above `value`, -1 when all are. */
function lastNotAbove(values: readonly string[], value: string): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareUtf8(values[middle]!, value) <= 0) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function readCount(cursor: SourceCursor): number {
  const count = cursor.u32be();
  // The shortest entry takes four bytes.
  if (count * 4 > cursor.remaining) throw new CorruptError(`${PART}: impossible count`);
  return count;
}

function checkKeys(cursor: SourceCursor): void {
  if (cursor.uvarint() !== 2) throw new CorruptError(`${PART}: entry does not have two keys`);
}

function readEntry(cursor: SourceCursor): Entry {
  checkKeys(cursor);
  const name = readText(cursor);
  const value = readText(cursor);
  return { name, value, offset: cursor.uvarint() };
}

function readText(cursor: SourceCursor): string {
  const bytes = cursor.bytes(cursor.uvarint());
  return decodeUtf8(bytes, 0, bytes.length);
}

function rangeOf(entry: Entry, end: number): PostingsRange {
  if (end - entry.offset < 12) throw new CorruptError(`${PART}: postings lists are not in the order of the table`);
  return { value: entry.value, offset: entry.offset, sizeBytes: end - entry.offset };
}

/** Gathers the entries of one name: all while they are few, every {@link SAMPLE}-th when they are many. */
class KeptEntries {
  readonly name: string;
  #count = 0;
  #values: string[] = [];
  #offsets: number[] = [];

  constructor(name: string) {
    this.name = name;
  }

  add(value: Uint8Array, tableOffset: number): void {
    if (this.#count === DENSE_LIMIT) {
      this.#values = this.#values.filter((_, i) => i % SAMPLE === 0);
      this.#offsets = this.#offsets.filter((_, i) => i % SAMPLE === 0);
    }
    if (this.#count < DENSE_LIMIT || this.#count % SAMPLE === 0) {
      this.#values.push(decodeUtf8(value, 0, value.length));
      this.#offsets.push(tableOffset);
    }
    this.#count++;
  }

  finish(): NameEntries {
    return {
      count: this.#count,
      step: this.#count <= DENSE_LIMIT ? 1 : SAMPLE,
      values: this.#values,
      tableOffsets: Float64Array.from(this.#offsets),
    };
  }
}
