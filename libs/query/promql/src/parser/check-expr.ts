import { METRIC_NAME } from '@telamon/model';
import type { AggregateExpr, BinaryExpr, Call, Expr, PositionRange, ValueType, VectorSelector } from './ast.ts';
import { quoteGo } from './go-quote.ts';
import type { ParseProblem } from './parse-errors.ts';
import { tooDeep } from './token-stream.ts';
import { documentedType, unrollBinary, valueTypeOf } from './value-type.ts';

const COMPARISONS: ReadonlySet<string> = new Set(['==', '!=', '<=', '<', '>=', '>']);
const SET_OPERATORS: ReadonlySet<string> = new Set(['and', 'or', 'unless']);

/** Whether an operator is one of `== != < <= > >=`. */
export function isComparison(op: string): boolean {
  return COMPARISONS.has(op);
}

/** Whether an operator is one of `and or unless`. */
export function isSetOperator(op: string): boolean {
  return SET_OPERATORS.has(op);
}

/** What the type check needs to know of the query. */
export interface CheckContext {
  /** Levels of nesting that the parser lets through; a subquery around each is let through here too. */
  readonly maxDepth: number;
  /** First position at or behind one (in bytes) that is no white space. */
  skipSpaces(positionBytes: number): number;
}

/** Nobody reads more; the text of the error tells the first. */
const MAX_PROBLEMS = 100;

/**
 * Checks the types in an expression and settles what depends on them: `matching` is dropped where an operand is no vector,
 * and set operators become many-to-many. Returns what is wrong in the order in which Prometheus finds it.
 * Stops collecting after 100. Cost: O(size).
 */
export function checkExpr(expr: Expr, context: CheckContext): readonly ParseProblem[] {
  const checker = new Checker(context);
  checker.check(expr);
  return checker.problems;
}

class Checker {
  readonly problems: ParseProblem[] = [];
  readonly #context: CheckContext;
  #depth = 0;

  constructor(context: CheckContext) {
    this.#context = context;
  }

  check(expr: Expr): ValueType {
    const { maxDepth } = this.#context;
    if (this.#depth > 4 * maxDepth) {
      this.#report(expr.pos, tooDeep(maxDepth));
      return 'none';
    }
    this.#depth++;
    const type = this.#checkNode(expr);
    this.#depth--;
    return type;
  }

