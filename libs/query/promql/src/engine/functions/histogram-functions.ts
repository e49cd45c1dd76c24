import { formatOpenMetrics, type Labels } from '@telamon/model';
import type { Call, PositionRange } from '../../parser/ast.ts';
import { noteTexts } from '../annotations.ts';
import { type Evaluation, scalarValues } from '../evaluation.ts';
import { argumentPosition } from '../expression-type.ts';
import { type Frame, timeOfStep } from '../frame.ts';
import { HISTOGRAM, Row } from '../row.ts';
import { RowCollector } from '../row-collector.ts';
import type { StepMatrix } from '../step-matrix.ts';
import { BucketGroups } from './bucket-groups.ts';
import { type ClassicBuckets, classicFraction, classicQuantile } from './classic-histogram.ts';
import { stringArgument } from './label-replace.ts';
import { nativeFraction, nativeQuantile } from './native-quantile.ts';

/** histogram_quantile(q, vector). */
export async function evaluateHistogramQuantile(evaluation: Evaluation, call: Call, frame: Frame): Promise<StepMatrix> {
  const before = evaluation.budget.current;
  const q = await evaluation.matrix(call.args[0]!, frame);
  const input = await evaluation.matrix(call.args[1]!, frame);
  noteInvalidQuantiles(evaluation, scalarValues(q), argumentPosition(call.args[0]!));
  const run = new HistogramRun(evaluation, frame, input, argumentPosition(call.args[1]!));
  run.quantiles(scalarValues(q), (labels) => labels);
  return run.finish(before, [q, input]);
}

/** histogram_quantiles(vector, label, q...): the same for several quantiles, told apart by a label. */
export async function evaluateHistogramQuantiles(evaluation: Evaluation, call: Call, frame: Frame): Promise<StepMatrix> {
  const before = evaluation.budget.current;
  const input = await evaluation.matrix(call.args[0]!, frame);
  const label = stringArgument(call.args[1]!);
  const quantiles: StepMatrix[] = [];
  for (const arg of call.args.slice(2)) quantiles.push(await evaluation.matrix(arg, frame));
  quantiles.forEach((q, i) => {
    noteInvalidQuantiles(evaluation, scalarValues(q), argumentPosition(call.args[i + 2]!));
  });
  const run = new HistogramRun(evaluation, frame, input, argumentPosition(call.args[0]!));
  for (const q of quantiles) {
    run.quantiles(scalarValues(q), (labels, value) => labels.with(label, formatOpenMetrics(value)));
  }
  return run.finish(before, [input, ...quantiles]);
}

/** histogram_fraction(lower, upper, vector). */
export async function evaluateHistogramFraction(evaluation: Evaluation, call: Call, frame: Frame): Promise<StepMatrix> {
  const before = evaluation.budget.current;
  const lower = await evaluation.matrix(call.args[0]!, frame);
  const upper = await evaluation.matrix(call.args[1]!, frame);
  const input = await evaluation.matrix(call.args[2]!, frame);
  const run = new HistogramRun(evaluation, frame, input, argumentPosition(call.args[2]!));
  run.fractions(scalarValues(lower), scalarValues(upper));
  return run.finish(before, [lower, upper, input]);
}

function noteInvalidQuantiles(evaluation: Evaluation, values: Float64Array, position: PositionRange): void {
  for (const q of values) {
    if (!(q >= 0 && q <= 1)) evaluation.annotations.warn(noteTexts.invalidQuantile(q), position);
  }
}

/** Goes over the histograms of a vector, native ones first. */
class HistogramRun {
  readonly #evaluation: Evaluation;
  readonly #frame: Frame;
  readonly #input: StepMatrix;
  readonly #position: PositionRange;
  readonly #groups: BucketGroups;
  readonly #collector: RowCollector;
  readonly #row: Row;
  /** Cells (group * steps + step) at which a classic group stands beside a native histogram. */
  readonly #mixed = new Set<number>();

