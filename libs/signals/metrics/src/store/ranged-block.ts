import { rm } from 'node:fs/promises';
import { type Matcher, TelamonError } from '@telamon/model';
import { FileSource } from '@telamon/objstore';
import {
  type BlockSeries,
  type ChunkMeta,
  type ChunkView,
  CorruptError,
  decodePostings,
  decodeSeries,
  decodeStoredChunk,
  evaluatePlan,
  IndexHeader,
  type PostingsRange,
  planPostings,
  rangesOfPlan,
  reencodeWithout,
  type SeriesEntry,
  segmentName,
  seriesOffset,
  seriesSize,
  type TimeInterval,
  Tombstones,
} from '@telamon/tsdb';
import type { BlockLocation } from './block-ref.ts';
import { estimateChunkBytes, planChunkReads, storedChunkSize } from './chunk-reads.ts';
import { makeIndexHeader } from './index-header-file.ts';
import type { BlockRead, QueryBlock } from './query-block.ts';
import type { LoadedPages, RangeCache, WantedRange } from './range-cache.ts';
import { readObject } from './read-object.ts';

/** Series looked up in the index at once. */
const SERIES_PER_BATCH = 2048;
/** Chunk bytes held at once (estimated; a single series may pass it). */
const CHUNK_BYTES_PER_BATCH = 8 * 1024 * 1024;
/** Most bytes of postings that one selection may load. */
const MAX_POSTINGS_BYTES = 256 * 1024 * 1024;
const MAX_TOMBSTONES_BYTES = 64 * 1024 * 1024;
/** Longest length before a chunk. */
const CHUNK_LENGTH_BYTES = 5;
/** Bytes that most series of an index fit in; what is loaded for each (see `IndexHeader.seriesRanges`). */
const SERIES_GUESS_BYTES = 512;

