import {
  type CounterResetHint,
  type FloatHistogram,
  HINT_GAUGE,
  HINT_NOT_RESET,
  HINT_RESET,
  HINT_UNKNOWN,
  parseGoFloat,
  type Span,
} from '@telamon/model';

const HINTS: ReadonlyMap<string, CounterResetHint> = new Map<string, CounterResetHint>([
  ['unknown', HINT_UNKNOWN],
  ['reset', HINT_RESET],
  ['not_reset', HINT_NOT_RESET],
  ['gauge', HINT_GAUGE],
]);

const PART = /([a-z_]+):(\[[^\]]*\]|[^\s\]}]+)/y;

/** A histogram read from `{{...}}`. */
export interface NotedHistogram {
  readonly histogram: FloatHistogram;
  readonly hasHint: boolean;
}

/**
 * Reads the inside of `{{schema:1 count:3 sum:5 buckets:[1 2] offset:1 ...}}`. Throws an Error for what it does not know.
 * Buckets become one span that starts at the offset.
 */
export function parseHistogramNotation(text: string): NotedHistogram {
  const parts = readParts(text.trim());
  const number = (name: string): number => {
    const part = parts.get(name);
    return part === undefined ? 0 : requireNumber(part);
  };
  const list = (name: string): Float64Array => readList(parts.get(name));
  const hintText = parts.get('counter_reset_hint');
  const hint = hintText === undefined ? HINT_UNKNOWN : HINTS.get(hintText);
  if (hint === undefined) throw new Error(`unknown counter reset hint ${hintText}`);
  const positiveBuckets = list('buckets');
  const negativeBuckets = list('n_buckets');
  const histogram: FloatHistogram = {
    counterResetHint: hint,
    schema: number('schema'),
    zeroThreshold: number('z_bucket_w'),
    zeroCount: number('z_bucket'),
    count: number('count'),
    sum: number('sum'),
    positiveSpans: spansOf(number('offset'), positiveBuckets),
    negativeSpans: spansOf(number('n_offset'), negativeBuckets),
    positiveBuckets,
    negativeBuckets,
    customValues: list('custom_values'),
  };
  return { histogram, hasHint: hintText !== undefined };
}

const KNOWN_PARTS: ReadonlySet<string> = new Set([
  'schema',
  'sum',
  'count',
  'z_bucket',
  'z_bucket_w',
  'buckets',
  'n_buckets',
  'offset',
  'n_offset',
  'custom_values',
  'counter_reset_hint',
]);

function readParts(text: string): Map<string, string> {
  const parts = new Map<string, string>();
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text[at]!)) {
      at++;
      continue;
    }
    PART.lastIndex = at;
    const found = PART.exec(text);
    if (found === null || !KNOWN_PARTS.has(found[1]!)) throw new Error(`bad histogram descriptor at "${text.slice(at)}"`);
    parts.set(found[1]!, found[2]!);
    at = PART.lastIndex;
  }
  return parts;
}

function readList(text: string | undefined): Float64Array {
  if (text === undefined) return new Float64Array(0);
  const items = text.replace(/^\[|\]$/g, '').trim();
  return items === '' ? new Float64Array(0) : Float64Array.from(items.split(/\s+/), requireNumber);
}

function requireNumber(text: string): number {
  const value = parseGoFloat(text);
  if (value === undefined) throw new Error(`bad number ${text}`);
  return value;
}

function spansOf(offset: number, buckets: Float64Array): Span[] {
  return buckets.length === 0 ? [] : [{ offset, length: buckets.length }];
}
