import type { BinaryExpr, Call, Expr, StepInvariantExpr, UnaryExpr } from '../parser/ast.ts';
import { unrollBinary } from '../parser/value-type.ts';
import { evaluateAggregate } from './aggregate/aggregate.ts';
import type { Annotations } from './annotations.ts';
import { isSetOperator } from './binary/operators.ts';
import { evaluateSetOperation } from './binary/set-operation.ts';
import { evaluateScalarScalar, streamVectorScalar, vectorSideOf } from './binary/vector-scalar.ts';
import { evaluateVectorVector } from './binary/vector-vector.ts';
import type { ResolvedOptions } from './engine-options.ts';
import type { Evaluation, RowConsumer } from './evaluation.ts';
import { typeOfExpression } from './expression-type.ts';
import type { Frame } from './frame.ts';
import { evaluateAbsent, evaluateAbsentOverTime } from './functions/absent.ts';
import { CALENDAR_FUNCTIONS } from './functions/calendar.ts';
import {
  evaluateHistogramFraction,
  evaluateHistogramQuantile,
  evaluateHistogramQuantiles,
} from './functions/histogram-functions.ts';
import { evaluateInfo } from './functions/info.ts';
import { evaluateLabelJoin, evaluateLabelReplace } from './functions/label-replace.ts';
import { computedRow, evaluateScalar, evaluateScalarFunction, SCALAR_FUNCTIONS } from './functions/scalar-functions.ts';
import { evaluateSort, SORT_FUNCTIONS } from './functions/sort.ts';
import { isElementwise, streamElementwise } from './functions/stream-elementwise.ts';
import { selectionOf, streamInstant } from './instant-selector.ts';
import type { MemoryLedger } from './memory-ledger.ts';
import { negateHistogram } from './negate.ts';
import { haveOneName } from './one-name.ts';
import type { Pacer } from './pacer.ts';
import { executionError } from './query-error.ts';
import type { Queryable } from './queryable.ts';
import { rangeArgumentIndex, streamRangeCall } from './range-call.ts';
import { FLOAT, HISTOGRAM, Row } from './row.ts';
import { type CollisionRule, RowCollector } from './row-collector.ts';
import { type SampleBudget, SampleCounts } from './sample-budget.ts';
import type { Selections } from './selections.ts';
import { streamSmoothed } from './smoothed-selector.ts';
import type { StepMatrix } from './step-matrix.ts';

type NodeFunction = (evaluation: Evaluation, call: Call, frame: Frame) => Promise<StepMatrix>;

/** Functions that need their whole input, by name. */
const WHOLE_FUNCTIONS: ReadonlyMap<string, NodeFunction> = new Map([
  ['absent', evaluateAbsent],
  ['absent_over_time', evaluateAbsentOverTime],
  ['histogram_fraction', evaluateHistogramFraction],
  ['histogram_quantile', evaluateHistogramQuantile],
  ['histogram_quantiles', evaluateHistogramQuantiles],
  ['info', evaluateInfo],
  ['label_join', evaluateLabelJoin],
  ['label_replace', evaluateLabelReplace],
  ['scalar', evaluateScalar],
]);

/** Links of a chain of operators that are evaluated by recursion. */
const MAX_RECURSIVE_LINKS = 32;

/** What an evaluator is made with. */
export interface EvaluatorParts {
  readonly options: ResolvedOptions;
  readonly annotations: Annotations;
  readonly budget: SampleBudget;
  readonly pacer: Pacer;
  readonly ledger: MemoryLedger;
  readonly queryable: Queryable;
  readonly selections: Selections;
  readonly signal: AbortSignal;
}

/** Evaluates the nodes of one preprocessed query. */
export class Evaluator implements Evaluation {
  readonly options: ResolvedOptions;
  readonly annotations: Annotations;
  readonly budget: SampleBudget;
  readonly pacer: Pacer;
  readonly ledger: MemoryLedger;
  readonly queryable: Queryable;
  readonly selections: Selections;
  readonly signal: AbortSignal;
  /** Values of inner links of a long chain of operators, until the link around them takes them. */
  readonly #ready = new Map<Expr, StepMatrix>();

