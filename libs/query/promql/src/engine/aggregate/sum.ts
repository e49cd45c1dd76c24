import { noteTexts } from '../annotations.ts';
import { ABSENT, FLOAT, HISTOGRAM, type Row } from '../row.ts';
import { type Accumulator, type AccumulatorContext, GroupColumns } from './accumulator.ts';
import { HistogramTotals } from './histogram-totals.ts';

/** sum: compensated, floats or histograms; a group with both at one step gives nothing there, and a warning. */
export class SumAccumulator implements Accumulator {
  readonly #context: AccumulatorContext;
  readonly #sums: GroupColumns;
  readonly #compensations: GroupColumns;
  /** Number of floats per cell. */
  readonly #counts: GroupColumns;
  readonly #histograms: HistogramTotals;

  constructor(context: AccumulatorContext) {
    this.#context = context;
    this.#sums = new GroupColumns(context.steps);
    this.#compensations = new GroupColumns(context.steps);
    this.#counts = new GroupColumns(context.steps);
    this.#histograms = new HistogramTotals(context, false);
  }

  add(group: number, row: Row, metricName: () => string): void {
    const { steps } = this.#context;
    const base = this.#sums.offsetOf(group);
    this.#compensations.offsetOf(group);
    this.#counts.offsetOf(group);
    const sums = this.#sums.values;
    const compensations = this.#compensations.values;
    const counts = this.#counts.values;
    const { kinds, values } = row;
    for (let step = 0; step < steps; step++) {
      const kind = kinds[step]!;
      if (kind === ABSENT) continue;
      const cell = base + step;
      if (kind === HISTOGRAM) {
        if (counts[cell]! > 0 && !this.#histograms.has(cell)) this.#histograms.mark(cell);
        else if (!this.#histograms.isMarked(cell)) this.#histograms.add(cell, row.histograms![step]!, metricName);
        continue;
      }
      if (this.#histograms.isIncompatible(cell)) continue;
      const value = values[step]!;
      // The first value is taken as it is, so that the sum of one -0 stays -0.
      if (counts[cell]!++ === 0) {
        sums[cell] = value;
        continue;
      }
      const sum = sums[cell]!;
      const next = sum + value;
      if (next === Infinity || next === -Infinity) compensations[cell] = 0;
      else if (Math.abs(sum) >= Math.abs(value)) compensations[cell]! += sum - next + value;
      else compensations[cell]! += value - next + sum;
      sums[cell] = next;
    }
  }

  finish(group: number, into: Row): void {
    const base = this.#sums.offsetOf(group);
    for (let step = 0; step < this.#context.steps; step++) {
      const cell = base + step;
      const hasFloats = this.#counts.values[cell]! > 0;
      if (this.#histograms.has(cell)) {
        if (hasFloats) warnOfMix(this.#context);
        else {
          const total = this.#histograms.finish(cell);
          if (total !== undefined) into.setHistogram(step, total);
        }
      } else if (hasFloats) {
        into.kinds[step] = FLOAT;
        into.values[step] = this.#sums.values[cell]! + this.#compensations.values[cell]!;
      }
    }
  }
}

/** avg: sum over count; where the sum would overflow, an incremental mean. */
export class AverageAccumulator implements Accumulator {
  readonly #context: AccumulatorContext;
  readonly #sums: GroupColumns;
  readonly #compensations: GroupColumns;
  readonly #counts: GroupColumns;
  /** 1 where the sum column holds a mean. */
  readonly #isMean: GroupColumns;
  readonly #histograms: HistogramTotals;

  constructor(context: AccumulatorContext) {
    this.#context = context;
    this.#sums = new GroupColumns(context.steps);
    this.#compensations = new GroupColumns(context.steps);
    this.#counts = new GroupColumns(context.steps);
    this.#isMean = new GroupColumns(context.steps);
    this.#histograms = new HistogramTotals(context, true);
  }

  add(group: number, row: Row, metricName: () => string): void {
    const base = this.#sums.offsetOf(group);
    for (const column of [this.#compensations, this.#counts, this.#isMean]) column.offsetOf(group);
    for (let step = 0; step < this.#context.steps; step++) {
      const kind = row.kinds[step]!;
      const cell = base + step;
      if (kind === HISTOGRAM) {
        if (this.#counts.values[cell]! > 0 && !this.#histograms.has(cell)) this.#histograms.mark(cell);
        else if (!this.#histograms.isMarked(cell)) this.#histograms.add(cell, row.histograms![step]!, metricName);
      } else if (kind === FLOAT && !this.#histograms.isIncompatible(cell)) this.#addFloat(cell, row.values[step]!);
    }
  }

  #addFloat(cell: number, value: number): void {
    const sums = this.#sums.values;
    const compensations = this.#compensations.values;
    const count = ++this.#counts.values[cell]!;
    if (count === 1) {
      sums[cell] = value;
      return;
    }
    if (this.#isMean.values[cell] === 0) {
      const sum = sums[cell]!;
      const next = sum + value;
      if (Math.abs(next) !== Infinity) {
        compensations[cell]! += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
        sums[cell] = next;
        return;
      }
      this.#isMean.values[cell] = 1;
      sums[cell]! /= count - 1;
      compensations[cell]! /= count - 1;
    }
    const weight = (count - 1) / count;
    const mean = weight * sums[cell]!;
    const part = value / count;
    const next = mean + part;
    const compensation = weight * compensations[cell]!;
    if (Math.abs(next) === Infinity) compensations[cell] = 0;
    else compensations[cell] = compensation + (Math.abs(mean) >= Math.abs(part) ? mean - next + part : part - next + mean);
    sums[cell] = next;
  }

  finish(group: number, into: Row): void {
    const base = this.#sums.offsetOf(group);
    for (let step = 0; step < this.#context.steps; step++) {
      const cell = base + step;
      const count = this.#counts.values[cell]!;
      if (this.#histograms.has(cell)) {
        if (count > 0) warnOfMix(this.#context);
        else {
          const mean = this.#histograms.finish(cell);
          if (mean !== undefined) into.setHistogram(step, mean);
        }
      } else if (count > 0) {
        const divisor = this.#isMean.values[cell] === 1 ? 1 : count;
        into.setFloat(step, this.#sums.values[cell]! / divisor + this.#compensations.values[cell]! / divisor);
      }
    }
  }
}

function warnOfMix(context: AccumulatorContext): void {
  context.annotations.warn(noteTexts.mixedFloatsHistogramsAggregation, context.position);
}
