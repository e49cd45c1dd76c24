import { TelamonError } from '@telamon/model';
import type { Expr } from '../parser/ast.ts';
import { Annotations } from './annotations.ts';
import type { QueryOptions, ResolvedOptions } from './engine-options.ts';
import { Evaluator } from './evaluator.ts';
import { typeOfExpression, unwrapExpression } from './expression-type.ts';
import { countSteps, type Frame, timeOfStep } from './frame.ts';
import { MemoryLedger } from './memory-ledger.ts';
import { Pacer } from './pacer.ts';
import type { QueryTimes } from './preprocess.ts';
import { canceledError, executionError, QueryError, timeoutError } from './query-error.ts';
import type { Queryable } from './queryable.ts';
import { evaluateRangeSelector, evaluateTopSubquery } from './range-vector.ts';
import type { QueryResult, QueryStats, QueryValue } from './result.ts';
import { rangeValue, removeDelayedNames, sortSeries, vectorOfMatrix } from './results.ts';
import { SampleBudget, SampleCounts } from './sample-budget.ts';
import { selectAll } from './selections.ts';

/** Longest time that a timer can wait. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** What a run of a query is made of. The tree must be preprocessed for these times. */
export interface QueryRunParts {
  readonly expr: Expr;
  readonly times: QueryTimes;
  readonly isInstant: boolean;
  readonly queryable: Queryable;
  readonly options: ResolvedOptions;
  readonly query: QueryOptions;
  readonly queryText: string;
  readonly now: () => number;
}

/** One evaluation of one query, with its limits, its clock and its statistics. */
export class QueryRun {
  readonly #parts: QueryRunParts;
  readonly #annotations = new Annotations();
  readonly #budget: SampleBudget;
  readonly #frame: Frame;
  readonly #abort = new AbortController();
  readonly #startedMs: number;
  #isTimedOut = false;
  #preparedMs = 0;
  #evaluatedMs = 0;

  constructor(parts: QueryRunParts) {
    this.#parts = parts;
    this.#budget = new SampleBudget(parts.options.maxSamples);
    const { startMs, endMs, stepMs } = parts.times;
    const steps = parts.isInstant ? 1 : countSteps(startMs, endMs, stepMs);
    const counts = new SampleCounts(steps, parts.options.isPerStepStatsOn);
    const isInstant = parts.isInstant || startMs === endMs;
    this.#frame = { startMs, stepMs: parts.isInstant ? 1 : stepMs, steps, isInstant, counts };
    this.#startedMs = parts.now();
  }

  /** Evaluates. Rejects with a QueryError, or with what the storage rejected with. */
  async execute(): Promise<QueryResult> {
    const { timeoutMs } = this.#parts.options;
    if (timeoutMs <= 0) throw timeoutError();
    const timeOut = (): void => {
      this.#isTimedOut = true;
      this.#abort.abort();
    };
    const timer = setTimeout(timeOut, Math.min(timeoutMs, MAX_TIMER_MS));
    const giveUp = (): void => this.#abort.abort();
    const { signal } = this.#parts.query;
    signal?.addEventListener('abort', giveUp, { once: true });
    try {
      if (signal?.aborted === true || this.#parts.query.isCancelled?.() === true) throw canceledError();
      return await this.#evaluate();
    } catch (error) {
      throw this.#translate(error);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', giveUp);
      this.#abort.abort();
    }
  }

  async #evaluate(): Promise<QueryResult> {
    const { expr, times, options, queryable, query, now, queryText } = this.#parts;
    const pacer = new Pacer({
      now,
      timeoutMs: options.timeoutMs,
      isCancelled: query.isCancelled,
      maybeYield: query.maybeYield,
      signal: this.#abort.signal,
    });
    const { lookbackMs, defaultEvalIntervalMs } = options;
    const context = { ...times, lookbackMs, defaultEvalIntervalMs };
    const selections = await selectAll(expr, context, queryable, this.#abort.signal);
    this.#preparedMs = now();
    const evaluator = new Evaluator({
      options,
      annotations: this.#annotations,
      budget: this.#budget,
      pacer,
      ledger: new MemoryLedger(options.maxMemoryBytes),
      queryable,
      selections,
      signal: this.#abort.signal,
    });
    const value = await this.#value(evaluator);
    return { value, ...this.#annotations.render(queryText), stats: this.#stats() };
  }

  async #value(evaluator: Evaluator): Promise<QueryValue> {
    const { expr, isInstant } = this.#parts;
    const frame = this.#frame;
    const type = typeOfExpression(expr);
    const inner = unwrapExpression(expr);
    const timeMs = frame.startMs;
    if (inner.kind === 'string') return this.#evaluated({ type: 'string', timeMs, value: inner.value });
    if (type === 'matrix') {
      const series =
        inner.kind === 'subquery'
          ? await evaluateTopSubquery(evaluator, inner, frame)
          : await evaluateRangeSelector(evaluator, inner as Extract<Expr, { kind: 'matrixSelector' }>, frame);
      this.#evaluatedMs = this.#parts.now();
      return { type: 'matrix', series: sortSeries(series) };
    }
    const matrix = removeDelayedNames(evaluator, await evaluator.matrix(expr, frame));
    if (!isInstant) {
      this.#evaluatedMs = this.#parts.now();
      return rangeValue(matrix, frame);
    }
    if (type === 'scalar') return this.#evaluated({ type: 'scalar', timeMs, value: matrix.values[0]! });
    return this.#evaluated(vectorOfMatrix(matrix, timeMs));
  }

  #evaluated(value: QueryValue): QueryValue {
    this.#evaluatedMs = this.#parts.now();
    return value;
  }

  #translate(error: unknown): unknown {
    const isAborted = error instanceof Error && error.name === 'AbortError';
    const isCanceled = isAborted || (error instanceof QueryError && error.errorType === 'canceled');
    if (isCanceled && this.#isTimedOut) return timeoutError();
    if (isAborted) return canceledError();
    if (error instanceof QueryError) return error;
    if (error instanceof TelamonError) return error;
    // A tree deeper than the stack is the query's fault.
    if (error instanceof RangeError && error.message.includes('call stack')) {
      return executionError('the query is nested too deeply');
    }
    return error;
  }

  #stats(): QueryStats {
    const endMs = this.#parts.now();
    const { counts } = this.#frame;
    const { totalPerStep: perStep, readPerStep } = counts;
    const seconds = (fromMs: number, toMs: number): number => (toMs - fromMs) / 1000;
    return {
      timings: {
        evalTotalTime: seconds(this.#startedMs, endMs),
        resultSortTime: seconds(this.#evaluatedMs, endMs),
        queryPreparationTime: seconds(this.#startedMs, this.#preparedMs),
        innerEvalTime: seconds(this.#preparedMs, this.#evaluatedMs),
        execQueueTime: 0,
        execTotalTime: seconds(this.#startedMs, endMs),
      },
      samples: {
        totalQueryableSamples: counts.total,
        peakSamples: this.#budget.peak,
        samplesRead: counts.read,
        ...(perStep === undefined ? {} : { totalQueryableSamplesPerStep: this.#perStep(perStep) }),
        ...(readPerStep === undefined ? {} : { samplesReadPerStep: this.#perStep(readPerStep) }),
      },
    };
  }

  #perStep(counts: Float64Array): (readonly [number, number])[] {
    return Array.from(counts, (count, step) => [timeOfStep(this.#frame, step), count] as const);
  }
}
