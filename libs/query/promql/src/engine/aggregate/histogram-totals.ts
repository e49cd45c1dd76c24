import type { FloatHistogram } from '@telamon/model';
import { executionError } from '../query-error.ts';
import type { AccumulatorContext } from './accumulator.ts';

/** Running sums or means of native histograms by cell. */
export class HistogramTotals {
  readonly #isMean: boolean;
  readonly #totals = new Map<number, FloatHistogram>();

  constructor(_context: AccumulatorContext, isMean: boolean) {
    this.#isMean = isMean;
  }

  /** Adds a histogram to a cell. */
  add(cell: number, histogram: FloatHistogram, _metricName: () => string): void {
    if (this.#totals.has(cell)) {
      throw executionError(`native histograms are not supported in ${this.#isMean ? 'avg' : 'sum'} yet`);
    }
    this.#totals.set(cell, histogram);
  }

  /** Whether a cell has histograms. */
  has(cell: number): boolean {
    return this.#totals.has(cell);
  }

  /** The total of a cell; undefined when its histograms do not go together. */
  finish(cell: number): FloatHistogram | undefined {
    return this.#totals.get(cell);
  }
}
