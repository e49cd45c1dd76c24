import { RegexpCache } from '@telamon/algo';
import type { Expr } from '../parser/ast.ts';
import { ParseErrors } from '../parser/parse-errors.ts';
import { parseExpr } from '../parser/parse-expr.ts';
import {
  BINOP_FILL_MODIFIERS,
  EXPERIMENTAL_FUNCTIONS,
  EXTENDED_RANGE_SELECTORS,
  type ParserOptions,
} from '../parser/parser-options.ts';
import { documentedType } from '../parser/value-type.ts';
import { walkExpr } from '../parser/walk-expr.ts';
import { type EngineOptions, type FeatureFlags, type QueryOptions, resolveOptions } from './engine-options.ts';
import { typeOfExpression } from './expression-type.ts';
import { preprocess, type QueryTimes } from './preprocess.ts';
import { executionError, QueryError } from './query-error.ts';
import { QueryRun } from './query-run.ts';
import type { Queryable } from './queryable.ts';
import type { QueryResult } from './result.ts';

/** Evaluates PromQL over a storage. Holds no state of queries; one engine may run many at a time. */
export class Engine {
  readonly #options: EngineOptions;
  readonly #parserOptions: ParserOptions;
  readonly #now: () => number;

  constructor(options: EngineOptions = {}) {
    this.#options = options;
    const patterns = new RegexpCache();
    this.#parserOptions = {
      ...parserOptionsOf(options.features ?? {}),
      compileRegexp: (pattern) => patterns.compile(pattern),
    };
    this.#now = options.now ?? (() => performance.now());
  }

  /**
   * Evaluates a query (text or tree, which stays as it is) at one time. Rejects with a {@link QueryError}, or with the
   * TelamonError that the storage failed with.
   */
  async instant(queryable: Queryable, query: string | Expr, timeMs: number, options: QueryOptions = {}): Promise<QueryResult> {
    const times = { startMs: timeMs, endMs: timeMs, stepMs: 0 };
    return this.#run({ queryable, query, times, isInstant: true, options });
  }

  /** Evaluates a query at start, start + step, ... up to end inclusive. Rejects like {@link Engine.instant}. */
  async range(queryable: Queryable, query: string | Expr, times: QueryTimes, options: QueryOptions = {}): Promise<QueryResult> {
    if (!(times.stepMs > 0)) {
      throw new QueryError('bad_data', 'zero or negative query resolution step widths are not accepted. Try a positive integer');
    }
    if (times.endMs < times.startMs) throw new QueryError('bad_data', 'end timestamp must not be before start time');
    return this.#run({ queryable, query, times, isInstant: false, options });
  }

  /** Parses a query with the engine's features on. Throws a bad_data {@link QueryError}. */
  parse(query: string): Expr {
    try {
      return parseExpr(query, this.#parserOptions);
    } catch (error) {
      if (error instanceof ParseErrors) throw new QueryError('bad_data', error.message);
      throw error;
    }
  }

  async #run(request: Request): Promise<QueryResult> {
    const { query, times, isInstant, options } = request;
    const expr = typeof query === 'string' ? this.parse(query) : query;
    if (!isInstant) refuseRangeVectors(expr);
    refuseManySelectors(expr);
    const run = new QueryRun({
      expr: preprocess(expr, times),
      times,
      isInstant,
      queryable: request.queryable,
      options: resolveOptions(this.#options, options),
      query: options,
      queryText: options.queryText ?? (typeof query === 'string' ? query : ''),
      now: this.#now,
    });
    return run.execute();
  }
}

interface Request {
  readonly queryable: Queryable;
  readonly query: string | Expr;
  readonly times: QueryTimes;
  readonly isInstant: boolean;
  readonly options: QueryOptions;
}

/** Every selector is a look-up in storage; a query with more of them is a mistake or an attack. */
const SELECTORS_MAX = 2_000;

function refuseManySelectors(expr: Expr): void {
  let count = 0;
  walkExpr(expr, (node) => {
    if (node.kind === 'vectorSelector') count++;
  });
  if (count > SELECTORS_MAX) throw executionError(`the query has ${count} selectors, at most ${SELECTORS_MAX} are allowed`);
}

function refuseRangeVectors(expr: Expr): void {
  const type = typeOfExpression(expr);
  if (type === 'vector' || type === 'scalar') return;
  throw new QueryError(
    'bad_data',
    `invalid expression type "${documentedType(type)}" for range query, must be Scalar or instant Vector`,
  );
}

function parserOptionsOf(features: FeatureFlags): ParserOptions {
  const names = new Set<string>();
  if (features.experimentalFunctions === true) names.add(EXPERIMENTAL_FUNCTIONS);
  if (features.extendedRangeSelectors === true) names.add(EXTENDED_RANGE_SELECTORS);
  if (features.binopFillModifiers === true) names.add(BINOP_FILL_MODIFIERS);
  return { features: names, hasDurationExpressions: features.durationExpressions !== false };
}