  constructor(parts: EvaluatorParts) {
    this.options = parts.options;
    this.annotations = parts.annotations;
    this.budget = parts.budget;
    this.pacer = parts.pacer;
    this.ledger = parts.ledger;
    this.queryable = parts.queryable;
    this.selections = parts.selections;
    this.signal = parts.signal;
  }

  async matrix(expr: Expr, frame: Frame): Promise<StepMatrix> {
    const ready = this.#ready.get(expr);
    if (ready !== undefined) {
      this.#ready.delete(expr);
      return ready;
    }
    switch (expr.kind) {
      case 'number': {
        const before = this.budget.current;
        const output = computedRow(this, frame, () => expr.value);
        this.budget.settle(before, [], output);
        return output;
      }
      case 'paren':
        return this.matrix(expr.expr, frame);
      case 'stepInvariant':
        return this.#stepInvariant(expr, frame);
      case 'aggregate':
        return evaluateAggregate(this, expr, frame);
      case 'binary':
        return this.#isLongChain(expr) ? this.#longChain(expr, frame) : this.#binary(expr, frame);
      case 'call':
        return this.#call(expr, frame);
      case 'vectorSelector':
      case 'unary':
        return this.#collect(expr, frame, 'merge');
      default:
        throw new Error(`a ${expr.kind} has no value of its own`);
    }
  }

  async stream(expr: Expr, frame: Frame, consume: RowConsumer): Promise<void> {
    if (this.#isStreamable(expr)) return this.#streamNode(expr, frame, consume);
    const matrix = await this.matrix(expr, frame);
    const row = new Row(frame.steps);
    for (let i = 0; i < matrix.rows; i++) {
      const pause = this.pacer.spend(frame.steps);
      if (pause !== undefined) await pause;
      matrix.readRow(i, row);
      consume(matrix.labels[i]!, matrix.dropName[i]!, row);
    }
    matrix.release();
  }

  /** Whether rows may be handed on without looking for equal labels first. */
  #isStreamable(expr: Expr): boolean {
    if (this.#ready.has(expr) || this.#isLongChain(expr)) return false;
    if (expr.kind === 'vectorSelector' || expr.kind === 'paren') return true;
    const isRowwise =
      expr.kind === 'unary' ||
      (expr.kind === 'call' && this.#isStreamingCall(expr)) ||
      (expr.kind === 'binary' && isVectorScalar(expr));
    if (!isRowwise) return false;
    if (this.options.isNameRemovalDelayed) return true;
    // With type and unit labels dropping the name may drop what tells two series apart.
    return !this.options.useTypeLabels && haveOneName(expr.kind === 'binary' ? vectorSideOf(expr) : expr);
  }

  #isStreamingCall(call: Call): boolean {
    return call.func.name !== 'absent_over_time' && (rangeArgumentIndex(call) >= 0 || isElementwise(call));
  }

  async #streamNode(expr: Expr, frame: Frame, consume: RowConsumer): Promise<void> {
    switch (expr.kind) {
      case 'vectorSelector':
        if (expr.isSmoothed) return streamSmoothed(this, expr, frame, consume);
        return streamInstant(this, selectionOf(this, expr, 'value'), frame, consume);
      case 'paren':
        return this.stream(expr.expr, frame, consume);
      case 'unary':
        return this.#unary(expr, frame, consume);
      case 'binary':
        return streamVectorScalar(this, expr, frame, consume);
      case 'call':
        if (rangeArgumentIndex(expr) >= 0) return streamRangeCall(this, expr, frame, consume);
        return streamElementwise(this, expr, frame, consume);
      default:
        throw new Error(`${expr.kind} cannot be streamed`);
    }
  }

