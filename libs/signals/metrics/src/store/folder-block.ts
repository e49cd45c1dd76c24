import { join } from 'node:path';
import type { ByteSource } from '@telamon/bytes';
import { FileSource } from '@telamon/objstore';
import { BlockReader, type BlockSeries, type ChunkView } from '@telamon/tsdb';
import type { BlockRead, QueryBlock } from './query-block.ts';

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

  /** See {@link QueryBlock.series}; one batch that reads as it is walked. */
  async *series(read: BlockRead): AsyncIterable<Iterable<BlockSeries>> {
    yield read.isLabelsOnly ? this.#labels(read) : this.reader.select(read.matchers, read.fromMs, read.toMs);
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

  *#labels({ matchers, fromMs, toMs }: BlockRead): Iterable<BlockSeries> {
    const { index } = this.reader;
    for (const ref of index.select(matchers)) {
      const entry = index.entry(ref);
      if (!entry.chunks.some((chunk) => chunk.maxTimeMs >= fromMs && chunk.minTimeMs <= toMs)) continue;
      yield { labels: index.labelBytes(entry), chunks: NO_CHUNKS };
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
