import { Labels, METRIC_NAME } from '@telamon/model';
import { unquoteLiteral } from './string-literal.ts';
import { IDENTIFIER, isMetricName, STRING } from './token.ts';
import { TokenStream } from './token-stream.ts';

const NAME_EXPECTED = { context: 'label set', expected: 'identifier or "}"' };
const EQUALS_EXPECTED = { context: 'label set', expected: '"="' };
const STRING_EXPECTED = { context: 'label set', expected: 'string' };
const SEPARATOR_EXPECTED = { context: 'label set', expected: '"," or "}"' };

/** The labels at the beginning of a text and where they end. */
export interface MetricPrefix {
  readonly labels: Labels;
  /** Index of the first character behind the name or the closing brace. */
  readonly endIndex: number;
}

/**
 * Reads `name{label="value", ...}`, `name`, `{"name", ...}` or nothing at the beginning of a text, as series descriptions
 * of tests and rules have them. What follows is not looked at. Throws ParseErrors with Prometheus' texts.
 */
export function parseMetricPrefix(text: string): MetricPrefix {
  const stream = new TokenStream(text, {});
  const pairs: [string, string][] = [];
  let endIndex = 0;
  if (isMetricName(stream.peek().type)) {
    const name = stream.take();
    pairs.push([METRIC_NAME, name.text]);
    endIndex = name.index + name.text.length;
  }
  if (/^[ \t\r\n]*\{/.test(text.slice(endIndex)) && !/^[ \t\r\n]*\{\{/.test(text.slice(endIndex))) {
    // The name before the braces wins over one inside.
    const inBraces: [string, string][] = [];
    endIndex = parseLabelSet(stream, inBraces);
    pairs.unshift(...inBraces);
  }
  return { labels: Labels.fromPairs(pairs), endIndex };
}

/** Reads `{...}` into `pairs` and returns the index behind it. */
function parseLabelSet(stream: TokenStream, pairs: [string, string][]): number {
  stream.take();
  while (!stream.isNext('}')) {
    pairs.push(parseLabel(stream));
    if (stream.isNext(',')) stream.take();
    else if (!stream.isNext('}')) stream.unexpected(SEPARATOR_EXPECTED);
  }
  return stream.take().index + 1;
}

function parseLabel(stream: TokenStream): [string, string] {
  const token = stream.peek();
  if (token.type !== IDENTIFIER && token.type !== STRING) return stream.unexpected(NAME_EXPECTED);
  stream.take();
  const name = token.type === STRING ? unquoteLiteral(token.text) : token.text;
  if (!stream.isNext('=')) {
    return token.type === STRING ? [METRIC_NAME, name] : stream.unexpected(EQUALS_EXPECTED);
  }
  stream.take();
  if (!stream.isNext(STRING)) return stream.unexpected(STRING_EXPECTED);
  return [name, unquoteLiteral(stream.take().text)];
}
