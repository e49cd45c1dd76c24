import { quoteGo } from './go-quote.ts';

/** Operators, set operators and `@` as the lexer names them; errors print them as `<op:...>`. */
const OPERATORS: ReadonlySet<string> = new Set('+ / == =~ >= > </ >/ and or < <= unless % * != !~ ^ - @ atan2'.split(' '));

/** Aggregation operators; errors print them as `<aggr:...>`. */
const AGGREGATORS: ReadonlySet<string> = new Set(
  'avg bottomk count count_values group max min quantile stddev stdvar sum topk limitk limit_ratio'.split(' '),
);

/** Words of the grammar that are neither operator nor aggregation; errors print them as `<...>`. */
const KEYWORDS: ReadonlySet<string> = new Set(
  'bool by group_left group_right fill fill_left fill_right ignoring offset smoothed anchored on without'.split(' '),
);

/** Functions that also stand after `@` or in duration expressions; errors print them quoted. */
const PREPROCESSORS: ReadonlySet<string> = new Set('start end step range max_of min_of'.split(' '));

/** Punctuation that errors print quoted. */
const PUNCTUATION: ReadonlySet<string> = new Set(['(', ')', '{', '}', '[', ']', ',', '=', ':']);

/** Every word that the lexer may tell from a name, in lower case. */
export const RESERVED_WORDS: ReadonlySet<string> = new Set([
  'and',
  'or',
  'unless',
  'atan2',
  ...AGGREGATORS,
  ...KEYWORDS,
  ...PREPROCESSORS,
]);

/** Reserved words that may not be a metric's name. */
const NOT_A_METRIC: ReadonlySet<string> = new Set(['atan2', 'bool', 'group_left', 'group_right', 'ignoring', 'on']);

/**
 * Kind of a token: one of the classes below, or for operators, reserved words and punctuation their own
 * text in lower case.
 */
export type TokenType = string;

/** Class of the token at the end. */
export const EOF = 'end of input';
/** Class of names without colons. */
export const IDENTIFIER = 'identifier';
/** Class of names with colons. */
export const METRIC_IDENTIFIER = 'metric identifier';
/** Class of quoted literals, text with quotes. */
export const STRING = 'string';
/** Class of numbers, `Inf` and `NaN` included. */
export const NUMBER = 'number';
/** Class of durations with units. */
export const DURATION = 'duration';

/** A piece of the query text. */
export interface Token {
  readonly type: TokenType;
  /** As written. */
  readonly text: string;
  /** Byte positions in the UTF-8 form of the query. */
  readonly start: number;
  readonly end: number;
  /** Index of its first character in the query as a JavaScript string. */
  readonly index: number;
}

/** Whether a token begins an aggregation. */
export function isAggregator(type: TokenType): boolean {
  return AGGREGATORS.has(type);
}

/** Whether a token is one of `start end step range max_of min_of`. */
export function isPreprocessor(type: TokenType): boolean {
  return PREPROCESSORS.has(type);
}

/** Whether a token outside braces can be the name of a metric. */
export function isMetricName(type: TokenType): boolean {
  if (type === IDENTIFIER || type === METRIC_IDENTIFIER) return true;
  return RESERVED_WORDS.has(type) && !NOT_A_METRIC.has(type);
}

/** Whether a token can be a label in `by (...)`, `on (...)` and the like without quotes. */
export function isGroupingLabel(type: TokenType): boolean {
  if (type === IDENTIFIER || type === METRIC_IDENTIFIER) return true;
  return RESERVED_WORDS.has(type) && type !== 'without';
}

/** Whether a token can be the first of an expression. */
export function startsExpression(type: TokenType): boolean {
  if (type === NUMBER || type === DURATION || type === STRING) return true;
  return type === '(' || type === '{' || type === '+' || type === '-' || isMetricName(type);
}

/** A token as the texts of syntax errors name it: `<op:+>`, `identifier "x"`, `end of input`. */
export function describeToken(token: Token): string {
  const { type, text } = token;
  if (type === EOF) return EOF;
  if (KEYWORDS.has(type)) return `<${text}>`;
  if (OPERATORS.has(type)) return `<op:${text}>`;
  if (AGGREGATORS.has(type)) return `<aggr:${text}>`;
  if (PREPROCESSORS.has(type) || PUNCTUATION.has(type)) return quoteGo(text);
  if (type === IDENTIFIER || type === METRIC_IDENTIFIER) return `${type} ${quoteGo(text)}`;
  return `${type} ${abbreviate(token)}`;
}

/** Long literals are cut to ten characters. */
function abbreviate(token: Token): string {
  if (token.end - token.start <= 10) return quoteGo(token.text);
  const shortened = Array.from(token.text.slice(0, 20)).slice(0, 10).join('');
  return `${quoteGo(shortened)}...`;
}
