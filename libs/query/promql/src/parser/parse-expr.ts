import type { Matcher } from '@telamon/model';
import type { Expr } from './ast.ts';
import { checkExpr } from './check-expr.ts';
import { parseExpression } from './expr-parser.ts';
import { ParseErrors } from './parse-errors.ts';
import { DEFAULT_MAX_DEPTH, DEFAULT_MAX_LENGTH_BYTES, type ParserOptions } from './parser-options.ts';
import { PositionMap, utf8Length } from './position-map.ts';
import { parseVectorSelector } from './selector-parser.ts';
import { EOF } from './token.ts';
import { TokenStream } from './token-stream.ts';

const NO_OPTIONS: ParserOptions = {};

/**
 * Parses a query and checks its types. Throws ParseErrors, whose message is what Prometheus answers.
 * The expression is the caller's. Cost: O(length), depth of recursion bounded by `maxDepth`.
 */
export function parseExpr(query: string, options: ParserOptions = NO_OPTIONS): Expr {
  refuseLong(query, options);
  const stream = new TokenStream(query, options);
  if (stream.isNext(EOF)) stream.fail({ start: 0, end: 0 }, 'no expression found in input');
  const expr = parseExpression(stream);
  if (!stream.isNext(EOF)) stream.unexpected();
  const positions = new PositionMap(query);
  const maxDepth = options.maxDepth ?? DEFAULT_MAX_DEPTH;
  const problems = checkExpr(expr, { maxDepth, skipSpaces: (start) => skipSpaces(query, positions, start) });
  if (problems.length > 0) throw new ParseErrors(query, problems);
  return expr;
}

/**
 * Parses a `match[]` parameter: one selector without range or modifiers. That it matches something non-empty is left to the
 * caller. Throws ParseErrors.
 */
export function parseMetricSelector(query: string, options: ParserOptions = NO_OPTIONS): Matcher[] {
  refuseLong(query, options);
  const stream = new TokenStream(query, options);
  const selector = parseVectorSelector(stream);
  if (!stream.isNext(EOF)) stream.unexpected();
  return selector.matchers;
}

function refuseLong(query: string, options: ParserOptions): void {
  const limit = options.maxLengthBytes ?? DEFAULT_MAX_LENGTH_BYTES;
  const length = query.length > limit ? query.length : utf8Length(query);
  if (length <= limit) return;
  throw new ParseErrors(query, [{ pos: { start: 0, end: 0 }, message: `expression is longer than ${limit} bytes` }]);
}

function skipSpaces(query: string, positions: PositionMap, positionBytes: number): number {
  let index = positions.toIndex(positionBytes);
  while (' \t\n\r'.includes(query[index] ?? '.')) index++;
  return positions.toByte(index);
}
