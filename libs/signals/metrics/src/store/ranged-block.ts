import { rm } from 'node:fs/promises';
import { type Matcher, TelamonError } from '@telamon/model';
import { FileSource } from '@telamon/objstore';
import {
  CorruptError,
  decodePostings,
  evaluatePlan,
  IndexHeader,
  type PostingsRange,
  planPostings,
  rangesOfPlan,
  SeriesColumns,
  segmentName,
  seriesOffset,
  seriesSize,
  type TimeInterval,
  Tombstones,
} from '@telamon/tsdb';
import type { BlockLocation } from './block-ref.ts';
import { type ChunkSpan, chunkSizeAt, estimateChunkBytes, planChunkReads } from './chunk-reads.ts';
import { makeIndexHeader } from './index-header-file.ts';
import type { BlockRead, QueryBlock, SeriesBatch } from './query-block.ts';
import type { LoadedPages, RangeCache, WantedRange } from './range-cache.ts';
import { type LoadedChunks, RangedBatch } from './ranged-batch.ts';
import { readObject } from './read-object.ts';

/** Series looked up in the index at once. */
const SERIES_PER_BATCH = 2048;
/** Chunk bytes held at once (estimated; a single series may pass it). */
const CHUNK_BYTES_PER_BATCH = 8 * 1024 * 1024;
/** Most bytes of postings that one selection may load. */
const MAX_POSTINGS_BYTES = 256 * 1024 * 1024;
const MAX_TOMBSTONES_BYTES = 64 * 1024 * 1024;
/** Bytes that most series of an index fit in; what is loaded for each (see `IndexHeader.seriesRanges`). */
const SERIES_GUESS_BYTES = 512;
const NONE: readonly TimeInterval[] = [];

type BucketLocation = Extract<BlockLocation, { readonly kind: 'bucket' }>;

/**
 * A block in the bucket, read through its local index header: postings, series and chunks are fetched by ranges, neighbours
 * together. Answers the same as the block in a folder does.
 */
export class RangedBlock implements QueryBlock {
  readonly #prefix: string;
  readonly #cache: RangeCache;
  readonly #file: FileSource;
  readonly #header: IndexHeader;
  readonly #tombstones: Tombstones;

  private constructor(prefix: string, cache: RangeCache, file: FileSource, tombstones: Tombstones) {
    this.#prefix = prefix;
    this.#cache = cache;
    this.#file = file;
    this.#header = new IndexHeader(file);
    this.#tombstones = tombstones;
  }

