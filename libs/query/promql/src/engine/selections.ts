import type { Expr, SubqueryExpr, VectorSelector } from '../parser/ast.ts';
import type { Queryable, SelectHints, Series } from './queryable.ts';

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
}

const OUTSIDE: Surroundings = {
  offsetMs: 0,
  rangeMs: 0,
  timestampMs: undefined,
  subqueryStepMs: 0,
  func: '',
  grouping: undefined,
  isBy: false,
};

/** Selects the series of all selectors of a preprocessed tree at once. Rejects with what the storage rejects with. */
export async function selectAll(
  expr: Expr,
  context: SelectionContext,
  queryable: Queryable,
  signal: AbortSignal,
): Promise<Selections> {
  const wanted: { selector: VectorSelector; hints: SelectHints }[] = [];
  collect(expr, OUTSIDE, (selector, rangeMs, around) =>
    wanted.push({ selector, hints: hintsOf(selector, rangeMs, around, context) }),
  );
  const found = await Promise.all(wanted.map(({ selector, hints }) => queryable.select(selector.matchers, hints, signal)));
  return new Map(wanted.map(({ selector }, i) => [selector, found[i]!]));

  function collect(node: Expr, around: Surroundings, add: AddSelector): void {
    const own = { ...around, grouping: undefined, isBy: false };
    switch (node.kind) {
      case 'vectorSelector':
        return add(node, 0, around);
      case 'matrixSelector':
        return add(node.vectorSelector, node.rangeMs, own);
      case 'subquery':
        return collect(node.expr, insideSubquery(node, own, context), add);
      case 'aggregate':
        if (node.param !== undefined) collect(node.param, { ...own, func: node.op }, add);
        return collect(node.expr, { ...own, func: node.op, grouping: node.grouping, isBy: !node.isWithout }, add);
      case 'call':
        return collectCall(node, own, add);
      case 'binary':
        collect(node.lhs, { ...own, func: '' }, add);
        return collect(node.rhs, { ...own, func: '' }, add);
      case 'unary':
      case 'paren':
      case 'stepInvariant':
        return collect(node.expr, own, add);
      default:
        return;
    }
  }

  function collectCall(node: Extract<Expr, { kind: 'call' }>, own: Surroundings, add: AddSelector): void {
    // The second argument of info() is a list of matchers in the shape of a selector; nothing is selected by it.
    const args = node.func.name === 'info' ? node.args.slice(0, 1) : node.args;
    for (const arg of args) collect(arg, { ...own, func: node.func.name }, add);
  }
}

type AddSelector = (selector: VectorSelector, rangeMs: number, around: Surroundings) => void;

function insideSubquery(node: SubqueryExpr, around: Surroundings, context: SelectionContext): Surroundings {
  const isFixed = node.timestampMs !== undefined;
  return {
    ...around,
    offsetMs: isFixed ? node.originalOffsetMs : around.offsetMs + node.originalOffsetMs,
    rangeMs: isFixed ? node.rangeMs : around.rangeMs + node.rangeMs,
    timestampMs: node.timestampMs ?? around.timestampMs,
    subqueryStepMs: node.stepMs === 0 ? context.defaultEvalIntervalMs : node.stepMs,
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
