import type { Exemplar, SeriesCursor, SeriesMetadata, TimedHistogram, WriteTotals } from '@telamon/wire';
import { fitHistogram, type HistogramLimits } from './fit-histogram.ts';

/** Limits that decide about histograms before a head sees them. */
export interface CursorLimits extends HistogramLimits {
  readonly nativeHistogramsIngestionEnabled: boolean;
}

/**
 * A cursor whose histograms fit a tenant's limits, or that has none where the tenant takes none (they are ignored without an
 * error). Costs a call per access, so it is put only around requests that hold histograms.
 */
export class FittingCursor implements SeriesCursor {
  readonly #inner: SeriesCursor;
  readonly #limits: CursorLimits;

  constructor(inner: SeriesCursor, limits: CursorLimits) {
    this.#inner = inner;
    this.#limits = limits;
  }

  /** The cursor underneath, whose histograms are as they were sent. */
  get inner(): SeriesCursor {
    return this.#inner;
  }

  get histogramCount(): number {
    return this.#limits.nativeHistogramsIngestionEnabled ? this.#inner.histogramCount : 0;
  }
  decodeHistogram(index: number): TimedHistogram {
    const timed = this.#inner.decodeHistogram(index);
    return { ...timed, histogram: fitHistogram(timed.histogram, this.#limits) };
  }

  nextSeries(): boolean {
    return this.#inner.nextSeries();
  }
  rewind(): void {
    this.#inner.rewind();
  }
  verify(): WriteTotals {
    return this.#inner.verify();
  }

  verifySome(): WriteTotals | undefined {
    return this.#inner.verifySome();
  }
  get messageStart(): number {
    return this.#inner.messageStart;
  }
  get messageEnd(): number {
    return this.#inner.messageEnd;
  }
  get labelCount(): number {
    return this.#inner.labelCount;
  }
  get hashLow(): number {
    return this.#inner.hashLow;
  }
  get hashHigh(): number {
    return this.#inner.hashHigh;
  }
  get hasInvalidUtf8(): boolean {
    return this.#inner.hasInvalidUtf8;
  }
  rawKey(): Uint8Array {
    return this.#inner.rawKey();
  }
  matchesRawKey(key: Uint8Array, start?: number, end?: number): boolean {
    return this.#inner.matchesRawKey(key, start, end);
  }
  decodeLabelPairs(): string[] {
    return this.#inner.decodeLabelPairs();
  }
  get sampleCount(): number {
    return this.#inner.sampleCount;
  }
  get sampleTimesMs(): Float64Array {
    return this.#inner.sampleTimesMs;
  }
  get sampleValues(): Float64Array {
    return this.#inner.sampleValues;
  }
  get sampleWords(): Uint32Array {
    return this.#inner.sampleWords;
  }
  get sampleStartTimesMs(): Float64Array {
    return this.#inner.sampleStartTimesMs;
  }
  get exemplarCount(): number {
    return this.#inner.exemplarCount;
  }
  decodeExemplar(index: number): Exemplar {
    return this.#inner.decodeExemplar(index);
  }
  decodeMetadata(): SeriesMetadata | undefined {
    return this.#inner.decodeMetadata();
  }
}
