import type { ByteSource } from '@telamon/bytes';
import type { Matcher } from '@telamon/model';
import type { ChunkView } from '../chunk/merge-chunks.ts';
import { reencodeWithout, type TimeInterval } from '../chunk/reencode.ts';
import { CorruptError } from '../format-error.ts';
import { IndexReader } from '../index/index-reader.ts';
import type { ChunkMeta } from '../index/series-entry.ts';
import { readRange } from '../source-cursor.ts';
import { type BlockMeta, MAX_META_BYTES, parseBlockMeta } from './block-meta.ts';
import { ChunkSegment, segmentName } from './chunk-segment.ts';
import { Tombstones } from './tombstones.ts';

/** Opens a file of a block by its name within it (`index`, `chunks/000001`, ...); undefined when there is none. */
export type OpenBlockFile = (name: string) => ByteSource | undefined;

/** A series of a block. */
export interface BlockSeries {
  /** Canonical label bytes. */
  readonly labels: Uint8Array;
  /** Ascending. Data are views as the source gives them, or fresh where tombstones cut a chunk. */
  readonly chunks: readonly ChunkView[];
}

/** Which chunks of a series are wanted. Times inclusive, ms. */
export interface ChunkRange extends TimeInterval {
  /** Whether samples outside the range are cut off. */
  readonly isTrimming: boolean;
}

/**
 * Reads a block: `meta.json`, `index`, `chunks/000001` and on, `tombstones` (may be absent). Owns no file; the sources must
 * stay open while it is used. Every method throws {@link CorruptError} for damaged bytes.
 */
export class BlockReader {
  readonly meta: BlockMeta;
  readonly index: IndexReader;
  readonly tombstones: Tombstones;
  readonly #openFile: OpenBlockFile;
  readonly #segments: Map<number, ChunkSegment> = new Map();

  /** Opens meta, index and tombstones; segments are opened when first needed. */
  constructor(openFile: OpenBlockFile) {
    this.#openFile = openFile;
    this.meta = parseBlockMeta(readAll(openFile, 'meta.json', MAX_META_BYTES));
    this.index = new IndexReader(need(openFile, 'index'));
    const tombstones = openFile('tombstones');
    this.tombstones =
      tombstones === undefined
        ? new Tombstones()
        : Tombstones.decode(readRange(tombstones, 0, tombstones.sizeBytes, 'tombstones'));
  }

  /** Reads the chunk that the index names. */
  chunk(meta: ChunkMeta): ChunkView {
    let segment = this.#segments.get(meta.segment);
    if (segment === undefined) {
      segment = new ChunkSegment(need(this.#openFile, segmentName(meta.segment)));
      this.#segments.set(meta.segment, segment);
    }
    const { encoding, data } = segment.chunk(meta.offset);
    return { encoding, data, minTimeMs: meta.minTimeMs, maxTimeMs: meta.maxTimeMs };
  }

  /**
   * The series that pass the matchers and have chunks overlapping [fromMs, toMs], in the order of their labels, with these
   * chunks; chunks are whole, but for deleted samples. Cost: as {@link IndexReader.select}, then linear.
   */
  *select(matchers: readonly Matcher[], fromMs: number, toMs: number): IterableIterator<BlockSeries> {
    for (const ref of this.index.select(matchers)) {
      const entry = this.index.entry(ref);
      const chunks = this.chunksOf(ref, entry.chunks, { minTimeMs: fromMs, maxTimeMs: toMs, isTrimming: false });
      if (chunks.length > 0) yield { labels: this.index.labelBytes(entry), chunks };
    }
  }

  /**
   * The chunks of a series that overlap a closed range, without deleted samples; with `isTrimming` without samples outside
   * the range too (such chunks are written anew).
   */
  chunksOf(ref: number, metas: readonly ChunkMeta[], range: ChunkRange): ChunkView[] {
    const deleted = range.isTrimming ? this.#deletedOrOutside(ref, range) : this.tombstones.get(ref);
    const chunks: ChunkView[] = [];
    for (const meta of metas) {
      if (meta.maxTimeMs < range.minTimeMs || meta.minTimeMs > range.maxTimeMs) continue;
      if (deleted.length === 0) chunks.push(this.chunk(meta));
      else if (!isCovered(meta, deleted)) pushRemaining(chunks, this.chunk(meta), deleted);
    }
    return chunks;
  }

  #deletedOrOutside(ref: number, range: TimeInterval): TimeInterval[] {
    return [
      { minTimeMs: Number.NEGATIVE_INFINITY, maxTimeMs: range.minTimeMs - 1 },
      ...this.tombstones.get(ref),
      { minTimeMs: range.maxTimeMs + 1, maxTimeMs: Number.POSITIVE_INFINITY },
    ];
  }
}

/** Whether a chunk lies wholly in one deleted interval. */
function isCovered(meta: TimeInterval, deleted: readonly TimeInterval[]): boolean {
  return deleted.some((interval) => interval.minTimeMs <= meta.minTimeMs && interval.maxTimeMs >= meta.maxTimeMs);
}

/** Adds a chunk, written anew when an interval cuts into it. */
function pushRemaining(chunks: ChunkView[], chunk: ChunkView, deleted: readonly TimeInterval[]): void {
  const cuts = deleted.filter((at) => at.minTimeMs <= chunk.maxTimeMs && at.maxTimeMs >= chunk.minTimeMs);
  if (cuts.length === 0) chunks.push(chunk);
  else chunks.push(...reencodeWithout(chunk, cuts));
}

function need(openFile: OpenBlockFile, name: string): ByteSource {
  const source = openFile(name);
  if (source === undefined) throw new CorruptError(`block has no ${name}`);
  return source;
}

function readAll(openFile: OpenBlockFile, name: string, limitBytes: number): Uint8Array {
  const source = need(openFile, name);
  if (source.sizeBytes > limitBytes) throw new CorruptError(`${name}: too large`);
  return readRange(source, 0, source.sizeBytes, name);
}
