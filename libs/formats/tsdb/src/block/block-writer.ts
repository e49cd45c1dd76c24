import {
  ENCODING_FLOAT_HISTOGRAM_ST,
  ENCODING_HISTOGRAM_ST,
  isFloatEncoding,
  isHistogramEncoding,
} from '../chunk/chunk-encoding.ts';
import type { ChunkView } from '../chunk/merge-chunks.ts';
import { countSamples } from '../chunk/xor-decoder.ts';
import { IndexWriter } from '../index/index-writer.ts';
import { type BlockFile, type BlockMeta, type BlockStats, encodeBlockMeta, type ThanosMeta } from './block-meta.ts';
import { SEGMENT_SIZE_BYTES } from './chunk-segment.ts';
import { ChunkWriter, type FileSink } from './chunk-writer.ts';
import { Tombstones } from './tombstones.ts';

/** Opens a file of the block by its name within it, for writing. */
export type CreateBlockFile = (name: string) => FileSink;

/** What a block is to be. */
export interface BlockWriterOptions {
  /** Everything of `meta.json` that the writer cannot know; stats are filled in, files of the thanos section too. */
  readonly meta: BlockMeta;
  /** The thanos section; left out for a block that only Prometheus is to read. */
  readonly thanos?: Pick<ThanosMeta, 'labels' | 'source'> & { readonly resolutionMs?: number };
  /** Whether to write an empty `tombstones` file, as Prometheus does and Mimir does not. */
  readonly hasTombstones?: boolean;
  readonly segmentSizeBytes?: number;
}

/**
 * Writes a block as streams of bytes: symbols, then series in the order of their labels, then {@link finish}. Chunks and index
 * grow side by side; `meta.json` comes last, so that a block without it is not complete. Holds no chunk data; for
 * the index see {@link IndexWriter}.
 */
export class BlockWriter {
  readonly #options: BlockWriterOptions;
  readonly #create: CreateBlockFile;
  readonly #index: IndexWriter;
  readonly #indexFile: FileSink;
  readonly #chunks: ChunkWriter;
  readonly #stats: Required<BlockStats> = {
    numSamples: 0,
    numFloatSamples: 0,
    numHistogramSamples: 0,
    numSeries: 0,
    numChunks: 0,
    numTombstones: 0,
  };

  constructor(create: CreateBlockFile, options: BlockWriterOptions) {
    this.#options = options;
    this.#create = create;
    this.#indexFile = create('index');
    this.#index = new IndexWriter(this.#indexFile.write);
    this.#chunks = new ChunkWriter(create, options.segmentSizeBytes ?? SEGMENT_SIZE_BYTES);
  }

  /** What was written so far. */
  get stats(): Readonly<Required<BlockStats>> {
    return this.#stats;
  }

  /** See {@link IndexWriter.writeSymbols}. */
  writeSymbols(symbols: Iterable<Uint8Array>): void {
    this.#index.writeSymbols(symbols);
  }

  /** Ordinal of a symbol, -1 when it was not written. */
  symbolRef(bytes: Uint8Array, start: number, end: number): number {
    return this.#index.symbolRef(bytes, start, end);
  }

  /** Adds a series by its canonical label bytes. See {@link addSeries}. */
  addLabels(labels: Uint8Array, chunks: readonly ChunkView[]): void {
    if (chunks.length === 0) return;
    this.#index.addLabels(labels, this.#chunks.write(chunks));
    this.#count(chunks);
  }

  /**
   * Adds a series by its symbol ordinals. Series must ascend by labels; chunks by time, without overlapping. A series
   * without chunks is left out.
   */
  addSeries(symbolRefs: readonly number[], chunks: readonly ChunkView[]): void {
    if (chunks.length === 0) return;
    this.#index.addSeries(symbolRefs, this.#chunks.write(chunks));
    this.#count(chunks);
  }

  /** Writes what is left and returns the final meta. With no samples no `meta.json` is written: the block is to be dropped. */
  finish(): BlockMeta {
    this.#chunks.finish();
    this.#index.finish();
    this.#indexFile.close();
    const meta = this.#finalMeta();
    if (this.#stats.numSamples === 0) return meta;
    if (this.#options.hasTombstones === true) this.#writeFile('tombstones', new Tombstones().encode());
    this.#writeFile('meta.json', encodeBlockMeta(meta));
    return meta;
  }

  #finalMeta(): BlockMeta {
    const { meta, thanos } = this.#options;
    const stats: BlockStats = {};
    for (const [key, value] of Object.entries(this.#stats) as [keyof BlockStats, number][]) if (value > 0) stats[key] = value;
    const final: BlockMeta = { ...meta, stats };
    if (thanos === undefined) return final;
    final.thanos = {
      version: 1,
      labels: thanos.labels,
      downsample: { resolution: thanos.resolutionMs ?? 0 },
      source: thanos.source,
      segment_files: this.#chunks.segmentSizesBytes.map((_, i) => String(i + 1).padStart(6, '0')),
      files: this.#files(),
    };
    return final;
  }

  #files(): BlockFile[] {
    const segments = this.#chunks.segmentSizesBytes.map((size, i) => ({
      rel_path: `chunks/${String(i + 1).padStart(6, '0')}`,
      size_bytes: size,
    }));
    return [...segments, { rel_path: 'index', size_bytes: this.#index.sizeBytes }, { rel_path: 'meta.json' }];
  }

  #writeFile(name: string, bytes: Uint8Array): void {
    const file = this.#create(name);
    file.write(bytes);
    file.close();
  }

  #count(chunks: readonly ChunkView[]): void {
    this.#stats.numSeries++;
    this.#stats.numChunks += chunks.length;
    for (const chunk of chunks) {
      const samples = chunkSampleCount(chunk);
      this.#stats.numSamples += samples;
      if (isFloatEncoding(chunk.encoding)) this.#stats.numFloatSamples += samples;
      else if (isHistogramEncoding(chunk.encoding)) this.#stats.numHistogramSamples += samples;
    }
  }
}

/** Number of samples that the header of a chunk tells. */
export function chunkSampleCount(chunk: Pick<ChunkView, 'encoding' | 'data'>): number {
  const count = countSamples(chunk.data);
  const hasHintInCount = chunk.encoding === ENCODING_HISTOGRAM_ST || chunk.encoding === ENCODING_FLOAT_HISTOGRAM_ST;
  return hasHintInCount ? count & 0x3fff : count;
}
