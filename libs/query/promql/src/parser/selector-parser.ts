import { compileMatcher, type Matcher, type MatchOperator, METRIC_NAME } from '@telamon/model';
import type { PositionRange, VectorSelector } from './ast.ts';
import { unquoteLiteral } from './string-literal.ts';
import { IDENTIFIER, isMetricName, STRING, type Token } from './token.ts';
import type { TokenStream } from './token-stream.ts';

const NAME_EXPECTED = { context: 'label matching', expected: 'identifier or "}"' };
const OPERATOR_EXPECTED = { context: 'label matching', expected: 'label matching operator' };
const STRING_EXPECTED = { context: 'label matching', expected: 'string' };
const SEPARATOR_EXPECTED = { context: 'label matching', expected: '"," or "}"' };
const MATCH_OPERATORS: ReadonlySet<string> = new Set(['=', '!=', '=~', '!~']);

/** `name`, `name{...}` or `{...}` from the next token on. */
export function parseVectorSelector(stream: TokenStream): VectorSelector {
  if (stream.isNext('{')) return parseBraces(stream, undefined);
  return isMetricName(stream.peek().type) ? parseNamedSelector(stream, stream.take()) : stream.unexpected();
}

/** The selector whose name is already read. */
export function parseNamedSelector(stream: TokenStream, name: Token): VectorSelector {
  if (stream.isNext('{')) return parseBraces(stream, name);
  return newSelector(name.text, [equalsName(name.text)], { start: name.start, end: name.end });
}

function parseBraces(stream: TokenStream, name: Token | undefined): VectorSelector {
  const open = stream.take();
  const matchers: Matcher[] = [];
  while (!stream.isNext('}')) {
    matchers.push(parseMatcher(stream));
    if (stream.isNext(',')) stream.take();
    else if (!stream.isNext('}')) stream.unexpected(SEPARATOR_EXPECTED);
  }
  const close = stream.take();
  if (name !== undefined) matchers.push(equalsName(name.text));
  return newSelector(name?.text ?? '', matchers, { start: (name ?? open).start, end: close.end });
}

/** `label="value"`, `"label"="value"`, or the name of the metric as a string alone. */
function parseMatcher(stream: TokenStream): Matcher {
  const label = stream.peek();
  if (label.type !== IDENTIFIER && label.type !== STRING) return stream.unexpected(NAME_EXPECTED);
  stream.take();
  const name = label.type === STRING ? unquoteLiteral(label.text) : label.text;
  if (!MATCH_OPERATORS.has(stream.peek().type)) {
    return label.type === STRING ? equalsName(name) : stream.unexpected(OPERATOR_EXPECTED);
  }
  const operator = stream.take().type as MatchOperator;
  if (!stream.isNext(STRING)) return stream.unexpected(STRING_EXPECTED);
  const value = stream.take();
  // A quoted label is as long as its value here, which only the end of the position shows.
  const whole = { ...value, start: label.start, end: value.end };
  return stream.read(whole, () =>
    compileMatcher({ operator, name, value: unquoteLiteral(value.text) }, stream.options.compileRegexp),
  );
}

function equalsName(name: string): Matcher {
  return compileMatcher({ operator: '=', name: METRIC_NAME, value: name });
}

function newSelector(name: string, matchers: Matcher[], pos: PositionRange): VectorSelector {
  return {
    kind: 'vectorSelector',
    name,
    matchers,
    originalOffsetMs: 0,
    offsetExpr: undefined,
    timestampMs: undefined,
    startOrEnd: undefined,
    isAnchored: false,
    isSmoothed: false,
    bypassEmptyMatcherCheck: false,
    pos,
  };
}
