import { noteTexts } from '../annotations.ts';
import { ABSENT, FLOAT, HISTOGRAM, type Row } from '../row.ts';
import { type Accumulator, type AccumulatorContext, GroupColumns } from './accumulator.ts';

/** count and group: floats and histograms alike. */
export class CountAccumulator implements Accumulator {
  readonly #steps: number;
  readonly #counts: GroupColumns;
  readonly #isGroup: boolean;

  constructor(context: AccumulatorContext, isGroup: boolean) {
    this.#steps = context.steps;
    this.#counts = new GroupColumns(context.steps);
    this.#isGroup = isGroup;
  }

  add(group: number, row: Row): void {
    const base = this.#counts.offsetOf(group);
    const counts = this.#counts.values;
    for (let step = 0; step < this.#steps; step++) if (row.kinds[step] !== ABSENT) counts[base + step]!++;
  }

  finish(group: number, into: Row): void {
    const base = this.#counts.offsetOf(group);
    for (let step = 0; step < this.#steps; step++) {
      const count = this.#counts.values[base + step]!;
      if (count > 0) into.setFloat(step, this.#isGroup ? 1 : count);
    }
  }
}

/** Says that histograms were left out of an aggregation that takes floats only. */
function noteIgnored(context: AccumulatorContext, name: string): void {
  context.annotations.info(noteTexts.histogramIgnoredInAggregation(name), context.position);
}

/** min and max: NaN only where there is nothing else. */
export class ExtremeAccumulator implements Accumulator {
  readonly #context: AccumulatorContext;
  readonly #best: GroupColumns;
  readonly #seen: GroupColumns;
  readonly #isMax: boolean;

  constructor(context: AccumulatorContext, isMax: boolean) {
    this.#context = context;
    this.#best = new GroupColumns(context.steps);
    this.#seen = new GroupColumns(context.steps);
    this.#isMax = isMax;
  }

  add(group: number, row: Row): void {
    const base = this.#best.offsetOf(group);
    this.#seen.offsetOf(group);
    const best = this.#best.values;
    const seen = this.#seen.values;
    for (let step = 0; step < this.#context.steps; step++) {
      const kind = row.kinds[step]!;
      if (kind === HISTOGRAM) noteIgnored(this.#context, this.#isMax ? 'max' : 'min');
      if (kind !== FLOAT) continue;
      const cell = base + step;
      const value = row.values[step]!;
      const known = best[cell]!;
      if (seen[cell] === 0 || (this.#isMax ? value > known : value < known) || Number.isNaN(known)) best[cell] = value;
      seen[cell] = 1;
    }
  }

  finish(group: number, into: Row): void {
    const base = this.#best.offsetOf(group);
    for (let step = 0; step < this.#context.steps; step++) {
      if (this.#seen.values[base + step] === 1) into.setFloat(step, this.#best.values[base + step]!);
    }
  }
}

/** stddev and stdvar of the population, by Welford's method. */
export class VarianceAccumulator implements Accumulator {
  readonly #context: AccumulatorContext;
  readonly #counts: GroupColumns;
  readonly #means: GroupColumns;
  readonly #squares: GroupColumns;
  readonly #isDeviation: boolean;

  constructor(context: AccumulatorContext, isDeviation: boolean) {
    this.#context = context;
    this.#counts = new GroupColumns(context.steps);
    this.#means = new GroupColumns(context.steps);
    this.#squares = new GroupColumns(context.steps);
    this.#isDeviation = isDeviation;
  }

  add(group: number, row: Row): void {
    const base = this.#counts.offsetOf(group);
    this.#means.offsetOf(group);
    this.#squares.offsetOf(group);
    for (let step = 0; step < this.#context.steps; step++) {
      const kind = row.kinds[step]!;
      if (kind === HISTOGRAM) noteIgnored(this.#context, this.#isDeviation ? 'stddev' : 'stdvar');
      if (kind === FLOAT) this.#addFloat(base + step, row.values[step]!);
    }
  }

  #addFloat(cell: number, value: number): void {
    const count = ++this.#counts.values[cell]!;
    if (count === 1) {
      this.#means.values[cell] = value;
      this.#squares.values[cell] = Number.isFinite(value) ? 0 : NaN;
      return;
    }
    const delta = value - this.#means.values[cell]!;
    this.#means.values[cell]! += delta / count;
    this.#squares.values[cell]! += delta * (value - this.#means.values[cell]!);
  }

  finish(group: number, into: Row): void {
    const base = this.#counts.offsetOf(group);
    for (let step = 0; step < this.#context.steps; step++) {
      const count = this.#counts.values[base + step]!;
      if (count === 0) continue;
      const variance = this.#squares.values[base + step]! / count;
      into.setFloat(step, this.#isDeviation ? Math.sqrt(variance) : variance);
    }
  }
}
