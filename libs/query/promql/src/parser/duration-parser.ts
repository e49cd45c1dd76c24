import type { DurationExpr, DurationOperator, NumberLiteral, PositionRange } from './ast.ts';
import { isDurationOutOfRange, parseDurationLiteral } from './duration-literal.ts';
import { parseNumberLiteral } from './number-literal.ts';
import { DURATION, NUMBER, type Token } from './token.ts';
import type { TokenStream } from './token-stream.ts';

/** A duration: a literal in seconds or something to calculate. */
export type Duration = NumberLiteral | DurationExpr;

const PRECEDENCE: Readonly<Record<string, number>> = { '+': 1, '-': 1, '*': 2, '/': 2, '%': 2, '^': 3 };
const POWER = 3;

/** Whether the next token is a number, perhaps written as a duration. */
export function isNumberNext(stream: TokenStream): boolean {
  return stream.isNext(NUMBER) || stream.isNext(DURATION);
}

/** Whether the next token is a sign. */
export function isSignNext(stream: TokenStream): boolean {
  return stream.isNext('+') || stream.isNext('-');
}

/** `5`, `0x1f`, `5m`. */
export function parseNumber(stream: TokenStream): NumberLiteral {
  if (!isNumberNext(stream)) return stream.unexpected();
  const token = stream.take();
  const isDuration = token.type === DURATION;
  const value = stream.read(token, isDuration ? parseDurationSeconds : parseNumberLiteral);
  return { kind: 'number', value, isDuration, pos: { start: token.start, end: token.end } };
}

/** `[+-] number`, as in `fill(...)` and behind `@`. */
export function parseSignedNumber(stream: TokenStream): NumberLiteral {
  if (!isSignNext(stream)) return parseNumber(stream);
  const sign = stream.take();
  return applySign(sign, parseNumber(stream));
}

/** Changes a literal as a sign in front of it says. */
export function applySign(sign: Token, literal: NumberLiteral): NumberLiteral {
  if (sign.type === '-') literal.value *= -1;
  literal.pos = { start: sign.start, end: literal.pos.end };
  return literal;
}

/** What may stand in brackets: a duration that is not known to be zero or negative. */
export function parsePositiveDuration(stream: TokenStream): Duration {
  const duration = parseDurationExpr(stream, 0);
  if (duration.kind === 'number' && duration.value <= 0) stream.fail(duration.pos, 'duration must be greater than 0');
  return duration;
}

/**
 * What may stand behind `offset`. Operators end it unless it begins with a parenthesis (or two signs), so that
 * `a offset -2 ^ 2` is `(a offset -2) ^ 2`.
 */
export function parseOffsetDuration(stream: TokenStream): Duration {
  if (stream.isNext('(')) return continueDuration(stream, parseDurationOperand(stream), 0);
  if (!isSignNext(stream)) return parseDurationOperand(stream);
  const sign = stream.take();
  if (isSignNext(stream)) {
    const operand = stream.nested(() => parseDurationExpr(stream, POWER));
    return continueDuration(stream, applySignToDuration(stream, sign, operand), 0);
  }
  if (stream.isNext('(')) return negateParenthesised(stream, sign);
  if (isNumberNext(stream)) return applySignToDuration(stream, sign, parseNumber(stream));
  const call = parseDurationCall(stream, sign);
  return {
    kind: 'duration',
    op: sign.type as '+' | '-',
    lhs: undefined,
    rhs: call,
    isWrapped: false,
    pos: merge(sign, call.pos),
  };
}

function parseDurationExpr(stream: TokenStream, minPrecedence: number): Duration {
  return continueDuration(stream, parseDurationOperand(stream), minPrecedence);
}

/** Reads operators and right sides behind a left side. */
function continueDuration(stream: TokenStream, first: Duration, minPrecedence: number): Duration {
  let lhs = first;
  for (let links = 0; ; links++) {
    const operator = stream.peek();
    const precedence = PRECEDENCE[operator.type] ?? -1;
    if (precedence < minPrecedence || precedence < 0) return lhs;
    stream.take();
    // A chain of durations is as deep as it is long, for those who walk it.
    stream.requireDepth(links);
    const rhs = stream.nested(() => parseDurationExpr(stream, precedence === POWER ? POWER : precedence + 1));
    lhs = combine(stream, lhs, operator, rhs);
  }
}