  async #collect(expr: Expr, frame: Frame, rule: CollisionRule): Promise<StepMatrix> {
    const base = expr.kind === 'binary' ? vectorSideOf(expr) : expr;
    const collector = new RowCollector(this, { steps: frame.steps, rule, haveOneName: haveOneName(base) });
    await this.#streamNode(expr, frame, (labels, dropName, row) => collector.add(labels, dropName, row));
    return collector.matrix;
  }

  /** Like {@link Evaluator.#collect}, counting the node's output as held beside its input while it is made. */
  async #collectCounted(expr: Expr, frame: Frame): Promise<StepMatrix> {
    const before = this.budget.current;
    const output = await this.#collect(expr, frame, 'merge');
    this.budget.settle(before, [output], output);
    return output;
  }

  async #call(call: Call, frame: Frame): Promise<StepMatrix> {
    const { name } = call.func;
    const whole = WHOLE_FUNCTIONS.get(name);
    if (whole !== undefined) return whole(this, call, frame);
    if (SORT_FUNCTIONS.has(name)) return evaluateSort(this, call, frame);
    if (SCALAR_FUNCTIONS.has(name) || (CALENDAR_FUNCTIONS.has(name) && call.args.length === 0)) {
      return evaluateScalarFunction(this, call, frame);
    }
    if (rangeArgumentIndex(call) >= 0) return this.#collect(call, frame, 'reject');
    if (isElementwise(call)) return this.#collectCounted(call, frame);
    throw executionError(`unknown function with name "${name}"`);
  }

  /** Evaluates a long chain of operators from the inside out, a bounded number of links at a time. */
  async #longChain(expr: BinaryExpr, frame: Frame): Promise<StepMatrix> {
    const { links } = unrollBinary(expr);
    for (let i = MAX_RECURSIVE_LINKS - 1; i < links.length - 1; i += MAX_RECURSIVE_LINKS) {
      this.#ready.set(links[i]!, await this.#binary(links[i]!, frame));
    }
    return this.#binary(expr, frame);
  }

  /** Whether a chain of operators is too long for recursion, as far as it is not evaluated already. */
  #isLongChain(expr: Expr): boolean {
    let at = expr;
    for (let links = 0; at.kind === 'binary' && !this.#ready.has(at); links++) {
      if (links > MAX_RECURSIVE_LINKS) return true;
      at = at.lhs;
    }
    return false;
  }

  async #binary(expr: BinaryExpr, frame: Frame): Promise<StepMatrix> {
    if (isVectorScalar(expr)) return this.#collectCounted(expr, frame);
    if (typeOfExpression(expr) === 'scalar') return evaluateScalarScalar(this, expr, frame);
    return isSetOperator(expr.op) ? evaluateSetOperation(this, expr, frame) : evaluateVectorVector(this, expr, frame);
  }

  async #unary(expr: UnaryExpr, frame: Frame, consume: RowConsumer): Promise<void> {
    if (expr.op === '+') return this.stream(expr.expr, frame, consume);
    await this.stream(expr.expr, frame, (labels, _dropName, row) => {
      for (let step = 0; step < row.steps; step++) {
        if (row.kinds[step] === FLOAT) row.values[step] = -row.values[step]!;
        else if (row.kinds[step] === HISTOGRAM) row.setHistogram(step, negateHistogram(row.histograms![step]!));
      }
      consume(labels, true, row);
    });
  }

  /** Evaluates once and repeats the result at every step. */
  async #stepInvariant(expr: StepInvariantExpr, frame: Frame): Promise<StepMatrix> {
    const once: Frame = { startMs: frame.startMs, stepMs: 1, steps: 1, isInstant: true, counts: new SampleCounts(1, false) };
    const single = await this.matrix(expr.expr, once);
    for (let step = 0; step < frame.steps; step++) frame.counts.addAt(step, once.counts.total);
    frame.counts.addReadAt(0, once.counts.read);
    if (frame.steps === 1) return single;
    const collector = new RowCollector(this, { steps: frame.steps, rule: 'merge', haveOneName: true });
    const row = new Row(frame.steps);
    const samplesBefore = single.countSamples();
    for (let i = 0; i < single.rows; i++) {
      row.clear();
      const histogram = single.histogramAt(i);
      for (let step = 0; step < frame.steps; step++) {
        if (histogram === undefined) row.setFloat(step, single.values[i]!);
        else row.setHistogram(step, histogram);
      }
      collector.matrix.appendRow(single.labels[i]!, single.dropName[i]!, row);
    }
    this.budget.add(samplesBefore * (frame.steps - 1));
    this.budget.notePeak();
    single.release();
    return collector.matrix;
  }
}

function isVectorScalar(expr: BinaryExpr): boolean {
  return (typeOfExpression(expr.lhs) === 'scalar') !== (typeOfExpression(expr.rhs) === 'scalar');
}
