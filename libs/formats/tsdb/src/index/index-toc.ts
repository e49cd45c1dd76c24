import { type ByteSource, ByteWriter, crc32c } from '@telamon/bytes';
import { CorruptError } from '../format-error.ts';
import { readRange, u32beAt } from '../source-cursor.ts';

/** First four bytes of an index. */
export const INDEX_MAGIC = 0xbaaad700;
/** Magic and version byte. */
export const INDEX_HEADER_BYTES = 5;
/** Six offsets and a checksum. */
export const INDEX_TOC_BYTES = 52;
/** Alignment of series; a series ref counts in these. */
export const SERIES_ALIGNMENT = 16;

/**
 * Where the sections of an index start; its last 52 bytes.
 * ```
 * ┌─────────────┬────────────┬───────────────────┬─────────────────────────┬──────────────┬────────────────────┬─────────┐
 * │ symbols u64 │ series u64 │ label indices u64 │ label indices table u64 │ postings u64 │ postings table u64 │ CRC u32 │
 * └─────────────┴────────────┴───────────────────┴─────────────────────────┴──────────────┴────────────────────┴─────────┘
 * ```
 */
export interface IndexToc {
  readonly symbols: number;
  readonly series: number;
  /** Where label indices once were: the end of the series. */
  readonly labelIndices: number;
  /** Where their table once was: the end of the postings, which is the start of the postings offset table. */
  readonly labelIndicesTable: number;
  readonly postings: number;
  readonly postingsTable: number;
}

/** Encodes a table of contents. */
export function encodeIndexToc(toc: IndexToc): Uint8Array {
  const writer = new ByteWriter(INDEX_TOC_BYTES);
  writer.u64beNumber(toc.symbols).u64beNumber(toc.series).u64beNumber(toc.labelIndices);
  writer.u64beNumber(toc.labelIndicesTable).u64beNumber(toc.postings).u64beNumber(toc.postingsTable);
  return writer.u32be(crc32c(writer.view())).finish();
}

/** Decodes a table of contents from its 52 bytes; {@link CorruptError} when the checksum or an offset is impossible. */
export function decodeIndexToc(bytes: Uint8Array): IndexToc {
  if (bytes.length !== INDEX_TOC_BYTES) throw new CorruptError('index: table of contents is cut short');
  if (crc32c(bytes, 0, INDEX_TOC_BYTES - 4) !== u32beAt(bytes, INDEX_TOC_BYTES - 4)) {
    throw new CorruptError('index: checksum of the table of contents differs');
  }
  const at = (index: number): number => {
    const value = u32beAt(bytes, 8 * index) * 2 ** 32 + u32beAt(bytes, 8 * index + 4);
    if (value > Number.MAX_SAFE_INTEGER) throw new CorruptError('index: impossible offset in the table of contents');
    return value;
  };
  return {
    symbols: at(0),
    series: at(1),
    labelIndices: at(2),
    labelIndicesTable: at(3),
    postings: at(4),
    postingsTable: at(5),
  };
}

/** Reads version and table of contents of an index file; {@link CorruptError} when it is none or of an unknown version. */
export function readIndexToc(source: ByteSource): { readonly version: number; readonly toc: IndexToc } {
  const header = readRange(source, 0, INDEX_HEADER_BYTES, 'index header');
  if (u32beAt(header, 0) !== INDEX_MAGIC) throw new CorruptError('index: wrong magic number');
  const version = header[4]!;
  if (version < 1 || version > 3) throw new CorruptError(`index: unknown version ${version}`);
  const toc = decodeIndexToc(readRange(source, source.sizeBytes - INDEX_TOC_BYTES, INDEX_TOC_BYTES, 'index'));
  return { version, toc };
}