function combine(stream: TokenStream, lhs: Duration, operator: Token, rhs: Duration): Duration {
  requireDurationExpressions(stream, lhs.pos);
  if (rhs.kind === 'number' && rhs.value === 0) {
    if (operator.type === '/') stream.fail(operator, 'division by zero');
    if (operator.type === '%') stream.fail(operator, 'modulo by zero');
  }
  const pos = { start: lhs.pos.start, end: rhs.pos.end };
  return { kind: 'duration', op: operator.type as DurationOperator, lhs, rhs, isWrapped: false, pos };
}

function parseDurationOperand(stream: TokenStream): Duration {
  if (isNumberNext(stream)) return requireInRange(stream, parseNumber(stream));
  if (isSignNext(stream)) {
    const sign = stream.take();
    return applySignToDuration(
      stream,
      sign,
      stream.nested(() => parseDurationExpr(stream, POWER)),
    );
  }
  if (!stream.isNext('(')) return parseDurationCall(stream, undefined);
  const open = stream.take();
  const inner = stream.nested(() => parseDurationExpr(stream, 0));
  const close = stream.expect(')');
  requireDurationExpressions(stream, inner.pos);
  return wrap(inner, { start: open.start, end: close.end });
}

/** `step()`, `range()`, `min_of(a, b)`, `max_of(a, b)`; errors stand at the sign before, if there is one. */
function parseDurationCall(stream: TokenStream, sign: Token | undefined): DurationExpr {
  const word = stream.peek();
  if (!['step', 'range', 'min_of', 'max_of'].includes(word.type)) return stream.unexpected();
  stream.take();
  stream.expect('(');
  const op = word.type as 'step' | 'range' | 'min_of' | 'max_of';
  if (op === 'step' || op === 'range') {
    const close = stream.expect(')');
    const pos = { start: word.start, end: close.end };
    requireDurationExpressions(stream, sign ?? pos);
    return { kind: 'duration', op, lhs: undefined, rhs: undefined, isWrapped: false, pos };
  }
  const lhs = stream.nested(() => parseDurationExpr(stream, 0));
  stream.expect(',');
  const rhs = stream.nested(() => parseDurationExpr(stream, 0));
  stream.expect(')');
  const pos = { start: lhs.pos.start, end: rhs.pos.end };
  requireDurationExpressions(stream, sign ?? pos);
  return { kind: 'duration', op, lhs, rhs, isWrapped: false, pos };
}

/** `-(...)` behind `offset`. */
function negateParenthesised(stream: TokenStream, sign: Token): Duration {
  stream.take();
  const inner = stream.nested(() => parseDurationExpr(stream, 0));
  stream.expect(')');
  return applySignToDuration(stream, sign, wrap(inner, inner.pos));
}

function applySignToDuration(stream: TokenStream, sign: Token, operand: Duration): Duration {
  if (operand.kind === 'number') {
    const literal = applySign(sign, operand);
    if (isDurationOutOfRange(literal.value)) stream.fail(sign, 'duration out of range');
    return literal;
  }
  if (sign.type === '+') return operand;
  return { kind: 'duration', op: '-', lhs: undefined, rhs: operand, isWrapped: false, pos: merge(sign, operand.pos) };
}

/** Marks a duration as parenthesised; a literal has no such mark and becomes the operand of a plus that is not printed. */
function wrap(inner: Duration, pos: PositionRange): DurationExpr {
  if (inner.kind === 'duration') {
    inner.isWrapped = true;
    return inner;
  }
  return { kind: 'duration', op: '+', lhs: undefined, rhs: inner, isWrapped: true, pos: merge(pos, inner.pos) };
}

function requireInRange(stream: TokenStream, literal: NumberLiteral): NumberLiteral {
  if (isDurationOutOfRange(literal.value)) stream.fail(literal.pos, 'duration out of range');
  return literal;
}

function requireDurationExpressions(stream: TokenStream, pos: PositionRange): void {
  if (stream.options.hasDurationExpressions === false) stream.fail(pos, 'experimental duration expression is not enabled');
}

/** Seconds, put together as Go does: whole seconds plus the rest. */
function parseDurationSeconds(text: string): number {
  const ms = parseDurationLiteral(text);
  return Math.floor(ms / 1000) + (ms % 1000) / 1000;
}

function merge(first: PositionRange, last: PositionRange): PositionRange {
  return { start: first.start, end: last.end };
}
