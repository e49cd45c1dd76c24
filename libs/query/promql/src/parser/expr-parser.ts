import type { AggregateExpr, AggregateOperator, BinaryExpr, BinaryOperator, Expr } from './ast.ts';
import { applySign, isNumberNext, isSignNext, parseNumber } from './duration-parser.ts';
import { FUNCTIONS } from './functions.ts';
import { quoteGo } from './go-quote.ts';
import { parseBinaryModifiers, parseGroupingLabels } from './matching-parser.ts';
import { parsePostfix } from './modifier-parser.ts';
import { BINOP_FILL_MODIFIERS, EXPERIMENTAL_FUNCTIONS } from './parser-options.ts';
import { parseNamedSelector, parseVectorSelector } from './selector-parser.ts';
import { unquoteLiteral } from './string-literal.ts';
import { IDENTIFIER, isAggregator, isMetricName, isPreprocessor, STRING, startsExpression, type Token } from './token.ts';
import type { TokenStream } from './token-stream.ts';

const PRECEDENCE: Readonly<Record<string, number>> = {
  or: 1,
  and: 2,
  unless: 2,
  '==': 3,
  '!=': 3,
  '<': 3,
  '<=': 3,
  '>': 3,
  '>=': 3,
  '</': 3,
  '>/': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '%': 5,
  atan2: 5,
  '^': 6,
};
/** The one operator that groups to the right. */
const POWER = 6;
const IN_AGGREGATION = { context: 'aggregation', expected: '' };
const WITH_PARAMETER: ReadonlySet<string> = new Set(['topk', 'bottomk', 'count_values', 'quantile', 'limitk', 'limit_ratio']);

/** Whether an aggregation takes a parameter before its expression. */
export function hasAggregationParameter(op: AggregateOperator): boolean {
  return WITH_PARAMETER.has(op);
}

/** An expression from the next token on, as far as it reaches. Types are not checked. */
export function parseExpression(stream: TokenStream): Expr {
  return stream.nested(() => parseBinary(stream, 0));
}

/** Left-associative chains of any length grow in a loop; right sides and `^` recurse. */
function parseBinary(stream: TokenStream, minPrecedence: number): Expr {
  let lhs = parseUnary(stream);
  for (;;) {
    const operator = stream.peek();
    const precedence = PRECEDENCE[operator.type] ?? -1;
    if (precedence < minPrecedence || precedence < 0) return lhs;
    stream.take();
    const modifiers = parseBinaryModifiers(stream);
    const rhs = stream.nested(() => parseBinary(stream, precedence === POWER ? POWER : precedence + 1));
    const binary: BinaryExpr = {
      kind: 'binary',
      op: operator.type as BinaryOperator,
      lhs,
      rhs,
      ...modifiers,
      pos: { start: lhs.pos.start, end: rhs.pos.end },
    };
    requireFillFeature(stream, binary);
    lhs = binary;
  }
}

function requireFillFeature(stream: TokenStream, binary: BinaryExpr): void {
  const matching = binary.matching!;
  if (matching.fillLeft === undefined && matching.fillRight === undefined) return;
  if (!stream.hasFeature(BINOP_FILL_MODIFIERS)) stream.fail(binary.pos, 'binop fill modifiers are experimental and not enabled');
}

/** A sign binds looser than `^` and tighter than the rest; in front of a number it becomes part of it. */
function parseUnary(stream: TokenStream): Expr {
  if (!isSignNext(stream)) return parsePostfix(stream, parsePrimary(stream));
  const sign = stream.take();
  const operand = stream.nested(() => parseBinary(stream, POWER));
  if (operand.kind === 'number') return applySign(sign, operand);
  const pos = { start: sign.start, end: operand.pos.end };
  return { kind: 'unary', op: sign.type as '+' | '-', expr: operand, pos };
}

