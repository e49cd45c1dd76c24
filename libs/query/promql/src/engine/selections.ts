import type { BinaryExpr, Call, Expr, SubqueryExpr, VectorSelector } from '../parser/ast.ts';
import { unrollBinary } from '../parser/value-type.ts';
import { isTrim } from './binary/operators.ts';
import type { Queryable, SelectHints, Series } from './queryable.ts';
import { StatsSeries } from './stats-series.ts';

/** What the selectors of a query need to know about it. */
export interface SelectionContext {
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
  readonly lookbackMs: number;
  readonly defaultEvalIntervalMs: number;
}

/** Series of every selector of a query. */
export type Selections = ReadonlyMap<VectorSelector, readonly Series[]>;

interface Surroundings {
  readonly offsetMs: number;
  readonly rangeMs: number;
  readonly timestampMs: number | undefined;
  /** Step of the innermost subquery, 0 if there is none. */
  readonly subqueryStepMs: number;
  readonly func: string;
  readonly grouping: readonly string[] | undefined;
  readonly isBy: boolean;
  /** Something around uses only count and sum of histograms. */
  readonly wantsStats: boolean;
  /** Something around needs the buckets of histograms all the same. */
  readonly needsBuckets: boolean;
}

const OUTSIDE: Surroundings = {
  offsetMs: 0,
  rangeMs: 0,
  timestampMs: undefined,
  subqueryStepMs: 0,
  func: '',
  grouping: undefined,
  isBy: false,
  wantsStats: false,
  needsBuckets: false,
};

/** Functions of histograms that do without their buckets. */
const STATS_FUNCTIONS: ReadonlySet<string> = new Set(['histogram_count', 'histogram_sum', 'histogram_avg']);
/** Functions of histograms that need their buckets. */
const BUCKET_FUNCTIONS: ReadonlySet<string> = new Set(['histogram_quantile', 'histogram_quantiles', 'histogram_fraction']);

/** Selects the series of all selectors of a preprocessed tree at once. Rejects with what the storage rejects with. */
export async function selectAll(
  expr: Expr,
  context: SelectionContext,
  queryable: Queryable,
  signal: AbortSignal,
): Promise<Selections> {
  const wanted = new SelectorCollector(context);
  wanted.visit(expr, OUTSIDE);
  const found = await Promise.all(
    wanted.selectors.map(async ({ selector, hints, isStatsOnly }) => {
      const series = await queryable.select(selector.matchers, hints, signal);
      return isStatsOnly ? series.map((one) => new StatsSeries(one)) : series;
    }),
  );
  return new Map(wanted.selectors.map(({ selector }, i) => [selector, found[i]!]));
}

interface WantedSelector {
  readonly selector: VectorSelector;
  readonly hints: SelectHints;
  readonly isStatsOnly: boolean;
}

class SelectorCollector {
  readonly selectors: WantedSelector[] = [];
  readonly #context: SelectionContext;

  constructor(context: SelectionContext) {
    this.#context = context;
  }

  visit(node: Expr, around: Surroundings): void {
    const own = { ...around, grouping: undefined, isBy: false };
    switch (node.kind) {
      case 'vectorSelector':
        this.#add(node, 0, around);
        break;
      case 'matrixSelector':
        this.#add(node.vectorSelector, node.rangeMs, own);
        break;
      case 'subquery':
        this.visit(node.expr, insideSubquery(node, own, this.#context));
        break;
      case 'aggregate':
        if (node.param !== undefined) this.visit(node.param, { ...own, func: node.op });
        this.visit(node.expr, { ...own, func: node.op, grouping: node.grouping, isBy: !node.isWithout });
        break;
      case 'call':
        this.#visitCall(node, own);
        break;
      case 'binary':
        this.#visitBinary(node, own);
        break;
      case 'unary':
      case 'paren':
      case 'stepInvariant':
        this.visit(node.expr, own);
        break;
      default:
        break;
    }
  }

  #visitCall(node: Call, own: Surroundings): void {
    const { name } = node.func;
    const inside = {
      ...own,
      func: name,
      wantsStats: own.wantsStats || STATS_FUNCTIONS.has(name),
      needsBuckets: own.needsBuckets || BUCKET_FUNCTIONS.has(name),
    };
    // The second argument of info() is a list of matchers in the shape of a selector; nothing is selected by it.
    const args = name === 'info' ? node.args.slice(0, 1) : node.args;
    for (const arg of args) this.visit(arg, inside);
  }

  #visitBinary(node: BinaryExpr, own: Surroundings): void {
    const { first, links } = unrollBinary(node);
    const inside = { ...own, func: '', needsBuckets: own.needsBuckets || links.some(({ op }) => isTrim(op)) };
    this.visit(first, inside);
    for (const link of links) this.visit(link.rhs, inside);
  }

  #add(selector: VectorSelector, rangeMs: number, around: Surroundings): void {
    const hints = hintsOf(selector, rangeMs, around, this.#context);
    this.selectors.push({ selector, hints, isStatsOnly: around.wantsStats && !around.needsBuckets });
  }
}

function insideSubquery(node: SubqueryExpr, around: Surroundings, context: SelectionContext): Surroundings {
  const isFixed = node.timestampMs !== undefined;
  return {
    ...around,
    offsetMs: isFixed ? node.originalOffsetMs : around.offsetMs + node.originalOffsetMs,
    rangeMs: isFixed ? node.rangeMs : around.rangeMs + node.rangeMs,
    timestampMs: node.timestampMs ?? around.timestampMs,
    subqueryStepMs: node.stepMs === 0 ? context.defaultEvalIntervalMs : node.stepMs,
    needsBuckets: true,
  };
}

function hintsOf(selector: VectorSelector, rangeMs: number, around: Surroundings, context: SelectionContext): SelectHints {
  let startMs = around.timestampMs ?? context.startMs;
  let endMs = around.timestampMs ?? context.endMs;
  if (selector.timestampMs !== undefined) {
    startMs = selector.timestampMs;
    endMs = selector.timestampMs;
  } else {
    startMs -= around.offsetMs + around.rangeMs;
    endMs -= around.offsetMs;
  }
  const looksBack = rangeMs === 0 || selector.isAnchored || selector.isSmoothed;
  startMs -= rangeMs + (looksBack ? context.lookbackMs : 0) - 1;
  if (selector.isSmoothed) endMs += context.lookbackMs;
  return {
    startMs: startMs - selector.originalOffsetMs,
    endMs: endMs - selector.originalOffsetMs,
    stepMs: around.subqueryStepMs === 0 ? context.stepMs : around.subqueryStepMs,
    rangeMs,
    func: around.func,
    grouping: around.grouping,
    isBy: around.isBy,
    limit: 0,
  };
}
