import { LruMap, RegexpCache } from '@telamon/algo';
import type { BlockedQuery } from '@telamon/limits';
import { type Expr, formatExpr, parseExpr } from '@telamon/promql';
import type { EvaluateRequest } from './evaluate-request.ts';
import { FEATURE_NAMES } from './features.ts';

/** What of a request decides whether it is blocked. */
export type BlockableRequest = Pick<
  EvaluateRequest,
  'kind' | 'query' | 'startMs' | 'endMs' | 'stepMs' | 'isUnaligned' | 'policy'
>;

/** UTF-16 units of texts that are kept, before and after printing. */
const TEXTS_MAX = 65_536;

/** Finds queries that the operator blocked. Lives as long as its worker, because patterns are compiled and printed once. */
export class QueryBlocker {
  readonly #regexps = new RegexpCache();
  readonly #printed = new LruMap<string, string>({ maxCost: TEXTS_MAX, costOf: (text, key) => text.length + key.length });

  /**
   * The first rule that holds for a query, undefined when it may run. Patterns are held against the query as it came and as the
   * printer writes it, so that neither blanks nor the order of clauses get around them. Cost: linear in rules and text.
   */
  find(request: BlockableRequest, expr: Expr): BlockedQuery | undefined {
    const { blockedQueries } = request.policy;
    if (blockedQueries.length === 0) return undefined;
    const texts = [request.query.trim(), formatExpr(expr)];
    return blockedQueries.find((rule) => this.#matches(rule, texts) && holds(rule, request));
  }

  #matches(rule: BlockedQuery, texts: readonly string[]): boolean {
    if (rule.pattern === '') return true;
    if (rule.isRegex) {
      const regexp = this.#regexps.compile(rule.pattern);
      return texts.some((text) => regexp.test(text));
    }
    return texts.includes(rule.pattern) || texts[1] === this.#print(rule.pattern);
  }

  #print(pattern: string): string {
    const known = this.#printed.get(pattern);
    if (known !== undefined) return known;
    const printed = printOrKeep(pattern);
    this.#printed.set(pattern, printed);
    return printed;
  }
}

/** The conditions on times; they hold for range queries only, since an instant query has neither a length nor a step. */
function holds(rule: BlockedQuery, request: BlockableRequest): boolean {
  const isRange = request.kind === 'range';
  if (rule.isForUnalignedRanges && !(isRange && request.isUnaligned)) return false;
  if (rule.timeRangeLongerThanMs > 0 && !(request.endMs - request.startMs > rule.timeRangeLongerThanMs)) return false;
  return rule.stepShorterThanMs === 0 || (isRange && request.stepMs < rule.stepShorterThanMs);
}

function printOrKeep(pattern: string): string {
  try {
    return formatExpr(parseExpr(pattern, { features: new Set(FEATURE_NAMES) }));
  } catch {
    // Not a query: only the very same text is blocked, which is no query either.
    return pattern;
  }
}
