import {
  type ChunkView,
  type LabelEncoder,
  reencodeWithout,
  type SeriesColumns,
  type TimeInterval,
  type Tombstones,
  verifyStoredChunk,
} from '@telamon/tsdb';
import type { SeriesBatch, SeriesSink } from './query-block.ts';
import type { LoadedPages } from './range-cache.ts';

/** Bytes of the checksum behind a chunk's data. */
const CRC_BYTES = 4;

/** What batches of one read share. */
export interface RangedRead {
  /** Series of the batch and others. */
  readonly columns: SeriesColumns;
  readonly encoder: LabelEncoder;
  readonly tombstones: Tombstones;
}

/** The bytes of a batch's chunks. */
export interface LoadedChunks {
  /** Whole sizes of stored chunks, from the batch's first on. */
  readonly sizes: Uint32Array;
  readonly bySegment: ReadonlyMap<number, LoadedPages>;
}

/** Series [start, end) of columns, with their chunks if these are loaded, verified as they are given. */
export class RangedBatch implements SeriesBatch {
  readonly #read: RangedRead;
  readonly #end: number;
  readonly #chunks: LoadedChunks | undefined;
  readonly #firstChunk: number;
  #at: number;
  #segment = Number.NaN;
  #pages: LoadedPages | undefined;
  /** Where the chunk that was found last stands, from its encoding byte on, without checksum. */
  #start = 0;
  #stop = 0;

  constructor(read: RangedRead, start: number, end: number, chunks?: LoadedChunks) {
    this.#read = read;
    this.#at = start;
    this.#end = end;
    this.#chunks = chunks;
    this.#firstChunk = read.columns.chunkStart(start);
  }

  next(sink: SeriesSink): boolean {
    while (this.#at < this.#end) if (this.#give(this.#at++, sink)) return true;
    return false;
  }

  /** False when no chunk is left of the series. */
  #give(series: number, sink: SeriesSink): boolean {
    const { columns, tombstones } = this.#read;
    if (this.#chunks === undefined) {
      sink.beginSeries(this.#labels(series));
      return true;
    }
    const deleted = tombstones.get(columns.refs[series]!);
    if (deleted.length > 0) return this.#giveRest(series, deleted, sink);
    sink.beginSeries(this.#labels(series));
    const end = columns.chunkEnds[series]!;
    for (let i = columns.chunkStart(series); i < end; i++) {
      const bytes = this.#find(i, this.#chunks);
      const start = this.#start;
      sink.addChunk(bytes[start]!, columns.minTimesMs[i]!, columns.maxTimesMs[i]!, bytes, start + 1, this.#stop);
    }
    return true;
  }

  /** Gives what is left of a series that has deleted samples. */
  #giveRest(series: number, deleted: readonly TimeInterval[], sink: SeriesSink): boolean {
    const { columns } = this.#read;
    const rest: ChunkView[] = [];
    for (let i = columns.chunkStart(series); i < columns.chunkEnds[series]!; i++) {
      const bytes = this.#find(i, this.#chunks!);
      const data = bytes.subarray(this.#start + 1, this.#stop);
      const times = { minTimeMs: columns.minTimesMs[i]!, maxTimeMs: columns.maxTimesMs[i]! };
      rest.push(...withoutDeleted({ encoding: bytes[this.#start]!, data, ...times }, deleted));
    }
    if (rest.length === 0) return false;
    sink.beginSeries(this.#labels(series));
    for (const { encoding, minTimeMs, maxTimeMs, data } of rest)
      sink.addChunk(encoding, minTimeMs, maxTimeMs, data, 0, data.length);
    return true;
  }

  #labels(series: number): Uint8Array {
    const { columns, encoder } = this.#read;
    return encoder.encode(columns.symbolRefs, columns.symbolStart(series), columns.symbolEnds[series]!);
  }

  /** Verifies a chunk and returns the bytes that it stands in. */
  #find(chunk: number, { sizes, bySegment }: LoadedChunks): Uint8Array {
    const { segments, offsets } = this.#read.columns;
    if (segments[chunk] !== this.#segment) {
      this.#segment = segments[chunk]!;
      this.#pages = bySegment.get(this.#segment)!;
    }
    const pages = this.#pages!;
    const offset = offsets[chunk]!;
    const sizeBytes = sizes[chunk - this.#firstChunk]!;
    let at = pages.aim(offset);
    let { bytes } = pages;
    if (at + sizeBytes > bytes.length) {
      bytes = pages.read(offset, sizeBytes);
      at = 0;
    }
    this.#start = verifyStoredChunk(bytes, at, sizeBytes);
    this.#stop = at + sizeBytes - CRC_BYTES;
    return bytes;
  }
}

function withoutDeleted(chunk: ChunkView, deleted: readonly TimeInterval[]): readonly ChunkView[] {
  const cuts = deleted.filter((cut) => cut.minTimeMs <= chunk.maxTimeMs && cut.maxTimeMs >= chunk.minTimeMs);
  return cuts.length === 0 ? [chunk] : reencodeWithout(chunk, cuts);
}