  constructor(evaluation: Evaluation, frame: Frame, input: StepMatrix, position: PositionRange) {
    this.#evaluation = evaluation;
    this.#frame = frame;
    this.#input = input;
    this.#position = position;
    this.#groups = new BucketGroups(evaluation, input, position);
    this.#collector = new RowCollector(evaluation, { steps: frame.steps, rule: 'merge', haveOneName: false });
    this.#row = new Row(frame.steps);
    this.#findMixed();
  }

  quantiles(qs: Float64Array, label: (labels: Labels, q: number) => Labels): void {
    const { annotations } = this.#evaluation;
    const position = this.#position;
    this.#native(
      (row, step, metricName) => {
        const histogram = this.#input.histogramAt(row * this.#frame.steps + step)!;
        return nativeQuantile(qs[step]!, histogram, { annotations, metricName, position });
      },
      (labels) => label(labels, qs[0]!),
    );
    this.#classic(
      (buckets, step, labels) => {
        const result = classicQuantile(qs[step]!, buckets);
        if (result.forced !== undefined) {
          const timeMs = timeOfStep(this.#frame, step);
          annotations.forcedMonotonicity(this.#groups.noteName(labels), position, { timeMs, ...result.forced });
        }
        return result.value;
      },
      (labels) => label(labels, qs[0]!),
    );
  }

  fractions(lowers: Float64Array, uppers: Float64Array): void {
    const { annotations } = this.#evaluation;
    const position = this.#position;
    const same = (labels: Labels): Labels => labels;
    this.#native((row, step, metricName) => {
      const histogram = this.#input.histogramAt(row * this.#frame.steps + step)!;
      return nativeFraction(lowers[step]!, uppers[step]!, histogram, { annotations, metricName, position });
    }, same);
    this.#classic((buckets, step) => classicFraction(lowers[step]!, uppers[step]!, buckets), same);
  }

  finish(before: number, inputs: readonly StepMatrix[]): StepMatrix {
    const output = this.#collector.matrix;
    this.#evaluation.budget.settle(before, inputs, output);
    for (const input of inputs) input.release();
    return output;
  }

  #findMixed(): void {
    const { steps } = this.#frame;
    for (const { row, twin } of this.#groups.native) {
      if (twin === undefined) continue;
      const group = this.#groups.classic.indexOf(twin);
      for (let step = 0; step < steps; step++) {
        if (this.#groups.isMixed(twin, row, step)) this.#mixed.add(group * steps + step);
      }
    }
  }

  #native(compute: (row: number, step: number, metricName: string) => number, relabel: (labels: Labels) => Labels): void {
    const { steps } = this.#frame;
    for (const { row, twin } of this.#groups.native) {
      const labels = this.#input.labels[row]!;
      const group = twin === undefined ? -1 : this.#groups.classic.indexOf(twin);
      this.#row.clear();
      for (let step = 0; step < steps; step++) {
        if (this.#input.kinds[row * steps + step] !== HISTOGRAM) continue;
        if (group >= 0 && this.#mixed.has(group * steps + step)) continue;
        this.#row.setFloat(step, compute(row, step, this.#groups.noteName(labels)));
      }
      this.#collector.add(relabel(labels), true, this.#row);
    }
  }

  #classic(
    compute: (buckets: ClassicBuckets, step: number, labels: Labels) => number,
    relabel: (labels: Labels) => Labels,
  ): void {
    const { steps } = this.#frame;
    const buckets: ClassicBuckets = { bounds: [], counts: [] };
    this.#groups.classic.forEach((group, i) => {
      this.#row.clear();
      for (let step = 0; step < steps; step++) {
        if (this.#mixed.has(i * steps + step) || !this.#groups.gather(group, step, buckets)) continue;
        this.#row.setFloat(step, compute(buckets, step, group.labels));
      }
      this.#collector.add(relabel(group.labels), true, this.#row);
    });
  }
}
