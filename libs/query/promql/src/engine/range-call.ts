import type { Labels } from '@telamon/model';
import type { Call, Expr, MatrixSelector, PositionRange, SubqueryExpr, VectorSelector } from '../parser/ast.ts';
import { noteTexts } from './annotations.ts';
import { type Evaluation, type RowConsumer, scalarValues } from './evaluation.ts';
import { argumentPosition } from './expression-type.ts';
import { type Frame, timeOfStep } from './frame.ts';
import type { RangeCallContext, RangeFunction } from './functions/range-function.ts';
import { ANCHORED_FUNCTIONS, RANGE_FUNCTIONS, SMOOTHED_FUNCTIONS } from './functions/range-functions.ts';
import { sampleSizeOfRow } from './histogram-size.ts';
import { haveOneName } from './one-name.ts';
import { executionError } from './query-error.ts';
import type { Series } from './queryable.ts';
import { RangeWindows, type WindowLayout } from './range-window.ts';
import { FLOAT, Row } from './row.ts';
import type { StepMatrix } from './step-matrix.ts';
import { type EvaluatedSubquery, evaluateSubquery } from './subquery.ts';

/** Functions whose rows keep their name. */
const KEEPS_NAME: ReadonlySet<string> = new Set(['last_over_time', 'first_over_time']);
/** Functions that look at start times of counters. */
const USES_START_TIMES: ReadonlySet<string> = new Set(['rate', 'irate', 'increase', 'resets']);

/** Functions whose windows cost the same however many samples they hold. */
const CONSTANT_COST: ReadonlySet<string> = new Set([
  'absent_over_time',
  'count_over_time',
  'delta',
  'first_over_time',
  'idelta',
  'increase',
  'irate',
  'last_over_time',
  'present_over_time',
  'rate',
  'ts_of_first_over_time',
  'ts_of_last_over_time',
]);
/** Functions that sort their windows. */
const SORTING: ReadonlySet<string> = new Set(['quantile_over_time', 'mad_over_time']);
/** Cost of sorting a sample, in samples looked at. */
const SORTING_COST = 16;

/** Work on one series, in samples looked at, that is done without a look at the clock: some milliseconds. */
const MAX_UNSLICED_COST = 500_000;

/** Work that a function does for each sample of each window, in samples looked at. */
function windowCost(name: string): number {
  if (CONSTANT_COST.has(name)) return 0;
  return SORTING.has(name) ? SORTING_COST : 1;
}

/** Index of a call's range argument, -1 when it has none. */
export function rangeArgumentIndex(call: Call): number {
  return call.args.findIndex((arg) => arg.kind === 'matrixSelector' || arg.kind === 'subquery');
}

/**
 * Streams a function over ranges, series by series: decode, place the windows of all steps, compute all steps.
 * Cost: O(samples + windows) per series; nothing is kept between series.
 */
export async function streamRangeCall(evaluation: Evaluation, call: Call, frame: Frame, consume: RowConsumer): Promise<void> {
  const argIndex = rangeArgumentIndex(call);
  const arg = call.args[argIndex] as MatrixSelector | SubqueryExpr;
  const run = new RangeCallRun(evaluation, call, frame);
  // As in Prometheus the subquery comes before the other arguments, so that annotations come in the same order.
  const subquery = arg.kind === 'subquery' ? await evaluateSubquery(evaluation, arg, frame) : undefined;
  const params: StepMatrix[] = [];
  for (let i = 0; i < call.args.length; i++) {
    if (i !== argIndex) params.push(await evaluation.matrix(call.args[i]!, frame));
  }
  const source = subquery === undefined ? fromSelector(evaluation, arg as MatrixSelector) : fromSubquery(subquery);
  checkModifiers(call, source.selector);
  run.prepare(source, params);
  for (let i = 0; i < source.series.length; i++) {
    const pause = evaluation.pacer.spend(run.lastCost);
    if (pause !== undefined) await pause;
    const isSliced = run.load(source.series[i]!);
    if (isSliced) await run.computeSliced();
    run.emit(source.dropName?.[i] === true, consume);
  }
  run.finish();
  if (subquery !== undefined) evaluation.budget.current -= subquery.sampleCount;
}

/** Series that windows go over, and how they lie. */
interface RangeSource {
  readonly series: readonly Series[];
  readonly rangeMs: number;
  readonly offsetMs: number;
  readonly fixedMs: number | undefined;
  readonly selector: VectorSelector | undefined;
  readonly dropName: readonly boolean[] | undefined;
}

