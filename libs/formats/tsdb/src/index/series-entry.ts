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

/**
 * Decodes and verifies the series that starts at `at`.
 * ```
 * ┌──────────────┬──────────────────────────────────────────────────────────────────────┬─────────┐
 * │ size uvarint │ label count │ (name, value) symbol uvarints │ chunk count │ chunks ... │ CRC u32 │
 * └──────────────┴──────────────────────────────────────────────────────────────────────┴─────────┘
 * first chunk: mint varint, maxt-mint uvarint, ref uvarint       ref = segment << 32 | offset
 * later ones:  mint-last maxt uvarint, maxt-mint uvarint, ref-last ref varint
 * ```
 * Returns undefined when `bytes` end before the series does, so that more can be fetched. {@link CorruptError} when damaged.
 */
export function decodeSeries(bytes: Uint8Array, at: number): SeriesEntry | undefined {
  const size = peekUvarint(bytes, at);
  if (size === undefined) return undefined;
  const start = at + size.width;
  const end = start + size.value;
  if (end + 4 > bytes.length) return undefined;
  if (crc32c(bytes, start, end) !== u32beAt(bytes, end)) throw new CorruptError('index series: checksum differs');
  return asCorrupt('index series', () => decodeBody(new ByteReader(bytes, start, end)));
}

/** Bytes that the series at `at` takes in all; undefined when its length is cut off. */
export function seriesSize(bytes: Uint8Array, at: number): number | undefined {
  const size = peekUvarint(bytes, at);
  return size === undefined ? undefined : size.width + size.value + 4;
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

function peekUvarint(bytes: Uint8Array, at: number): { readonly value: number; readonly width: number } | undefined {
  let value = 0;
  for (let i = 0; i < 5; i++) {
    const byte = bytes[at + i];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return { value, width: i + 1 };
  }
  throw new CorruptError('index series: impossible length');
}

function decodeBody(reader: ByteReader): SeriesEntry {
  const labelCount = reader.uvarint();
  if (labelCount * 2 > reader.remaining) throw new CorruptError('index series: impossible number of labels');
  const symbolRefs: number[] = [];
  for (let i = 0; i < 2 * labelCount; i++) symbolRefs.push(reader.uvarint());
  return { symbolRefs, chunks: decodeChunkMetas(reader) };
}

function decodeChunkMetas(reader: ByteReader): ChunkMeta[] {
  const count = reader.uvarint();
  if (count * 3 > reader.remaining) throw new CorruptError('index series: impossible number of chunks');
  const chunks: ChunkMeta[] = [];
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
    chunks.push({ minTimeMs, maxTimeMs: time, segment, offset });
  }
  return chunks;
}
