import { ByteReader, type ByteSource, crc32c } from '@telamon/bytes';
import { CorruptError } from '../format-error.ts';
import { asCorrupt, type ByteRange, readRange, u32beAt } from '../source-cursor.ts';
import { SERIES_ALIGNMENT } from './index-toc.ts';

/** A chunk as the index names it. Times inclusive, ms. */
export interface ChunkMeta {
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
  /** Index of the segment file, 0-based (file `000001` is 0). */
  readonly segment: number;
  /** Where the chunk starts in the segment. */
  readonly offset: number;
}

/** A series of an index: symbol refs of names and values in turn, and its chunks, ascending. */
export interface SeriesEntry {
  readonly symbolRefs: readonly number[];
  readonly chunks: readonly ChunkMeta[];
}

const TWO_32 = 2 ** 32;
/** Bytes read for a series before its length is known. */
const GUESS_BYTES = 512;

/** Byte offset of a series in the index file. In version 1 refs are offsets, later they count 16 bytes. */
export function seriesOffset(ref: number, version: number): number {
  return version === 1 ? ref : ref * SERIES_ALIGNMENT;
}

/** Takes what {@link scanSeries} finds, in the order of the bytes. */
export interface SeriesVisitor {
  /** The symbol ref of a name or a value, in turn; an integer from 0 on, not checked against the symbols. */
  symbol(ref: number): void;
  /** A chunk; the arguments as the fields of {@link ChunkMeta}. */
  chunk(minTimeMs: number, maxTimeMs: number, segment: number, offset: number): void;
}

/**
 * Verifies the series that starts at `at` and gives its symbols and chunks to `visitor`.
 * ```
 * ┌──────────────┬──────────────────────────────────────────────────────────────────────┬─────────┐
 * │ size uvarint │ label count │ (name, value) symbol uvarints │ chunk count │ chunks ... │ CRC u32 │
 * └──────────────┴──────────────────────────────────────────────────────────────────────┴─────────┘
 * first chunk: mint varint, maxt-mint uvarint, ref uvarint       ref = segment << 32 | offset
 * later ones:  mint-last maxt uvarint, maxt-mint uvarint, ref-last ref varint
 * ```
 * False when `bytes` end before the series does, so that more can be fetched; nothing is visited then. {@link CorruptError} when
 * damaged, before anything is visited unless the checksum fits. `reader` is scratch: it may be used again. Cost: O(size), no objects.
 */
export function scanSeries(bytes: Uint8Array, at: number, reader: ByteReader, visitor: SeriesVisitor): boolean {
  const length = lengthAt(bytes, at);
  if (length === undefined) return false;
  const start = at + lengthWidth(bytes, at);
  const end = start + length;
  if (end + 4 > bytes.length) return false;
  if (crc32c(bytes, start, end) !== u32beAt(bytes, end)) throw new CorruptError('index series: checksum differs');
  reader.reset(bytes, start, end);
  try {
    scanSymbols(reader, visitor);
    scanChunks(reader, visitor);
  } catch (error) {
    asCorrupt('index series', () => {
      throw error;
    });
  }
  return true;
}

/** Decodes and verifies the series that starts at `at`; undefined where {@link scanSeries} gives false. Throws as that does. */
export function decodeSeries(bytes: Uint8Array, at: number): SeriesEntry | undefined {
  const symbolRefs: number[] = [];
  const chunks: ChunkMeta[] = [];
  const isWhole = scanSeries(bytes, at, new ByteReader(bytes), {
    symbol: (ref) => symbolRefs.push(ref),
    chunk: (minTimeMs, maxTimeMs, segment, offset) => chunks.push({ minTimeMs, maxTimeMs, segment, offset }),
  });
  return isWhole ? { symbolRefs, chunks } : undefined;
}

/** Bytes that the series at `at` takes in all; undefined when its length is cut off. */
export function seriesSize(bytes: Uint8Array, at: number): number | undefined {
  const length = lengthAt(bytes, at);
  return length === undefined ? undefined : lengthWidth(bytes, at) + length + 4;
}

/** Reads one series of an index file; `end` is where the series section ends. */
export function readSeries(source: ByteSource, offset: number, end: number): SeriesEntry {
  let size = Math.min(GUESS_BYTES, end - offset);
  for (;;) {
    const bytes = readRange(source, offset, size, 'index series');
    const entry = decodeSeries(bytes, 0);
    if (entry !== undefined) return entry;
    const needed = seriesSize(bytes, 0);
    if (needed === undefined || needed <= size || needed > end - offset) throw new CorruptError('index series: cut short');
    size = needed;
  }
}

/**
 * Byte ranges of an index that hold the series with these ascending refs, each with room for a series of usual size;
 * neighbours closer than `maxGapBytes` are joined. Cost: O(refs).
 */
export function planSeriesRanges(
  refs: ArrayLike<number>,
  version: number,
  options: { readonly end: number; readonly maxGapBytes: number },
): ByteRange[] {
  const ranges: { offset: number; sizeBytes: number }[] = [];
  let last: { offset: number; sizeBytes: number } | undefined;
  for (let i = 0; i < refs.length; i++) {
    const offset = seriesOffset(refs[i]!, version);
    const until = Math.min(offset + GUESS_BYTES, options.end);
    if (last !== undefined && offset - (last.offset + last.sizeBytes) <= options.maxGapBytes) {
      last.sizeBytes = Math.max(last.sizeBytes, until - last.offset);
    } else {
      last = { offset, sizeBytes: Math.max(until - offset, 0) };
      ranges.push(last);
    }
  }
  return ranges;
}

/** The length that stands at `at`; undefined when it is cut off. */
function lengthAt(bytes: Uint8Array, at: number): number | undefined {
  let value = 0;
  for (let i = 0; i < 5; i++) {
    const byte = bytes[at + i];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return value;
  }
  throw new CorruptError('index series: impossible length');
}

/** Bytes of a length that is there. */
function lengthWidth(bytes: Uint8Array, at: number): number {
  let width = 1;
  while (bytes[at + width - 1]! >= 0x80) width++;
  return width;
}

function scanSymbols(reader: ByteReader, visitor: SeriesVisitor): void {
  const labelCount = reader.uvarint();
  if (labelCount * 2 > reader.remaining) throw new CorruptError('index series: impossible number of labels');
  for (let i = 0; i < 2 * labelCount; i++) visitor.symbol(reader.uvarint());
}

function scanChunks(reader: ByteReader, visitor: SeriesVisitor): void {
  const count = reader.uvarint();
  if (count * 3 > reader.remaining) throw new CorruptError('index series: impossible number of chunks');
  let time = 0;
  let segment = 0;
  let offset = 0;
  for (let i = 0; i < count; i++) {
    const minTimeMs = i === 0 ? reader.varint() : time + reader.uvarint();
    time = minTimeMs + reader.uvarint();
    // A ref has 64 bits; its halves are kept apart so that none is lost.
    if (i === 0) {
      reader.uvarintWords();
      segment = reader.high >>> 0;
      offset = reader.low >>> 0;
    } else {
      reader.varintWords();
      const low = offset + (reader.low >>> 0);
      segment += reader.high + (low >= TWO_32 ? 1 : 0);
      offset = low % TWO_32;
    }
    visitor.chunk(minTimeMs, time, segment, offset);
  }
}