function fromSelector(evaluation: Evaluation, arg: MatrixSelector): RangeSource {
  const selector = arg.vectorSelector;
  return {
    series: evaluation.selections.get(selector) ?? [],
    rangeMs: arg.rangeMs,
    offsetMs: selector.originalOffsetMs,
    fixedMs: selector.timestampMs,
    selector,
    dropName: undefined,
  };
}

function fromSubquery(subquery: EvaluatedSubquery): RangeSource {
  const { expr } = subquery;
  return {
    series: subquery.series,
    rangeMs: expr.rangeMs,
    offsetMs: expr.originalOffsetMs,
    fixedMs: expr.timestampMs,
    selector: undefined,
    dropName: subquery.dropName,
  };
}

function checkModifiers(call: Call, selector: VectorSelector | undefined): void {
  const { name } = call.func;
  if (selector?.isAnchored === true && !ANCHORED_FUNCTIONS.has(name)) {
    throw executionError(`anchored modifier can only be used with: ${list(ANCHORED_FUNCTIONS)} - not with ${name}`);
  }
  if (selector?.isSmoothed === true && !SMOOTHED_FUNCTIONS.has(name)) {
    throw executionError(`smoothed modifier can only be used with: ${list(SMOOTHED_FUNCTIONS)} - not with ${name}`);
  }
}

function list(names: ReadonlySet<string>): string {
  return [...names].sort().join(', ');
}

/** One run of a range function over all series. */
class RangeCallRun {
  windows!: RangeWindows;
  /** Work that the last series was, in samples looked at. */
  lastCost = 0;
  readonly #windowCost: number;
  #isLoaded = false;
  readonly #evaluation: Evaluation;
  readonly #call: Call;
  readonly #frame: Frame;
  readonly #compute: RangeFunction;
  readonly #row: Row;
  #context!: RangeCallContext;
  #source!: RangeSource;
  /** Samples of the series before, which Prometheus counts until the next is read. */
  #heldInWindow = 0;
  /** The name that the counter hint was last thought about for. */
  #hintedName = '';
  #isHinted = false;
  readonly #haveOneName: boolean;
  /** Notes point at the first argument, even where the range is another. */
  readonly #position: PositionRange;

  constructor(evaluation: Evaluation, call: Call, frame: Frame) {
    this.#evaluation = evaluation;
    this.#call = call;
    this.#frame = frame;
    const compute = RANGE_FUNCTIONS.get(call.func.name);
    if (compute === undefined) throw executionError(`unknown function with name "${call.func.name}"`);
    this.#compute = compute;
    this.#row = new Row(frame.steps);
    this.#haveOneName = haveOneName(call);
    this.#windowCost = windowCost(call.func.name);
    this.#position = argumentPosition(call.args[0]!);
  }

  prepare(source: RangeSource, params: readonly StepMatrix[]): void {
    const { options, annotations } = this.#evaluation;
    const frame = this.#frame;
    this.#source = source;
    this.windows = new RangeWindows(layoutOf(source, frame, options.lookbackMs));
    const { args } = this.#call;
    this.#context = {
      annotations,
      position: this.#position,
      argsPosition: mergedPosition(args),
      params: params.map(scalarValues),
      timeOf: (step) => timeOfStep(frame, step),
      isAnchored: source.selector?.isAnchored === true,
      isSmoothed: source.selector?.isSmoothed === true,
      usesStartTimes: options.useStartTimestamps && USES_START_TIMES.has(this.#call.func.name),
    };
  }

