import { join } from 'node:path';
import type { ByteSource } from '@telamon/bytes';
import { FileSource } from '@telamon/objstore';
import { BlockReader } from '@telamon/tsdb';
import type { BlockRead, QueryBlock, SeriesBatch, SeriesSink } from './query-block.ts';

/** Series between two chances to stop, whether they have something to give or not. */
const SERIES_PER_BATCH = 512;

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
  async *series(read: BlockRead): AsyncIterable<SeriesBatch> {
    const refs = this.reader.index.select(read.matchers);
    for (let at = 0; at < refs.length; at += SERIES_PER_BATCH) {
      yield new FolderBatch(this.reader, refs.subarray(at, at + SERIES_PER_BATCH), read);
    }
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

class FolderBatch implements SeriesBatch {
  readonly #reader: BlockReader;
  readonly #refs: Uint32Array;
  readonly #read: BlockRead;
  #at = 0;

  constructor(reader: BlockReader, refs: Uint32Array, read: BlockRead) {
    this.#reader = reader;
    this.#refs = refs;
    this.#read = read;
  }

  next(sink: SeriesSink): boolean {
    while (this.#at < this.#refs.length) if (this.#give(this.#refs[this.#at++]!, sink)) return true;
    return false;
  }

  /** False when the series has no chunk in the time. */
  #give(ref: number, sink: SeriesSink): boolean {
    const { fromMs, toMs, isLabelsOnly } = this.#read;
    const { index } = this.#reader;
    const entry = index.entry(ref);
    if (isLabelsOnly) {
      if (!entry.chunks.some((chunk) => chunk.maxTimeMs >= fromMs && chunk.minTimeMs <= toMs)) return false;
      sink.beginSeries(index.labelBytes(entry));
      return true;
    }
    const chunks = this.#reader.chunksOf(ref, entry.chunks, { minTimeMs: fromMs, maxTimeMs: toMs, isTrimming: false });
    if (chunks.length === 0) return false;
    sink.beginSeries(index.labelBytes(entry));
    for (const { encoding, minTimeMs, maxTimeMs, data } of chunks)
      sink.addChunk(encoding, minTimeMs, maxTimeMs, data, 0, data.length);
    return true;
  }
}
