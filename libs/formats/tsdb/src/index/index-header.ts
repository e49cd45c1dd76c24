import { type ByteSource, ByteWriter, crc32c } from '@telamon/bytes';
import { CorruptError } from '../format-error.ts';
import { type ByteRange, readRange, u32beAt } from '../source-cursor.ts';
import { checkToc, postingsEndOf, seriesEndOf } from './index-reader.ts';
import { decodeIndexToc, INDEX_HEADER_BYTES, INDEX_MAGIC, INDEX_TOC_BYTES, type IndexToc } from './index-toc.ts';
import type { ByteSink } from './index-writer.ts';
import { LabelEncoder } from './label-encoder.ts';
import type { LabelIndex } from './postings-plan.ts';
import { type PostingsRange, PostingsTable } from './postings-table.ts';
import { planSeriesRanges } from './series-entry.ts';
import { SymbolTable } from './symbol-table.ts';

const MAGIC = 0xbaaad792;
const START_BYTES = 14;
const END_BYTES = 20;
const PART = 'index header';

/** How to make an index header out of an index that is far away: `start`, the two ranges of the index, `end`, in this order. */
export interface IndexHeaderPlan {
  readonly version: number;
  readonly toc: IndexToc;
  readonly start: Uint8Array;
  readonly symbols: ByteRange;
  /** The postings offset table and all that follows it in the index. */
  readonly postingsTable: ByteRange;
  readonly end: Uint8Array;
}

/**
 * Plans an index header from the first 5 and the last 52 bytes of an index. {@link CorruptError} when they are not those of
 * an index.
 */
export function planIndexHeader(head: Uint8Array, tail: Uint8Array, indexSizeBytes: number): IndexHeaderPlan {
  if (head.length !== INDEX_HEADER_BYTES || u32beAt(head, 0) !== INDEX_MAGIC) throw new CorruptError('index: wrong magic number');
  const version = head[4]!;
  if (version < 1 || version > 3) throw new CorruptError(`index: unknown version ${version}`);
  const toc = decodeIndexToc(tail);
  checkToc(toc, indexSizeBytes);
  const symbols = { offset: toc.symbols, sizeBytes: toc.series - toc.symbols };
  const postingsTable = { offset: toc.postingsTable, sizeBytes: indexSizeBytes - toc.postingsTable };
  const start = new ByteWriter(START_BYTES).u32be(MAGIC).u8(1).u8(version).u64beNumber(toc.postingsTable).finish();
  const end = new ByteWriter(END_BYTES).u64beNumber(START_BYTES).u64beNumber(START_BYTES + symbols.sizeBytes);
  end.u32be(crc32c(end.view()));
  return { version, toc, start, symbols, postingsTable, end: end.finish() };
}

/** Writes the header of an index that is at hand. Cost: O(symbols + postings offset table). */
export function writeIndexHeader(index: ByteSource, sink: ByteSink): void {
  const head = readRange(index, 0, INDEX_HEADER_BYTES, PART);
  const tail = readRange(index, index.sizeBytes - INDEX_TOC_BYTES, INDEX_TOC_BYTES, PART);
  const plan = planIndexHeader(head, tail, index.sizeBytes);
  sink(plan.start);
  for (const range of [plan.symbols, plan.postingsTable]) {
    const end = range.offset + range.sizeBytes;
    for (let at = range.offset; at < end; at += COPY_BYTES) sink(readRange(index, at, Math.min(COPY_BYTES, end - at), PART));
  }
  sink(plan.end);
}

const COPY_BYTES: number = 1024 * 1024;

/**
 * The part of an index that a store keeps beside it: what label lookups need, and where in the index the rest stands.
 * ```
 * ┌──────────────┬────────────┬──────────────────┬────────────────────────────┬─────────┬──────────────────────┬───────────┬─────────────┐
 * │ BAAAD792 u32 │ version u8 │ index version u8 │ postings table in index u64│ symbols │ postings offset table│ index TOC │ own TOC     │
 * └──────────────┴────────────┴──────────────────┴────────────────────────────┴─────────┴──────────────────────┴───────────┴─────────────┘
 *                                              own TOC: where symbols and table start in this file (u64 each), CRC u32
 * ```
 * Plan a lookup with `planPostings(header, matchers)`, fetch `rangesOfPlan(plan)` of the index, decode each with
 * `decodePostings`, then `evaluatePlan`; then fetch {@link seriesRanges} and decode with `decodeSeries`.
 * Memory as {@link SymbolTable} and {@link PostingsTable}.
 */
export class IndexHeader implements LabelIndex {
  /** Version of the index. */
  readonly version: number;
  /** Table of contents of the index. */
  readonly toc: IndexToc;
  readonly symbols: SymbolTable;
  readonly postingsTable: PostingsTable;
  /** Where the series end in the index. */
  readonly seriesEnd: number;

  /** Opens and verifies a header. {@link CorruptError} when damaged. */
  constructor(source: ByteSource) {
    const start = readRange(source, 0, START_BYTES, PART);
    if (u32beAt(start, 0) !== MAGIC) throw new CorruptError(`${PART}: wrong magic number`);
    if (start[4] !== 1) throw new CorruptError(`${PART}: unknown version ${start[4]}`);
    this.version = start[5]!;
    if (this.version < 1 || this.version > 3) throw new CorruptError(`${PART}: unknown index version ${this.version}`);
    const end = readRange(source, source.sizeBytes - END_BYTES, END_BYTES, PART);
    if (crc32c(end, 0, END_BYTES - 4) !== u32beAt(end, END_BYTES - 4)) throw new CorruptError(`${PART}: checksum differs`);
    const tocAt = source.sizeBytes - END_BYTES - INDEX_TOC_BYTES;
    this.toc = decodeIndexToc(readRange(source, tocAt, INDEX_TOC_BYTES, PART));
    this.seriesEnd = seriesEndOf(this.toc);
    const symbolsAt = readOffset(end, 0, tocAt);
    this.symbols = new SymbolTable(source, symbolsAt, this.version === 1 ? symbolsAt - this.toc.symbols : undefined);
    this.postingsTable = new PostingsTable(source, readOffset(end, 8, tocAt), {
      postingsEnd: postingsEndOf(this.toc),
      isUnsorted: this.version === 1,
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

  /**
   * Byte ranges of the index that hold these series (ascending refs), each with room for a usual one; a series that is cut
   * off (`decodeSeries` gives undefined) must be fetched again with its true size. Gaps up to `maxGapBytes` are read over.
   */
  seriesRanges(refs: ArrayLike<number>, maxGapBytes: number = 16 * 1024): ByteRange[] {
    return planSeriesRanges(refs, this.version, { end: this.seriesEnd, maxGapBytes });
  }

  /** Makes label bytes of series after series; whoever reads has one of their own. */
  labelEncoder(): LabelEncoder {
    return new LabelEncoder(this.symbols);
  }
}

function readOffset(bytes: Uint8Array, at: number, limit: number): number {
  const offset = u32beAt(bytes, at) * 2 ** 32 + u32beAt(bytes, at + 4);
  if (offset < START_BYTES || offset > limit) throw new CorruptError(`${PART}: section lies outside the file`);
  return offset;
}
