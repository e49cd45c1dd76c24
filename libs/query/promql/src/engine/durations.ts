import { goPow } from '@telamon/algo';
import type { DurationExpr, NumberLiteral } from '../parser/ast.ts';
import { QueryError } from './query-error.ts';

/** What `step()` and `range()` stand for in duration expressions. */
export interface DurationContext {
  readonly stepMs: number;
  readonly rangeMs: number;
}

/** Seconds that Go's `time.Duration` can hold. */
const MAX_SECONDS = 2 ** 63 / 1e9;

/** Value of a duration expression in whole ms. Throws a bad_data QueryError with Prometheus' text. */
export function resolveDuration(expr: DurationExpr, context: DurationContext, allowsNegative: boolean): number {
  const seconds = evaluate(expr, context);
  if (!Number.isFinite(seconds)) throw durationError(expr, 'duration is NaN or infinite');
  if (seconds <= 0 && !allowsNegative) throw durationError(expr, 'duration must be greater than 0');
  if (seconds > MAX_SECONDS || seconds < -MAX_SECONDS) throw durationError(expr, 'duration is out of range');
  return Math.trunc(seconds * 1000);
}

function durationError(expr: DurationExpr, text: string): QueryError {
  return new QueryError('bad_data', `${expr.pos.start}:${expr.pos.end}: ${text}`);
}

function evaluate(expr: NumberLiteral | DurationExpr, context: DurationContext): number {
  if (expr.kind === 'number') return expr.value;
  const left = expr.lhs === undefined ? 0 : evaluate(expr.lhs, context);
  const right = expr.rhs === undefined ? 0 : evaluate(expr.rhs, context);
  switch (expr.op) {
    case 'step':
      return context.stepMs / 1000;
    case 'range':
      return context.rangeMs / 1000;
    case 'min_of':
      return Math.min(left, right);
    case 'max_of':
      return Math.max(left, right);
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      if (right === 0) throw durationError(expr, 'division by zero');
      return left / right;
    case '%':
      if (right === 0) throw durationError(expr, 'modulo by zero');
      return left % right;
    case '^':
      return goPow(left, right);
  }
}
