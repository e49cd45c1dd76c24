import type { Matcher } from '@telamon/model';
import type { BlockSeries } from '@telamon/tsdb';

/** What to read of a block. Times inclusive, ms. */
export interface BlockRead {
  readonly matchers: readonly Matcher[];
  readonly fromMs: number;
  readonly toMs: number;
  /** Series come without chunks (but only those that have some in the time). */
  readonly isLabelsOnly: boolean;
  readonly signal: AbortSignal;
}

/** A block that is open for queries, wherever its files are. Every method throws CorruptError for damaged bytes. */
export interface QueryBlock {
  /**
   * Series that pass the matchers and have chunks in the time, in the order of their labels, in batches: between two batches a
   * block may wait for the bucket, within one it works. Views are valid until the next batch.
   */
  series(read: BlockRead): AsyncIterable<Iterable<BlockSeries>>;
  /** Names of all labels, sorted bytewise. */
  labelNames(): Iterable<string>;
  /** Values of a label, sorted bytewise. */
  labelValues(name: string): Iterable<string>;
  /** Closes files. */
  close(): void;
}
