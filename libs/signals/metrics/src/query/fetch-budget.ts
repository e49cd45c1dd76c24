import { maxChunkBytesPerQuery, maxChunksPerQuery, maxQueryLength, maxSeriesPerQuery } from '@telamon/limits';
import type { FrameSeries } from '../frame/series-frame.ts';
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
  takeSeries({ labels, chunks }: FrameSeries): void {
    const { maxSeries, maxChunks, maxChunkBytes } = this.#limits;
    for (let i = 0; i < chunks.length; i++) this.#chunkBytes += chunks[i]!.data.length;
    this.#chunkCount += chunks.length;
    if (maxSeries > 0) this.#takeDistinct(labels, maxSeries);
    if (maxChunks > 0 && this.#chunkCount > maxChunks) throw maxChunksPerQuery(maxChunks);
    if (maxChunkBytes > 0 && this.#chunkBytes > maxChunkBytes) throw maxChunkBytesPerQuery(maxChunkBytes);
  }

  /** Counts the series of one select, those of all sources joined. */
  takeJoined(count: number): void {
    this.#seriesCount += count;
  }

  #takeDistinct(labels: Uint8Array, limit: number): void {
    this.#distinct.add(Buffer.from(labels.buffer, labels.byteOffset, labels.byteLength).toString('latin1'));
    if (this.#distinct.size > limit) throw maxSeriesPerQuery(limit);
  }
}
