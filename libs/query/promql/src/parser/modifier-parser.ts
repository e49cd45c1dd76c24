import type { Expr, MatrixSelector, SubqueryExpr, VectorSelector } from './ast.ts';
import { secondsToMs } from './duration-literal.ts';
import {
  type Duration,
  isNumberNext,
  isSignNext,
  parseOffsetDuration,
  parsePositiveDuration,
  parseSignedNumber,
} from './duration-parser.ts';
import { formatFloatFixed6 } from './number-literal.ts';
import { EXTENDED_RANGE_SELECTORS } from './parser-options.ts';
import type { Token } from './token.ts';
import type { TokenStream } from './token-stream.ts';

const AFTER_OFFSET = { context: 'offset', expected: 'number, duration, step(), or range()' };
const AFTER_AT = { context: '@', expected: 'timestamp' };
const IN_RANGE = { context: 'subquery or range selector', expected: 'number, duration, step(), or range()' };
const AFTER_RANGE = { context: 'subquery or range', expected: '":" or "]"' };
const IN_STEP = { context: 'subquery selector', expected: 'number, duration, step(), range(), or "]"' };
const AFTER_STEP = { context: 'subquery selector', expected: '"]"' };
const NEEDS_SELECTOR = 'must be preceded by an instant vector selector or range vector selector or a subquery';
/** 2^63, what a 64-bit time stamp cannot hold. */
const TIMESTAMP_BOUND = 2 ** 63;

/** Reads every `[...]`, `offset`, `@`, `anchored` and `smoothed` behind an expression. Each binds tighter than any operator. */
export function parsePostfix(stream: TokenStream, first: Expr): Expr {
  let expr = first;
  for (let levels = 0; ; ) {
    const token = stream.peek();
    switch (token.type) {
      case '[':
        expr = parseBrackets(stream, expr);
        stream.requireDepth(++levels);
        break;
      case 'offset':
        stream.take();
        addOffset(stream, expr);
        break;
      case '@':
        stream.take();
        stream.within(AFTER_AT, () => addAt(stream, expr));
        break;
      case 'anchored':
      case 'smoothed':
        stream.take();
        addExtension(stream, expr, token.type);
        break;
      default:
        return expr;
    }
  }
}

/** What holds offset and time of an expression: the expression, or the selector inside of a range selector. */
function findTimeHolder(expr: Expr): VectorSelector | SubqueryExpr | undefined {
  if (expr.kind === 'matrixSelector') return expr.vectorSelector;
  return expr.kind === 'vectorSelector' || expr.kind === 'subquery' ? expr : undefined;
}

function extendTo(expr: Expr, end: number): void {
  expr.pos = { start: expr.pos.start, end };
}

function addOffset(stream: TokenStream, expr: Expr): void {
  const duration = stream.within(AFTER_OFFSET, () => parseOffsetDuration(stream));
  const holder = findTimeHolder(expr) ?? stream.fail(expr.pos, `offset modifier ${NEEDS_SELECTOR}`);
  if (holder.originalOffsetMs !== 0 || holder.offsetExpr !== undefined) {
    stream.fail(expr.pos, 'offset may not be set multiple times');
  }
  if (duration.kind === 'number') holder.originalOffsetMs = secondsToMs(duration.value);
  else holder.offsetExpr = duration;
  extendTo(expr, stream.lastClosing);
}

function addAt(stream: TokenStream, expr: Expr): void {
  if (stream.isNext('start') || stream.isNext('end')) {
    const bound = stream.take().type as 'start' | 'end';
    stream.expect('(');
    stream.expect(')');
    requireNoTime(stream, expr).startOrEnd = bound;
  } else {
    if (!isNumberNext(stream) && !isSignNext(stream)) stream.unexpected();
    const seconds = parseSignedNumber(stream).value;
    if (!(Math.abs(seconds) < TIMESTAMP_BOUND)) {
      stream.fail(expr.pos, `timestamp out of bounds for @ modifier: ${formatFloatFixed6(seconds)}`);
    }
    requireNoTime(stream, expr).timestampMs = Math.sign(seconds) * Math.round(Math.abs(seconds * 1000)) + 0;
  }
  extendTo(expr, stream.lastClosing);
}