  /** Opens a block. An index header that is missing or damaged is made anew, once. */
  static async open(location: BucketLocation, cache: RangeCache, signal: AbortSignal): Promise<RangedBlock> {
    const { prefix, indexHeaderPath } = location;
    const bytes = await readObject(cache.bucket, `${prefix}tombstones`, MAX_TOMBSTONES_BYTES, signal);
    const tombstones = bytes === undefined ? new Tombstones() : Tombstones.decode(bytes);
    try {
      return RangedBlock.#openFile(location, cache, tombstones);
    } catch (error) {
      if (!(error instanceof CorruptError) && (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    await rm(indexHeaderPath, { force: true });
    await makeIndexHeader(cache.bucket, `${prefix}index`, indexHeaderPath, signal);
    return RangedBlock.#openFile(location, cache, tombstones);
  }

  static #openFile({ prefix, indexHeaderPath }: BucketLocation, cache: RangeCache, tombstones: Tombstones): RangedBlock {
    const file = FileSource.open(indexHeaderPath);
    try {
      return new RangedBlock(prefix, cache, file, tombstones);
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /** See {@link QueryBlock.series}. Memory: the entries of 2,048 series, and about 8 MiB of chunks. */
  async *series(read: BlockRead): AsyncIterable<SeriesBatch> {
    const refs = await this.#select(read.matchers, read.signal);
    const columns = new SeriesColumns(read.fromMs, read.toMs);
    const shared = { columns, encoder: this.#header.labelEncoder(), tombstones: this.#tombstones };
    for (let at = 0; at < refs.length; at += SERIES_PER_BATCH) {
      await this.#loadSeries(refs.subarray(at, at + SERIES_PER_BATCH), columns, read);
      // Also a batch that gives nothing is a chance to stop.
      if (read.isLabelsOnly || columns.count === 0) {
        yield new RangedBatch(shared, 0, columns.count);
        continue;
      }
      for (let start = 0; start < columns.count; ) {
        const end = endOfPart(columns, start);
        const span = { start: columns.chunkStart(start), end: columns.chunkStart(end) };
        yield new RangedBatch(shared, start, end, await this.#loadChunks(columns, span, read.signal));
        start = end;
      }
    }
  }

  labelNames(): Iterable<string> {
    return this.#header.labelNames();
  }

  labelValues(name: string): Iterable<string> {
    return this.#header.labelValues(name);
  }

  close(): void {
    this.#file.close();
  }

  async #select(matchers: readonly Matcher[], signal: AbortSignal): Promise<Uint32Array> {
    const plan = planPostings(this.#header, matchers);
    if (plan.isEmpty) return new Uint32Array(0);
    const ranges = rangesOfPlan(plan);
    let sum = 0;
    for (const range of ranges) sum += range.sizeBytes;
    if (sum > MAX_POSTINGS_BYTES) throw tooMuchToLookUp(sum);
    const pages = await this.#cache.load(`${this.#prefix}index`, ranges, signal);
    return evaluatePlan(plan, (range: PostingsRange) => decodePostings(pages.read(range.offset, range.sizeBytes)));
  }

  /** Fills the columns. */
  async #loadSeries(refs: Uint32Array, columns: SeriesColumns, { isLabelsOnly, signal }: BlockRead): Promise<void> {
    const key = `${this.#prefix}index`;
    const pages = await this.#cache.load(key, this.#header.seriesRanges(refs), signal);
    const { version } = this.#header;
    columns.clear();
    for (const ref of refs) {
      const at = seriesOffset(ref, version);
      const start = pages.aim(at);
      const deleted = isLabelsOnly ? NONE : this.#tombstones.get(ref);
      if (!columns.add(ref, pages.bytes, start, deleted)) {
        columns.add(ref, await this.#loadCutSeries(pages, at, signal), 0, deleted);
      }
    }
  }

  /** The bytes of a series that reaches beyond its page, or beyond what is there. */
  async #loadCutSeries(pages: LoadedPages, offset: number, signal: AbortSignal): Promise<Uint8Array> {
    const guess = pages.read(offset, Math.min(SERIES_GUESS_BYTES, this.#header.seriesEnd - offset));
    const sizeBytes = seriesSize(guess, 0);
    if (sizeBytes !== undefined && sizeBytes <= guess.length) return guess;
    if (sizeBytes !== undefined && offset + sizeBytes <= this.#header.seriesEnd) {
      const all = await this.#cache.load(`${this.#prefix}index`, [{ offset, sizeBytes }], signal);
      const bytes = all.read(offset, sizeBytes);
      if (bytes.length === sizeBytes) return bytes;
    }
    throw new CorruptError(`${this.#prefix}index: series at ${offset} is cut short`);
  }

  /** Loads chunks of the columns, all at once. */
  async #loadChunks(columns: SeriesColumns, span: ChunkSpan, signal: AbortSignal): Promise<LoadedChunks> {
    const bySegment = new Map<number, LoadedPages>();
    for (const [segment, reads] of planChunkReads(columns, span)) {
      bySegment.set(segment, await this.#cache.load(this.#segmentKey(segment), reads, signal));
    }
    const sizes = new Uint32Array(span.end - span.start);
    const cut = findSizes(columns, span, bySegment, sizes);
    for (const [segment, reads] of cut) {
      bySegment.get(segment)!.add(await this.#cache.load(this.#segmentKey(segment), reads, signal));
    }
    return { sizes, bySegment };
  }

  #segmentKey(segment: number): string {
    return this.#prefix + segmentName(segment);
  }
}

/** Notes the sizes of loaded chunks; returns, by segment, those whose pages are not all there. */
function findSizes(
  { segments, offsets }: SeriesColumns,
  { start, end }: ChunkSpan,
  bySegment: ReadonlyMap<number, LoadedPages>,
  sizes: Uint32Array,
): Map<number, WantedRange[]> {
  const cut = new Map<number, WantedRange[]>();
  let segment = Number.NaN;
  let pages: LoadedPages | undefined;
  for (let i = start; i < end; i++) {
    if (pages === undefined || segments[i] !== segment) {
      segment = segments[i]!;
      pages = bySegment.get(segment)!;
    }
    const offset = offsets[i]!;
    const sizeBytes = chunkSizeAt(pages, offset);
    sizes[i - start] = sizeBytes;
    if (pages.has(offset, sizeBytes)) continue;
    const list = cut.get(segment);
    if (list === undefined) cut.set(segment, [{ offset, sizeBytes }]);
    else list.push({ offset, sizeBytes });
  }
  return cut;
}

function tooMuchToLookUp(sizeBytes: number): TelamonError {
  const text = `the selector needs ${sizeBytes} bytes of index lookups in one block, the limit is ${MAX_POSTINGS_BYTES}; add matchers`;
  return new TelamonError(text, { status: 422, isRetryable: false });
}

/** Where the series end, from `start` on, whose chunks take about as many bytes as may be held at once. */
function endOfPart(columns: SeriesColumns, start: number): number {
  let bytes = 0;
  for (let i = start; i < columns.count; i++) {
    bytes += estimateChunkBytes(columns, { start: columns.chunkStart(i), end: columns.chunkEnds[i]! });
    if (bytes >= CHUNK_BYTES_PER_BATCH) return i + 1;
  }
  return columns.count;
}