  #checkNode(expr: Expr): ValueType {
    switch (expr.kind) {
      case 'aggregate':
        this.#checkAggregate(expr);
        break;
      case 'binary':
        return this.#checkChain(expr);
      case 'call':
        this.#checkCall(expr);
        break;
      case 'paren':
      case 'stepInvariant':
        return this.check(expr.expr);
      case 'unary':
        return this.#checkUnary(expr.expr, expr.pos);
      case 'subquery':
        this.#checkSubquery(expr.expr, expr.pos);
        break;
      case 'matrixSelector':
        this.#checkSelector(expr.vectorSelector);
        break;
      case 'vectorSelector':
        this.#checkSelector(expr);
        break;
      case 'number':
      case 'string':
      case 'duration':
        break;
    }
    return valueTypeOf(expr);
  }

  #report(pos: PositionRange, message: string): void {
    if (this.problems.length < MAX_PROBLEMS) this.problems.push({ pos, message });
  }

  #expect(expr: Expr, wanted: ValueType, context: string): void {
    const type = this.check(expr);
    if (type === wanted) return;
    this.#report(expr.pos, `expected type ${documentedType(wanted)} in ${context}, got ${documentedType(type)}`);
  }

  #checkAggregate(expr: AggregateExpr): void {
    this.#expect(expr.expr, 'vector', 'aggregation expression');
    if (expr.param === undefined) return;
    this.#expect(expr.param, expr.op === 'count_values' ? 'string' : 'scalar', 'aggregation parameter');
  }

  #checkUnary(operand: Expr, pos: PositionRange): ValueType {
    const type = this.check(operand);
    if (type !== 'scalar' && type !== 'vector') {
      const got = quoteGo(documentedType(type));
      this.#report(pos, `unary expression only allowed on expressions of type scalar or instant vector, got ${got}`);
    }
    return type;
  }

  #checkSubquery(inner: Expr, pos: PositionRange): void {
    const type = this.check(inner);
    if (type !== 'vector') this.#report(pos, `subquery is only allowed on instant vector, got ${type} instead`);
  }

  #checkSelector(selector: VectorSelector): void {
    if (selector.name !== '') {
      for (const matcher of selector.matchers.slice(0, -1)) {
        if (matcher.name !== METRIC_NAME) continue;
        const names = `${quoteGo(selector.name)} or ${quoteGo(matcher.value)}`;
        this.#report(selector.pos, `metric name must not be set twice: ${names}`);
      }
      return;
    }
    if (selector.bypassEmptyMatcherCheck || selector.matchers.some((matcher) => !matcher.matches(''))) return;
    this.#report(selector.pos, 'vector selector must contain at least one non-empty matcher');
  }

  #checkChain(expr: BinaryExpr): ValueType {
    const { first, links } = unrollBinary(expr);
    let type = this.check(first);
    for (const link of links) {
      const rhsType = this.check(link.rhs);
      this.#checkBinary(link, type, rhsType);
      type = type === 'scalar' && rhsType === 'scalar' ? 'scalar' : 'vector';
    }
    return type;
  }

  #checkBinary(expr: BinaryExpr, left: ValueType, right: ValueType): void {
    const areScalars = left === 'scalar' && right === 'scalar';
    if (expr.returnBool && !isComparison(expr.op)) {
      this.#reportOperator(expr, 'bool modifier can only be used on comparison operators');
    }
    if (isComparison(expr.op) && !expr.returnBool && areScalars) {
      this.#reportOperator(expr, 'comparisons between scalars must use BOOL modifier');
    }
    const matching = expr.matching!;
    if (isSetOperator(expr.op) && matching.card === 'one-to-one') matching.card = 'many-to-many';
    for (const label of matching.isOn ? matching.matchingLabels : []) {
      for (const included of matching.include) {
        if (label !== included) continue;
        this.#reportOperator(expr, `label ${quoteGo(label)} must not occur in ON and GROUP clause at once`);
      }
    }
    for (const [operand, type] of [[expr.lhs, left] as const, [expr.rhs, right] as const]) {
      if (type === 'scalar' || type === 'vector') continue;
      this.#report(operand.pos, 'binary expression must contain only scalar and instant vector types');
    }
    if (left !== 'vector' || right !== 'vector') this.#dropMatching(expr);
    else if (isSetOperator(expr.op)) this.#checkSetMatching(expr);
    if ((left === 'scalar' || right === 'scalar') && isSetOperator(expr.op)) {
      this.#report(expr.pos, `set operator ${quoteGo(expr.op)} not allowed in binary scalar expression`);
    }
  }

  /** The problem stands at the operator, or at a comment before it. */
  #reportOperator(expr: BinaryExpr, message: string): void {
    this.#report({ start: this.#context.skipSpaces(expr.lhs.pos.end), end: expr.rhs.pos.start }, message);
  }

  #dropMatching(expr: BinaryExpr): void {
    const matching = expr.matching!;
    if (matching.matchingLabels.length > 0) {
      this.#report(expr.pos, 'vector matching only allowed between instant vectors');
    }
    if (matching.fillLeft !== undefined || matching.fillRight !== undefined) {
      this.#report(expr.pos, 'filling in missing series only allowed between instant vectors');
    }
    expr.matching = undefined;
  }

  #checkSetMatching(expr: BinaryExpr): void {
    const matching = expr.matching!;
    if (matching.card === 'one-to-many' || matching.card === 'many-to-one') {
      this.#report(expr.pos, `no grouping allowed for ${quoteGo(expr.op)} operation`);
    }
    if (matching.card !== 'many-to-many') this.#report(expr.pos, 'set operations must always be many-to-many');
    if (matching.fillLeft !== undefined || matching.fillRight !== undefined) {
      this.#report(expr.pos, 'filling in missing series not allowed for set operators');
    }
  }

  #checkCall(call: Call): void {
    const { name, argTypes, variadic } = call.func;
    this.#checkArgumentCount(call);
    if (name === 'info' && call.args.length > 1) this.#checkInfoSelector(call, call.args[1]!);
    for (const [i, arg] of call.args.entries()) {
      if (i >= argTypes.length && variadic === 0) break;
      this.#expect(arg, argTypes[Math.min(i, argTypes.length - 1)]!, `call to function ${quoteGo(name)}`);
    }
  }

  #checkArgumentCount(call: Call): void {
    const { name, argTypes, variadic } = call.func;
    const got = call.args.length;
    const suffix = `argument(s) in call to ${quoteGo(name)}, got ${got}`;
    if (variadic === 0) {
      if (argTypes.length !== got) this.#report(call.pos, `expected ${argTypes.length} ${suffix}`);
      return;
    }
    const required = argTypes.length - 1;
    if (got < required) this.#report(call.pos, `expected at least ${required} ${suffix}`);
    else if (variadic > 0 && got > required + variadic) {
      this.#report(call.pos, `expected at most ${required + variadic} ${suffix}`);
    }
  }

  /** The second argument of `info` is a selector without a name; it may match everything. */
  #checkInfoSelector(call: Call, selector: Expr): void {
    const type = valueTypeOf(selector);
    if (type !== 'vector') {
      this.#report(call.pos, `expected type instant vector in call to function "info", got ${documentedType(type)}`);
    }
    if (selector.kind !== 'vectorSelector') this.#report(selector.pos, 'expected label selectors only');
    else if (selector.name !== '') {
      this.#report(selector.pos, 'expected label selectors only, got vector selector instead');
    } else selector.bypassEmptyMatcherCheck = true;
  }
}