function requireNoTime(stream: TokenStream, expr: Expr): VectorSelector | SubqueryExpr {
  const holder = findTimeHolder(expr) ?? stream.fail(expr.pos, `@ modifier ${NEEDS_SELECTOR}`);
  if (holder.timestampMs !== undefined || holder.startOrEnd !== undefined) {
    stream.fail(expr.pos, '@ <timestamp> may not be set multiple times');
  }
  return holder;
}

function addExtension(stream: TokenStream, expr: Expr, word: 'anchored' | 'smoothed'): undefined {
  if (!stream.hasFeature(EXTENDED_RANGE_SELECTORS)) stream.fail(expr.pos, `${word} modifier is experimental and not enabled`);
  const holder = findTimeHolder(expr) ?? stream.fail(expr.pos, `${word} modifier not implemented`);
  if (holder.kind === 'subquery') return stream.fail(expr.pos, `${word} modifier is not supported for subqueries`);
  if (word === 'anchored') holder.isAnchored = true;
  else holder.isSmoothed = true;
  if (holder.isAnchored && holder.isSmoothed) {
    stream.fail(expr.pos, 'anchored and smoothed modifiers cannot be used together');
  }
}

/** `[range]`, `[range:]` or `[range:step]`. */
function parseBrackets(stream: TokenStream, expr: Expr): Expr {
  const open = stream.take();
  const range = stream.within(IN_RANGE, () => parsePositiveDuration(stream));
  if (stream.isNext(']')) return newMatrixSelector(stream, expr, open, range);
  if (!stream.isNext(':')) return stream.unexpected(AFTER_RANGE);
  stream.take();
  const step = stream.isNext(']') ? undefined : stream.within(IN_STEP, () => parsePositiveDuration(stream));
  if (!stream.isNext(']')) return stream.unexpected(AFTER_STEP);
  const close = stream.take();
  return newSubquery(expr, range, step, close);
}

function newMatrixSelector(stream: TokenStream, expr: Expr, open: Token, range: Duration): MatrixSelector {
  const brackets = { start: open.start, end: stream.take().end };
  if (expr.kind !== 'vectorSelector') return stream.fail(brackets, 'ranges only allowed for vector selectors');
  if (expr.originalOffsetMs !== 0 || expr.offsetExpr !== undefined) {
    stream.fail(brackets, 'no offset modifiers allowed before range');
  }
  if (expr.timestampMs !== undefined || expr.startOrEnd !== undefined) {
    stream.fail(brackets, 'no @ modifiers allowed before range');
  }
  return {
    kind: 'matrixSelector',
    vectorSelector: expr,
    ...splitRange(range),
    pos: { start: expr.pos.start, end: stream.lastClosing },
  };
}

function newSubquery(expr: Expr, range: Duration, step: Duration | undefined, close: Token): SubqueryExpr {
  return {
    kind: 'subquery',
    expr,
    ...splitRange(range),
    originalOffsetMs: 0,
    offsetExpr: undefined,
    timestampMs: undefined,
    startOrEnd: undefined,
    stepMs: step?.kind === 'number' ? secondsToMs(step.value) : 0,
    stepExpr: step?.kind === 'duration' ? step : undefined,
    pos: { start: expr.pos.start, end: close.end },
  };
}

function splitRange(range: Duration): Pick<MatrixSelector, 'rangeMs' | 'rangeExpr'> {
  if (range.kind === 'number') return { rangeMs: secondsToMs(range.value), rangeExpr: undefined };
  return { rangeMs: 0, rangeExpr: range };
}
