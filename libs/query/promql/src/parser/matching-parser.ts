import { isValidUtf8Label } from '@telamon/model';
import type { NumberLiteral, VectorMatching } from './ast.ts';
import { parseSignedNumber } from './duration-parser.ts';
import { quoteGo } from './go-quote.ts';
import { unquoteLiteral } from './string-literal.ts';
import { isGroupingLabel, STRING, startsExpression } from './token.ts';
import type { TokenStream } from './token-stream.ts';

const OPEN_EXPECTED = { context: 'grouping opts', expected: '"("' };
const LABEL_EXPECTED = { context: 'grouping opts', expected: 'label' };
const SEPARATOR_EXPECTED = { context: 'grouping opts', expected: '"," or ")"' };

/** What may stand between a binary operator and its right side. */
export interface BinaryModifiers {
  readonly returnBool: boolean;
  readonly matching: VectorMatching;
}

/** `(a, "b.c", ...)` behind `by`, `without`, `on`, `ignoring`, `group_left` and `group_right`. */
export function parseGroupingLabels(stream: TokenStream): string[] {
  if (!stream.isNext('(')) return stream.unexpected(OPEN_EXPECTED);
  stream.take();
  const labels: string[] = [];
  while (!stream.isNext(')')) {
    labels.push(parseGroupingLabel(stream));
    if (stream.isNext(',')) stream.take();
    else if (!stream.isNext(')')) stream.unexpected(SEPARATOR_EXPECTED);
  }
  stream.take();
  return labels;
}

function parseGroupingLabel(stream: TokenStream): string {
  const { type } = stream.peek();
  if (isGroupingLabel(type)) return stream.take().text;
  if (type !== STRING) return stream.unexpected(LABEL_EXPECTED);
  const token = stream.take();
  const name = unquoteLiteral(token.text);
  if (!isValidUtf8Label(name)) stream.fail(token, `invalid label name for grouping: ${quoteGo(name)}`);
  return name;
}

/** `bool`, `on/ignoring (...)`, `group_left/right (...)`, `fill*(...)`, in this order, each optional. */
export function parseBinaryModifiers(stream: TokenStream): BinaryModifiers {
  const matching: VectorMatching = {
    card: 'one-to-one',
    matchingLabels: [],
    isOn: false,
    include: [],
    fillLeft: undefined,
    fillRight: undefined,
  };
  const returnBool = stream.isNext('bool');
  if (returnBool) stream.take();
  if (stream.isNext('on') || stream.isNext('ignoring')) {
    matching.isOn = stream.take().type === 'on';
    matching.matchingLabels = parseGroupingLabels(stream);
    parseGroupModifier(stream, matching);
  }
  parseFillModifiers(stream, matching);
  return { returnBool, matching };
}

function parseGroupModifier(stream: TokenStream, matching: VectorMatching): void {
  const isLeft = stream.isNext('group_left');
  if (!isLeft && !stream.isNext('group_right')) return;
  stream.take();
  matching.card = isLeft ? 'many-to-one' : 'one-to-many';
  const { type } = stream.peek();
  const isFollowed = startsExpression(type) || type === 'fill' || type === 'fill_left' || type === 'fill_right';
  // A parenthesis always opens the labels, never the right side.
  if (type === '(' || !isFollowed) matching.include = parseGroupingLabels(stream);
}

function parseFillModifiers(stream: TokenStream, matching: VectorMatching): void {
  if (stream.isNext('fill')) {
    stream.take();
    matching.fillLeft = parseFillValue(stream).value;
    matching.fillRight = matching.fillLeft;
  } else if (stream.isNext('fill_left')) {
    stream.take();
    matching.fillLeft = parseFillValue(stream).value;
    if (stream.isNext('fill_right')) {
      stream.take();
      matching.fillRight = parseFillValue(stream).value;
    }
  } else if (stream.isNext('fill_right')) {
    stream.take();
    matching.fillRight = parseFillValue(stream).value;
    if (stream.isNext('fill_left')) {
      stream.take();
      matching.fillLeft = parseFillValue(stream).value;
    }
  }
}

function parseFillValue(stream: TokenStream): NumberLiteral {
  stream.expect('(');
  const value = parseSignedNumber(stream);
  stream.expect(')');
  return value;
}
