import type { Matcher } from '@telamon/model';

/** What to read of a block. Times inclusive, ms. */
export interface BlockRead {
  readonly matchers: readonly Matcher[];
  readonly fromMs: number;
  readonly toMs: number;
  /** Series come without chunks (but only those that have some in the time). */
  readonly isLabelsOnly: boolean;
  readonly signal: AbortSignal;
}

/** Takes series. What it is given are views that are valid during the call alone: it copies what it keeps, and changes nothing. */
export interface SeriesSink {
  /** The next series, by its canonical label bytes. */
  beginSeries(labels: Uint8Array): void;
  /** A chunk of it, ascending by `minTimeMs` (inclusive, ms, as `maxTimeMs`): `data[start, end)`, without encoding byte and checksum. */
  addChunk(encoding: number, minTimeMs: number, maxTimeMs: number, data: Uint8Array, start: number, end: number): void;
}

/** Some series of a block, each given once. Valid until the next batch is asked for. */
export interface SeriesBatch {
  /** Gives the next series to a sink; false at the end. Throws CorruptError for damaged bytes, with part of a series given maybe. */
  next(sink: SeriesSink): boolean;
}

/** A block that is open for queries, wherever its files are. Every method throws CorruptError for damaged bytes. */
export interface QueryBlock {
  /**
   * Series that pass the matchers and have chunks in the time, in the order of their labels, in batches: between two batches a
   * block may wait for the bucket, within one it works.
   */
  series(read: BlockRead): AsyncIterable<SeriesBatch>;
  /** Names of all labels, sorted bytewise. */
  labelNames(): Iterable<string>;
  /** Values of a label, sorted bytewise. */
  labelValues(name: string): Iterable<string>;
  /** Closes files. */
  close(): void;
}