function parsePrimary(stream: TokenStream): Expr {
  if (isNumberNext(stream)) return parseNumber(stream);
  if (stream.isNext('(')) return parseParen(stream);
  if (stream.isNext('{')) return parseVectorSelector(stream);
  if (stream.isNext(STRING)) {
    const token = stream.take();
    return { kind: 'string', value: unquoteLiteral(token.text), pos: { start: token.start, end: token.end } };
  }
  const { type } = stream.peek();
  if (!isMetricName(type)) return stream.unexpected();
  const name = stream.take();
  if (isAggregator(type) && isAggregationAhead(stream)) return parseAggregate(stream, name);
  if ((type === IDENTIFIER || isPreprocessor(type)) && stream.isNext('(')) return parseCall(stream, name);
  return parseNamedSelector(stream, name);
}

/** Whether the name of an aggregation begins one; else it is the name of a metric. */
function isAggregationAhead(stream: TokenStream): boolean {
  return stream.isNext('(') || stream.isNext('by') || stream.isNext('without');
}

function parseParen(stream: TokenStream): Expr {
  const open = stream.take();
  const expr = parseExpression(stream);
  const close = stream.expect(')');
  return { kind: 'paren', expr, pos: { start: open.start, end: close.end } };
}

function parseCall(stream: TokenStream, name: Token): Expr {
  const args = parseArguments(stream);
  const func = FUNCTIONS.get(name.text);
  if (func === undefined) return stream.fail(name, `unknown function with name ${quoteGo(name.text)}`);
  if (func.isExperimental && !stream.hasFeature(EXPERIMENTAL_FUNCTIONS)) {
    stream.fail(name, `function ${quoteGo(name.text)} is not enabled`);
  }
  return { kind: 'call', func, args, pos: { start: name.start, end: stream.lastClosing } };
}

/** `(a, b, ...)`. */
function parseArguments(stream: TokenStream): Expr[] {
  stream.expect('(');
  const args: Expr[] = [];
  if (stream.isNext(')')) {
    stream.take();
    return args;
  }
  args.push(parseExpression(stream));
  while (stream.isNext(',')) {
    const comma = stream.take();
    if (!startsExpression(stream.peek().type)) stream.fail(comma, 'trailing commas not allowed in function call args');
    args.push(parseExpression(stream));
  }
  stream.expect(')');
  return args;
}

interface Grouping {
  readonly labels: string[];
  readonly isWithout: boolean;
}

function parseAggregate(stream: TokenStream, op: Token): AggregateExpr {
  return stream.within(IN_AGGREGATION, () => {
    const before = parseGrouping(stream);
    const args = parseArguments(stream);
    if (before !== undefined) return newAggregate(stream, op, args, { ...before, end: stream.lastClosing });
    const after = parseGrouping(stream);
    if (after !== undefined) return newAggregate(stream, op, args, { ...after, end: stream.lastClosing });
    return newAggregate(stream, op, args, { labels: [], isWithout: false, end: stream.closingBeforeLookahead() });
  });
}

function parseGrouping(stream: TokenStream): Grouping | undefined {
  if (!stream.isNext('by') && !stream.isNext('without')) return undefined;
  const isWithout = stream.take().type === 'without';
  return { labels: parseGroupingLabels(stream), isWithout };
}

function newAggregate(stream: TokenStream, token: Token, args: readonly Expr[], rest: Grouping & { end: number }): AggregateExpr {
  const op = token.type as AggregateOperator;
  const pos = { start: token.start, end: rest.end };
  if (args.length === 0) stream.fail(pos, 'no arguments for aggregate expression provided');
  if ((op === 'limitk' || op === 'limit_ratio') && !stream.hasFeature(EXPERIMENTAL_FUNCTIONS)) {
    stream.fail(pos, `${op}() is experimental and must be enabled with --enable-feature=promql-experimental-functions`);
  }
  const wanted = WITH_PARAMETER.has(op) ? 2 : 1;
  if (args.length !== wanted) {
    const counts = `expected ${wanted}, got ${args.length}`;
    stream.fail(pos, `wrong number of arguments for aggregate expression provided, ${counts}`);
  }
  const param = wanted === 2 ? args[0] : undefined;
  return { kind: 'aggregate', op, expr: args[wanted - 1]!, param, grouping: rest.labels, isWithout: rest.isWithout, pos };
}
