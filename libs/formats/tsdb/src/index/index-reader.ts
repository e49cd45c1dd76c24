import type { ByteSource } from '@telamon/bytes';
import type { Matcher } from '@telamon/model';
import { CorruptError } from '../format-error.ts';
import { readRange, SourceCursor } from '../source-cursor.ts';
import { INDEX_TOC_BYTES, type IndexToc, readIndexToc } from './index-toc.ts';
import { encodeLabels } from './label-bytes.ts';
import { decodePostings } from './postings.ts';
import { evaluatePlan, type LabelIndex, planPostings } from './postings-plan.ts';
import { type PostingsRange, PostingsTable } from './postings-table.ts';
import { type ChunkMeta, decodeSeries, readSeries, type SeriesEntry, seriesOffset, seriesSize } from './series-entry.ts';
import { SymbolTable } from './symbol-table.ts';

const NO_POSTINGS = new Uint32Array(0);
/** Bytes of the series section that are read at once while series are read one after another. */
const SERIES_WINDOW_BYTES: number = 64 * 1024;
/** Bytes that are read for a series far from the last one. */
const SPARSE_WINDOW_BYTES = 2048;

/** A series with its labels. */
export interface IndexSeries {
  /** Canonical label bytes, owned by the caller. */
  readonly labels: Uint8Array;
  readonly chunks: readonly ChunkMeta[];
}

/**
 * Reads the index of a block, versions 1 to 3.
 * ```
 * ┌──────────────┬────────────┬─────────┬────────┬──────────────────┬──────────────────────┬─────┐
 * │ BAAAD700 u32 │ version u8 │ symbols │ series │ postings lists   │ postings offset table│ TOC │
 * └──────────────┴────────────┴─────────┴────────┴──────────────────┴──────────────────────┴─────┘
 * ```
 * Opening verifies the table of contents, symbols and offset table; series and postings are verified when read. Every
 * method throws {@link CorruptError} for damaged bytes. Memory: see {@link SymbolTable} and {@link PostingsTable}.
 */
export class IndexReader implements LabelIndex {
  readonly version: number;
  readonly toc: IndexToc;
  readonly symbols: SymbolTable;
  readonly postingsTable: PostingsTable;
  readonly #source: ByteSource;
  readonly #seriesEnd: number;
  #window: Uint8Array = new Uint8Array(0);
  #windowOffset = 0;

  constructor(source: ByteSource) {
    this.#source = source;
    const { version, toc } = readIndexToc(source);
    this.version = version;
    this.toc = toc;
    checkToc(toc, source.sizeBytes);
    this.#seriesEnd = seriesEndOf(toc);
    this.symbols = new SymbolTable(source, toc.symbols, version === 1 ? 0 : undefined);
    this.postingsTable = new PostingsTable(source, toc.postingsTable, {
      postingsEnd: postingsEndOf(toc),
      isUnsorted: version === 1,
    });
  }

  /** Names of all labels, sorted bytewise. */
  labelNames(): string[] {
    return this.postingsTable.names();
  }

  /** Values of a label, sorted bytewise; empty when there is no such label. */
  labelValues(name: string): string[] {
    return name === '' ? [] : Array.from(this.postingsTable.matching(name), (range) => range.value);
  }

  ranges(name: string, values: readonly string[]): PostingsRange[] {
    return this.postingsTable.ranges(name, values);
  }

  matching(name: string, test?: (value: string) => boolean, prefix?: string): Iterable<PostingsRange> {
    return this.postingsTable.matching(name, test, prefix);
  }

  get allPostings(): PostingsRange | undefined {
    return this.postingsTable.allPostings;
  }

  /** Refs of the series with a label pair, ascending; `postings('', '')` are all series. */
  postings(name: string, value: string): Uint32Array {
    const [range] = this.ranges(name, [value]);
    return range === undefined ? NO_POSTINGS : this.loadPostings(range);
  }

  /** Decodes the list at a range of this index. */
  loadPostings(range: PostingsRange): Uint32Array {
    return decodePostings(readRange(this.#source, range.offset, range.sizeBytes, 'postings list'));
  }

  /** Refs of the series that pass the matchers, ascending (see {@link planPostings}). */
  select(matchers: readonly Matcher[]): Uint32Array {
    return evaluatePlan(planPostings(this, matchers), (range) => this.loadPostings(range));
  }

  /** Reads a series with its labels. Fastest for ascending refs. */
  series(ref: number): IndexSeries {
    const entry = this.entry(ref);
    return { labels: this.labelBytes(entry), chunks: entry.chunks };
  }

  /** Reads a series as it stands: symbol refs and chunks. Fastest for ascending refs. */
  entry(ref: number): SeriesEntry {
    const offset = seriesOffset(ref, this.version);
    if (!(offset >= this.toc.series && offset < this.#seriesEnd)) throw new CorruptError(`index: no series ${ref}`);
    return this.#windowed(offset) ?? readSeries(this.#source, offset, this.#seriesEnd);
  }

  /** Canonical label bytes of a series, owned by the caller. */
  labelBytes(entry: SeriesEntry): Uint8Array {
    return encodeLabels(entry.symbolRefs, this.symbols);
  }

  /** Refs of all series in the order of the file, read from the series section itself. Cost: O(section). */
  *seriesRefs(): IterableIterator<number> {
    const { series } = this.toc;
    const step = this.version === 1 ? 1 : 16;
    const section = { offset: series, sizeBytes: this.#seriesEnd - series };
    const cursor = new SourceCursor(this.#source, section, 'index series');
    while (cursor.remaining > 0) {
      if (this.version !== 1 && cursor.offset % step !== 0) {
        cursor.skip(Math.min(step - (cursor.offset % step), cursor.remaining));
        continue;
      }
      const at = cursor.offset;
      cursor.skip(cursor.uvarint() + 4);
      yield at / step;
    }
  }

  #windowed(offset: number): SeriesEntry | undefined {
    let at = offset - this.#windowOffset;
    const size = at >= 0 && at < this.#window.length ? seriesSize(this.#window, at) : undefined;
    if (size === undefined || at + size > this.#window.length) {
      const gap = offset - (this.#windowOffset + this.#window.length);
      const isNear = gap > -SERIES_WINDOW_BYTES && gap < SPARSE_WINDOW_BYTES;
      const length = Math.min(isNear ? SERIES_WINDOW_BYTES : SPARSE_WINDOW_BYTES, this.#seriesEnd - offset);
      this.#window = readRange(this.#source, offset, length, 'index series');
      this.#windowOffset = offset;
      at = 0;
    }
    return decodeSeries(this.#window, at);
  }
}

/** Where the series of an index end. */
export function seriesEndOf(toc: IndexToc): number {
  return toc.labelIndices > toc.series && toc.labelIndices <= toc.postings ? toc.labelIndices : toc.postings;
}

/** Where the last postings list of an index ends: version 1 has label index tables behind it. */
export function postingsEndOf(toc: IndexToc): number {
  return toc.labelIndicesTable > toc.postings && toc.labelIndicesTable < toc.postingsTable
    ? toc.labelIndicesTable
    : toc.postingsTable;
}

/** {@link CorruptError} when a table of contents cannot be that of an index of `sizeBytes`. */
export function checkToc(toc: IndexToc, sizeBytes: number): void {
  const end = sizeBytes - INDEX_TOC_BYTES;
  for (const offset of Object.values(toc) as number[]) {
    if (offset > end) throw new CorruptError('index: table of contents points outside the file');
  }
  if (toc.symbols > toc.series || toc.series > toc.postings || toc.postings > toc.postingsTable) {
    throw new CorruptError('index: sections are out of order');
  }
}
