import { join } from 'node:path';
import type { ByteSource } from '@telamon/bytes';
import { FileSource } from '@telamon/objstore';
import { BlockReader, type BlockSeries, type ChunkView } from '@telamon/tsdb';
import type { BlockRead, QueryBlock } from './query-block.ts';

/** Series between two chances to stop, whether they have something to give or not. */
const SERIES_PER_BATCH = 512;
const NO_CHUNKS: readonly ChunkView[] = [];

/** A block in a folder of this machine, open for reading. Reads are synchronous, so it belongs into a worker thread. */
export class FolderBlock implements QueryBlock {
  readonly reader: BlockReader;
  readonly #files: FileSource[] = [];

  /** Opens the block in `folder`. Throws node's errors for missing files and CorruptError for damaged ones. */
  constructor(folder: string) {
    try {
      this.reader = new BlockReader((name) => this.#open(join(folder, name)));
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** See {@link QueryBlock.series}; batches read as they are walked. */
  async *series(read: BlockRead): AsyncIterable<Iterable<BlockSeries>> {
    const refs = this.reader.index.select(read.matchers);
    for (let at = 0; at < refs.length; at += SERIES_PER_BATCH) yield this.#read(refs.subarray(at, at + SERIES_PER_BATCH), read);
  }

  labelNames(): Iterable<string> {
    return this.reader.index.labelNames();
  }

  labelValues(name: string): Iterable<string> {
    return this.reader.index.labelValues(name);
  }

  /** Closes all files; the reader must not be used afterwards. */
  close(): void {
    for (const file of this.#files.splice(0)) file.close();
  }

  *#read(refs: Uint32Array, { fromMs, toMs, isLabelsOnly }: BlockRead): Iterable<BlockSeries> {
    const { index } = this.reader;
    const range = { minTimeMs: fromMs, maxTimeMs: toMs, isTrimming: false };
    for (const ref of refs) {
      const entry = index.entry(ref);
      if (!isLabelsOnly) {
        const chunks = this.reader.chunksOf(ref, entry.chunks, range);
        if (chunks.length > 0) yield { labels: index.labelBytes(entry), chunks };
      } else if (entry.chunks.some((chunk) => chunk.maxTimeMs >= fromMs && chunk.minTimeMs <= toMs)) {
        yield { labels: index.labelBytes(entry), chunks: NO_CHUNKS };
      }
    }
  }

  #open(path: string): ByteSource | undefined {
    try {
      const file = FileSource.open(path);
      this.#files.push(file);
      return file;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }
}