interface LoadedSeries {
  readonly ref: number;
  readonly entry: SeriesEntry;
  /** Chunks in the time that is asked for, less those that are deleted as a whole. */
  readonly chunks: readonly ChunkMeta[];
}

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

  async *series(read: BlockRead): AsyncIterable<Iterable<BlockSeries>> {
    const refs = await this.#select(read.matchers, read.signal);
    for (let at = 0; at < refs.length; at += SERIES_PER_BATCH) {
      const loaded = await this.#loadSeries(refs.subarray(at, at + SERIES_PER_BATCH), read);
      // Also a batch that gives nothing is a chance to stop.
      if (read.isLabelsOnly || loaded.length === 0) {
        yield loaded.map(({ entry }) => ({ labels: this.#header.labelBytes(entry), chunks: [] }));
        continue;
      }
      for (const part of splitByBytes(loaded)) yield await this.#withChunks(part, read);
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

  async #loadSeries(refs: Uint32Array, read: BlockRead): Promise<LoadedSeries[]> {
    const key = `${this.#prefix}index`;
    const pages = await this.#cache.load(key, this.#header.seriesRanges(refs), read.signal);
    const { version } = this.#header;
    const loaded: LoadedSeries[] = [];
    for (const ref of refs) {
      const at = seriesOffset(ref, version);
      const start = pages.aim(at);
      const entry = decodeSeries(pages.bytes, start) ?? (await this.#loadCutSeries(pages, at, read.signal));
      const chunks = entry.chunks.filter((chunk) => this.#isWanted(ref, chunk, read));
      if (chunks.length > 0) loaded.push({ ref, entry, chunks });
    }
    return loaded;
  }

  /** A series that reaches beyond its page, or beyond what is there. */
  async #loadCutSeries(pages: LoadedPages, offset: number, signal: AbortSignal): Promise<SeriesEntry> {
    const guess = pages.read(offset, Math.min(SERIES_GUESS_BYTES, this.#header.seriesEnd - offset));
    return decodeSeries(guess, 0) ?? (await this.#loadLongSeries(offset, seriesSize(guess, 0), signal));
  }

  async #loadLongSeries(offset: number, sizeBytes: number | undefined, signal: AbortSignal): Promise<SeriesEntry> {
    if (sizeBytes !== undefined && offset + sizeBytes <= this.#header.seriesEnd) {
      const pages = await this.#cache.load(`${this.#prefix}index`, [{ offset, sizeBytes }], signal);
      const entry = decodeSeries(pages.read(offset, sizeBytes), 0);
      if (entry !== undefined) return entry;
    }
    throw new CorruptError(`${this.#prefix}index: series at ${offset} is cut short`);
  }

  #isWanted(ref: number, chunk: ChunkMeta, { fromMs, toMs, isLabelsOnly }: BlockRead): boolean {
    if (chunk.maxTimeMs < fromMs || chunk.minTimeMs > toMs) return false;
    if (isLabelsOnly) return true;
    return !this.#tombstones.get(ref).some((cut) => cut.minTimeMs <= chunk.minTimeMs && cut.maxTimeMs >= chunk.maxTimeMs);
  }

  /** Loads all chunks at once, decodes them as they are walked. */
  async #withChunks(part: readonly LoadedSeries[], read: BlockRead): Promise<Iterable<BlockSeries>> {
    const metas: ChunkMeta[] = [];
    for (const { chunks } of part) for (const meta of chunks) metas.push(meta);
    return this.#decode(part, await this.#loadChunks(metas, read.signal));
  }

  *#decode(part: readonly LoadedSeries[], bySegment: ReadonlyMap<number, LoadedPages>): Iterable<BlockSeries> {
    for (const { ref, entry, chunks: metas } of part) {
      const deleted = this.#tombstones.get(ref);
      const chunks: ChunkView[] = [];
      for (const { segment, offset, minTimeMs, maxTimeMs } of metas) {
        const { encoding, data } = readChunk(bySegment.get(segment)!, offset);
        const chunk = { encoding, data, minTimeMs, maxTimeMs };
        if (deleted.length === 0) chunks.push(chunk);
        else for (const rest of withoutDeleted(chunk, deleted)) chunks.push(rest);
      }
      if (chunks.length > 0) yield { labels: this.#header.labelBytes(entry), chunks };
    }
  }

  /** The bytes of chunks by segment. */
  async #loadChunks(metas: readonly ChunkMeta[], signal: AbortSignal): Promise<Map<number, LoadedPages>> {
    const bySegment = new Map<number, LoadedPages>();
    for (const [segment, reads] of planChunkReads(metas)) {
      const key = `${this.#prefix}${segmentName(segment)}`;
      const pages = await this.#cache.load(key, reads, signal);
      const tooLong: WantedRange[] = [];
      for (const { offset, sizeBytes } of reads) {
        const needed = chunkSizeAt(pages, offset);
        if (needed > sizeBytes) tooLong.push({ offset, sizeBytes: needed });
      }
      if (tooLong.length > 0) pages.add(await this.#cache.load(key, tooLong, signal));
      bySegment.set(segment, pages);
    }
    return bySegment;
  }
}

/** Whole size of the stored chunk at an offset. */
function chunkSizeAt(pages: LoadedPages, offset: number): number {
  const start = pages.aim(offset);
  const isWhole = pages.bytes.length - start >= CHUNK_LENGTH_BYTES;
  return isWhole ? storedChunkSize(pages.bytes, start) : storedChunkSize(pages.read(offset, CHUNK_LENGTH_BYTES));
}

function readChunk(pages: LoadedPages, offset: number): ReturnType<typeof decodeStoredChunk> {
  const sizeBytes = chunkSizeAt(pages, offset);
  const start = pages.aim(offset);
  return start + sizeBytes <= pages.bytes.length
    ? decodeStoredChunk(pages.bytes, start)
    : decodeStoredChunk(pages.read(offset, sizeBytes));
}

function tooMuchToLookUp(sizeBytes: number): TelamonError {
  const text = `the selector needs ${sizeBytes} bytes of index lookups in one block, the limit is ${MAX_POSTINGS_BYTES}; add matchers`;
  return new TelamonError(text, { status: 422, isRetryable: false });
}

function withoutDeleted(chunk: ChunkView, deleted: readonly TimeInterval[]): readonly ChunkView[] {
  const cuts = deleted.filter((cut) => cut.minTimeMs <= chunk.maxTimeMs && cut.maxTimeMs >= chunk.minTimeMs);
  return cuts.length === 0 ? [chunk] : reencodeWithout(chunk, cuts);
}

/** Parts whose chunks take about so many bytes as may be held at once. */
function* splitByBytes(series: readonly LoadedSeries[]): Iterable<LoadedSeries[]> {
  let part: LoadedSeries[] = [];
  let bytes = 0;
  for (const one of series) {
    part.push(one);
    bytes += estimateChunkBytes(one.chunks);
    if (bytes < CHUNK_BYTES_PER_BATCH) continue;
    yield part;
    part = [];
    bytes = 0;
  }
  if (part.length > 0) yield part;
}
