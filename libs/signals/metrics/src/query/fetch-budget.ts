import { maxChunkBytesPerQuery, maxChunksPerQuery, maxQueryLength, maxSeriesPerQuery } from '@telamon/limits';
import type { SeriesRecord } from '../frame/series-records.ts';
import type { EvaluateLimits } from './evaluate-request.ts';

/** The limits that a {@link FetchBudget} watches; 0 = none. */
export type FetchLimits = Pick<EvaluateLimits, 'maxSeries' | 'maxChunks' | 'maxChunkBytes' | 'maxSelectorLengthMs'>;

const NO_LIMITS: FetchLimits = { maxSeries: 0, maxChunks: 0, maxChunkBytes: 0, maxSelectorLengthMs: 0 };

/** Counts what one query fetches, where it arrives, and ends the query that passes a limit. */
export class FetchBudget {
  readonly #limits: FetchLimits;
  readonly #charge: (sizeBytes: number) => void;
  /** Label bytes of the series so far, kept only while there is a limit; never more than it and one. */
  readonly #distinct = new Set<string>();
  #seriesCount = 0;
  #chunkCount = 0;
  #chunkBytes = 0;

  /** `charge` is told the size of everything that stays in memory until the query ends; it throws when that is too much. */
  constructor(charge: (sizeBytes: number) => void, limits: FetchLimits = NO_LIMITS) {
    this.#charge = charge;
    this.#limits = limits;
  }

  /** Series of all selects, each select's once. */
  get seriesCount(): number {
    return this.#seriesCount;
  }

  get chunkCount(): number {
    return this.#chunkCount;
  }

  /** Bytes of compressed chunks. */
  get chunkBytes(): number {
    return this.#chunkBytes;
  }

  /** @throws CatalogueError 422 when a selector spans too much time. */
  takeLength(lengthMs: number): void {
    const limitMs = this.#limits.maxSelectorLengthMs;
    if (limitMs > 0 && lengthMs > limitMs) throw maxQueryLength(lengthMs, limitMs);
  }

  /** Counts a frame that is kept. @throws what the charge throws. */
  takeFrame(sizeBytes: number): void {
    this.#charge(sizeBytes);
  }

  /** Counts one series of a frame. @throws CatalogueError 422 when that is one series, chunk or byte too many. */
  takeSeries({ frame, labelsAt, labelsEnd, chunkCount, chunkBytes }: SeriesRecord): void {
    const { maxSeries, maxChunks, maxChunkBytes } = this.#limits;
    this.#chunkBytes += chunkBytes;
    this.#chunkCount += chunkCount;
    if (maxSeries > 0) this.#takeDistinct(frame.toString('latin1', labelsAt, labelsEnd), maxSeries);
    if (maxChunks > 0 && this.#chunkCount > maxChunks) throw maxChunksPerQuery(maxChunks);
    if (maxChunkBytes > 0 && this.#chunkBytes > maxChunkBytes) throw maxChunkBytesPerQuery(maxChunkBytes);
  }

  /** Counts the series of one select, those of all sources joined. */
  takeJoined(count: number): void {
    this.#seriesCount += count;
  }

  #takeDistinct(labels: string, limit: number): void {
    this.#distinct.add(labels);
    if (this.#distinct.size > limit) throw maxSeriesPerQuery(limit);
  }
}
