import type { FloatHistogram } from '@telamon/model';
import { noteTexts } from '../annotations.ts';
import { HistogramSum } from '../functions/histogram-sum.ts';
import type { AccumulatorContext } from './accumulator.ts';

/** Running sums or means of native histograms by cell. */
export class HistogramTotals {
  readonly #context: AccumulatorContext;
  readonly #isMean: boolean;
  readonly #totals = new Map<number, HistogramSum>();
  readonly #marked = new Set<number>();
  readonly #incompatible = new Set<number>();

  constructor(context: AccumulatorContext, isMean: boolean) {
    this.#context = context;
    this.#isMean = isMean;
  }

  /** Adds a histogram to a cell. Notes schemas that do not go together under the name of the newcomer. */
  add(cell: number, histogram: FloatHistogram, metricName: () => string): void {
    const total = this.#totals.get(cell);
    if (total === undefined) {
      this.#totals.set(cell, new HistogramSum(histogram));
      return;
    }
    if (total.isIncompatible) return;
    total.add(histogram, this.#isMean);
    const { annotations, position } = this.#context;
    if (total.isIncompatible) {
      this.#incompatible.add(cell);
      annotations.warn(noteTexts.mixedSchemas(metricName()), position);
    }
    if (total.isReconciled) annotations.info(noteTexts.mismatchedCustomBuckets('aggregation'), position);
  }

  /**
   * Notes that a cell with floats has a histogram as well. Nothing is added up: the cell has no result, and what could be
   * said about its histograms does not matter.
   */
  mark(cell: number): void {
    this.#marked.add(cell);
  }

  /** Whether a cell was marked. */
  isMarked(cell: number): boolean {
    return this.#marked.has(cell);
  }

  /** Whether a cell has histograms that do not go together: it has no result, whatever comes. */
  isIncompatible(cell: number): boolean {
    return this.#incompatible.size > 0 && this.#incompatible.has(cell);
  }

  /** Whether a cell has histograms. */
  has(cell: number): boolean {
    return this.#totals.has(cell) || this.#marked.has(cell);
  }

  /** The total of a cell; undefined when its histograms do not go together. */
  finish(cell: number): FloatHistogram | undefined {
    const total = this.#totals.get(cell)!;
    if (total.isIncompatible) return undefined;
    const { annotations, position } = this.#context;
    if (total.isCollision) annotations.warn(noteTexts.counterResetCollision('aggregation'), position);
    return this.#isMean ? total.mean() : total.sum();
  }
}