  /** Reads a series and computes it, unless that is so much work that it has to be sliced: then true. */
  load(series: Series): boolean {
    const { windows } = this;
    const row = this.#row;
    this.#evaluation.budget.current -= this.#heldInWindow;
    this.#heldInWindow = 0;
    row.clear();
    this.lastCost = row.steps;
    this.#isLoaded = windows.load(series);
    if (!this.#isLoaded) return false;
    const before = this.#frame.counts.total;
    this.#count();
    const work = this.#windowCost * (this.#frame.counts.total - before);
    this.lastCost += windows.length + work;
    if (work > MAX_UNSLICED_COST) return true;
    this.#compute(windows, row, this.#context);
    return false;
  }

  /** Computes a series some steps at a time, letting others run in between. */
  async computeSliced(): Promise<void> {
    const { windows } = this;
    const { steps } = windows.layout;
    const slices = Math.min(steps, Math.ceil(this.lastCost / MAX_UNSLICED_COST));
    for (let slice = 0; slice < slices; slice++) {
      windows.stepFrom = Math.floor((slice * steps) / slices);
      windows.stepTo = Math.floor(((slice + 1) * steps) / slices);
      this.#compute(windows, this.#row, this.#context);
      const pause = this.#evaluation.pacer.spend(MAX_UNSLICED_COST);
      if (pause !== undefined) await pause;
    }
    windows.stepFrom = 0;
    windows.stepTo = steps;
    this.lastCost = 0;
  }

  /** Hands on what was computed. */
  emit(inputDropsName: boolean, consume: RowConsumer): void {
    if (!this.#isLoaded) return;
    const { budget } = this.#evaluation;
    const row = this.#row;
    const { labels } = this.windows;
    const outputs = sampleSizeOfRow(row);
    if (outputs > 0) budget.add(outputs);
    budget.notePeak();
    this.#hintAboutCounters(labels, outputs);
    if (outputs > 0) consume(labels, !KEEPS_NAME.has(this.#call.func.name) || inputDropsName, row);
  }

  finish(): void {
    const { budget } = this.#evaluation;
    budget.notePeak();
    budget.current -= this.#heldInWindow;
    this.#heldInWindow = 0;
  }

  /** Counts the windows as Prometheus does: each is held while its step is computed, the last until the next series. */
  #count(): void {
    const { windows } = this;
    const { counts } = this.#frame;
    const { budget } = this.#evaluation;
    if (windows.histograms.length > 0 || counts.totalPerStep !== undefined) {
      this.#countSteps();
      return;
    }
    const { floatLow, floatHigh, layout } = windows;
    const last = layout.steps - 1;
    let total = 0;
    let largest = 0;
    let read = floatHigh[0]! - floatLow[0]!;
    let before = floatHigh[0]!;
    for (let step = 0; step <= last; step++) {
      const high = floatHigh[step]!;
      const low = floatLow[step]!;
      const size = high - low;
      total += size;
      if (size > largest) largest = size;
      read += high - Math.max(low, before);
      before = high;
    }
    budget.touch(budget.current + largest);
    counts.total += total;
    if (this.#source.selector !== undefined) counts.read += layout.strideMs === 0 ? floatHigh[0]! - floatLow[0]! : read;
    this.#heldInWindow = floatHigh[last]! - floatLow[last]!;
    budget.current += this.#heldInWindow;
  }

  /** The same step by step, for per-step counts and for histograms, which count by size. */
  #countSteps(): void {
    const { windows } = this;
    const { counts } = this.#frame;
    const { budget } = this.#evaluation;
    const isStorage = this.#source.selector !== undefined;
    const { strideMs, afterMs, steps } = windows.layout;
    const readCutoff = afterMs - strideMs;
    const held = budget.current;
    let size = 0;
    for (let step = 0; step < steps; step++) {
      size = windows.sizeOf(step);
      if (size === 0) continue;
      budget.touch(held + size);
      counts.addAt(step, size);
      if (!isStorage) continue;
      if (step === 0) counts.addReadAt(0, size);
      else if (strideMs > 0) counts.addReadAt(step, windows.sizeAfter(step, windows.endOf(step) + readCutoff));
    }
    budget.current += size;
    this.#heldInWindow = size;
  }

  #hintAboutCounters(labels: Labels, outputs: number): void {
    const { name } = this.#call.func;
    if ((name !== 'rate' && name !== 'increase') || outputs === 0 || this.#isHinted) return;
    if (this.#row.histograms !== undefined && !this.#row.kinds.includes(FLOAT)) return;
    // One name needs one look, unless the type is a label of each series.
    this.#isHinted = this.#haveOneName && !this.#evaluation.options.useTypeLabels;
    const { annotations, options } = this.#evaluation;
    const metricName = labels.metricName;
    if (metricName === '' || metricName === this.#hintedName) return;
    this.#hintedName = options.useTypeLabels ? '' : metricName;
    const position = this.#position;
    if (options.useTypeLabels) {
      const type = labels.get('__type__');
      if (type === 'counter' || type === 'histogram') return;
      annotations.info(noteTexts.possibleNonCounterLabel(metricName, type), position);
    } else if (!/_(total|sum|count|bucket)$/.test(metricName)) {
      annotations.info(noteTexts.possibleNonCounter(metricName), position);
    }
  }
}

function layoutOf(source: RangeSource, frame: Frame, lookbackMs: number): WindowLayout {
  const { selector, fixedMs, offsetMs, rangeMs } = source;
  return {
    steps: frame.steps,
    firstEndMs: (fixedMs ?? frame.startMs) - offsetMs,
    strideMs: fixedMs === undefined ? frame.stepMs : 0,
    rangeMs,
    beforeMs: selector?.isAnchored === true || selector?.isSmoothed === true ? lookbackMs : 0,
    afterMs: selector?.isSmoothed === true ? lookbackMs : 0,
  };
}

function mergedPosition(args: readonly Expr[]): PositionRange {
  return { start: argumentPosition(args[0]!).start, end: argumentPosition(args[args.length - 1]!).end };
}
